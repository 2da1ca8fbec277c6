"""Confidence intervals for shares and means, as Polars expressions."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl
from scipy import stats

Z = 1.959963984540054
"""Two-sided 95 % of the normal distribution: the only level shown to readers (`docs/glossary.md`, interval)."""



def wilson(hits: pl.Expr, n: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the Wilson score limits of the share `hits / n`; null where n is 0.

    Newcombe (1998), method 3: never leaves 0-1 and is sensible when nobody or everybody agrees.
    """
    share = hits / n
    spread = Z * (share * (1 - share) / n + Z**2 / (4 * n**2)).sqrt()
    scale = 1 + Z**2 / n
    centre = share + Z**2 / (2 * n)
    low = ((centre - spread) / scale).clip(0.0, 1.0)
    high = ((centre + spread) / scale).clip(0.0, 1.0)
    some = n > 0
    # At 0 and n the formula gives the end itself but for rounding; a reader must not see 1e-17.
    return (
        pl.when(some).then(pl.when(hits == 0).then(0.0).otherwise(low)),
        pl.when(some).then(pl.when(hits == n).then(1.0).otherwise(high)),
    )


def student(mean: pl.Expr, squared_error: pl.Expr, n: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the t limits of a mean from its squared standard error; null below two observations."""
    half = (n - 1).map_batches(_t_quantiles, return_dtype=pl.Float64) * squared_error.sqrt()
    enough = n > 1
    return pl.when(enough).then(mean - half), pl.when(enough).then(mean + half)


def _t_quantiles(freedom: pl.Series) -> pl.Series:
    degrees = freedom.fill_null(0).to_numpy()
    found, place = np.unique(degrees, return_inverse=True)
    return pl.Series(freedom.name, np.array([_t_quantile(int(one)) for one in found])[place])


@cache
def _t_quantile(degrees: int) -> float:
    return float(stats.t.ppf(0.975, degrees)) if degrees > 0 else float("inf")
