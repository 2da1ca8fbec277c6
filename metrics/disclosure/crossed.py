"""A table of persons counted by one or more properties, with all its totals."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import polars as pl

from metrics.breakdowns import EVERYBODY
from metrics.disclosure.primary import FEWEST_PERSONS
from metrics.disclosure.tables import Cell, Secret, Sum, Table

APART = "|"
"""Stands between the values in the name of a cell."""


def crossed(counts: pl.DataFrame, *, fewest: int = FEWEST_PERSONS, zero_tells: bool = False) -> Table:
    """Return the cells of all properties together and every total over one or more of them.

    `counts` has a text column for each property, and `n`. A cell is named after its values, `old|desk`, with `all` for a
    property that is added up over. Fewer than `fewest` persons are a secret; nobody is one only where `zero_tells`.
    """
    properties = [name for name in counts.columns if name != "n"]
    overs = [over for size in range(len(properties) + 1) for over in combinations(properties, size)]
    levels = pl.concat([_added_up(counts, over) for over in overs])
    keys = levels.select(properties).rows()
    named = dict(zip(keys, levels["n"].to_list(), strict=True))
    least = 0 if zero_tells else 1
    cells = tuple(
        Cell(name=APART.join(key), n=n, secret=Secret.PERSONS if least <= n < fewest else None)
        for key, n in named.items()
    )
    return Table(cells=cells, sums=tuple(_sums(list(named))), fewest=fewest)


def _added_up(counts: pl.DataFrame, over: Sequence[str]) -> pl.DataFrame:
    properties = [name for name in counts.columns if name != "n"]
    return (
        counts.with_columns(pl.lit(EVERYBODY).alias(name) for name in over)
        .group_by(properties, maintain_order=True)
        .agg(pl.col("n").sum())
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
