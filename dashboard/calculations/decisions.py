"""Calculations of decisions: finished cases only, outcomes that compete, and terms that ran out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import polars as pl
from pydantic import Field

from dashboard.calculations.flow import GivenPeriod
from dashboard.calculations.lead_time import SHARES, Days, Number, Share, case_rows, only, within
from dashboard.calculations.method import Given, Method, Result
from metrics.cohorts import cohort
from metrics.estimators.competing import incidence, incidence_at
from metrics.estimators.completed import completed_percentile
from metrics.estimators.due_cohort import due_outcomes
from metrics.estimators.intervals import LEVEL, wilson, z_of
from metrics.kpi import Cohort
from metrics.records import SCHEMAS, Kind

_BY = ["given"]


class GivenFinished(Given):
    """Finished cases: `days` from receipt to decision, and `n`, how many took so long."""

    days: Days
    n: Number = 1


class GivenCompleted(Given):
    """`cases`: finished cases only. `shares`: which percentiles. `level`: confidence of the limits."""

    cases: Annotated[tuple[GivenFinished, ...], Field(min_length=1)]
    shares: tuple[Share, ...] = SHARES
    level: Share = LEVEL


class GivenEnded(Given):
    """Cases that are alike: `days` to their end or to the day of looking, and `n`.

    `ended`: how they ended, such as `decided` or `withdrawn`; null where they are open.
    """

    days: Days
    ended: Annotated[str, Field(min_length=1)] | None
    n: Number = 1


class GivenOutcomes(Given):
    """`cases`: all cases received in a period. `at_days`: after which numbers of days. `level`: confidence."""

    cases: Annotated[tuple[GivenEnded, ...], Field(min_length=1)]
    at_days: Annotated[tuple[Days, ...], Field(min_length=1)]
    level: Share = LEVEL


class GivenDue(Given):
    """Cases that are alike: `received_on`; `due_on`, the last day in time; `decided_on`, null where open; and `n`."""

    received_on: date
    due_on: date
    decided_on: date | None = None
    n: Number = 1


class GivenDueCohort(Given):
    """`cases`: cases with a term. `period`: the one in which their terms ran out. `as_of`: the day of looking."""

    cases: tuple[GivenDue, ...]
    period: GivenPeriod
    as_of: date
    level: Share = LEVEL


def _completed(given: GivenCompleted) -> Result:
    rows = case_rows(given.cases)
    names = ("value", "low", "high", "linear", "median_unbiased")
    return {
        "n": rows["n"].sum(),
        "percentiles": [
            {"share": share, **only(completed_percentile(rows, _BY, share=share, level=given.level), *names)}
            for share in given.shares
        ],
    }


def _outcomes(given: GivenOutcomes) -> Result:
    # A column that is null throughout has no type of its own.
    rows = case_rows(given.cases).with_columns(pl.col("ended").cast(pl.String))
    names = rows["ended"].drop_nulls().unique().sort().to_list()
    return {
        "n": rows["n"].sum(),
        "outcomes": [_outcome(rows, name, day, given.level) for name in names for day in given.at_days],
        "still_open": [_still_open(rows, day) for day in given.at_days],
    }


def _outcome(rows: pl.DataFrame, name: str, day: int, level: float) -> Mapping[str, Any]:
    drawn = incidence(rows, _BY, outcome=name, z=z_of(level))
    error = incidence_at(drawn, _BY, day=day).select("share", standard_error=pl.col("variance").sqrt())
    limits = within(drawn, day)
    return {
        "outcome": name,
        "days": day,
        **only(error, "share", "standard_error"),
        **{end: limits[end] for end in ("low", "high")},
    }


def _still_open(rows: pl.DataFrame, day: int) -> Mapping[str, Any]:
    # Whatever outcome is looked at, the same cases have none.
    drawn = incidence(rows, _BY, outcome="")
    return {"days": day, **only(incidence_at(drawn, _BY, day=day).select(share="still_open"), "share")}


_DUE = {
    name: SCHEMAS[Kind.CASES][name]
    for name in ("received_on", "due_on", "decided_on", "n", "outcome", "suspended_days")
}
"""What `cohort` looks at; outcome and suspended days are not asked here and stay empty."""


def _due(given: GivenDueCohort) -> Result:
    rows = pl.DataFrame([one.model_dump() for one in given.cases], schema=_DUE)
    cases = rows.with_columns(as_of=pl.lit(given.as_of), given=pl.lit("given"))
    due = cohort(cases, Cohort.DUE).filter(pl.col("day").is_between(given.period.start, given.period.end))
    low, high = wilson(pl.col("on_time"), pl.col("n"), z=z_of(given.level))
    found = due_outcomes(due, _BY).with_columns(share=pl.col("on_time") / pl.col("n"), low=low, high=high)
    counts = {name: found[name].sum() for name in ("n", "on_time", "late_closed", "late_open")}
    return {**counts, **only(found, "share", "low", "high", "share_of_closed")}


METHODS: tuple[Method, ...] = (
    Method(
        name="completed-percentiles",
        what="Percentiles of finished cases only, with limits that hold whatever the distribution.",
        given=GivenCompleted,
        run=_completed,
        example={"cases": [{"days": days} for days in (1, 2, 2, 3, 5, 7, 8, 8, 11, 14, 20, 41)]},
    ),
    Method(
        name="competing-outcomes",
        what="What part of the cases has had each outcome after a number of days, with other outcomes competing.",
        given=GivenOutcomes,
        run=_outcomes,
        example={
            "cases": [
                {"days": 3, "ended": "decided"},
                {"days": 5, "ended": "decided"},
                {"days": 5, "ended": "withdrawn"},
                {"days": 7, "ended": None},
                {"days": 8, "ended": "decided"},
            ],
            "at_days": [5, 8],
        },
    ),
    Method(
        name="due-cohort",
        what="The share decided in time of all cases whose term ran out in a period; open ones are late.",
        given=GivenDueCohort,
        run=_due,
        example={
            "cases": [
                {"received_on": "2026-01-05", "due_on": "2026-03-02", "decided_on": "2026-03-02", "n": 85},
                {"received_on": "2026-01-12", "due_on": "2026-03-09", "decided_on": "2026-03-12", "n": 2},
                {"received_on": "2026-02-02", "due_on": "2026-03-30", "n": 15},
                {"received_on": "2026-02-04", "due_on": "2026-04-01", "n": 9},
            ],
            "period": {"start": "2026-03-01", "end": "2026-03-31"},
            "as_of": "2026-04-15",
        },
    ),
)
"""The methods of this subject, in the order in which they are listed."""
