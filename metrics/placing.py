"""Placing months in periods: quarters, years and baselines are whole months put together."""

from __future__ import annotations

import polars as pl

from metrics.periods import MONTHS_IN, Grain

PERIOD = ("project", "grain", "period_start", "period_end")
"""What names a period of a project; both ends are included."""


def placed(months: pl.DataFrame, facts: pl.DataFrame, grain: Grain) -> pl.DataFrame:
    """Repeat what has a `project` and a `month` for its period of the grain and, inside it, for the baseline.

    `facts` has a row per project with `first` (its first day), `as_of`, `baseline_start` and `baseline_end`.
    """
    known = months.join(facts.select("project", "first", "as_of", "baseline_start", "baseline_end"), on="project")
    return pl.concat([_periods(known, grain), _baseline(known)]).drop(
        "month", "first", "as_of", "baseline_start", "baseline_end"
    )


def grid(facts: pl.DataFrame, grain: Grain) -> pl.DataFrame:
    """Return every period of each project from its first record to its as-of day, without a hole."""
    length = f"{MONTHS_IN[grain]}mo"
    start, end = pl.col("first").dt.truncate(length), pl.col("as_of").dt.truncate(length)
    return (
        facts.select("project", period_start=pl.date_ranges(start, end, length))
        .explode("period_start")
        .with_columns(
            grain=pl.lit(grain.value),
            period_end=pl.col("period_start").dt.offset_by(length).dt.offset_by("-1d"),
        )
    )


def _periods(rows: pl.DataFrame, grain: Grain) -> pl.DataFrame:
    named = pl.lit(grain.value)
    if grain is Grain.ALL:
        return rows.with_columns(grain=named, period_start=pl.col("first"), period_end=pl.col("as_of"))
    length = f"{MONTHS_IN[grain]}mo"
    start = pl.col("month").dt.truncate(length)
    # Of many rows there are few months to place.
    months = rows.select("month").unique().with_columns(grain=named, period_start=start)
    ended = months.with_columns(period_end=pl.col("period_start").dt.offset_by(length).dt.offset_by("-1d"))
    return rows.join(ended, on="month", how="left", maintain_order="left")


def _baseline(rows: pl.DataFrame) -> pl.DataFrame:
    start, end = pl.col("baseline_start"), pl.col("baseline_end")
    # Baselines cover whole months (`config.checks`), so a month is wholly inside or outside.
    return rows.filter(pl.col("month").is_between(start, end)).with_columns(
        grain=pl.lit(Grain.BASELINE.value), period_start=start, period_end=end
    )
