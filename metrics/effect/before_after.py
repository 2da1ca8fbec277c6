"""Before and after: the difference of means, of shares, and of shares decided within the norm, from counted rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from scipy.special import ndtr

from metrics.estimate import Reason
from metrics.estimators.differences import newcombe, reach, welch
from metrics.estimators.intervals import LEVEL, z_of
from metrics.estimators.moments import Moments, moments
from metrics.estimators.survival import curve, waiting_at

DIFFERENCES = pl.Schema(
    {
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "p_value": pl.Float64(),
        "before": pl.Float64(),
        "after": pl.Float64(),
        "n_before": pl.Int64(),
        "n_after": pl.Int64(),
        "reason": pl.String(),
        "method": pl.String(),
    },
)
"""What each difference gives beside its group columns, one row a group: `value` is `after` less `before`.

`low` and `high` are the ends of the interval, `p_value` is two-sided. `reason` is a `Reason` or null, and says why
there is no value, or no interval. Every row that comes in has a Boolean `after`; both sides have been put together from
the months of `metrics.effect.compared_months`. Never more than "changed": whether the project did it, this cannot say.
"""

_TOO_FEW = pl.lit(Reason.TOO_FEW_OBSERVATIONS.value)
_SIDES = ("after", "before")


def mean_differences(rows: pl.DataFrame, by: list[str], *, level: float = LEVEL) -> pl.DataFrame:
    """Return `by` and `DIFFERENCES` of means (Welch); `rows` has `by`, `after`, `value` and `n`.

    No value where a side has no rows; no interval where a side has a single one, or nobody differs on either side.
    """
    sides = _side_by_side(moments(rows, [*by, "after"]).select(*by, "after", "n", "mean", "variance"), by)
    ends = {"low": pl.Float64(), "high": pl.Float64(), "p_value": pl.Float64()}
    compared = pl.DataFrame([_welch(row, level) for row in sides.iter_rows(named=True)], schema=ends, orient="row")
    named = sides.with_columns(after="mean_after", before="mean_before", method=pl.lit(f"Welch, {level:.0%}"))
    return _told(pl.concat([named, compared], how="horizontal"), by, absent=_TOO_FEW)


def _welch(row: Mapping[str, Any], level: float) -> tuple[float | None, float | None, float | None]:
    after, before = (
        Moments(n=row[f"n_{side}"], mean=row[f"mean_{side}"], variance=row[f"variance_{side}"]) for side in _SIDES
    )
    found = welch(after, before, level=level)
    return (None, None, None) if found is None else (found.low, found.high, found.p)


def share_differences(rows: pl.DataFrame, by: list[str], *, level: float = LEVEL) -> pl.DataFrame:
    """Return `by` and `DIFFERENCES` of shares (Newcombe); `rows` has `by`, `after`, `hits` and `n`.

    The interval is the one to go by. `p_value` is that of the score test, which pools the two shares: where everybody
    or nobody is a hit on both sides there is none.
    """
    sums = rows.group_by(*by, "after").agg(pl.col("hits").sum(), pl.col("n").sum())
    hits, n = ({side: pl.col(f"{name}_{side}") for side in _SIDES} for name in ("hits", "n"))
    low, high = newcombe(hits["after"], n["after"], hits["before"], n["before"], z=z_of(level))
    some = pl.min_horizontal(*n.values()) > 0
    pooled = (hits["after"] + hits["before"]) / (n["after"] + n["before"])
    error = (pooled * (1 - pooled) * (1 / n["after"] + 1 / n["before"])).sqrt()
    compared = _side_by_side(sums, by).with_columns(
        *(pl.when(n[side] > 0).then(hits[side] / n[side]).alias(side) for side in _SIDES),
        low=pl.when(some).then(low),
        high=pl.when(some).then(high),
        error=pl.when(some).then(error),
        method=pl.lit(f"Newcombe, {level:.0%}"),
    )
    apart = (pl.col("after") - pl.col("before")) / pl.col("error")
    return _told(compared.with_columns(p_value=_two_sided(apart)), by, absent=_TOO_FEW)


def decided_differences(rows: pl.DataFrame, by: list[str], *, level: float = LEVEL) -> pl.DataFrame:
    """Return `by` and `DIFFERENCES` of the shares decided within the norm (Kaplan-Meier).

    `rows` are counted cases with `by`, `after`, `days`, `closed`, `n`, and a `norm_days` that is the same for a whole
    group. Both curves are read on the day of the norm, so a longer follow-up on one side changes nothing; a side that
    was not followed that long gives no value. Interval: MOVER from the two log-log intervals. `p_value`: the difference
    on the scale ln(-ln S) over its standard error, from Greenwood's variance (Klein and others 2007).
    """
    keys = [*by, "after"]
    norms = rows.group_by(keys).agg(pl.col("norm_days").max())
    drawn = curve(rows, keys, z=z_of(level)).join(norms, on=keys, nulls_equal=True)
    read = waiting_at(drawn, keys, day=pl.col("norm_days")).join(norms, on=keys, nulls_equal=True)
    known = read.select(
        *keys,
        "n",
        "norm_days",
        "followed",
        "log_variance",
        decided=pl.when(pl.col("followed") & pl.col("norm_days").is_not_null()).then(1 - pl.col("waiting")),
        low=1 - pl.col("waiting_high"),
        high=1 - pl.col("waiting_low"),
        log=-pl.col("waiting").log(),
    )
    sides = _side_by_side(known, by).rename({"decided_after": "after", "decided_before": "before"})
    after, before = pl.col("after"), pl.col("before")
    below = reach(after, pl.col("low_after"), other=before, other_end=pl.col("high_before"))
    above = reach(after, pl.col("high_after"), other=before, other_end=pl.col("low_before"))
    late = ~pl.col("followed_after") | ~pl.col("followed_before")
    compared = sides.with_columns(
        low=after - before - below,
        high=after - before + above,
        p_value=pl.when(~late).then(_two_sided(_apart_on_the_log_log_scale())),
        method=pl.lit(f"Kaplan-Meier, log-log, {level:.0%}"),
    )
    unknown = pl.col("norm_days_after").is_null() | pl.col("norm_days_before").is_null()
    absent = (
        pl.when(pl.min_horizontal("n_after", "n_before") == 0)
        .then(_TOO_FEW)
        .when(unknown)
        .then(pl.lit(Reason.NO_NORM.value))
        .otherwise(pl.lit(Reason.FOLLOW_UP_TOO_SHORT.value))
    )
    return _told(compared, by, absent=absent)


def _apart_on_the_log_log_scale() -> pl.Expr:
    squared = [pl.col(f"log_variance_{side}") / pl.col(f"log_{side}") ** 2 for side in _SIDES]
    return (pl.col("log_after").log() - pl.col("log_before").log()) / pl.sum_horizontal(
        squared, ignore_nulls=False
    ).sqrt()


def _two_sided(apart: pl.Expr) -> pl.Expr:
    """Return the two-sided p of a number of standard errors; null where that is null, or 0 of 0."""

    def tails(some: pl.Series) -> pl.Series:
        return pl.Series(2 * ndtr(-some.abs().to_numpy())).fill_nan(None)

    return apart.map_batches(tails, return_dtype=pl.Float64, is_elementwise=True)


def _side_by_side(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return one row a group, each column once for `after` and once for `before`; a side without rows has n = 0."""
    told = [name for name in rows.columns if name not in {*by, "after"}]
    after, before = (
        rows.filter(pl.col("after") == (side == "after")).select(*by, pl.col(told).name.suffix(f"_{side}"))
        for side in _SIDES
    )
    return after.join(before, on=by, how="full", coalesce=True, nulls_equal=True).with_columns(
        pl.col("n_after", "n_before").fill_null(0)
    )


def _told(compared: pl.DataFrame, by: list[str], *, absent: pl.Expr) -> pl.DataFrame:
    """Return `DIFFERENCES`; `absent` is the reason where there is no value."""
    value = pl.col("after") - pl.col("before")
    alone = pl.min_horizontal("n_after", "n_before") == 1
    reason = (
        pl.when(value.is_null())
        .then(absent)
        .when(pl.col("low").is_null() & alone)
        .then(_TOO_FEW)
        .when(pl.col("low").is_null())
        .then(pl.lit(Reason.NO_INTERVAL.value))
    )
    told = compared.with_columns(value=value, reason=reason)
    return told.select(*by, *(pl.col(name).cast(dtype) for name, dtype in DIFFERENCES.items())).sort(by)
