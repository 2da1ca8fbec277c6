"""Repeat respondents: how much less their answers tell than as many answers of different persons."""

from __future__ import annotations

import polars as pl

from metrics.estimators.moments import mean, sums, variance


def clustered(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return per group the standard error of the mean when one person may have answered more than once.

    Takes rows with `respondent` (who answered, in any coding), `value` and `n`. Gives `by`, `n` (answers),
    `respondents`, `mean`, `error` (as if all answers were of different persons: all that counts can give),
    `clustered_error`, `design_effect` (the ratio of their squares) and `effective_n` (`n` divided by it: the number
    to use in a Wilson interval). Linearised variance of the mean with the factor G / (G - 1) for G respondents, as
    in a regression on a constant with cluster-robust errors (Liang and Zeger 1986). Null below two respondents; no
    design effect where all answers are the same.
    """
    persons = rows.group_by([*by, "respondent"]).agg(pl.col("n").sum(), *sums()).filter(pl.col("n") > 0)
    totals = [pl.col(name).sum().over(by) if by else pl.col(name).sum() for name in ("n", "total")]
    # In whole numbers: n times the sum of a person's deviations from the mean.
    off = pl.col("total") * totals[0] - pl.col("n") * totals[1]
    deviated = persons.with_columns(off=off.cast(pl.Float64) / totals[0])
    sizes = [pl.col("n", "total", "squares").sum(), pl.len().cast(pl.Int64).alias("respondents")]
    squared = (pl.col("off") ** 2).sum().alias("squared")
    summed = deviated.group_by(by).agg(*sizes, squared) if by else deviated.select(*sizes, squared)
    several = pl.col("respondents") > 1
    found = summed.with_columns(
        mean=mean(),
        error=(variance() / pl.col("n")).sqrt(),
        clustered_error=pl.when(several).then(
            (pl.col("squared") * pl.col("respondents") / (pl.col("respondents") - 1)).sqrt() / pl.col("n")
        ),
    )
    effect = pl.when(several & (pl.col("error") > 0)).then((pl.col("clustered_error") / pl.col("error")) ** 2)
    return found.with_columns(design_effect=effect).select(
        *by,
        *("n", "respondents", "mean", "error", "clustered_error", "design_effect"),
        effective_n=pl.when(pl.col("design_effect") > 0).then(pl.col("n") / pl.col("design_effect")),
    )
