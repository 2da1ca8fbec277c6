"""Calculations of before and after: answers of equal calendar months, and cases decided within a norm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Self

import polars as pl
from pydantic import Field, model_validator

from dashboard.calculations.method import Given, Method, Result
from metrics.effect.before_after import decided_differences, mean_differences, share_differences
from metrics.effect.compared_months import compared_months
from metrics.estimators.intervals import LEVEL
from metrics.periods import Period

Count = Annotated[int, Field(ge=0)]
Confidence = Annotated[float, Field(gt=0, lt=1)]


class GivenMonthOfAnswers(Given):
    """`month`: any day in it; `counts`: how often each value was given."""

    month: date
    counts: Mapping[int, Count]


class GivenBeforeAfter(Given):
    """Answers by month, and the days that say which months to compare.

    `baseline_start` and `baseline_end`: the first and last day of the baseline; `started_on`; `as_of`: from which day
    one looks; `left_out`: a day in each month of introduction; `satisfied_from`: the lowest value that counts as
    satisfied, for a share beside the average; `confidence`: 0.95 for what is shown.
    """

    baseline_start: date
    baseline_end: date
    started_on: date
    as_of: date
    months: Sequence[GivenMonthOfAnswers]
    left_out: Sequence[date] = ()
    satisfied_from: int | None = None
    confidence: Confidence = LEVEL

    @model_validator(mode="after")
    def _a_baseline_ends_after_it_starts(self) -> Self:
        if self.baseline_end < self.baseline_start:
            message = f"baseline_end is {self.baseline_end}, before baseline_start {self.baseline_start}."
            raise ValueError(message)
        return self


class GivenCases(Given):
    """`days` from receipt to decision, or so far where `closed` is false; `n` cases alike."""

    days: Count
    closed: bool
    n: Count


class GivenDecided(Given):
    """`before` and `after`: cases; `norm_days`: within how many days they should be decided; `confidence` as above."""

    before: Sequence[GivenCases]
    after: Sequence[GivenCases]
    norm_days: Count
    confidence: Confidence = LEVEL


def _before_after(given: GivenBeforeAfter) -> Result:
    compared = compared_months(
        Period(start=given.baseline_start, end=given.baseline_end),
        given.started_on,
        as_of=given.as_of,
        left_out=given.left_out,
    )
    sides = dict.fromkeys(compared.before, False) | dict.fromkeys(compared.after, True)
    rows = pl.DataFrame(
        [
            {"after": sides[month.month.replace(day=1)], "value": value, "n": n}
            for month in given.months
            if month.month.replace(day=1) in sides
            for value, n in month.counts.items()
        ],
        schema={"after": pl.Boolean, "value": pl.Int64, "n": pl.Int64},
    ).with_columns(group=pl.lit(""))
    return {
        "months_before": [month.isoformat() for month in compared.before],
        "months_after": [month.isoformat() for month in compared.after],
        "season_differs": compared.season_differs,
        "average": _only(mean_differences(rows, ["group"], level=given.confidence)),
        "satisfied": None
        if given.satisfied_from is None
        else _satisfied(rows, given.satisfied_from, level=given.confidence),
    }


def _satisfied(rows: pl.DataFrame, lowest: int, *, level: float) -> Mapping[str, Any] | None:
    hits = rows.with_columns(hits=pl.when(pl.col("value") >= lowest).then("n").otherwise(0))
    return _only(share_differences(hits, ["group"], level=level))


def _decided(given: GivenDecided) -> Result:
    cases = [(False, one) for one in given.before] + [(True, one) for one in given.after]
    rows = pl.DataFrame(
        [{"after": after, **one.model_dump()} for after, one in cases],
        schema={"after": pl.Boolean, "days": pl.Int64, "closed": pl.Boolean, "n": pl.Int64},
    ).with_columns(group=pl.lit(""), norm_days=pl.lit(given.norm_days, dtype=pl.Int64))
    return {"decided_within_norm": _only(decided_differences(rows, ["group"], level=given.confidence))}


def _only(found: pl.DataFrame) -> Mapping[str, Any] | None:
    return found.drop("group").row(0, named=True) if found.height else None


_YEARS = (2024, 2025)

METHODS: tuple[Method, ...] = (
    Method(
        name="before-after",
        what="The difference of answers between the baseline and now, in equal calendar months: average and share.",
        given=GivenBeforeAfter,
        run=_before_after,
        example={
            "baseline_start": "2024-01-01",
            "baseline_end": "2024-06-30",
            "started_on": "2024-09-01",
            "as_of": "2025-03-31",
            "left_out": ["2024-09-01"],
            "satisfied_from": 4,
            "months": [
                {"month": f"{year}-{month:02}-01", "counts": {"3": 20, "4": 30 if year == _YEARS[0] else 50}}
                for year in _YEARS
                for month in range(1, 7)
            ],
        },
    ),
    Method(
        name="before-after-lead-time",
        what="The difference of the share decided within the norm before and after, with open cases counted.",
        given=GivenDecided,
        run=_decided,
        example={
            "norm_days": 56,
            "before": [{"days": 30, "closed": True, "n": 40}, {"days": 70, "closed": True, "n": 60}],
            "after": [{"days": 30, "closed": True, "n": 60}, {"days": 60, "closed": False, "n": 40}],
        },
    ),
)
