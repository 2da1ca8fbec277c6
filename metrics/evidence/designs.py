"""Designs: the strongest way in which a change was shown, and why a stronger one is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb

from metrics.effect.interrupted import FEWEST_FIRM_MONTHS, Interrupted
from metrics.effect.panel import ALPHA, DifferenceInDifferences, more_than_comparable
from metrics.effect.pilot import Pilot
from metrics.estimate import NotReported, Status
from metrics.estimators.sample_size import answers_for_difference, more_answers
from metrics.evidence.change import Change
from metrics.evidence.claim import Move, Trend, move_of
from metrics.evidence.level import Held, Hold, Level
from metrics.kpi import Direction, Kpi, Unit
from metrics.records import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What was done to find out whether a project worked, for one KPI.

    `move` is which way the shown period differs from the baseline; where it does, a stronger design counts only if it
    shows the same way. `target` and `n_now` serve to say how many answers would be needed.
    """

    kpi: Kpi
    measured: bool
    baseline: bool
    started: bool
    move: Move
    now: Change | None
    year: Change | None
    trend: Trend | None
    panel: DifferenceInDifferences | NotReported | None
    services: int
    comparators: int
    pilot: Pilot | None
    by_lot: bool
    target: float | None
    n_now: int | None
    n_baseline: int | None


def design_of(design: Design, *, most: Level) -> tuple[Level, list[Held]]:
    """Return the level of the strongest design that shows the change, and why stronger ones are not there.

    `most` is what the quality of the figures carries. A lot needs no baseline, but where the figures do not carry it
    to its own level there is no lesser statement that it could support without one.
    """
    steps = [
        (Level.CHANGED, list(_changed(design))),
        (Level.BEYOND_OWN_TREND, list(_beyond(design))),
        (Level.MORE_THAN_COMPARABLE, list(_compared(design))),
        (Level.BY_LOT, list(_by_lot(design))),
    ]
    if not design.measured:
        return Level.NOT_MEASURED, [Held(hold=Hold.NO_FIGURE)]
    reached = [level for level, missing in steps if not missing]
    # What did not change against the baseline needs no explanation by a trend or by others.
    alone = Level.CHANGED in reached or (Level.BY_LOT in reached and most is Level.BY_LOT)
    level = max(reached) if alone else Level.DESCRIBED
    return level, [held for above, missing in steps for held in missing if above > level]


def shown_by_lot(design: Design) -> Move:
    """Return which way a pilot goes of which a lot decided who got the new way, and few were lost."""
    pilot = design.pilot
    if pilot is None or not design.by_lot or not pilot.low_loss:
        return Move.NONE
    if pilot.value is None or pilot.low is None or pilot.high is None or pilot.low <= 0 <= pilot.high:
        return Move.NONE
    return _way(pilot.value, design)


def _changed(design: Design) -> Iterator[Held]:
    if not design.baseline:
        yield Held(hold=Hold.NO_BASELINE)
        return
    if not design.started:
        yield Held(hold=Hold.NOT_STARTED)
        return
    year = move_of(design.year, design.kpi.direction) if design.year else design.move
    if design.move is Move.NONE or year is not design.move:
        yield Held(hold=Hold.NO_DIFFERENCE, more=_more_answers(design))


def _more_answers(design: Design) -> int | None:
    """Return how many more answers in a period would show the promised difference, where that can be worked out."""
    found = design.now.leading if design.now else None
    ready = design.kpi.record is Kind.ANSWERS and design.kpi.unit is Unit.SHARE
    if not ready or found is None or design.target is None or not design.n_now or not design.n_baseline:
        return None
    needed = answers_for_difference(design.target, found.before, n_baseline=design.n_baseline)
    return more_answers(needed, design.n_now)


def _beyond(design: Design) -> Iterator[Held]:
    found = design.trend.found if design.trend else None
    if not isinstance(found, Interrupted):
        yield Held(hold=Hold.SHORT_SERIES, needed=FEWEST_FIRM_MONTHS)
        return
    shortest = min(found.months_before, found.months_after)
    if shortest < FEWEST_FIRM_MONTHS:
        yield Held(
            hold=Hold.SHORT_SERIES, found=shortest, needed=FEWEST_FIRM_MONTHS, more=FEWEST_FIRM_MONTHS - shortest
        )
    elif design.trend is None or not design.trend.beyond or not _same_way(found.effect.value, design):
        yield Held(hold=_why_not_beyond(found, design), found=found.effect.value)


def _why_not_beyond(found: Interrupted, design: Design) -> Hold:
    if not found.effect.excludes_zero(0.99) or not _same_way(found.effect.value, design):
        return Hold.OWN_TREND
    return Hold.ANY_MONTH if not found.stands_out else Hold.NOT_ROBUST


def _compared(design: Design) -> Iterator[Held]:
    panel, needed = design.panel, comparators_needed(design.services)
    if panel is None:
        yield Held(hold=Hold.NO_COMPARATORS, needed=needed)
    elif isinstance(panel, NotReported) or panel.status is not Status.OK:
        yield Held(hold=Hold.FEW_COMPARATORS, found=design.comparators, needed=needed, more=needed - design.comparators)
    elif not panel.alike_before:
        yield Held(hold=_why_not_alike(panel))
    elif not more_than_comparable(panel) or not _same_way(panel.effect.value, design):
        yield Held(hold=Hold.LIKE_COMPARATORS, found=design.comparators)


def _why_not_alike(panel: DifferenceInDifferences) -> Hold:
    unseen = panel.pre_trend is None or panel.pre_trend.standard_error is None
    return Hold.BEFORE_UNKNOWN if unseen else Hold.UNLIKE_BEFORE


def comparators_needed(treated: int) -> int:
    """Return how many comparators a permutation test needs before any outcome of it can give a p of .05."""
    return next(others for others in range(2, 100) if 1 / comb(treated + others, treated) <= ALPHA)


def _by_lot(design: Design) -> Iterator[Held]:
    shown = shown_by_lot(design)
    if design.pilot is None or not design.by_lot:
        yield Held(hold=Hold.NO_LOT)
    elif shown is Move.NONE:
        yield Held(hold=Hold.LOT_SHOWS_NOTHING)
    elif design.move not in {Move.NONE, shown}:
        yield Held(hold=Hold.LOT_SHOWS_OPPOSITE)


def _same_way(value: float, design: Design) -> bool:
    """Whether a design shows what the change shows; without a change there is nothing to go against."""
    return design.move in {Move.NONE, _way(value, design)}


def _way(value: float, design: Design) -> Move:
    return Move.BETTER if (value > 0) == (design.kpi.direction is Direction.UP) else Move.WORSE
