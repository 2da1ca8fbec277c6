"""Worth: how far a project is on the way to its goal, and what its outcomes cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from metrics.disclosure.primary import FEWEST_SHOWN
from metrics.evidence.change import Change, Difference
from metrics.funding.achievement import Achievement, LineHeld, Promise, achievement
from metrics.funding.cost import CostPerExtra, Gain, cost_per_extra, extra_outcomes, gross_cost
from metrics.kpi import Direction, Kpi, Unit
from metrics.records import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a result is worth. None: not known, or it makes no sense for this KPI.

    `achieved` is how far the result is on the way from the baseline to the registered target. `came` is how many
    residents came since the start. If the figure of now, and the difference with before, holds for all of those:
    `cost` is what was spent for each resident with the outcome, whatever would have happened anyway, `extra` how many
    more have it than before, and `extra_cost` what was spent for each of those.
    """

    achieved: Achievement | LineHeld | None
    came: int | None
    cost: Decimal | None
    extra: Gain | None
    extra_cost: CostPerExtra | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worthy:
    """What worth is worked out of: the changes, the evidence of now, the target that counts, and what was spent."""

    kpi: Kpi
    now: Change | None
    year: Change | None
    row: Mapping[str, Any] | None
    target: float | None
    came: int | None
    spent: Decimal | None


def worth(known: Worthy) -> Worth:
    """Return what the result of one KPI of a project is worth."""
    came = known.came if known.came is not None and known.came >= FEWEST_SHOWN else None
    return Worth(
        achieved=_achieved(known),
        came=came,
        cost=_cost(known, came),
        extra=(extra := _extra(known, came)),
        extra_cost=None if extra is None or not known.spent else cost_per_extra(known.spent, extra),
    )


def _achieved(known: Worthy) -> Achievement | LineHeld | None:
    """Return the way that was gone, at a constant mix where that could be held."""
    found = known.now.leading if known.now else None
    if found is None or known.target is None:
        return None
    # The interval of the difference carries the uncertainty of both sides.
    return achievement(
        found.after,
        Promise(baseline=found.before, target=known.target, direction=known.kpi.direction),
        low=None if found.low is None else found.before + found.low,
        high=None if found.high is None else found.before + found.high,
    )


def _counts_residents(kpi: Kpi) -> bool:
    return kpi.unit is Unit.SHARE and kpi.record in {Kind.ANSWERS, Kind.CASES}


def _cost(known: Worthy, came: int | None) -> Decimal | None:
    value = None if known.row is None else known.row["value"]
    if came is None or value is None or not known.spent or not _counts_residents(known.kpi):
        return None
    return gross_cost(known.spent, round(value * came))


def _extra(known: Worthy, came: int | None) -> Gain | None:
    change = known.year or known.now
    found = change.leading if change else None
    if came is None or found is None or not _counts_residents(known.kpi):
        return None
    gained = _gained(found, known.kpi.direction)
    return None if gained is None else extra_outcomes(gained, came)


def _gained(found: Difference, direction: Direction) -> Gain | None:
    if found.low is None or found.high is None:
        return None
    if direction is Direction.UP:
        return Gain(value=found.value, low=found.low, high=found.high)
    return Gain(value=-found.value, low=-found.high, high=-found.low)
