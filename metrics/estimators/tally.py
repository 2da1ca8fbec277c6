"""The tally of cases by day: how many were decided, ended otherwise, or were last seen waiting."""

from __future__ import annotations

import polars as pl

from metrics.packing import added_apart

OPEN, DECIDED, OTHERWISE = 0, 1, 2
"""What became of a case on its last day: last seen waiting, decided, or ended in another way."""

_FATES = ("open", "closed", "otherwise")


def tally(rows: pl.DataFrame, by: list[str], *, fate: pl.Expr) -> pl.DataFrame:
    """Return per group and day `open`, `closed` and `otherwise`, sorted; days on which nothing happened are left out.

    Takes counted cases in any order: `days` (0 or more) from receipt to their last day, and `n`; `fate` gives `OPEN`,
    `DECIDED` or `OTHERWISE` for each row.
    """
    return added_apart(rows, [*by, "days"], part=fate, names=_FATES)
