"""What a control chart says: of each point, of each stretch with its own limits, and of each series."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from metrics.estimate import Status
from metrics.kpi import Direction
from metrics.variation.sequence import beyond
from metrics.variation.signals import Mark, with_signals

TRIAL_BELOW = 13
"""Limits of a group with fewer points still move with each point (NHSRplotthedots 0.2.2 warns of them)."""

FIXED_FROM = 12
"""Fewer points are too few to fix limits on (NHSRplotthedots 0.2.2 refuses them; here the limits are on trial)."""

SHOWN_FROM = 8
"""Limits of fewer points are not for showing (our minimum)."""


class Assurance(StrEnum):
    """Whether the target will be met with things as they are: always, never, or in some periods and not in others."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    INCONSISTENT = "inconsistent"


class NoLimits(StrEnum):
    """Why a stretch has no limits: nothing, one point, no two points in a row, or points that never differ."""

    NO_POINTS = "no_points"
    ONE_POINT = "one_point"
    NO_NEIGHBOURS = "no_neighbours"
    NO_MOVEMENT = "no_movement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charts:
    """The control charts of many series: three frames, sorted by series and time.

    `points`, a row a period: the series' columns, `period_start`, `value`, `group`, `mean`, `low`, `high`,
    `near_low`, `near_high`, and what `metrics.variation.signals` adds. Limits are null where there are none, and are
    not clipped in an XmR chart.

    `groups`, a row for each stretch with its own limits: `group`, `start` and `end` (first and last period), `n`
    (points with a value), `baseline_n` (points that the limits rest on), `mean`, `mean_range`, `sigma_z` (how many
    times more the points vary than counts do by chance; null in an XmR chart), `trial` (the limits may still move)
    and `no_limits` (`NoLimits` or null).

    `series`, a row a series, about its latest point with a value and the group of that point: `latest_on`, `value`,
    `variation` (its `Mark`; null without limits), `since` (first period of the unbroken run of points with that
    mark; null if ordinary), `assurance` (`Assurance`; null without target, direction or limits), `n`, `trial`,
    `missing_periods` (from the first point to the last row: each is a gap that breaks runs), `no_limits`, and
    `status` (`Status`): undefined without limits, too few below 8 points, indicative on trial, else ok.
    """

    points: pl.DataFrame
    groups: pl.DataFrame
    series: pl.DataFrame


POINT_COLUMNS = (
    *("period_start", "value", "group", "mean", "low", "high", "near_low", "near_high"),
    *("side_of_mean", "outside", "near_limit", "signal", "side", "mark"),
)
SERIES_COLUMNS = (
    *("latest_on", "value", "variation", "since", "assurance"),
    *("n", "trial", "missing_periods", "no_limits", "status"),
)


def charted(rows: pl.DataFrame, by: list[str]) -> Charts:
    """Return the charts of rows in order that have `mean`, limits, `mean_range`, `_ranges` and `sigma_z`."""
    told = (
        with_signals(rows)
        .with_columns(
            n=pl.col("_known").sum().cast(pl.Int64).over("_group"),
            baseline_n=pl.col("_base").sum().cast(pl.Int64).over("_group"),
            since=pl.col("period_start").first().over(pl.struct("_block", "mark").rle_id()),
        )
        .with_columns(trial=(pl.col("n") < TRIAL_BELOW) | (pl.col("baseline_n") < FIXED_FROM), no_limits=_no_limits())
    )
    return Charts(points=told.select(*by, *POINT_COLUMNS), groups=_groups(told, by), series=_series(told, by))


def _no_limits() -> pl.Expr:
    base = pl.col("value").filter("_base")
    differ = (base.max() - base.min()).over("_group") > pl.col("_slack")
    return (
        pl.when(pl.col("low").is_not_null().any().over("_group"))
        .then(None)
        .when(pl.col("baseline_n") == 0)
        .then(pl.lit(NoLimits.NO_POINTS.value))
        .when(pl.col("baseline_n") == 1)
        .then(pl.lit(NoLimits.ONE_POINT.value))
        .when((pl.col("_ranges") == 0) & differ)
        .then(pl.lit(NoLimits.NO_NEIGHBOURS.value))
        .otherwise(pl.lit(NoLimits.NO_MOVEMENT.value))
    )


def _groups(told: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    same = ("group", "n", "baseline_n", "mean", "mean_range", "sigma_z", "trial", "no_limits")
    return (
        told.group_by("_group", maintain_order=True)
        .agg(
            pl.col(*by, *same).first(),
            start=pl.col("period_start").first(),
            end=pl.col("period_start").last(),
        )
        .select(*by, "group", "start", "end", *same[1:])
    )


def _series(told: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    latest = ("value", "mark", "since", "assurance", "n", "trial", "no_limits")
    limited = pl.col("no_limits").is_null()
    signalled = limited & (pl.col("mark") != Mark.ORDINARY.value)
    return (
        told.with_columns(assurance=_assurance())
        .group_by("_series", maintain_order=True)
        .agg(
            pl.col(by).first(),
            pl.col(latest).filter("_known").last(),
            latest_on=pl.col("period_start").filter("_known").last(),
            missing_periods=pl.col("_place").max() - pl.col("_place").filter("_known").min() + 1,
            _points=pl.col("_known").sum(),
        )
        .with_columns(
            pl.col("n").fill_null(0),
            pl.col("trial").fill_null(value=True),
            (pl.col("missing_periods") - pl.col("_points")).fill_null(0),
            no_limits=pl.when(pl.col("latest_on").is_null())
            .then(pl.lit(NoLimits.NO_POINTS.value))
            .otherwise("no_limits"),
        )
        .with_columns(
            variation=pl.when(limited).then("mark"),
            since=pl.when(signalled).then("since"),
            status=_status(),
        )
        .select(*by, *SERIES_COLUMNS)
    )


def _assurance() -> pl.Expr:
    """Return the assurance at each row. A target on a limit is inconsistent; no limits is null, never inconsistent."""
    over = beyond(pl.col("target") - pl.col("high")) == 1
    under = beyond(pl.col("target") - pl.col("low")) == -1
    failing = pl.when(pl.col("direction") == Direction.UP.value).then(over).otherwise(under)
    asked = pl.col("low").is_not_null() & pl.col("target").is_not_null() & pl.col("direction").is_not_null()
    return (
        pl.when(~asked)
        .then(None)
        .when(failing)
        .then(pl.lit(Assurance.FAIL.value))
        .when(over | under)
        .then(pl.lit(Assurance.PASS.value))
        .otherwise(pl.lit(Assurance.INCONSISTENT.value))
    )


def _status() -> pl.Expr:
    return (
        pl.when(pl.col("no_limits").is_not_null())
        .then(pl.lit(Status.UNDEFINED.value))
        .when(pl.col("n") < SHOWN_FROM)
        .then(pl.lit(Status.TOO_FEW.value))
        .when("trial")
        .then(pl.lit(Status.INDICATIVE.value))
        .otherwise(pl.lit(Status.OK.value))
    )
