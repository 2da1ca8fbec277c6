"""A claim: what may be said of a project on one KPI, how far it can be trusted, and all that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from metrics.effect.interrupted import Interrupted
from metrics.effect.panel import DifferenceInDifferences
from metrics.effect.pilot import Pilot
from metrics.estimate import NotReported
from metrics.evidence.change import Change
from metrics.evidence.fairness import FairnessGap
from metrics.evidence.level import Held, Level
from metrics.evidence.reach import Reach
from metrics.evidence.worth import Worth
from metrics.kpi import Direction


class Move(StrEnum):
    """Which way the claim goes: better for residents, worse, or not shown to have changed."""

    BETTER = "better"
    WORSE = "worse"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The series that a claim beyond the own trend rests on, and what was found of it.

    `values` are by month, None where there is none; `held` says that the mix of channels is constant.
    """

    months: tuple[date, ...]
    values: tuple[float | None, ...]
    held: bool
    merged: tuple[str, ...]
    found: Interrupted | NotReported
    beyond: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What may be said of one KPI of a project.

    `now` is the change of the shown period against the baseline, on which the verdict rests; `move` goes by it, or by
    the lot at level 5. `year` is the change of up to twelve months since the start against the same calendar months
    before it, on which level 2 rests. `reached` is the coverage of the shown period, for answers; `fairness` how far
    the worst channel lies from everybody. `worth` says how far it is on the way to its goal, and at what cost. `held`
    says what keeps the level from being higher. `regression_to_the_mean` warns that the start followed an extreme that
    would have gone back by itself.
    """

    project: str
    kpi: str
    kpi_version: int
    move: Move
    level: Level
    held: tuple[Held, ...]
    now: Change | None
    year: Change | None
    season_differs: bool
    trend: Trend | None
    panel: DifferenceInDifferences | NotReported | None
    pilot: Pilot | None
    reached: Reach | None
    fairness: FairnessGap | None
    target_probability: float | None
    worth: Worth
    regression_to_the_mean: bool


def move_of(change: Change | None, direction: Direction) -> Move:
    """Return which way a change goes, by the whole interval of the difference that leads."""
    found = None if change is None else change.leading
    if found is None or not found.excludes_zero:
        return Move.NONE
    return Move.BETTER if (found.value > 0) == (direction is Direction.UP) else Move.WORSE
