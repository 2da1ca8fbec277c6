"""Caps: what keeps a claim from a higher level whatever its design."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import ceil

from metrics.coverage import LOW_RESPONSE, REPRESENTATIVE
from metrics.disclosure.primary import FEWEST_FIRM
from metrics.evidence.agreement import Agreement
from metrics.evidence.claim import Move
from metrics.evidence.control import Control
from metrics.evidence.level import Held, Hold
from metrics.evidence.reach import Reach
from metrics.kpi import Kpi
from metrics.periods import Period
from metrics.records import Kind
from metrics.variation.signals import Mark

NEAR_DAYS = 92
"""Another project on the same service that starts within about three months cannot be told apart."""

MOST_OPEN = 0.5
"""With more than this part of the cases still open a lead time rests on the few that were decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the caps look at for one KPI of a project.

    `support` is the smallest number that one of the compared figures leans on; `weighted` says that answers could be
    weighted to who came; `same_instrument` that both sides were asked alike; `open_share` the part of the cases of now
    that is open, None for answers.
    """

    kpi: Kpi
    agreement: Agreement
    as_of: date
    baseline: Period | None
    support: int | None
    weighted: bool
    same_instrument: bool
    open_share: float | None
    reached: tuple[Reach, ...]
    control: Control | None
    move: Move


def caps(facts: Facts) -> Iterator[Held]:
    """Yield everything that caps the level of the claim."""
    yield from _of_the_record(facts)
    yield from _of_the_figures(facts)
    if facts.kpi.record is Kind.ANSWERS:
        yield from _of_answers(facts)


def extreme_start(control: Control | None, started_on: date | None, move: Move) -> bool:
    """Tell whether the month of the start, or the one before, stood out the other way than the claim goes.

    Such an extreme goes back by itself, and what comes after it looks like an effect.
    """
    if control is None or started_on is None or move is Move.NONE:
        return False
    opposite = Mark.CONCERN if move is Move.BETTER else Mark.IMPROVEMENT
    start = started_on.replace(day=1)
    before = date(start.year - (start.month == 1), (start.month - 2) % 12 + 1, 1)
    return any(dot.month in {before, start} and dot.mark == opposite.value for dot in control.dots)


def _of_the_record(facts: Facts) -> Iterator[Held]:
    if facts.agreement.started_on is not None and not facts.agreement.registered_before:
        yield Held(hold=Hold.NOT_REGISTERED)
    if not facts.same_instrument or _broken(facts):
        yield Held(hold=Hold.SERIES_BREAK)
    if _crowded(facts.agreement):
        yield Held(hold=Hold.OTHER_PROJECT)


def _of_the_figures(facts: Facts) -> Iterator[Held]:
    if facts.support is not None and facts.support < FEWEST_FIRM:
        more = FEWEST_FIRM - facts.support
        yield Held(hold=Hold.TOO_FEW, found=facts.support, needed=FEWEST_FIRM, more=more)
    if extreme_start(facts.control, facts.agreement.started_on, facts.move):
        yield Held(hold=Hold.EXTREME_START)
    if facts.open_share is not None and facts.open_share > MOST_OPEN:
        yield Held(hold=Hold.MANY_OPEN, found=facts.open_share, needed=MOST_OPEN)


def _broken(facts: Facts) -> bool:
    first = facts.baseline.start if facts.baseline else facts.agreement.started_on
    return any(
        one.touches(facts.kpi.name) and (first is None or first < one.on <= facts.as_of)
        for one in facts.agreement.breaks
    )


def _crowded(agreement: Agreement) -> bool:
    start = agreement.started_on
    return start is not None and any(abs((other - start).days) <= NEAR_DAYS for other in agreement.others)


def _of_answers(facts: Facts) -> Iterator[Held]:
    responses = [one for one in facts.reached if one.response is not None and one.invited]
    if len(responses) < max(1, len(facts.reached)):
        yield Held(hold=Hold.RESPONSE_UNKNOWN)
    lowest = min(responses, key=lambda one: one.response or 0.0, default=None)
    if lowest is not None and lowest.response is not None and lowest.response < LOW_RESPONSE:
        more = ceil(LOW_RESPONSE * (lowest.invited or 0)) - (lowest.answered or 0)
        yield Held(hold=Hold.LOW_RESPONSE, found=lowest.response, needed=LOW_RESPONSE, more=max(more, 1))
    spread = min((one.representativity for one in facts.reached if one.representativity is not None), default=None)
    if spread is not None and spread < REPRESENTATIVE:
        yield Held(hold=Hold.UNEVEN_RESPONSE, found=spread, needed=REPRESENTATIVE)
    if not facts.weighted:
        yield Held(hold=Hold.UNWEIGHTED)
