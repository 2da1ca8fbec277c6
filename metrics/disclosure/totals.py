"""Tables of numbers of persons with their totals, over properties or over time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, combinations

import polars as pl

from metrics.breakdowns import EVERYBODY, UNKNOWN
from metrics.disclosure.primary import FEWEST_PERSONS, telling
from metrics.disclosure.tables import Cell, Secret, Sum, Table

APART = "|"
"""Stands between the values in the name of a cell."""


_COUNTED = ("n", "hits")


def crossed(counts: pl.DataFrame, *, fewest: int = FEWEST_PERSONS, zero_tells: bool = False) -> Table:
    """Return the cells of all properties together and every total over one or more of them.

    `counts` has a column for each property, `n`, and `hits` where figures count too. A cell is named after its values,
    `old|desk`, with `all` for a property that is added up over. Fewer than `fewest` persons are a secret; nobody is one
    only where `zero_tells`.
    """
    properties = _properties(counts)
    text = counts.with_columns(pl.col(properties).cast(pl.String).fill_null(UNKNOWN))
    for name in properties:
        if EVERYBODY in text[name]:
            message = f"'{EVERYBODY}' is the name of totals and cannot be a value of {name}; give it another name"
            raise ValueError(message)
    overs = [over for size in range(len(properties) + 1) for over in combinations(properties, size)]
    levels = pl.concat([_added_up(text, over) for over in overs])
    keys = levels.select(properties).rows()
    hits = levels["hits"].to_list() if "hits" in levels else [None] * levels.height
    least = 0 if zero_tells else 1
    cells = tuple(
        _cell(APART.join(key), n, hits=one, few=range(least, fewest))
        for key, n, one in zip(keys, levels["n"].to_list(), hits, strict=True)
    )
    return Table(cells=cells, sums=tuple(_sums(keys)), fewest=fewest)


def running(counts: Sequence[int], *, fewest: int = FEWEST_PERSONS) -> Table:
    """Return the cells of periods and of their totals so far: `2` is the second period, `1-2` the first two."""
    few = range(1, fewest)
    periods = [_cell(str(place), n, hits=None, few=few) for place, n in enumerate(counts, start=1)]
    so_far = [
        _cell(f"1-{place}", n, hits=None, few=few) for place, n in enumerate(accumulate(counts), start=1) if place > 1
    ]
    before = ["1", *(cell.name for cell in so_far)]
    sums = tuple(
        Sum(total=total.name, parts=(last, period.name))
        for total, last, period in zip(so_far, before, periods[1:], strict=False)
    )
    return Table(cells=(*periods, *so_far), sums=sums, fewest=fewest)


def _properties(counts: pl.DataFrame) -> list[str]:
    return [name for name in counts.columns if name not in _COUNTED]


def _cell(name: str, n: int, *, hits: int | None, few: range) -> Cell:
    figure = Secret.FIGURE if hits is not None and n > 0 and telling(n, hits) else None
    return Cell(name=name, n=n, hits=hits, secret=Secret.PERSONS if n in few else figure)


def _added_up(counts: pl.DataFrame, over: Sequence[str]) -> pl.DataFrame:
    return (
        counts.with_columns(pl.lit(EVERYBODY).alias(name) for name in over)
        .group_by(_properties(counts), maintain_order=True)
        .agg(pl.col(name).sum() for name in _COUNTED if name in counts.columns)
    )


def _sums(keys: Sequence[tuple[str, ...]]) -> list[Sum]:
    """Return every total over one property, with its parts."""
    parts: dict[tuple[int, tuple[str, ...]], list[str]] = {}
    for key in keys:
        for place, value in enumerate(key):
            if value != EVERYBODY:
                total = (*key[:place], EVERYBODY, *key[place + 1 :])
                parts.setdefault((place, total), []).append(APART.join(key))
    return [Sum(total=APART.join(total), parts=tuple(names)) for (_, total), names in parts.items()]
