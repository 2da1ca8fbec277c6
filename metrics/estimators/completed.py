"""Lead time of finished cases only: never a headline, shown small to contrast with the whole truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import bdtr, bdtrik

from metrics.estimate import Reason, Status, figures
from metrics.estimators.intervals import LEVEL, wilson
from metrics.estimators.suspension import nearly_all
from metrics.packing import added

_TOLERANCE = 1e-9


def completed_percentile(rows: pl.DataFrame, by: list[str], *, share: float, level: float = LEVEL) -> pl.DataFrame:
    """Return the day by which a share of counted finished cases (`days`, `n`) was decided, in three definitions.

    `value` is the days of a real case (inverted CDF, R type 1) and is the one that we report; `linear` (R type 7, the
    usual one of spreadsheets) and `median_unbiased` (R type 8) lie between two cases and are for who compares. `low`
    and `high` are order statistics: with the chance `level` or more they hold the true percentile, whatever the
    distribution (Conover 1999, section 3.2, as `scipy.stats.quantile_test`). An end that so few cases do not reach is
    null. A group without cases has no row.
    """
    return _read(_lined_up(rows, by), by, share=share, level=level)


def _lined_up(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return the cases of each group by their days, with the `place` of the last of them in the line."""
    return added(rows, [*by, "days"]).with_columns(place=pl.col("n").cum_sum().over(by))


def _read(counted: pl.DataFrame, by: list[str], *, share: float, level: float = LEVEL) -> pl.DataFrame:
    sizes = counted.group_by(by).agg(pl.col("n").sum().alias("cases"))
    tail = (1 - level) / 2
    places = sizes.with_columns(
        low=_binomial_quantile(sizes["cases"], share, at=tail),
        high=_binomial_quantile(sizes["cases"], share, at=1 - tail) + 1,
        linear=(pl.col("cases") - 1) * share + 1,
        unbiased=((pl.col("cases") + 1 / 3) * share + 1 / 3).clip(1, pl.col("cases")),
    )
    return (
        counted.join(places, on=by, nulls_equal=True)
        .group_by(by)
        .agg(
            n=pl.col("n").sum(),
            value=_at_place(pl.col("cases") * share - _TOLERANCE).cast(pl.Float64),
            low=pl.when(pl.col("low").first() > 0).then(_at_place(pl.col("low"))).cast(pl.Float64),
            high=_at_place(pl.col("high")).cast(pl.Float64),
            linear=_between(pl.col("linear")),
            median_unbiased=_between(pl.col("unbiased")),
        )
    )


def _by_net_days(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return _lined_up(rows.filter(pl.col("net_days").is_not_null()).select(*by, "n", days="net_days"), by)


_DRAWN = {"days": _lined_up, "net_days": _by_net_days}


@dataclass(frozen=True, slots=True)
class CompletedPercentile:
    """The day by which a share of the finished cases was decided: always the days of a real case (inverted CDF).

    Takes counted cases (`n`) that are all closed, with the days in the column `of`: `days`, or `net_days` without the
    days on which the clock stood still, null where these are not known. Undefined where they are not known of nearly
    all. Interval: order statistics, 95 %; an end that is not reached is null.
    """

    share: float
    of: str = "days"
    method: str = "finished cases only, order statistics 95 %"

    @property
    def draw(self) -> Callable[[pl.DataFrame, list[str]], pl.DataFrame]:
        """What lines up the cases, once for all shares."""
        return _DRAWN[self.of]

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` in whole calendar days, `support` the cases of which the days are known."""
        return self.read(self.draw(rows, by), rows, by)

    def read(self, drawn: pl.DataFrame, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Read the same off cases that are lined up already."""
        known = pl.col(self.of).is_not_null()
        counts = rows.group_by(by).agg(pl.col("n").sum(), support=pl.col("n").filter(known).sum())
        found = _read(drawn, by, share=self.share).drop("n")
        enough, some = nearly_all(pl.col("support"), pl.col("n")), pl.col("n") > 0
        named = counts.join(found, on=by, how="left", nulls_equal=True).with_columns(
            *(pl.when(enough).then(pl.col(name)).alias(name) for name in ("value", "low", "high")),
            status=pl.when(enough)
            .then(pl.lit(Status.OK.value))
            .when(some)
            .then(pl.lit(Status.UNDEFINED.value))
            .otherwise(pl.lit(Status.NO_DATA.value)),
            reason=pl.when(~some)
            .then(pl.lit(Reason.NOTHING_RECORDED.value))
            .when(~enough)
            .then(pl.lit(Reason.SUSPENSION_UNKNOWN.value))
            .when(pl.col("high").is_null())
            .then(pl.lit(Reason.UPPER_LIMIT_OPEN.value)),
            method=pl.lit(self.method),
        )
        return figures(named, by)


@dataclass(frozen=True, slots=True)
class CompletedWithinNorm:
    """The share of the finished cases that was decided within the norm. Interval: Wilson, 95 %."""

    method: str = "finished cases only, Wilson 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` a fraction; undefined without a norm."""
        low, high = wilson(pl.col("hits"), pl.col("n"))
        counted = (
            rows.group_by(by)
            .agg(
                pl.col("n").sum(),
                pl.col("norm_days").max(),
                hits=pl.col("n").filter(pl.col("days") <= pl.col("norm_days")).sum(),
            )
            .with_columns(low=low, high=high, value=pl.col("hits") / pl.col("n"), support=pl.col("n"))
        )
        known, some = pl.col("norm_days").is_not_null(), pl.col("n") > 0
        named = counted.with_columns(
            *(pl.when(known & some).then(pl.col(name)).alias(name) for name in ("value", "low", "high")),
            status=pl.when(~known)
            .then(pl.lit(Status.UNDEFINED.value))
            .when(some)
            .then(pl.lit(Status.OK.value))
            .otherwise(pl.lit(Status.NO_DATA.value)),
            reason=pl.when(~known)
            .then(pl.lit(Reason.NO_NORM.value))
            .when(~some)
            .then(pl.lit(Reason.NOTHING_RECORDED.value)),
            method=pl.lit(self.method),
        )
        return figures(named, by)


def _at_place(place: pl.Expr) -> pl.Expr:
    """Return the days of the case at a place in the row from fast to slow, the first is 1; null beyond the last."""
    return pl.col("days").filter(pl.col("place") >= place).min()


def _between(place: pl.Expr) -> pl.Expr:
    below = _at_place(place.floor())
    beyond = _at_place(place.floor() + 1).fill_null(below)
    return below + (place - place.floor()).first() * (beyond - below)


def _binomial_quantile(n: pl.Series, share: float, *, at: float) -> pl.Series:
    """Return the smallest number of `n` cases that a share reaches with a chance of `at`, for each n."""
    numbers = n.to_numpy()
    above = np.ceil(bdtrik(at, numbers, share))
    below = np.clip(above - 1, 0, None)
    # The continuous inverse can come out a hair above a whole number.
    return pl.Series(np.where(bdtr(below, numbers, share) >= at, below, above), dtype=pl.Float64)
