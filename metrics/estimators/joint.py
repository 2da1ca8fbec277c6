"""Correlation of two questions that were answered on one form, from counted joint answers."""

from __future__ import annotations

import polars as pl


def correlation(rows: pl.DataFrame, one: str, other: str) -> float | None:
    """Return Pearson's correlation of two whole-valued columns over rows counted by `n`.

    Only rows that answer both count. None where fewer than two do, or where all give the same answer to either.
    """
    both = rows.drop_nulls([one, other])
    n, x, y = (pl.col(name) for name in ("n", one, other))
    sums = both.select(
        n=n.sum(), x=(n * x).sum(), y=(n * y).sum(), xx=(n * x * x).sum(), yy=(n * y * y).sum(), xy=(n * x * y).sum()
    )
    # Whole numbers up to here: equal answers give a spread of exactly 0.
    spread = sums.select(
        x=pl.col("xx") * n - pl.col("x") ** 2,
        y=pl.col("yy") * n - pl.col("y") ** 2,
        together=pl.col("xy") * n - pl.col("x") * pl.col("y"),
    ).row(0, named=True)
    if spread["x"] <= 0 or spread["y"] <= 0:
        return None
    return float(spread["together"] / (spread["x"] ** 0.5 * spread["y"] ** 0.5))
