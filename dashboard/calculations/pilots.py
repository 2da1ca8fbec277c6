"""Calculations of a pilot against a control group: averages and shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self

import polars as pl
from pydantic import Field, model_validator

from dashboard.calculations.method import Given, Method, Result
from metrics.effect.pilot import Pilot, Side, compared_means, compared_shares
from metrics.estimators.intervals import LEVEL

Count = Annotated[int, Field(ge=0)]
Confidence = Annotated[float, Field(gt=0, lt=1)]


class GivenScores(Given):
    """`counts`: how often each value was given; `assigned`: how many were drawn for this side (none: who answered)."""

    counts: Mapping[int, Count]
    assigned: Count | None = None

    @model_validator(mode="after")
    def _no_more_than_assigned(self) -> Self:
        _side(self.assigned, sum(self.counts.values()))
        return self


class GivenHits(Given):
    """`hits` of `n` measured; `assigned`: how many were drawn for this side (none: who was measured)."""

    hits: Count
    n: Count
    assigned: Count | None = None

    @model_validator(mode="after")
    def _no_more_than_assigned(self) -> Self:
        if self.hits > self.n:
            message = f"hits is {self.hits} and n is {self.n}; give no more hits than were measured."
            raise ValueError(message)
        _side(self.assigned, self.n)
        return self


class GivenPilotScores(Given):
    """Two sides that were drawn by lot, with the answers of each; `confidence`: 0.95 for what is shown."""

    pilot: GivenScores
    control: GivenScores
    confidence: Confidence = LEVEL


class GivenPilotHits(Given):
    """Two sides that were drawn by lot, with the hits of each; `confidence`: 0.95 for what is shown."""

    pilot: GivenHits
    control: GivenHits
    confidence: Confidence = LEVEL


def _side(assigned: int | None, measured: int) -> Side:
    return Side(assigned=measured if assigned is None else assigned, measured=measured)


def _means(given: GivenPilotScores) -> Result:
    sides = {True: given.pilot, False: given.control}
    rows = pl.DataFrame(
        [{"pilot": pilot, "value": value, "n": n} for pilot, side in sides.items() for value, n in side.counts.items()],
        schema={"pilot": pl.Boolean, "value": pl.Int64, "n": pl.Int64},
    )
    assigned = {pilot: _side(side.assigned, sum(side.counts.values())).assigned for pilot, side in sides.items()}
    return _told(compared_means(rows, assigned=assigned, level=given.confidence))


def _shares(given: GivenPilotHits) -> Result:
    sides = {True: given.pilot, False: given.control}
    rows = pl.DataFrame([{"pilot": pilot, "hits": side.hits, "n": side.n} for pilot, side in sides.items()])
    assigned = {pilot: _side(side.assigned, side.n).assigned for pilot, side in sides.items()}
    return _told(compared_shares(rows, assigned=assigned, level=given.confidence))


def _told(found: Pilot) -> Mapping[str, Any]:
    return {
        "difference": found.value,
        "low": found.low,
        "high": found.high,
        "p": found.p_value,
        "degrees_of_freedom": found.degrees,
        "mann_whitney_p": found.mann_whitney_p,
        "lost_of_pilot": found.pilot.lost,
        "lost_of_control": found.control.lost,
        "low_loss": found.low_loss,
        "reason": found.reason,
    }


METHODS: tuple[Method, ...] = (
    Method(
        name="pilot-means",
        what="The difference in average between a pilot and its control, by Welch's test, with who was lost.",
        given=GivenPilotScores,
        run=_means,
        example={
            "pilot": {"counts": {"3": 3, "4": 9, "5": 8}, "assigned": 22},
            "control": {"counts": {"2": 3, "3": 10, "4": 8, "5": 1}, "assigned": 23},
        },
    ),
    Method(
        name="pilot-shares",
        what="The difference in share between a pilot and its control, with Newcombe's interval and who was lost.",
        given=GivenPilotHits,
        run=_shares,
        example={"pilot": {"hits": 56, "n": 70, "assigned": 75}, "control": {"hits": 48, "n": 80, "assigned": 84}},
    ),
)
