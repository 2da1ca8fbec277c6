"""Difference-in-differences: whether treated services changed more than comparable ones that were not treated."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf, sqrt
from statistics import fmean, variance

import polars as pl

from metrics.effect.effects import Effect
from metrics.effect.least_squares import ROUNDING
from metrics.effect.permutation import Permuted, permuted
from metrics.estimate import NotReported, Reason, Status
from metrics.estimators.differences import welch
from metrics.estimators.moments import Moments

FEWEST_TREATED, FEWEST_COMPARATORS = 1, 2
"""Services below which a change is not held against that of others."""
FEWEST_FOR_SLOPE = 3
"""Months before the start that each service needs for a slope of its own."""
ALPHA = 0.05
"""The chance that is accepted of taking a difference by chance for a real one."""
PANEL = pl.Schema({"service": pl.String(), "month": pl.Date(), "treated": pl.Boolean(), "value": pl.Float64()})
"""What a panel is: one row for each service and month (its first day); a month without a value is null or absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceChange:
    """One service: its mean of the months before and of those after, and how it moved a month before the start."""

    service: str
    treated: bool
    before: float
    after: float
    slope_before: float | None

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceInDifferences:
    """How much more the treated services changed. Everything is in the unit of the values.

    `effect` is the mean change of the treated less that of the comparators, each service counting once: one mean before
    and one after it leaves no correlation in time. Its interval is Welch's. `permuted` is the test to go by.
    `pre_trend` is by how much more the treated moved a month, before the start; `drift` what that alone would make of
    the effect if it went on, over the `drift_months` between the middle of before and of after. A pre-trend that may be
    chance is not yet none: read the interval of the drift. `indicative` figures describe; they prove nothing.
    """

    status: Status
    reason: Reason | None
    effect: Effect
    permuted: Permuted
    pre_trend: Effect | None
    drift: Effect | None
    drift_months: float
    balanced: bool
    services: tuple[ServiceChange, ...]
    without_both_sides: tuple[str, ...]

    @property
    def alike_before(self) -> bool:
        """Whether the interval of the pre-trend holds 0; without an interval that cannot be said."""
        if self.pre_trend is None or self.pre_trend.standard_error is None:
            return False
        return not self.pre_trend.excludes_zero()


def more_than_comparable(found: DifferenceInDifferences | NotReported) -> bool:
    """Return whether the treated services changed more than comparable ones, either way: level 4 of the ladder."""
    if isinstance(found, NotReported):
        return False
    return found.permuted.p_value <= ALPHA and found.alike_before


def difference_in_differences(
    rows: pl.DataFrame, started_on: date, *, left_out: Collection[date] = ()
) -> DifferenceInDifferences | NotReported:
    """Compare the services of one panel (`PANEL`) around one start.

    `left_out` holds days in the months of introduction, which belong to neither side, as does a month in the course of
    which it started. A service without values on both sides takes no part. Comparators are registered beforehand, have
    no project of their own and share no staff; services that start at other times do not belong in one panel, unless as
    comparators that have not started yet. One treated service with two comparators is the least; where no permutation
    could give a p of .05, the outcome is indicative whatever it is.
    """
    sided = two_sided(rows, started_on, left_out=left_out)
    services = _services(sided)
    treated, others = ([one for one in services if one.treated is side] for side in (True, False))
    if len(treated) < FEWEST_TREATED or len(others) < FEWEST_COMPARATORS:
        return NotReported(status=Status.TOO_FEW, reason=Reason.FEW_SERVICES, n=len(services))
    tested = permuted([one.change for one in treated], [one.change for one in others])
    describes = tested.smallest > ALPHA
    taking_part = sided.filter(pl.col("service").is_in([one.service for one in services]))
    pre_trend, apart = _pre_trend(treated, others), _months_apart(taking_part)
    return DifferenceInDifferences(
        status=Status.INDICATIVE if describes else Status.OK,
        reason=Reason.FEW_SERVICES if describes else None,
        effect=_effect(treated, others),
        permuted=tested,
        pre_trend=pre_trend,
        drift=None if pre_trend is None else pre_trend.times(apart),
        drift_months=apart,
        balanced=taking_part.group_by("service").agg(pl.col("month").sort())["month"].n_unique() == 1,
        services=tuple(services),
        without_both_sides=tuple(sorted(set(rows["service"]) - {one.service for one in services})),
    )


