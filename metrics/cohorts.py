"""Cohorts: the cases that belong to a period, seen on the as-of day."""

from __future__ import annotations

from typing import TypeVar

import polars as pl

from metrics.estimators.survival import followed_to
from metrics.kpi import Cohort

Frame = TypeVar("Frame", pl.DataFrame, pl.LazyFrame)

LEFT_OUT = ("withdrawn", "transferred")
"""Outcomes that are no decision: not censored (they will never be decided here) but left out, with their number."""

_DAY = {
    Cohort.RECEIVED: "received_on",
    Cohort.ARRIVED: "received_on",
    Cohort.DECIDED: "decided_on",
    Cohort.DUE: "due_on",
    Cohort.SERVICE_DUE: "service_due_on",
}
"""The day that decides to which period a case of the cohort belongs."""


def cohort(cases: Frame, which: Cohort) -> Frame:
    """Return the counted cases of one cohort, with what its estimators look at.

    `cases` carries the counting keys and the scope's `as_of`. What happened after `as_of` is not known yet:
    a later decision or withdrawal leaves the case open. Adds `day`, which decides the period; `closed` (decided);
    `days`, the lead time in calendar days, or the age where the case is open; `ended`, how the case ended, null where
    it is open; `net_days`, the days of a decided case without those on which the clock stood still, null where these
    are not known; and `on_time`, for the cohorts of cases that were due.

    `arrived` holds withdrawn and transferred cases too: their `days` run to the day on which they ended. Where the
    source does not tell that day they end on the as-of day, the last on which they can have ended, so that the share
    that was decided can only be too low.
    """
    known = cases.filter(pl.col("received_on") <= pl.col("as_of")).with_columns(ended=ended())
    timed = _timed(known if which is Cohort.ARRIVED else known.filter(~_withdrawn()))
    placed = timed.with_columns(day=pl.col(_DAY[which]))
    if which is Cohort.DECIDED:
        return placed.filter("closed")
    if which in {Cohort.RECEIVED, Cohort.ARRIVED}:
        return placed
    on_time = pl.col("closed") & (pl.col("decided_on") <= pl.col("day"))
    return placed.filter(pl.col("day") <= pl.col("as_of")).with_columns(on_time=on_time)


def left_out(cases: pl.DataFrame, scope: pl.DataFrame) -> pl.DataFrame:
    """Count per project what no cohort holds: `project`, `reason` (an outcome, or `no_term`), `n`.

    `cases` are counted records, `scope` comes from `metrics.scope.scope_frame`.
    """
    named = scope.with_columns(pl.col("service").cast(cases.schema["service"]))
    suspects = cases.filter(pl.col("due_on").is_null() | pl.col("outcome").is_in(LEFT_OUT)).join(named, on="service")
    known = suspects.filter(pl.col("received_on") <= pl.col("as_of")).with_columns(ended=ended())
    outcomes = known.filter(_withdrawn()).with_columns(reason=pl.col("outcome"))
    termless = known.filter(pl.col("due_on").is_null(), ~_withdrawn()).with_columns(reason=pl.lit("no_term"))
    return (
        pl.concat([outcomes, termless]).group_by("project", "reason").agg(pl.col("n").sum()).sort("project", "reason")
    )


def old_enough(*, horizon_days: pl.Expr) -> pl.Expr:
    """Tell of each period whether all its cases are at least `horizon_days` old, the last day included.

    For a series of months: the newest cohorts are seen too short, and would only show that. Uses `period_end` and
    `as_of`; null where the horizon is.
    """
    return (pl.col("as_of") - pl.col("period_end")).dt.total_days() >= horizon_days


def equally_followed(rows: pl.DataFrame, by: list[str], *, side: str) -> pl.DataFrame:
    """Follow the sides of a comparison to the same age, such as before and after: both are cut off where one must be.

    `rows` are cohorts with `received_on`, `as_of`, `days` and `closed`; `by` names what is compared within itself (a
    project), `side` the column that tells its sides apart. Adds `followed_days`, the age to which the oldest case of
    the youngest side can have been followed; decisions after it are not looked at, so that they are open at that age.
    Otherwise the newer side would be held against a curve that has had the time to end.
    """
    oldest = (pl.col("as_of") - pl.col("received_on")).dt.total_days().max()
    sides = rows.filter(pl.col("n") > 0).group_by(*by, side).agg(followed_days=oldest)
    shortest = sides.group_by(by).agg(pl.col("followed_days").min())
    return followed_to(rows.join(shortest, on=by, nulls_equal=True), age_days=pl.col("followed_days"))


def ended() -> pl.Expr:
    """Tell how a case had ended on the as-of day: `decided`, an outcome that is none, or null where it was open."""
    # Who withdrew after the as-of day was still waiting on it.
    later = (pl.col("decided_on") > pl.col("as_of")).fill_null(value=False)
    decided = pl.col("decided_on").is_not_null() & ~later
    withdrawn = pl.col("outcome").is_in(LEFT_OUT).fill_null(value=False) & ~later
    return pl.when(withdrawn).then(pl.col("outcome")).when(decided).then(pl.lit("decided"))


def _withdrawn() -> pl.Expr:
    return pl.col("ended").is_in(LEFT_OUT).fill_null(value=False)


def _timed(known: Frame) -> Frame:
    closed = pl.col("ended").eq_missing("decided")
    until = pl.when(pl.col("ended").is_null()).then(pl.col("as_of")).otherwise(pl.col("decided_on"))
    timed = known.with_columns(
        closed=closed,
        days=(until.fill_null(pl.col("as_of")) - pl.col("received_on")).dt.total_days(),
        on_time=pl.lit(None, dtype=pl.Boolean),
    )
    net = (pl.col("days") - pl.col("suspended_days")).clip(0)
    return timed.with_columns(net_days=pl.when("closed").then(net))
