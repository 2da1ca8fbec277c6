"""Calculations of lead time with open cases counted: Kaplan-Meier curves, also at a fixed mix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import polars as pl
from pydantic import Field

from dashboard.calculations.method import Given, Method, Result
from metrics.estimators.intervals import LEVEL, z_of
from metrics.estimators.restricted_mean import restricted_mean
from metrics.estimators.standardised_curve import standardised_curve
from metrics.estimators.survival import curve, percentile, waiting_at

_BY = ["given"]
Days = Annotated[int, Field(ge=0)]
Number = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]
SHARES = (0.5, 0.85, 0.9)


class GivenCases(Given):
    """Cases that are alike.

    `days`: from receipt to decision, or to the day of looking where `closed` is false (still open). `n`: how many.
    """

    days: Days
    closed: bool
    n: Number = 1


class GivenCurve(Given):
    """`cases`: all cases received in a period, open ones too.

    `shares`: which percentiles, 0.9 for 9 out of 10. `within_days`: for which numbers of days the share decided is
    asked. `mean_up_to_days`: up to which day the mean is taken. `level`: confidence of the limits.
    """

    cases: Annotated[tuple[GivenCases, ...], Field(min_length=1)]
    shares: tuple[Share, ...] = SHARES
    within_days: tuple[Days, ...] = ()
    mean_up_to_days: Number | None = None
    level: Share = LEVEL


class GivenCasesOfStratum(GivenCases):
    """As other cases, with the channel or segment they belong to (`stratum`)."""

    stratum: str


class GivenMix(Given):
    """`cases`: all cases received in a period, by stratum. `mix`: the weight of each stratum, in any unit.

    `shares`, `within_days` and `level`: as for one curve.
    """

    cases: Annotated[tuple[GivenCasesOfStratum, ...], Field(min_length=1)]
    mix: Annotated[Mapping[str, Annotated[float, Field(gt=0)]], Field(min_length=1)]
    shares: tuple[Share, ...] = SHARES
    within_days: tuple[Days, ...] = ()
    level: Share = LEVEL


def case_rows(cases: tuple[Given, ...]) -> pl.DataFrame:
    """Return the cases as counted rows of one group."""
    return pl.DataFrame([one.model_dump() for one in cases]).with_columns(pl.lit("given").alias(*_BY))


def _kaplan_meier(given: GivenCurve) -> Result:
    drawn = curve(case_rows(given.cases), _BY, z=z_of(given.level))
    mean = [] if given.mean_up_to_days is None else [_mean(drawn, given.mean_up_to_days)]
    return {**_read(drawn, given), "means": mean, "curve": drawn.drop(_BY).to_dicts()}


def _at_mix(given: GivenMix) -> Result:
    mix = pl.DataFrame({"stratum": list(given.mix), "weight": list(given.mix.values())})
    drawn = standardised_curve(case_rows(given.cases), _BY, mix=mix, z=z_of(given.level))
    return {**_read(drawn, given), "curve": drawn.drop(_BY).to_dicts()}


def _read(drawn: pl.DataFrame, given: GivenCurve | GivenMix) -> Result:
    counts = {name: drawn[name].sum() for name in ("closed", "open")}
    return {
        "n": sum(counts.values()),
        **counts,
        "percentiles": [_percentile(drawn, share) for share in given.shares],
        "within": [within(drawn, day) for day in given.within_days],
    }


def _percentile(drawn: pl.DataFrame, share: float) -> Mapping[str, Any]:
    found = percentile(drawn, _BY, share=share).select(days="value", low="low", high="high")
    return {"share": share, **only(found, "days", "low", "high")}


def within(drawn: pl.DataFrame, day: int) -> Mapping[str, Any]:
    """Read the share decided within a number of days, with its limits, from a curve of one group."""
    found = waiting_at(drawn, _BY, day=pl.lit(day)).select(
        share=1 - pl.col("waiting"),
        low=1 - pl.col("waiting_high"),
        high=1 - pl.col("waiting_low"),
        standard_error=pl.col("variance").sqrt(),
        followed="followed",
    )
    return {"days": day, **only(found, "share", "low", "high", "standard_error", "followed")}


def _mean(drawn: pl.DataFrame, day: int) -> Mapping[str, Any]:
    found = restricted_mean(drawn, _BY, day=pl.lit(day))
    row = found.select("mean", "followed", standard_error=pl.col("variance").sqrt())
    return {"up_to_days": day, **only(row, "mean", "standard_error", "followed")}


def only(found: pl.DataFrame, *names: str) -> Mapping[str, Any]:
    """Return the one row by name; where there is none, as where a stratum of the mix has no cases, all is None."""
    return {name: next(iter(found[name]), None) for name in names}


METHODS: tuple[Method, ...] = (
    Method(
        name="kaplan-meier",
        what="The lead time with open cases counted as still waiting: percentiles, shares within a number of days, and "
        "the whole curve.",
        given=GivenCurve,
        run=_kaplan_meier,
        example={
            "cases": [
                {"days": 5, "closed": True, "n": 4},
                {"days": 8, "closed": True, "n": 3},
                {"days": 8, "closed": False, "n": 2},
                {"days": 20, "closed": True, "n": 1},
            ],
            "within_days": [7],
            "mean_up_to_days": 20,
        },
    ),
    Method(
        name="kaplan-meier-at-a-fixed-mix",
        what="The lead time with open cases counted, as it would be if channels or segments came in fixed proportions.",
        given=GivenMix,
        run=_at_mix,
        example={
            "cases": [
                {"stratum": "website", "days": 5, "closed": True, "n": 10},
                {"stratum": "website", "days": 9, "closed": True, "n": 10},
                {"stratum": "desk", "days": 7, "closed": True, "n": 5},
                {"stratum": "desk", "days": 20, "closed": True, "n": 5},
            ],
            "mix": {"website": 3, "desk": 1},
            "within_days": [7],
        },
    ),
)
"""The methods of this subject, in the order in which they are listed."""
