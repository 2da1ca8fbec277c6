"""What follows what: months that are missing, values that are not known, and rows that cannot be."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from metrics.periods import Grain
from metrics.variation.sequence import in_order
from metrics.variation.xmr import xmr
from tests.metrics.variation.drawn import BY, month, series

DAYS = {
    Grain.MONTH: [date(2024, 11, 1), date(2024, 12, 1), date(2025, 1, 1), date(2025, 3, 1)],
    Grain.QUARTER: [date(2024, 9, 30), date(2024, 10, 1), date(2025, 3, 1), date(2025, 7, 1)],
    Grain.YEAR: [date(2022, 1, 1), date(2023, 1, 1), date(2024, 1, 1), date(2026, 1, 1)],
    None: [date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 9), date(2024, 6, 1)],
}


@pytest.mark.parametrize(
    ("grain", "follows"),
    [
        (Grain.MONTH, [False, True, True, False]),
        (Grain.QUARTER, [False, True, True, False]),
        (Grain.YEAR, [False, True, True, False]),
        (None, [False, True, True, True]),
    ],
)
def test_a_period_follows_the_one_before_it_and_none_where_one_is_left_out(grain, follows):
    points = pl.DataFrame({"series": ["a"] * 4, "period_start": DAYS[grain], "value": [1.0, 2.0, 3.0, 4.0]})
    assert in_order(points, BY, grain=grain)["_follows"].to_list() == follows


def test_a_month_left_out_and_a_month_without_a_value_are_the_same_gap():
    without = series(9, 11, None, 10, 12)
    left_out = without.filter(pl.col("value").is_not_null())
    one, other = (xmr(points, BY, grain=Grain.MONTH) for points in (without, left_out))
    assert one.points.filter(pl.col("value").is_not_null()).equals(other.points)
    assert one.series["missing_periods"].to_list() == other.series["missing_periods"].to_list() == [1]


def test_no_moving_range_is_taken_across_a_gap():
    # By hand: ranges 2 and 2; 11 to 20 is not one of them.
    charts = xmr(series(9, 11, None, 20, 22), BY, grain=Grain.MONTH)
    assert charts.groups["mean_range"].to_list() == [2.0]


def test_not_a_number_is_not_known():
    assert in_order(series(9, float("nan"), 11), BY, grain=Grain.MONTH)["value"].to_list() == [9, None, 11]


def test_points_may_come_in_any_order():
    points = pl.concat([series(9, 11, 12, 8), series(1, 4, 2, 9, name="b")])
    one, other = (
        xmr(given, BY, grain=Grain.MONTH) for given in (points, points.sample(fraction=1, shuffle=True, seed=3))
    )
    assert one.points.equals(other.points)
    assert one.series.equals(other.series)


def test_two_points_of_one_series_in_one_period_are_refused():
    double = pl.concat([series(1, 2), series(3)])
    with pytest.raises(ValueError, match="1 rows repeat a period_start"):
        xmr(double, BY, grain=Grain.MONTH)


def test_a_direction_that_is_none_is_refused():
    with pytest.raises(ValueError, match="direction: sideways; it is up or down"):
        xmr(series(1, 2, direction="sideways"), BY, grain=Grain.MONTH)


def test_series_of_which_the_name_is_not_known_stay_one_series():
    charts = xmr(series(9, 11, 9, name=None), BY, grain=Grain.MONTH)
    assert charts.series.select("series", "n").rows() == [(None, 3)]


def test_limits_are_fixed_on_points_and_not_on_months():
    # By hand: the first three points are 9, 11 and 13, with a gap between them.
    charts = xmr(series(9, 11, None, 13, 40, 50, fixed_points=3), BY, grain=Grain.MONTH)
    assert charts.groups.select("n", "baseline_n", "mean", "mean_range").rows() == [(5, 3, 11.0, 2.0)]


def test_no_points_at_all_give_no_charts():
    charts = xmr(series(), BY, grain=Grain.MONTH)
    assert [frame.height for frame in (charts.points, charts.groups, charts.series)] == [0, 0, 0]


def test_the_months_of_the_drawings_are_months():
    assert [month(0), month(12)] == [date(2024, 1, 1), date(2025, 1, 1)]
