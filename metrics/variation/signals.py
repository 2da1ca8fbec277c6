"""The four signals of a control chart: outside a limit, a trend, two of three near a limit, a shift."""

from __future__ import annotations

from enum import StrEnum

import polars as pl

from metrics.kpi import Direction
from metrics.variation.sequence import beyond

TREND_STEPS = 6
"""Steps in one direction that make a trend: seven points. Other texts use six or five points."""

SHIFT_POINTS = 7
"""Points on one side of the mean that make a shift."""

CLOSE_OF_THREE = 2
"""Points near the same limit, of three on one side, that make the signal two of three."""


class Signal(StrEnum):
    """What sets a point apart. The order is the order in which a point gets its label."""

    OUTSIDE = "outside"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"
    SHIFT = "shift"
    NONE = "none"


class Side(StrEnum):
    """Where a signal lies: above or below the mean, or the way a trend goes."""

    ABOVE = "above"
    BELOW = "below"
    INCREASING = "increasing"
    DECREASING = "decreasing"


class Mark(StrEnum):
    """What a signal means for the resident; neutral where neither way is better, ordinary without a signal."""

    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    NEUTRAL = "neutral"
    ORDINARY = "ordinary"


def with_signals(rows: pl.DataFrame) -> pl.DataFrame:
    """Add to rows in order, with `mean` and limits, what each point signals by the rules of NHSRplotthedots 0.2.2.

    Adds `side_of_mean` (`Side` above or below; null on the mean), `outside` (strictly outside a limit) and
    `near_limit` (between near limit and limit), both null where there are no limits; `signal` (`Signal`), `side`
    (`Side`, null without a signal) and `mark` (`Mark`). A period without a value has null in all of them. A trend,
    a shift and two of three never reach across a gap or into another group.
    """
    return (
        rows.with_columns(_placed(), _step=pl.when("_follows").then(beyond(_step())).otherwise(0))
        .with_columns(
            _trend_left=_long_run("_step", TREND_STEPS),
            _shift=_long_run("_side", SHIFT_POINTS),
            _hit=_two_of_three_end_here(),
        )
        .with_columns(_trend=_trend(), _close_ones=_close_ones())
        .with_columns(_labels())
        .with_columns(mark=_mark())
    )


def _step() -> pl.Expr:
    return pl.col("value") - pl.col("value").shift(1)


def _placed() -> list[pl.Expr]:
    limited = pl.col("_known") & pl.col("low").is_not_null()
    side = beyond(pl.col("value") - pl.col("mean"))
    outside = _outer("low", "high")
    return [
        side.alias("_side"),
        _above_below(side).alias("side_of_mean"),
        pl.when(limited).then(outside).alias("outside"),
        pl.when(limited).then(~outside & _outer("near_low", "near_high")).alias("near_limit"),
    ]


def _outer(low: str, high: str) -> pl.Expr:
    return (beyond(pl.col("value") - pl.col(high)) == 1) | (beyond(pl.col("value") - pl.col(low)) == -1)


def _long_run(name: str, length: int) -> pl.Expr:
    """Return the sign where it holds for at least so many rows of a block in a row, else 0."""
    run = pl.struct("_block", name).rle_id()
    return pl.when(pl.len().over(run) >= length).then(name).otherwise(0)


def _trend() -> pl.Expr:
    """Return the way of the trend that a point belongs to; at a turn that of the later one, as it is the news."""
    right = pl.col("_trend_left").shift(-1, fill_value=0)
    return pl.when(right != 0).then(right).otherwise("_trend_left")


def _two_of_three_end_here() -> pl.Expr:
    close = pl.col("near_limit").cast(pl.Int8)
    together = _same_two_before("_block") & _same_two_before("_side") & (pl.col("_side") != 0)
    return (together & (close + close.shift(1) + close.shift(2) >= CLOSE_OF_THREE)).fill_null(value=False)


def _same_two_before(name: str) -> pl.Expr:
    return (pl.col(name) == pl.col(name).shift(1)) & (pl.col(name) == pl.col(name).shift(2))


def _close_ones() -> pl.Expr:
    window = pl.col("_hit")
    return pl.col("near_limit") & (window | window.shift(-1, fill_value=False) | window.shift(-2, fill_value=False))


def _labels() -> list[pl.Expr]:
    trend = pl.when(pl.col("_trend") > 0).then(pl.lit(Side.INCREASING.value)).otherwise(pl.lit(Side.DECREASING.value))
    ranked = (
        (pl.col("outside"), Signal.OUTSIDE, _above_below(pl.col("_side"))),
        (pl.col("_trend") != 0, Signal.TREND, trend),
        (pl.col("_close_ones"), Signal.TWO_OF_THREE, _above_below(pl.col("_side"))),
        (pl.col("_shift") != 0, Signal.SHIFT, _above_below(pl.col("_side"))),
    )
    signal = pl.coalesce(*(pl.when(holds).then(pl.lit(name.value)) for holds, name, _ in ranked), pl.lit(Signal.NONE))
    side = pl.coalesce(*(pl.when(holds).then(way) for holds, _, way in ranked))
    return [pl.when("_known").then(signal).alias("signal"), side.alias("side")]


def _above_below(side: pl.Expr) -> pl.Expr:
    return pl.when(side > 0).then(pl.lit(Side.ABOVE.value)).when(side < 0).then(pl.lit(Side.BELOW.value))


def _mark() -> pl.Expr:
    upward = pl.col("side").is_in([Side.ABOVE.value, Side.INCREASING.value])
    better = upward == (pl.col("direction") == Direction.UP.value)
    return (
        pl.when(~pl.col("_known"))
        .then(None)
        .when(pl.col("side").is_null())
        .then(pl.lit(Mark.ORDINARY.value))
        .when(pl.col("direction").is_null())
        .then(pl.lit(Mark.NEUTRAL.value))
        .when(better)
        .then(pl.lit(Mark.IMPROVEMENT.value))
        .otherwise(pl.lit(Mark.CONCERN.value))
    )
