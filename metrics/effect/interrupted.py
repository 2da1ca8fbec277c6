"""Interrupted time series: whether a monthly series changed at a start, beyond the trend that it had already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from metrics.effect.autoregression import Autoregressions
from metrics.effect.effects import SHOWN, STRICT, Effect
from metrics.effect.least_squares import ROUNDING
from metrics.effect.monthly_series import Counted, MonthlySeries, counted, month_of
from metrics.effect.placebo import placebo_ranks
from metrics.effect.seasonality import season_left
from metrics.effect.segments import LEVEL, SLOPE, TREND, Segments
from metrics.effect.series_stack import SeriesStack, stacked, told
from metrics.estimate import NotReported, Reason, Status

FEWEST_MONTHS = 8
"""Months on each side below which nothing is said, and that every placebo start keeps on each side."""
FEWEST_FIRM_MONTHS = 12
"""Months on each side below which the effect is an indication."""
FEWEST_SEASONAL_MONTHS = 24
"""Months before the start from which a season can be told from a trend; with `FEWEST_FIRM_MONTHS` after it."""
ONE_IN = 20
"""The real start must be among the 5 % most extreme; of fewer than twenty starts, it must be the most extreme."""
_FITS_AT_ONCE = 6_000
"""Keeps what is worked on small enough for the processor's own memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Where a series would have been without the start, month by month, with the 95 % band of that line."""

    months: tuple[date, ...]
    values: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """What a segmented regression with AR(1) errors says of one series. Everything is in the unit of the values.

    `effect` is the distance in the last of `months` between the line after the start and the line before it, drawn on.
    `level` is the jump less one step of `slope_per_month`, which is the change of `trend_per_month`. `autocorrelation`
    is that of the errors of two months in a row. A small `seasonality_p` says that a season is left in the errors; None
    where that cannot be told. `placebo_rank` is the place of the real start among `placebo_starts` possible ones,
    itself included, by effect over standard error: 1 is the most extreme. `months` are those that counted, `fitted` the
    model there; `counterfactual` covers those after the start and goes no further.
    """

    months_before: int
    months_after: int
    status: Status
    reason: Reason | None
    effect: Effect
    level: Effect
    slope_per_month: Effect
    trend_per_month: Effect
    autocorrelation: float
    seasonal_pairs: int
    seasonality_p: float | None
    placebo_rank: int
    placebo_starts: int
    without_first_month: Effect
    without_last_month: Effect
    months: tuple[date, ...]
    fitted: tuple[float, ...]
    counterfactual: Line

    @property
    def stands_out(self) -> bool:
        """Whether hardly any other month, taken as the start, shows as much."""
        return self.placebo_rank <= max(1, self.placebo_starts // ONE_IN)

    @property
    def robust(self) -> bool:
        """Whether the effect stays without the first month after the start, and without the last one."""
        return all(
            found.excludes_zero() and (found.value > 0) == (self.effect.value > 0)
            for found in (self.without_first_month, self.without_last_month)
        )


def beyond_own_trend(found: Interrupted | NotReported) -> bool:
    """Return whether the series changed beyond its own trend, either way: level 3 of the ladder of evidence.

    That asks for months enough, a 99 % interval without 0, a start that stands out among the placebo starts, and an
    effect that does not hang on one month.
    """
    if isinstance(found, NotReported):
        return False
    long_enough = min(found.months_before, found.months_after) >= FEWEST_FIRM_MONTHS
    return long_enough and found.effect.excludes_zero(STRICT) and found.stands_out and found.robust


def interrupted(series: Sequence[MonthlySeries], *, seasonal_pairs: int = 0) -> list[Interrupted | NotReported]:
    """Return for each series what changed at its start, or why that cannot be said; in their order.

    Errors are AR(1), by restricted likelihood, not below 0. Seasonal pairs are only used where there are 24 months
    before the start and 12 after it, in enough calendar months. Months left out are left out of every fit, of the
    placebo starts as well. Without any spread around the lines no uncertainty can be worked out: nothing is reported.
    """
    seen = [counted(one) for one in series]
    found: list[Interrupted | NotReported] = [
        NotReported(status=Status.TOO_FEW, reason=Reason.SHORT_SERIES, n=len(one.values)) for one in seen
    ]
    for (n, pairs), indices in _alike(seen, seasonal_pairs).items():
        size = max(1, _FITS_AT_ONCE // (n - 2 * FEWEST_MONTHS + 1))
        for first in range(0, len(indices), size):
            some = indices[first : first + size]
            stack = stacked([seen[index] for index in some], Segments(seasonal_pairs=pairs))
            for index, result in zip(some, _results(stack), strict=True):
                found[index] = result
    return found


def _alike(seen: Sequence[Counted], wanted: int) -> Mapping[tuple[int, int], list[int]]:
    """Return which series have the same length and carry as many seasonal pairs, of those that are long enough."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, one in enumerate(seen):
        if min(one.before, one.after) >= FEWEST_MONTHS:
            found[len(one.values), _pairs(one, wanted)].append(index)
    return found


def _pairs(one: Counted, wanted: int) -> int:
    seasonal = one.before >= FEWEST_SEASONAL_MONTHS and one.after >= FEWEST_FIRM_MONTHS
    # A sine and a cosine each need a calendar month of their own.
    return min(wanted, (len(np.unique(one.numbers % 12)) - 1) // 2) if seasonal else 0


def _results(stack: SeriesStack) -> Iterator[Interrupted | NotReported]:
    firm = np.minimum(stack.before, stack.length - stack.before) >= FEWEST_FIRM_MONTHS
    columns = _columns(stack)
    largest = np.abs(stack.values).max(axis=1)
    for at, effect in enumerate(columns["effect"]):
        if effect.standard_error <= ROUNDING * largest[at]:
            yield NotReported(status=Status.UNDEFINED, reason=Reason.NO_INTERVAL, n=stack.length)
        else:
            yield Interrupted(
                months_before=int(stack.before[at]),
                months_after=stack.length - int(stack.before[at]),
                status=Status.OK if firm[at] else Status.INDICATIVE,
                reason=None if firm[at] else Reason.SHORT_SERIES,
                seasonal_pairs=stack.segments.seasonal_pairs,
                **{name: column[at] for name, column in columns.items()},
            )


def _columns(stack: SeriesStack) -> Mapping[str, Sequence[Any]]:
    """Return what is worked out for all series at once, by the field of `Interrupted` that it fills."""
    fits, design = stack.fits(), stack.design
    ranks, starts = placebo_ranks(stack, fewest_months=FEWEST_MONTHS)
    single = np.broadcast_to(np.eye(stack.segments.columns), (len(ranks), *[stack.segments.columns] * 2))
    months = [tuple(month_of(number) for number in row) for row in stack.months.tolist()]
    return {
        "effect": told(fits, stack.segments.effect_at_latest(design)),
        "level": told(fits, single[:, LEVEL]),
        "slope_per_month": told(fits, single[:, SLOPE]),
        "trend_per_month": told(fits, single[:, TREND]),
        "autocorrelation": fits.correlation.tolist(),
        "seasonality_p": season_left(stack, fits.correlation),
        "placebo_rank": ranks.tolist(),
        "placebo_starts": [starts] * len(ranks),
        "without_first_month": stack.without(stack.before).effects(),
        "without_last_month": stack.without(np.full_like(stack.before, stack.length - 1)).effects(),
        "months": months,
        "fitted": [tuple(row) for row in np.einsum("fnp,fp->fn", design, fits.coefficients).tolist()],
        "counterfactual": _lines(stack, fits, months),
    }


def _lines(stack: SeriesStack, fits: Autoregressions, months: Sequence[tuple[date, ...]]) -> list[Line]:
    away = stack.segments.without_start(stack.design)
    value = np.einsum("fnp,fp->fn", away, fits.coefficients)
    half = fits.quantile(SHOWN) * np.sqrt(np.einsum("fnp,fpq,fnq->fn", away, fits.covariance, away))
    return [
        Line(months=when[first:], values=tuple(line[first:]), low=tuple(low[first:]), high=tuple(high[first:]))
        for first, when, line, low, high in zip(
            stack.before.tolist(), months, value.tolist(), (value - half).tolist(), (value + half).tolist(), strict=True
        )
    ]
