"""Money in words: how far to the goal, how many more residents, and what each of them cost."""

from __future__ import annotations

from decimal import Decimal

from dashboard.wording.words import Words
from metrics.evidence.worth import Worth
from metrics.funding.achievement import Achievement, LineHeld
from metrics.funding.cost import CostKind, CostPerExtra, Gain

NOTHING = "–"
"""Stands in a cell of which nothing can be said."""


def way_text(words: Words, found: Achievement | LineHeld | None) -> str:
    """Say how far the result is on the way to its goal: `64% (40–88)`; below 0 is away from it."""
    if found is None:
        return NOTHING
    if isinstance(found, LineHeld):
        return words.say("line held") if found.met else words.say("line not held")
    told = words.percent(found.percent / 100)
    if found.low is None or found.high is None:
        return told
    return f"{told} ({_span(words, round(found.low), round(found.high))})"


def extra_text(words: Words, found: Gain | None) -> str:
    """Say how many more residents have the outcome than before: `340 more (200–480)`."""
    if found is None:
        return NOTHING
    return f"{_signed(words, found.value)} ({_span(words, round(found.low), round(found.high))})"


def cost_text(words: Words, found: Decimal | None) -> str:
    """Write the cost of one outcome in whole euros."""
    return NOTHING if found is None else words.money(_round(found))


def extra_cost_text(words: Words, found: CostPerExtra | None) -> str:
    """Say what one more resident cost, or that it cannot be said."""
    if found is None:
        return NOTHING
    if found.kind is CostKind.UNDEFINED or found.low is None:
        return words.say("no one more: no cost to give")
    low = words.money(_round(found.low))
    if found.high is None or found.point is None:
        return words.say("at least {low}, no upper limit: perhaps no one gained", low=low)
    return f"{words.money(_round(found.point))} ({_span(words, round(found.low), round(found.high))})"


def money_notes(words: Words, found: list[Worth]) -> list[str]:
    """Say what the costs rest on."""
    came = max((one.came for one in found if one.came is not None), default=None)
    if came is None:
        return []
    return [
        words.say(
            "The costs count everything that was spent so far, and the {n} residents who came since the start. "
            "They take it that the difference holds for all of them.",
            n=words.number(came),
        ),
        words.say("How sure that difference is, and whether the project made it, is said above: read them together."),
    ]


def _span(words: Words, low: int, high: int) -> str:
    """Write both ends as `153–335`; with their signs, in words, where one of them is below 0."""
    if low >= 0:
        return f"{words.number(low)}–{words.number(high)}"
    return words.say("{low} to {high}", low=words.number(low), high=words.number(high))


def _signed(words: Words, number: float) -> str:
    n = words.number(abs(round(number)))
    if round(number) == 0:
        return n
    return words.say("{n} more", n=n) if number > 0 else words.say("{n} fewer", n=n)


def _round(amount: Decimal | float) -> Decimal:
    return Decimal(round(amount))