def two_sided(rows: pl.DataFrame, started_on: date, *, left_out: Collection[date] = ()) -> pl.DataFrame:
    """Return the rows of a panel that count, with `after` and `number`, the number of the month."""
    _check(rows)
    month = pl.col("month")
    mixed = [started_on] if started_on.day > 1 else []
    skipped = [day.replace(day=1) for day in (*left_out, *mixed)]
    return rows.filter(pl.col("value").is_not_null(), ~month.is_in(skipped)).with_columns(
        after=month >= started_on, number=month.dt.year().cast(pl.Int64) * 12 + month.dt.month()
    )


def _check(rows: pl.DataFrame) -> None:
    if rows.select("service", "month").is_duplicated().any():
        message = "a service has one value a month; add up or average what is there twice"
        raise ValueError(message)
    if (rows.group_by("service").agg(pl.col("treated").n_unique())["treated"] != 1).any():
        message = "a service is treated or a comparator, in all its months"
        raise ValueError(message)
    if not rows["value"].drop_nulls().is_finite().all():
        message = "a value is a number; a month without a value is null"
        raise ValueError(message)


def _services(sided: pl.DataFrame) -> list[ServiceChange]:
    value, number, after = pl.col("value"), pl.col("number"), pl.col("after")
    before = ~after
    slope = pl.cov(number.filter(before), value.filter(before)) / number.filter(before).var()
    found = (
        sided.group_by("service")
        .agg(
            pl.col("treated").first(),
            before=value.filter(before).mean(),
            after=value.filter(after).mean(),
            slope_before=pl.when(before.sum() >= FEWEST_FOR_SLOPE).then(slope),
        )
        .drop_nulls(["before", "after"])
        .sort("service")
    )
    return [ServiceChange(**row) for row in found.iter_rows(named=True)]


def _effect(treated: Sequence[ServiceChange], others: Sequence[ServiceChange]) -> Effect:
    groups = [[one.change for one in some] for some in (treated, others)]
    found = welch(*(Moments(n=len(some), mean=fmean(some), variance=_variance(some)) for some in groups))
    if found is None or found.error <= _rounding([*treated, *others]):
        reason = Reason.FEW_SERVICES if min(map(len, groups)) == 1 else Reason.NO_INTERVAL
        return Effect(value=fmean(groups[0]) - fmean(groups[1]), standard_error=None, degrees=None, reason=reason)
    return Effect(value=found.value, standard_error=found.error, degrees=found.degrees)


def _variance(values: Sequence[float]) -> float | None:
    return variance(values) if len(values) > 1 else None


def _pre_trend(treated: Sequence[ServiceChange], others: Sequence[ServiceChange]) -> Effect | None:
    """Return the difference in mean slope, with Student's interval from the spread of the slopes within both groups.

    One variance for both groups, so that there is an interval with a single treated service as well. None where a group
    has no service with enough months before the start.
    """
    groups = [[one.slope_before for one in some if one.slope_before is not None] for some in (treated, others)]
    if not all(groups):
        return None
    means = [fmean(slopes) for slopes in groups]
    degrees = sum(map(len, groups)) - len(groups)
    value = means[0] - means[1]
    if degrees == 0:
        return Effect(value=value, standard_error=None, degrees=None, reason=Reason.FEW_SERVICES)
    within = sum((slope - mean) ** 2 for slopes, mean in zip(groups, means, strict=True) for slope in slopes) / degrees
    error = sqrt(within * sum(1 / len(slopes) for slopes in groups))
    if error <= _rounding([*treated, *others]):
        return Effect(value=value, standard_error=None, degrees=None, reason=Reason.NO_INTERVAL)
    return Effect(value=value, standard_error=error, degrees=float(degrees))


def _rounding(services: Sequence[ServiceChange]) -> float:
    """Return below what a standard error is no spread, but the rounding of the values."""
    return ROUNDING * max(abs(value) for one in services for value in (one.before, one.after))


def _months_apart(sided: pl.DataFrame) -> float:
    middles = [sided.filter(side)["number"].to_list() for side in (pl.col("after"), ~pl.col("after"))]
    return fmean(middles[0]) - fmean(middles[1])


def change_of_cells(
    treated: tuple[float, float], comparators: tuple[float, float], *, errors: Collection[float] = ()
) -> Effect:
    """Return the difference-in-differences of four published means, (before, after) of each group.

    `errors` are their standard errors, as of four independent samples; if the same were measured twice, the standard
    error that comes out is not theirs.
    """
    value = (treated[1] - treated[0]) - (comparators[1] - comparators[0])
    error = sqrt(sum(one**2 for one in errors)) if errors else None
    return Effect(value=value, standard_error=error, degrees=None if error is None else inf)
