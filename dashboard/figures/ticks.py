"""Ticks: at which places an axis carries words, and which."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dashboard.wording.words import Words

_MOST_ON_X = 6
_MOST_ON_Y = 6
_STEPS = (0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)


def levels(axis: tuple[float, float], *, most: int = _MOST_ON_Y) -> list[float]:
    """Return round levels within an axis, at most so many."""
    low, high = axis
    step = next((step for step in _STEPS if (high - low) / step <= most - 1), (high - low) or 1)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 6) for number in range(first, last + 1)]


def level_words(places: Sequence[float], *, percent: bool, language: str) -> list[str]:
    """Word levels: percentages with their sign, others with no more decimals than they need."""
    words = Words(language=language)
    if percent:
        return [words.percent(place / 100) for place in places]
    digits = 0 if all(place == round(place) for place in places) else 1
    return [words.number(place, digits) for place in places]


def some(count: int, *, most: int = _MOST_ON_X) -> list[int]:
    """Return evenly spread places out of `count`, the last one among them, at most so many."""
    if count == 0:
        return []
    step = math.ceil(count / most)
    return sorted(range(count - 1, -1, -step))


def two_lines(label: str) -> str:
    """Put the year of a period below it: `jan 2025` on two lines."""
    head, _, tail = label.rpartition(" ")
    return f"{head}<br>{tail}" if head else label
