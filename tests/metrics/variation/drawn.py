"""Series for the tests of control charts, and the rules once more in plain Python, point by point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

import polars as pl

from metrics.periods import Grain
from metrics.variation.xmr import xmr

BY = ["series"]

BASE = (9, 11) * 6
"""Twelve points with mean 10 and every range 2: limits 4.68 and 15.32, near limits 6.45 and 13.55, by hand."""


def month(number: int) -> date:
    """Return the first day of a month, counted from January 2024."""
    return date(2024 + number // 12, number % 12 + 1, 1)


def series(*values: float | None, name: str = "a", **columns: Any) -> pl.DataFrame:
    """Points of one series, a month each; a null value is a month of which nothing is known."""
    rows = {"series": [name] * len(values), "period_start": [month(number) for number in range(len(values))]}
    frame = pl.DataFrame(
        {**rows, "value": values}, schema={"series": pl.String, "period_start": pl.Date, "value": pl.Float64}
    )
    types = {"group": pl.Int64, "fixed_points": pl.Int64, "direction": pl.String, "target": pl.Float64}
    return frame.with_columns(pl.lit(given, dtype=types[column]).alias(column) for column, given in columns.items())


def after_base(*values: float | None, **columns: Any) -> pl.DataFrame:
    """What `BASE` is followed by, with the limits fixed on it: the rows of the chart from the thirteenth on."""
    charts = xmr(series(*BASE, *values, fixed_points=len(BASE), **columns), BY, grain=Grain.MONTH)
    return charts.points.slice(len(BASE))


def signals(points: pl.DataFrame) -> list[str | None]:
    """Return the signal of each point with its side, such as `shift above`; a point without one is `none`."""
    told = points.select(pl.concat_str("signal", "side", separator=" ", ignore_nulls=True))
    return [text or None for text in told.to_series()]


WAYS = ((1, "increasing"), (-1, "decreasing"))
SIDES = ((1, "above"), (-1, "below"))


def plain(values: Sequence[Fraction | None], fixed: int | None = None) -> Mapping[str, Any]:
    """Return mean, reach of the limits and signals of one series by loops over exact fractions; None is a gap."""
    base = [place for place, value in enumerate(values) if value is not None][:fixed]
    mean = sum((values[place] for place in base), Fraction(0)) / len(base)
    steps = [(left, right) for left, right in pairwise(range(len(values))) if left in base and right in base]
    ranges = [abs(values[right] - values[left]) for left, right in steps]
    kept = [one for one in ranges if one < Fraction("3.267") * sum(ranges) / len(ranges)]
    reach = Fraction("2.66") * sum(kept) / len(kept) if kept else None
    away = [None if value is None else value - mean for value in values]
    return {"mean": mean, "reach": reach, "signals": [_told(away, place, reach) for place in range(len(away))]}


Away = Sequence[Fraction | None]


def _told(away: Away, place: int, reach: Fraction | None) -> str | None:
    if away[place] is None:
        return None
    rules = (_plain_outside, _plain_trend, _plain_two_of_three, _plain_shift)
    return next((told for rule in rules if (told := rule(away, place, reach))), "none")


def _plain_outside(away: Away, place: int, reach: Fraction | None) -> str | None:
    if reach is None or abs(away[place]) <= reach:
        return None
    return "outside above" if away[place] > 0 else "outside below"


def _plain_trend(away: Away, place: int, _reach: Fraction | None) -> str | None:
    trends = [
        f"trend {name}"
        for window in _windows(away, place, 7)
        for way, name in WAYS
        if all((right - left) * way > 0 for left, right in pairwise(window))
    ]
    # The later trend of a turning point starts at it, so the last window counts.
    return trends[-1] if trends else None


def _plain_two_of_three(away: Away, place: int, reach: Fraction | None) -> str | None:
    def close(one: Fraction) -> bool:
        return reach is not None and reach * 2 / 3 < abs(one) <= reach

    found = (
        f"two_of_three {name}"
        for window in _windows(away, place, 3)
        for way, name in SIDES
        if close(away[place]) and all(one * way > 0 for one in window) and sum(map(close, window)) > 1
    )
    return next(found, None)


def _plain_shift(away: Away, place: int, _reach: Fraction | None) -> str | None:
    found = (
        f"shift {name}"
        for window in _windows(away, place, 7)
        for way, name in SIDES
        if all(one * way > 0 for one in window)
    )
    return next(found, None)


def _windows(away: Away, place: int, size: int) -> Sequence[Away]:
    """Return the windows that hold the place, from early to late, without those that reach over an end or a gap."""
    starts = range(max(0, place - size + 1), min(place, len(away) - size) + 1)
    windows = [away[start : start + size] for start in starts]
    return [window for window in windows if None not in window]
