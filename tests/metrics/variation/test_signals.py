"""Each signal on a hand-drawn series; every drawing starts behind `BASE`: mean 10, limits 4.68 and 15.32."""

from __future__ import annotations

import polars as pl
import pytest

from metrics.kpi import Direction
from metrics.periods import Grain
from metrics.variation.xmr import xmr
from tests.metrics.variation.drawn import BASE, BY, after_base, series, signals


def test_a_point_strictly_outside_a_limit_is_outside_and_a_point_on_it_is_not():
    # By hand: 10 + 2.66 x 2 = 15.32 and 10 - 2.66 x 2 = 4.68.
    found = after_base(15.32, 15.33, 4.68, 4.67)
    assert signals(found) == ["none", "outside above", "none", "outside below"]
    assert found["outside"].to_list() == [False, True, False, True]


def test_seven_points_that_rise_are_a_trend_and_all_seven_are_marked():
    """o
      o    six steps up, from 7 to 13, across the mean.
     o
    o
    """
    found = after_base(9, 8, 9, 9.5, 10.5, 11, 12, 13, 9)
    assert signals(found) == ["none", *["trend increasing"] * 7, "none"]


def test_seven_points_that_fall_are_a_trend_too():
    assert signals(after_base(12, 11, 10.5, 9.5, 9, 8, 7.5))[-7:] == ["trend decreasing"] * 7


def test_six_points_that_rise_are_not_a_trend():
    # The step from the last base point (11) to 8 goes down.
    assert signals(after_base(8, 9, 9.5, 10.5, 11, 12)) == ["none"] * 6


def test_a_tie_breaks_a_trend():
    assert signals(after_base(8, 9, 9.5, 9.5, 10.5, 11, 12)) == ["none"] * 7


def test_a_turning_point_belongs_to_the_trend_that_it_starts():
    """o        Seven up to 12.2 and seven down from it.
      o   o
    o       o
    """
    up, down = (8, 9, 9.5, 10.5, 11, 12), (11.9, 11.5, 10.5, 9.5, 9, 8)
    found = signals(after_base(*up, 12.2, *down))
    assert found == [*["trend increasing"] * 6, *["trend decreasing"] * 7]


def test_the_last_point_of_a_rising_trend_keeps_its_way_when_another_rising_trend_follows():
    # NHSRplotthedots 0.2.2 calls the 12.2 decreasing, from the step down to 8 that belongs to neither trend.
    up = (8, 9, 9.5, 10.5, 11, 12, 12.2)
    assert signals(after_base(*up, *up)) == ["trend increasing"] * 14


def test_two_of_three_points_near_the_same_limit_are_a_signal_and_only_the_near_ones_are_marked():
    # By hand: near means beyond 10 + 2.66 x 2 x 2/3 = 13.547.
    found = after_base(9, 14, 10.5, 14, 9)
    assert signals(found) == ["none", "two_of_three above", "none", "two_of_three above", "none"]
    assert found["near_limit"].to_list() == [False, True, False, True, False]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_third_of_three_may_stand_anywhere(place):
    three = [6, 6, 6]
    three[place] = 9.5
    # After 11: the base ends above the mean, so that no window of three reaches into it.
    told = signals(after_base(*three, 11))
    assert [text for index, text in enumerate(told[:3]) if index != place] == ["two_of_three below"] * 2
    assert told[place] == "none"


def test_two_near_points_with_one_between_on_the_other_side_are_no_signal():
    assert signals(after_base(9, 14, 9.9, 14, 9)) == ["none"] * 5


def test_two_points_near_opposite_limits_are_no_signal():
    assert signals(after_base(9, 14, 6, 11)) == ["none"] * 4


def test_two_near_points_with_two_between_are_no_signal():
    assert signals(after_base(9, 14, 10.5, 11, 14, 9)) == ["none"] * 6


def test_a_point_outside_the_limit_is_not_near_it():
    assert signals(after_base(9, 14, 16, 9)) == ["none", "none", "outside above", "none"]


def test_a_point_outside_may_be_the_third_beside_two_near_ones():
    told = signals(after_base(9, 14, 16, 14, 9))
    assert told == ["none", "two_of_three above", "outside above", "two_of_three above", "none"]


def test_seven_points_on_one_side_are_a_shift_and_all_are_marked():
    found = signals(after_base(9, 11, 12, 11, 12, 11, 12, 11, 9))
    assert found == ["none", *["shift above"] * 7, "none"]


def test_seven_points_below_the_mean_are_a_shift_below():
    # The base ends above the mean.
    assert signals(after_base(9, 8, 9, 8, 9, 8, 9)) == ["shift below"] * 7


