"""Strata: what was answered and how many cases there were, per channel and segment."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from metrics.breakdowns import UNKNOWN

UNPLACED_ONE_IN = 10
"""At most one answer in ten, and one case in ten, may be unplaced (see `placed`).

Were the unplaced tenth half as satisfied as the rest, a figure would be off by five points at most. Our own choice.
"""


def segment_columns(rows: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    """Give each dimension of `segments` (`customer=resident;district=north`) a column; `unknown` where it is unsaid."""
    # Of many rows there are few sets of segments to read.
    read = rows.select(pl.col("segments").unique()).with_columns(
        pl.col("segments").str.extract(rf"(?:^|;){re.escape(name)}=([^;]+)").fill_null(UNKNOWN).alias(name)
        for name in dimensions
    )
    return rows.join(read, on="segments", how="left", nulls_equal=True, maintain_order="left")


def cells(answers: pl.DataFrame, volumes: pl.DataFrame, *, by: list[str], strata: Sequence[str]) -> pl.DataFrame:
    """Return one row per group of the answers and stratum, with its answers summed up and its volume.

    `answers`: `by`, `strata`, `score` (0 or 1 for a share, else the value) and `n`, or what `summed` makes of those by
    more columns. `volumes`: `strata`, `volume`
    (cases or customers, counted) and those columns of `by` that it knows; a column it lacks (`item`) holds for all.
    A stratum that is null is `unknown`. Gives `n`, `total` (sum of scores), `squares`, `least` and `most` (the lowest
    and highest score given, null without answers) and `volume`: 0 where nobody came, null throughout a group of
    which no volume, or not every volume, is known.
    """
    rows, groups = numbered_cells(answers, volumes, by=by, strata=strata)
    return groups.join(rows, on="group").drop("group")


def numbered_cells(
    answers: pl.DataFrame, volumes: pl.DataFrame, *, by: list[str], strata: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the same cells with the number of their `group` in place of `by`, and the groups with their number."""
    named = [pl.col(name).fill_null(UNKNOWN) for name in strata]
    keys = [*by, *strata]
    parts = answers.with_columns(named)
    sums = summed(parts, keys) if "score" in answers.columns else parts.group_by(keys).agg(_OF_SUMS)
    groups = sums.select(by).unique(maintain_order=True).with_row_index("group")
    answered = sums.join(groups, on=by, nulls_equal=True).drop(by)
    came = _volumes(volumes.with_columns(named), groups, by=by, strata=strata)
    known = came.group_by("group").agg(known=pl.col("volume").null_count() == 0)
    rows = (
        answered.join(came, on=["group", *strata], how="full", coalesce=True)
        .join(known, on="group", how="left")
        .select(
            "group",
            *strata,
            pl.col("n", "total", "squares").fill_null(0),
            "least",
            "most",
            volume=pl.when("known").then(pl.col("volume").fill_null(0)),
        )
    )
    return rows, groups


_ENDS = {"lowest": pl.col("lowest").min(), "highest": pl.col("highest").max()}
_OF_SUMS = (pl.col("n", "total", "squares").sum(), pl.col("least").min(), pl.col("most").max())


def summed(answers: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Sum up answers with a `score` by keys: `n`, `total`, `squares`, `least` and `most`, as `cells` tells.

    Where they have `lowest` and `highest`, the ends of their scale, those are kept.
    """
    n, score = pl.col("n"), pl.col("score")
    ends = [of for name, of in _ENDS.items() if name in answers.columns]
    scored = answers.filter(score.is_not_null())
    return scored.group_by(keys).agg(
        n.sum(),
        *ends,
        total=(score * n).sum(),
        squares=(score**2 * n).sum(),
        least=score.filter(n > 0).min(),
        most=score.filter(n > 0).max(),
    )


def _volumes(volumes: pl.DataFrame, groups: pl.DataFrame, *, by: list[str], strata: Sequence[str]) -> pl.DataFrame:
    shared = [name for name in by if name in volumes.columns]
    came = volumes.group_by([*shared, *strata]).agg(
        volume=pl.when(pl.col("volume").null_count() == 0).then(pl.col("volume").sum())
    )
    wanted = groups.select("group", *shared)
    joined = wanted.join(came, on=shared, nulls_equal=True) if shared else wanted.join(came, how="cross")
    return joined.select("group", *strata, "volume")


def merged(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Add up cells that have the same keys."""
    return rows.group_by(keys).agg(
        *_OF_SUMS,
        pl.when(pl.col("volume").null_count() == 0).then(pl.col("volume").sum()).alias("volume"),
    )


def placed(rows: pl.DataFrame, strata: Sequence[str], *, enough: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cells that a weighted figure can rest on, and per `group` whether it may.

    Unknown is no stratum: nothing says that the cases of unknown channel and the answers of unknown channel are the
    same people. Answers of an unknown stratum, or of one without cases, are left out. Cases of an unknown stratum
    are taken to be spread as the known ones, which is the same as leaving them out. Beyond one in ten
    (`UNPLACED_ONE_IN`) of either, nothing can be said. `rows` are cells with `group`. The second frame has `group`,
    `fits` (enough is placed), `usable` (fits, and every stratum has `enough` answers), `left_out` (answers) and
    `unplaced` (cases).
    """
    known = pl.all_horizontal(pl.col(name) != UNKNOWN for name in strata)
    rests = known & (pl.col("volume") > 0)
    groups = (
        rows.group_by("group")
        .agg(
            _answers=pl.col("n").sum(),
            _cases=pl.col("volume").sum(),
            left_out=pl.col("n").filter(~rests).sum(),
            unplaced=pl.col("volume").filter(~known).sum(),
            _fewest=pl.col("n").filter(rests).min(),
        )
        .with_columns(
            fits=(pl.col("left_out") * UNPLACED_ONE_IN <= pl.col("_answers"))
            & (pl.col("unplaced") * UNPLACED_ONE_IN <= pl.col("_cases")),
        )
        .with_columns(usable=pl.col("fits") & (pl.col("_fewest") >= enough).fill_null(value=False))
    )
    return rows.filter(rests), groups.select("group", "fits", "usable", "left_out", "unplaced")
