"""Rebasing: from a decided day on a series gets new limits, beside the old ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from metrics.notices import Notice

ADVISED_POINTS = 12
"""Points that each side of a rebase should have (Making Data Count); fewer is told, not refused."""

FEW_POINTS = "rebase_few_points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebase:
    """A decision of people, never of a program, to compute limits anew from a day on.

    It must say why and who decided it when, as new limits can hide that a service did badly before.
    """

    on: date
    reason: str
    who: str
    decided_on: date

    def __post_init__(self) -> None:
        """Refuse a rebase without a reason or without somebody who decided it."""
        for name, text in (("reason", self.reason), ("who", self.who)):
            if not text.strip():
                message = f"rebase on {self.on}: {name} is empty; say why the limits change and who decided it"
                raise ValueError(message)


def rebased(points: pl.DataFrame, by: list[str], *, rebases: pl.DataFrame) -> pl.DataFrame:
    """Return the points with `group`, the number of rebases of their series so far: 0, 1 and so on.

    `rebases` has `on` (the day from which limits are new) and any of the columns `by`; a rebase holds for the series
    that match it in those. The first period that starts on the day or later begins the new group. A rebase before
    the first period of a series begins nothing.
    """
    shared = [name for name in by if name in rebases.columns]
    days = rebases.select(*shared, "on").unique()
    first = pl.col("period_start").min().over(by)
    rows = points.with_columns(_first=first, _row=pl.int_range(pl.len(), dtype=pl.Int64))
    pairs = rows.join(days, on=shared, nulls_equal=True) if shared else rows.join(days, how="cross")
    begun = pl.col("on").is_between("_first", "period_start")
    counted = pairs.filter(begun).group_by("_row").agg(group=pl.len().cast(pl.Int64))
    return (
        rows.drop("group", strict=False)
        .join(counted, on="_row", how="left", maintain_order="left")
        .with_columns(pl.col("group").fill_null(0))
        .drop("_first", "_row")
    )


def rebase_frame(rebases: Sequence[Rebase]) -> pl.DataFrame:
    """Return the days of rebases that hold for every series alike, as `rebased` takes them."""
    return pl.DataFrame({"on": [rebase.on for rebase in rebases]}, schema={"on": pl.Date})


def rebase_notices(groups: pl.DataFrame, by: list[str]) -> tuple[Notice, ...]:
    """Return a notice for each rebase with fewer than 12 points before or after it.

    Takes `groups` of `Charts`. The particulars are the columns of the series, `on` (start of the new group as ISO
    text), `points_before` and `points_after`.
    """
    before = pl.col("n").shift(1).over(by)
    few = groups.with_columns(points_before=before).filter(
        pl.min_horizontal("points_before", "n") < ADVISED_POINTS, pl.col("points_before").is_not_null()
    )
    told = few.select(*by, on=pl.col("start").dt.to_string("%Y-%m-%d"), points_before="points_before", points_after="n")
    return tuple(Notice(code=FEW_POINTS, particulars=row) for row in told.iter_rows(named=True))