def test_six_points_on_one_side_are_not_a_shift():
    assert signals(after_base(9, 8, 9, 8, 9, 8, 11)) == ["none"] * 7


def test_a_point_on_the_mean_is_on_no_side_and_breaks_a_shift():
    found = after_base(9, 8, 9, 10, 8, 9, 8, 9)
    assert signals(found) == ["none"] * 8
    assert found["side_of_mean"].to_list() == ["below", "below", "below", None, "below", "below", "below", "below"]


def test_a_mean_that_is_no_round_number_in_binary_still_has_points_on_it():
    # 0.1 + 0.2 + 0.3 over 3 is 0.20000000000000004 in floating point.
    charts = xmr(series(0.1, 0.2, 0.3), BY, grain=Grain.MONTH)
    assert charts.points["side_of_mean"].to_list() == ["below", None, "above"]


def test_outside_comes_before_a_trend_before_two_of_three_before_a_shift():
    # Seven rise above the mean, the last three beyond 13.547 and the very last beyond 15.32.
    rising = after_base(9, 10.5, 11, 12, 12.5, 13.6, 14, 16)
    assert signals(rising) == [*["trend increasing"] * 7, "outside above"]
    # Seven above the mean, 14 and 14 near the limit.
    shifted = after_base(9, 11, 14, 11, 14, 11, 12, 11)
    assert signals(shifted) == [
        *("none", "shift above", "two_of_three above", "shift above", "two_of_three above"),
        *["shift above"] * 3,
    ]


@pytest.mark.parametrize("broken", [(9, 8, 9, None, 8, 9, 8, 9), (8, 9, 9.5, None, 10.5, 11, 12, 12.5)])
def test_a_month_without_a_value_breaks_a_shift_and_a_trend(broken):
    found = after_base(*broken)
    assert signals(found) == ["none", "none", "none", None, *["none"] * 4]
    assert found.row(3, named=True)["mark"] is None
    assert found.row(3, named=True)["outside"] is None


def test_a_month_without_a_value_breaks_two_of_three():
    assert signals(after_base(9, 14, None, 14, 14, 9)) == ["none", "none", None, "none", "none", "none"]


WIDE = (40, 0, 40, 0)
"""What makes limits so wide, and a mean so far up, that the points before it are ordinary by themselves."""

ACROSS = [
    # Seven that rise, seven below their means, and two of three near a limit: if it were one stretch.
    ((8, 9, 9.5, 10), (10.5, 11, 12, *WIDE)),
    ((9, 8, 9, 8), (9, 8, 9, *WIDE)),
    ((9, 14, 14), (12, 0, 12, 0)),
]


@pytest.mark.parametrize(("first", "second"), ACROSS)
@pytest.mark.parametrize("apart", ["group", "series"])
def test_no_signal_reaches_into_the_next_group_or_the_next_series(first, second, apart):
    rows = series(*BASE, *first, *second, fixed_points=12)
    later = (pl.int_range(pl.len()) >= len(BASE) + len(first)).cast(pl.Int64)
    divided = rows.with_columns(later.cast(rows.schema.get(apart, pl.Int64)).alias(apart))
    assert set(signals(xmr(divided, BY, grain=Grain.MONTH).points)) == {"none"}


@pytest.mark.parametrize(
    "broken", [(9, 8, 9, None, 8, 9, 8, 9), (8, 9, 9.5, None, 10.5, 11, 12, 12.5), (9, 14, 14, None, 14)]
)
def test_no_signal_reaches_across_a_month_that_is_left_out(broken):
    rows = series(*BASE, *broken, fixed_points=12).drop_nulls("value")
    assert set(signals(xmr(rows, BY, grain=Grain.MONTH).points)) == {"none"}


@pytest.mark.parametrize(
    ("direction", "value", "mark"),
    [
        (Direction.UP, 16, "improvement"),
        (Direction.UP, 4, "concern"),
        (Direction.DOWN, 16, "concern"),
        (Direction.DOWN, 4, "improvement"),
        (None, 16, "neutral"),
        (None, 4, "neutral"),
        (Direction.UP, 10, "ordinary"),
        (None, 10, "ordinary"),
    ],
)
def test_which_way_is_better_makes_a_signal_an_improvement_or_a_concern(direction, value, mark):
    assert after_base(value, direction=direction)["mark"].to_list() == [mark]


def test_a_trend_is_judged_by_its_way_and_not_by_its_side():
    # All seven lie below the mean, and rise.
    rising = after_base(5, 6, 6.5, 7, 8, 9, 9.5, direction="up")
    assert signals(rising) == ["trend increasing"] * 7
    assert rising["mark"].to_list() == ["improvement"] * 7
