"""Confidence intervals for shares and means, as Polars expressions."""

from __future__ import annotations

from functools import partial

import polars as pl
from scipy.special import betaincinv, ndtri, stdtrit

LEVEL = 0.95
"""Two-sided confidence of every interval that is shown (`docs/glossary.md`, interval)."""

MONEY_LEVEL = 0.90
"""Two-sided confidence of the test that releases money: 5 % on the one side that matters."""

Z = 1.959963984540054
"""Two-sided 95 % of the normal distribution: the quantile that goes with `LEVEL`."""

JEFFREYS = 0.5
"""Both parameters of Jeffreys' prior for a share, Beta(1/2, 1/2) (Brown, Cai and DasGupta 2001, section 4.3)."""

Limits = tuple[pl.Expr, pl.Expr]
"""The lower and the upper end."""


def z_of(level: float) -> float:
    """Return the two-sided quantile of the normal distribution for a confidence level such as 0.95."""
    return Z if level == LEVEL else float(ndtri((1 + level) / 2))


def wilson(hits: pl.Expr, n: pl.Expr, *, z: float = Z) -> Limits:
    """Return the Wilson score limits of the share `hits / n`; null where n is 0.

    Newcombe (1998), method 3: never leaves 0-1 and is sensible when nobody or everybody agrees.
    """
    share = hits / n
    # Divided before it is squared: the square of a whole number may not fit.
    spread = z * (share * (1 - share) / n + (z / (2 * n)) ** 2).sqrt()
    scale = 1 + z**2 / n
    centre = share + z**2 / (2 * n)
    low = ((centre - spread) / scale).clip(0.0, 1.0)
    high = ((centre + spread) / scale).clip(0.0, 1.0)
    # At 0 and n the formula gives the end itself but for rounding; a reader must not see 1e-17.
    return _closed_at_the_ends(hits, n, limits=(low, high))


def agresti_coull(hits: pl.Expr, n: pl.Expr, *, z: float = Z) -> Limits:
    """Return the Agresti-Coull limits of the share `hits / n`, cut off at 0 and 1; null where n is 0.

    Wald's formula on `z ** 2` more answers, half of them hits (Brown, Cai and DasGupta 2001). Never narrower than
    Wilson. For an auditor who wants to compare; it is not shown.
    """
    more = n + z**2
    share = (hits + z**2 / 2) / more
    half = z * (share * (1 - share) / more).sqrt()
    some = n > 0
    return pl.when(some).then((share - half).clip(0.0, 1.0)), pl.when(some).then((share + half).clip(0.0, 1.0))


def jeffreys(hits: pl.Expr, n: pl.Expr, *, level: float = LEVEL) -> Limits:
    """Return the Jeffreys limits of the share `hits / n`; null where n is 0.

    Equal tails of Beta(hits + 1/2, n - hits + 1/2), but 0 where nobody and 1 where everybody agrees (Brown, Cai and
    DasGupta 2001). Use it on columns that are summed already: equal pairs are looked up once.
    """
    tail = (1 - level) / 2
    low = _beta_quantile(hits, n, share=tail, prior=(JEFFREYS, JEFFREYS))
    high = _beta_quantile(hits, n, share=1 - tail, prior=(JEFFREYS, JEFFREYS))
    return _closed_at_the_ends(hits, n, limits=(low, high))


def clopper_pearson(hits: pl.Expr, n: pl.Expr, *, level: float = LEVEL) -> Limits:
    """Return the exact limits of the share `hits / n` (Clopper and Pearson 1934); null where n is 0.

    They hold the true share at least as often as `level` says, and are too wide for that. For an auditor who asks a
    guarantee; they are not shown.
    """
    tail = (1 - level) / 2
    low = _beta_quantile(hits, n, share=tail, prior=(0, 1))
    high = _beta_quantile(hits, n, share=1 - tail, prior=(1, 0))
    return _closed_at_the_ends(hits, n, limits=(low, high))


def student(mean: pl.Expr, squared_error: pl.Expr, quantile: pl.Expr) -> Limits:
    """Return the t limits of a mean from its squared standard error; null where the quantile is."""
    half = quantile * squared_error.sqrt()
    return mean - half, mean + half


def t_quantiles(n: pl.Series, *, level: float = LEVEL) -> pl.Series:
    """Return the two-sided point of Student's t for a mean of each number of observations; null below two."""
    found = pl.Series(stdtrit((n - 1).clip(1).to_numpy(), (1 + level) / 2), dtype=pl.Float64)
    return found.set(n < 2, None)  # noqa: PLR2004 - one observation has no spread


def ends_of(limits: Limits) -> tuple[float, float] | None:
    """Return as numbers the limits that were made from literals, `pl.lit(8)`; None where there are none."""
    low, high = pl.select(low=limits[0], high=limits[1]).row(0)
    return None if low is None or high is None else (low, high)


def _closed_at_the_ends(hits: pl.Expr, n: pl.Expr, *, limits: Limits) -> Limits:
    low, high = limits
    some = n > 0
    return (
        pl.when(some).then(pl.when(hits == 0).then(0.0).otherwise(low)),
        pl.when(some).then(pl.when(hits == n).then(1.0).otherwise(high)),
    )


def _beta_quantile(hits: pl.Expr, n: pl.Expr, *, share: float, prior: tuple[float, float]) -> pl.Expr:
    pair = pl.struct(hits.alias("hits"), n.alias("n"))
    quantiles = partial(beta_quantiles, share=share, prior=prior)
    return pair.map_batches(quantiles, return_dtype=pl.Float64, is_elementwise=True)


def beta_quantiles(pairs: pl.Series, *, share: float, prior: tuple[float, float]) -> pl.Series:
    """Return for pairs of `hits` and `n` the quantile of Beta(hits + prior[0], n - hits + prior[1]); null if undefined.

    Many groups share few pairs, and this quantile is slow to find: each pair is looked up once.
    """
    each = pairs.struct.unnest()
    distinct = each.unique()
    counts = distinct.cast(pl.Float64)
    hits, misses = counts["hits"].to_numpy(), (counts["n"] - counts["hits"]).to_numpy()
    found = pl.Series(betaincinv(hits + prior[0], misses + prior[1], share)).fill_nan(None)
    known = distinct.with_columns(quantile=found)
    return each.join(known, on=["hits", "n"], how="left", maintain_order="left", nulls_equal=True)["quantile"]
