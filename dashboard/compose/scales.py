"""Scales: values and axes as charts have them, percentages from 0 to 100."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.wording.words import Words
from metrics.kpi import BOUNDS, Unit

_ROOM = 0.1
"""Room above and below what is drawn, as a part of it."""

_LEAST_ROOM = {Unit.SHARE: 1.0, Unit.DAYS: 1.0, Unit.POINTS: 0.1, Unit.PER_HUNDRED: 1.0, Unit.NET_POINTS: 1.0}


def scaled(value: float, unit: Unit) -> float:
    """Return a value as an axis has it."""
    return round(value * 100, 4) if unit is Unit.SHARE else value


def within(value: float, unit: Unit) -> float:
    """Keep a limit where a value can be, for showing only."""
    low, high = BOUNDS[unit]
    return min(max(value, low), high)


def unit_name(words: Words, unit: Unit) -> str:
    """Return what stands above an axis."""
    return {
        Unit.SHARE: "%",
        Unit.DAYS: words.say("days"),
        Unit.POINTS: words.say("points"),
        Unit.PER_HUNDRED: words.say("per 100 applications"),
        Unit.NET_POINTS: words.say("points"),
    }[unit]


def axis_of(values: Sequence[float | None], unit: Unit) -> tuple[float, float]:
    """Return the lowest and highest value of an axis that holds all scaled values, with room."""
    given = [value for value in values if value is not None] or [0.0, 1.0]
    room = max((max(given) - min(given)) * _ROOM, _LEAST_ROOM[unit])
    lowest, highest = (scaled(bound, unit) for bound in BOUNDS[unit])
    return max(min(given) - room, lowest), min(max(given) + room, highest)
