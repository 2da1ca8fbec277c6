"""Confidence intervals for shares and means, as Polars expressions."""

from __future__ import annotations

import polars as pl
from scipy.special import stdtrit

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


def student(mean: pl.Expr, squared_error: pl.Expr, quantile: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Return the t limits of a mean from its squared standard error; null where the quantile is."""
    half = quantile * squared_error.sqrt()
    return mean - half, mean + half


def t_quantiles(n: pl.Series) -> pl.Series:
    """Return the 97.5 % point of Student's t for a mean of each number of observations; null below two."""
    found = pl.Series(stdtrit((n - 1).clip(1).to_numpy(), 0.975))
    return found.set(n < 2, None)  # noqa: PLR2004 - one observation has no spread
