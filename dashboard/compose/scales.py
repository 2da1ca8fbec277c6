"""Scales: values and axes as charts have them, percentages from 0 to 100."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.wording.words import Words
from metrics.kpi import Unit

_ROOM = 0.1
"""Room above and below what is drawn, as a part of it."""

_LEAST_ROOM = {Unit.SHARE: 1.0, Unit.DAYS: 1.0, Unit.POINTS: 0.1, Unit.PER_HUNDRED: 1.0}


def scaled(value: float, unit: Unit) -> float:
    """Return a value as an axis has it."""
    return round(value * 100, 4) if unit is Unit.SHARE else value


def unit_name(words: Words, unit: Unit) -> str:
    """Return what stands above an axis."""
    return {
        Unit.SHARE: "%",
        Unit.DAYS: words.say("days"),
        Unit.POINTS: words.say("points"),
        Unit.PER_HUNDRED: words.say("per 100 applications"),
    }[unit]


def axis_of(values: Sequence[float | None], unit: Unit) -> tuple[float, float]:
    """Return the lowest and highest value of an axis that holds all scaled values, with room."""
    given = [value for value in values if value is not None] or [0.0, 1.0]
    room = max((max(given) - min(given)) * _ROOM, _LEAST_ROOM[unit])
    low, high = max(min(given) - room, 0.0), max(given) + room
    return low, min(high, 100.0) if unit is Unit.SHARE else high
