"""The points of many series in order of time: what follows what, and which points the limits rest on."""

from __future__ import annotations

import polars as pl

from metrics.kpi import Direction
from metrics.periods import MONTHS_IN, Grain

EXACT = 1e-12
"""Relative to the largest value of a group: a smaller difference is rounding, so the two are equal.

A mean is a quotient of sums; without this a point that lies exactly on it may come out a hair above or below.
"""

OPTIONAL = pl.Schema(
    {"group": pl.Int64(), "fixed_points": pl.Int64(), "direction": pl.String(), "target": pl.Float64()},
)
"""Columns that points may leave out: one group, limits from all of its points, no better direction, no target."""


def in_order(points: pl.DataFrame, by: list[str], *, grain: Grain | None) -> pl.DataFrame:
    """Return the points sorted by series and time, with what the charts need to know of each row.

    Takes `by` (at least one column), `period_start` (once in a series), `value` (null: nothing is known of that
    period) and any of `OPTIONAL`. With a grain, a period without a row is as unknown as one without a value; with
    None every row follows the one before it.

    Adds `_series` and `_group` (numbers, each new group of a series another one), `_known`, `_place` (number of
    the period), `_follows` (the row before is known and is the period before, in the same group), `_block` (number
    of an unbroken run of rows), `_base` (the limits rest on it) and `_slack` (differences up to it are none).
    """
    _refuse_doubles(points, by)
    _refuse_directions(points)
    known = pl.col("value").is_not_null()
    return (
        points.with_columns(_absent(points))
        .with_columns(pl.col("value").cast(pl.Float64).fill_nan(None), pl.col("group").fill_null(0))
        .sort(*by, "period_start")
        .with_columns(_series=pl.struct(by).rle_id(), _known=known, _place=_place(grain))
        .with_columns(_group=pl.struct("_series", "group").rle_id())
        .with_columns(
            _follows=known & _as_before("_known") & _as_before("_group") & (_before("_place") == pl.col("_place") - 1),
            _nth=pl.col("_known").cum_sum().over("_group"),
            _slack=EXACT * pl.col("value").abs().max().over("_group"),
        )
        .with_columns(
            pl.col("_follows").fill_null(value=False),
            _base=known & (pl.col("_nth") <= pl.col("fixed_points")).fill_null(value=True),
        )
        .with_columns(_block=(~pl.col("_follows")).cum_sum())
    )


def beyond(difference: pl.Expr) -> pl.Expr:
    """Return -1, 0 or 1: whether a difference is below, within or above what rounding can do; unknown is 0."""
    return pl.when(difference > pl.col("_slack")).then(1).when(difference < -pl.col("_slack")).then(-1).otherwise(0)


def _absent(points: pl.DataFrame) -> list[pl.Expr]:
    return [pl.lit(None, dtype=dtype).alias(name) for name, dtype in OPTIONAL.items() if name not in points.columns]


def _place(grain: Grain | None) -> pl.Expr:
    if grain is None:
        return pl.int_range(pl.len(), dtype=pl.Int64)
    day = pl.col("period_start").dt
    return (day.year().cast(pl.Int64) * 12 + day.month() - 1) // MONTHS_IN[grain]


def _before(name: str) -> pl.Expr:
    return pl.col(name).shift(1)


def _as_before(name: str) -> pl.Expr:
    return pl.col(name) == _before(name)


def _refuse_doubles(points: pl.DataFrame, by: list[str]) -> None:
    keys = points.select(*by, "period_start")
    doubles = keys.height - keys.n_unique()
    if doubles:
        message = (
            f"points of {', '.join(by)}: {doubles} rows repeat a period_start of their series; a series has one point "
            "a period, so add up the counts or split the series first"
        )
        raise ValueError(message)


def _refuse_directions(points: pl.DataFrame) -> None:
    allowed = [direction.value for direction in Direction]
    found = points["direction"].drop_nulls().unique().to_list() if "direction" in points.columns else []
    wrong = sorted(set(found) - set(allowed))
    if wrong:
        message = f"direction: {', '.join(wrong)}; it is {' or '.join(allowed)}, or null where neither way is better"
        raise ValueError(message)
