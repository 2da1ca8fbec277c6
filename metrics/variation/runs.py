"""Long runs and few crossings of the mean: a test of a whole series that grows with its length (Anhøj 2014)."""

from __future__ import annotations

from itertools import accumulate
from math import comb, log2

import polars as pl

ONE_IN = 20
"""The quantile is 5 %, one in twenty; counted in whole numbers, as ways in which the tosses can fall."""


def runs(points: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return for each group of each series how its points run along the mean, by the rules of Anhøj and Olesen (2014).

    Takes `points` of `Charts`. Points on the mean and periods without a value do not count. Gives `by`, `group`,
    `useful` (points that count), `longest_run` (of points on one side), `longest_run_max`, `crossings` (changes of
    side), `crossings_min` and `runs_signal` (a longer run than the first, or fewer crossings than the second, limit:
    by chance in about 5 % of series, whatever their length). The numbers are null where no point counts.
    """
    keys = [*by, "group"]
    useful = points.filter(pl.col("side_of_mean").is_not_null()).with_columns(_run=_run(keys))
    counted = (
        useful.with_columns(_length=pl.len().over("_run"))
        .group_by(keys, maintain_order=True)
        .agg(
            useful=pl.len().cast(pl.Int64),
            longest_run=pl.col("_length").max().cast(pl.Int64),
            crossings=pl.col("_run").n_unique().cast(pl.Int64) - 1,
        )
    )
    limits = _limits(counted["useful"].unique().to_list())
    return (
        points.select(keys)
        .unique(maintain_order=True)
        .join(counted, on=keys, how="left", nulls_equal=True, maintain_order="left")
        .join(limits, on="useful", how="left", maintain_order="left")
        .with_columns(
            pl.col("useful").fill_null(0),
            runs_signal=(
                (pl.col("longest_run") > pl.col("longest_run_max")) | (pl.col("crossings") < pl.col("crossings_min"))
            ).fill_null(value=False),
        )
        .select(*keys, "useful", "longest_run", "longest_run_max", "crossings", "crossings_min", "runs_signal")
    )


def longest_run_max(useful: int) -> int:
    """Return the longest run that is still ordinary among so many points."""
    return round(log2(useful)) + 3


def crossings_min(useful: int) -> int:
    """Return the fewest crossings that are still ordinary: the 5 % quantile of a coin tossed once less."""
    tosses = useful - 1
    at_most = accumulate(comb(tosses, crossings) for crossings in range(useful))
    return next(crossings for crossings, ways in enumerate(at_most) if ONE_IN * ways >= 2**tosses)


def _run(keys: list[str]) -> pl.Expr:
    return pl.struct(*keys, "side_of_mean").rle_id()


def _limits(lengths: list[int]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "useful": lengths,
            "longest_run_max": [longest_run_max(useful) for useful in lengths],
            "crossings_min": [crossings_min(useful) for useful in lengths],
        },
        schema={"useful": pl.Int64, "longest_run_max": pl.Int64, "crossings_min": pl.Int64},
    )
