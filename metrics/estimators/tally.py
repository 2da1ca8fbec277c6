"""The tally of cases by day: how many were decided, ended otherwise, or were last seen waiting."""

from __future__ import annotations

import numpy as np
import polars as pl

OPEN, DECIDED, OTHERWISE = 0, 1, 2
"""What became of a case on its last day: last seen waiting, decided, or ended in another way."""

_FATES = {"open": OPEN, "closed": DECIDED, "otherwise": OTHERWISE}


def tally(rows: pl.DataFrame, by: list[str], *, fate: pl.Expr) -> pl.DataFrame:
    """Return per group and day `open`, `closed` and `otherwise`, sorted; days on which nothing happened are left out.

    Takes counted cases in any order: `days` (0 or more) from receipt to their last day, and `n`; `fate` gives `OPEN`,
    `DECIDED` or `OTHERWISE` for each row.
    """
    return (
        _together(rows, by, fate)
        .group_by(*by, "days")
        .agg(pl.col(*_FATES).sum())
        .filter(pl.any_horizontal(pl.col(*_FATES) != 0))
        .sort(*by, "days")
    )


def _together(rows: pl.DataFrame, by: list[str], fate: pl.Expr) -> pl.DataFrame:
    """Add up rows of one group that lie together, with a slot for each day and fate: faster than a group-by.

    Where there would be more slots than rows, the rows come back as they are.
    """
    runs = rows.select(run=pl.struct(by).rle()).unnest("run")
    last = rows["days"].max()
    shape = (runs.height, last + 1 if isinstance(last, int) else 0, len(_FATES))
    if not 0 < np.prod(shape) < rows.height:
        apart = [pl.when(fate == number).then(pl.col("n")).otherwise(0).alias(name) for name, number in _FATES.items()]
        return rows.select(*by, "days", *apart)
    counts = np.zeros(shape, dtype=np.int64)
    # Worked on in place: a fresh array of a million numbers costs more than the adding up.
    slots = np.multiply(rows["days"].to_numpy(), len(_FATES), dtype=np.int64)
    slots += rows.select(fate).to_series().to_numpy()
    lengths = runs["len"].to_numpy()
    slots[lengths[0] :] += np.repeat(np.arange(1, runs.height) * counts[0].size, lengths[1:])
    np.add.at(counts.reshape(-1), slots, rows["n"].to_numpy())
    run, day = np.nonzero(counts.any(axis=2))
    groups = runs["value"].struct.unnest()[run]
    return groups.with_columns(
        pl.Series("days", day, dtype=rows.schema["days"]),
        *(pl.Series(name, counts[run, day, number]) for name, number in _FATES.items()),
    )
