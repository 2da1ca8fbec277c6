"""Calculations of interrupted series: of figures by month, and of counts by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Self

import numpy as np
from pydantic import Field, FiniteFloat, model_validator

from dashboard.calculations.method import Given, Method, Result
from dashboard.calculations.told import told
from metrics.effect.counts import rate_change
from metrics.effect.interrupted import Interrupted, Line, beyond_own_trend, interrupted
from metrics.effect.least_squares import durbin_watson, least_squares, ljung_box
from metrics.effect.monthly_series import MonthlySeries, counted
from metrics.effect.segments import Segments
from metrics.estimate import NotReported
from metrics.estimators.intervals import LEVEL

Pairs = Annotated[int, Field(ge=0, le=5)]
_LAGS = 3


class GivenSeries(Given):
    """A value for each month from `first_month` on (null: none), and the day on which something started.

    `left_out`: a day in each month of introduction; `seasonal_pairs`: sines and cosines, used where the series is long
    enough.
    """

    first_month: date
    values: Sequence[FiniteFloat | None]
    started_on: date
    left_out: Sequence[date] = ()
    seasonal_pairs: Pairs = 0

    @property
    def series(self) -> MonthlySeries:
        """The same as the arithmetic takes it."""
        return MonthlySeries(
            months=_months(self.first_month, len(self.values)),
            values=tuple(self.values),
            started_on=self.started_on,
            left_out=tuple(self.left_out),
        )


class GivenCounts(Given):
    """A count for each month from `first_month` on, and in `exposure` what it came from, such as customers.

    `slope_change`: whether the trend may change too; `seasonal_pairs` and `left_out` as for a series; `confidence`:
    0.95 for what is shown.
    """

    first_month: date
    counts: Sequence[Annotated[int, Field(ge=0)]]
    exposure: Sequence[Annotated[float, Field(gt=0, allow_inf_nan=False)]]
    started_on: date
    left_out: Sequence[date] = ()
    slope_change: bool = True
    seasonal_pairs: Pairs = 0
    confidence: Annotated[float, Field(gt=0, lt=1)] = LEVEL

    @model_validator(mode="after")
    def _as_many(self) -> Self:
        if len(self.counts) != len(self.exposure):
            message = (
                f"there are {len(self.counts)} counts and {len(self.exposure)} exposures; give one for each month."
            )
            raise ValueError(message)
        return self


def _months(first: date, count: int) -> tuple[date, ...]:
    start = first.year * 12 + first.month - 1
    return tuple(date(number // 12, number % 12 + 1, 1) for number in range(start, start + count))


def _interrupted(given: GivenSeries) -> Result:
    (found,) = interrupted([given.series], seasonal_pairs=given.seasonal_pairs)
    if isinstance(found, NotReported):
        return {"effect_in_last_month": None, "status": found.status, "reason": found.reason, "months": found.n}
    return {
        "effect_in_last_month": told(found.effect),
        "level": told(found.level),
        "slope_per_month": told(found.slope_per_month),
        "trend_per_month": told(found.trend_per_month),
        "autocorrelation": found.autocorrelation,
        "months_before": found.months_before,
        "months_after": found.months_after,
        "seasonal_pairs": found.seasonal_pairs,
        "seasonality_p": found.seasonality_p,
        "placebo_rank": found.placebo_rank,
        "placebo_starts": found.placebo_starts,
        "without_first_month": told(found.without_first_month),
        "without_last_month": told(found.without_last_month),
        "beyond_own_trend": beyond_own_trend(found),
        "counterfactual": _line(found.counterfactual),
        "ordinary_least_squares": _ordinary(given.series, found),
        "status": found.status,
        "reason": found.reason,
    }


def _line(line: Line) -> Mapping[str, Any]:
    return {
        "months": [month.isoformat() for month in line.months],
        "values": list(line.values),
        "low": list(line.low),
        "high": list(line.high),
    }


def _ordinary(series: MonthlySeries, found: Interrupted) -> Mapping[str, Any]:
    """Return the same regression as a spreadsheet does it, which takes the months for independent."""
    kept = counted(series)
    segments = Segments(seasonal_pairs=found.seasonal_pairs)
    design = segments.design(kept.numbers[None], np.array([kept.before]))[0]
    fit = least_squares(design, kept.values)
    return {
        "coefficients": fit.coefficients.tolist(),
        "standard_errors": fit.standard_errors.tolist(),
        "durbin_watson": durbin_watson(fit.residuals),
        "ljung_box_p": ljung_box(fit.residuals, _LAGS),
    }


def _counted(given: GivenCounts) -> Result:
    series = MonthlySeries(
        months=_months(given.first_month, len(given.counts)),
        values=tuple(map(float, given.counts)),
        started_on=given.started_on,
        left_out=tuple(given.left_out),
    )
    segments = Segments(slope_change=given.slope_change, seasonal_pairs=given.seasonal_pairs)
    found = rate_change(series, given.exposure, segments=segments, level=given.confidence)
    if isinstance(found, NotReported):
        return {"rate_ratio": None, "status": found.status, "reason": found.reason}
    return asdict(found)


METHODS: tuple[Method, ...] = (
    Method(
        name="interrupted-series",
        what="Whether a monthly series changed at a start beyond its own trend: the effect in the last month.",
        given=GivenSeries,
        run=_interrupted,
        example={
            "first_month": "2023-01-01",
            "values": [
                *(60, 62, 61, 63, 60, 62, 64, 61, 63, 62, 64, 61),
                *(70, 73, 71, 72, 74, 71, 73, 72, 75, 72, 74, 73),
            ],
            "started_on": "2024-01-01",
        },
    ),
    Method(
        name="interrupted-counts",
        what="By what a monthly rate of counts was multiplied at a start, by quasi-Poisson regression.",
        given=GivenCounts,
        run=_counted,
        example={
            "first_month": "2023-01-01",
            "counts": [50, 41, 58, 47, 63, 44, 52, 57, 39, 49, 36, 47, 31, 44, 28, 43, 35, 49, 33, 40],
            "exposure": [1000] * 20,
            "started_on": "2023-11-01",
            "slope_change": False,
        },
    ),
)
