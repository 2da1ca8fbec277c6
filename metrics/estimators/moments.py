"""Moments of counted values: their number, mean and variance, from sums of whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import polars as pl
from scipy.special import stdtrit

from metrics.estimators.intervals import LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Number, mean and variance (divisor n - 1) of values; None where there are no values, or a single one."""

    n: int
    mean: float | None
    variance: float | None

    @property
    def deviation(self) -> float | None:
        """Standard deviation of the values."""
        return None if self.variance is None else sqrt(self.variance)

    @property
    def error(self) -> float | None:
        """Standard error of the mean."""
        return None if self.variance is None else sqrt(self.variance / self.n)


def sums() -> list[pl.Expr]:
    """Aggregations that the expressions below need beside the sum of `n`; corrections (n < 0) simply subtract.

    Whole numbers, so that the variance does not suffer from cancellation: exact as long as `n` times the sum of
    squares stays below 2^63, which is 300 million answers on 0-10.
    """
    weighted = pl.col("value") * pl.col("n")
    return [weighted.sum().alias("total"), (weighted * pl.col("value")).sum().alias("squares")]


def mean() -> pl.Expr:
    """Mean from the sums; null where n is 0."""
    return pl.when(pl.col("n") > 0).then(pl.col("total") / pl.col("n"))


def spread() -> pl.Expr:
    """Return n times the sum of squared deviations, a whole number: 0 where all values are the same."""
    return pl.col("squares") * pl.col("n") - pl.col("total") ** 2


def variance() -> pl.Expr:
    """Variance of the values from the sums, divisor n - 1; null below two."""
    return pl.when(pl.col("n") > 1).then(spread() / pl.col("n") / (pl.col("n") - 1))


def moments(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return `by`, `n`, `mean`, `variance`, `deviation` and `error` of the counted values (`value`, `n`) per group.

    `error` is the standard error of the mean. Without `by` one row comes back, also where nothing was given.
    """
    summed = rows.group_by(by).agg(pl.col("n").sum(), *sums()) if by else rows.select(pl.col("n").sum(), *sums())
    return summed.select(*by, "n", mean=mean(), variance=variance()).with_columns(
        deviation=pl.col("variance").sqrt(),
        error=(pl.col("variance") / pl.col("n")).sqrt(),
    )


def moments_of(rows: pl.DataFrame) -> Moments:
    """Return the moments of all counted values (`value`, `n`) together."""
    found = moments(rows, []).row(0, named=True)
    return Moments(n=found["n"], mean=found["mean"], variance=found["variance"])


def t_limits(seen: Moments, *, level: float = LEVEL) -> tuple[float, float] | None:
    """Return the t limits of a mean, not cut off at its scale; None below two values and where all are the same."""
    if seen.mean is None or not seen.error:
        return None
    half = float(stdtrit(seen.n - 1, (1 + level) / 2)) * seen.error
    return seen.mean - half, seen.mean + half
