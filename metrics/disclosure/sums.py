"""How the cells of a project add up: channels and segments to everybody, months to longer periods."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

import polars as pl

from metrics.breakdowns import EVERYBODY
from metrics.disclosure.tables import Sum
from metrics.periods import MONTHS_IN, Grain

DIMENSION = "dimension"
"""The column with what a breakdown is by: `channel`, or the name of a segment; null for everybody."""

CHANNEL = "channel"

_PLACE = ["grain", "period_start", "period_end"]
_LENGTHS = {grain.value: months for grain, months in MONTHS_IN.items()}


class _Place(NamedTuple):
    """A period of a grain."""

    grain: str
    start: date
    end: date

    def holds(self, month: _Place) -> bool:
        """Whether the month lies in the period; everything in one may begin and end within a month."""
        return month.start <= self.end and month.end >= self.start


def dimension() -> pl.Expr:
    """Return what the breakdown is by, as `DIMENSION`."""
    return pl.col("breakdown").str.extract("^([^=]*)=", 1).alias(DIMENSION)


def over_breakdowns(named: pl.DataFrame) -> Iterator[Sum]:
    """Yield for each period that everybody is the channels, and the values of each segment with who has none.

    `named` has the columns of a period, `breakdown` and `name`; who has no value stands as `segment=`.
    """
    everybody = named.filter(pl.col("breakdown") == EVERYBODY).select(*_PLACE, total="name")
    parts = (
        named.with_columns(dimension())
        .drop_nulls(DIMENSION)
        .group_by(*_PLACE, DIMENSION, maintain_order=True)
        .agg("name")
        .join(everybody, on=_PLACE, maintain_order="left")
    )
    for total, names in parts.select("total", "name").iter_rows():
        yield Sum(total=total, parts=tuple(names))


def over_time(named: pl.DataFrame) -> Iterator[Sum]:
    """Yield for each longer period and each breakdown that it is the sum of shorter ones.

    Without months among the periods there is nothing to say.
    """
    names: dict[_Place, dict[str, str]] = {}
    for *place, breakdown, name in named.select(*_PLACE, "breakdown", "name").iter_rows():
        names.setdefault(_Place(*place), {})[breakdown] = name
    months = [place for place in names if place.grain == Grain.MONTH]
    inside = {place: frozenset(month.start for month in months if place.holds(month)) for place in names}
    for whole, cells in names.items():
        pieces = _pieces(whole, inside)
        for breakdown, name in cells.items() if pieces else ():
            yield Sum(total=name, parts=tuple(names[one][breakdown] for one in pieces if breakdown in names[one]))


def _pieces(whole: _Place, inside: Mapping[_Place, frozenset[date]]) -> list[_Place]:
    """Return the longest shorter periods that make up the whole, none overlapping.

    A year that is made of quarters adds nothing to what is known of the months in a quarter that is shown, so few
    unknowns hang together.
    """
    longest = _LENGTHS.get(whole.grain, math.inf)
    shorter = [place for place in inside if inside[place] and _LENGTHS.get(place.grain, math.inf) < longest]
    left, pieces = inside[whole], []
    for place in sorted(shorter, key=lambda one: (-_LENGTHS[one.grain], one.start)):
        if inside[place] <= left:
            left -= inside[place]
            pieces.append(place)
    return pieces
