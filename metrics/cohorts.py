"""Cohorts: the cases that belong to a period, seen on the as-of day."""

from __future__ import annotations

import polars as pl

from metrics.kpi import Cohort

LEFT_OUT = ("withdrawn", "transferred")
"""Outcomes that are no decision: not censored (they will never be decided here) but left out, with their number."""


def cohort(cases: pl.DataFrame, which: Cohort) -> pl.DataFrame:
    """Return the counted cases of one cohort with `day`, `days`, `closed` and `on_time`.

    `cases` carries the counting keys and the scope's `as_of`. What happened after `as_of` is not known yet:
    a later decision or withdrawal leaves the case open. `day` decides the period; `days` is the lead time in
    calendar days, or the age of an open case.
    """
    closed = (pl.col("decided_on") <= pl.col("as_of")).fill_null(value=False)
    known = cases.filter(pl.col("received_on") <= pl.col("as_of"), ~_left_out()).with_columns(closed=closed)
    until = pl.when(pl.col("closed")).then(pl.col("decided_on")).otherwise(pl.col("as_of"))
    timed = known.with_columns(days=(until - pl.col("received_on")).dt.total_days())
    if which is Cohort.RECEIVED:
        return timed.with_columns(day=pl.col("received_on"), on_time=pl.lit(None, dtype=pl.Boolean))
    if which is Cohort.DECIDED:
        return timed.filter("closed").with_columns(day=pl.col("decided_on"), on_time=pl.lit(None, dtype=pl.Boolean))
    on_time = pl.col("closed") & (pl.col("decided_on") <= pl.col("due_on"))
    return timed.filter(pl.col("due_on") <= pl.col("as_of")).with_columns(day=pl.col("due_on"), on_time=on_time)


def left_out(cases: pl.DataFrame) -> pl.DataFrame:
    """Count per project what no cohort holds: `project`, `reason` (an outcome, or `no_term`), `n`."""
    known = cases.filter(pl.col("received_on") <= pl.col("as_of"))
    outcomes = known.filter(_left_out()).with_columns(reason=pl.col("outcome"))
    termless = known.filter(pl.col("due_on").is_null(), ~_left_out()).with_columns(reason=pl.lit("no_term"))
    return (
        pl.concat([outcomes, termless]).group_by("project", "reason").agg(pl.col("n").sum()).sort("project", "reason")
    )


def _left_out() -> pl.Expr:
    # Who withdrew after the as-of day was still waiting on it.
    later = (pl.col("decided_on") > pl.col("as_of")).fill_null(value=False)
    return pl.col("outcome").is_in(LEFT_OUT).fill_null(value=False) & ~later
