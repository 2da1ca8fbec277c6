"""Limits of XmR charts by hand, against a loop over fractions, and as they must move with the figures."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.kpi import Direction
from metrics.periods import Grain
from metrics.variation.xmr import xmr
from tests.metrics.builders import only, quickly
from tests.metrics.variation.drawn import BASE, BY, plain, series, signals

LIMITS = ("mean", "low", "high", "near_low", "near_high")


def limits(points: pl.DataFrame, *, screen: bool = True, row: int = 0) -> tuple[float | None, ...]:
    return xmr(points, BY, grain=Grain.MONTH, screen=screen).points.select(LIMITS).row(row)


def test_limits_lie_2_66_mean_moving_ranges_from_the_mean():
    # By hand: 10 - 2.66 x 2, 10 + 2.66 x 2, and two thirds of that.
    assert limits(series(*BASE)) == pytest.approx((10, 4.68, 15.32, 6.453333333, 13.546666667))


def test_a_far_too_large_range_is_left_out_once():
    # By hand: ranges 2, 2, 2, 2, 30, 30, 2, 2, 2, 2 average 7.6; 3.267 x 7.6 = 24.8, so eight ranges of 2 remain.
    values = (9, 11, 9, 11, 9, 39, 9, 11, 9, 11, 9)
    mean = sum(values) / 11
    assert limits(series(*values))[:3] == pytest.approx((mean, mean - 5.32, mean + 5.32))
    # Without the screen all ten count.
    assert limits(series(*values), screen=False)[:3] == pytest.approx((mean, mean - 2.66 * 7.6, mean + 2.66 * 7.6))


def test_ranges_are_screened_once_and_not_again():
    # By hand: 28 ranges of 1, one of 6 and one of 40: mean 74/30 = 2.47, screen 8.06: only 40 goes.
    # The rest averages 34/29 = 1.17, screen 3.83: a second time would take the 6 too.
    values = [*([0, 1] * 14), 0, 6, 46]
    charts = xmr(series(*values), BY, grain=Grain.MONTH)
    assert charts.groups["mean_range"].item() == pytest.approx(34 / 29)


def test_a_series_that_never_moved_has_no_limits_and_no_verdict():
    charts = xmr(series(*[5] * 15, direction="up", target=4), BY, grain=Grain.MONTH)
    row = only(charts.series)
    assert (row["variation"], row["assurance"], row["no_limits"], row["status"]) == (
        *(None, None),
        *("no_movement", "undefined"),
    )
    assert limits(series(*[5] * 15)) == (5, None, None, None, None)


def test_without_a_screen_a_series_that_never_moved_has_its_limits_on_the_mean_as_in_the_excel_tool():
    charts = xmr(series(*[0.1] * 15, direction="up", target=0.05), BY, grain=Grain.MONTH, screen=False)
    assert limits(series(*[0.1] * 15), screen=False) == pytest.approx((0.1,) * 5)
    assert set(signals(charts.points)) == {"none"}
    assert charts.series["assurance"].to_list() == ["pass"]


def test_differences_that_are_only_rounding_are_no_movement():
    # 0.1 + 0.2 is not 0.3 in floating point.
    charts = xmr(series(*[0.3, 0.1 + 0.2] * 8), BY, grain=Grain.MONTH)
    assert charts.series["no_limits"].to_list() == ["no_movement"]


def test_one_point_has_no_limits():
    row = only(xmr(series(5), BY, grain=Grain.MONTH).series)
    assert (row["no_limits"], row["status"], row["n"]) == ("one_point", "undefined", 1)


def test_points_of_which_no_two_follow_each_other_have_no_limits():
    row = only(xmr(series(5, None, 7, None, 6), BY, grain=Grain.MONTH).series)
    assert (row["no_limits"], row["missing_periods"]) == ("no_neighbours", 2)


def test_points_that_differ_only_across_a_gap_have_no_limits():
    row = only(xmr(series(5, 5, None, 7, 7), BY, grain=Grain.MONTH).series)
    assert row["no_limits"] == "no_movement"


def test_fixed_limits_do_not_move_with_later_points():
    fixed = limits(series(*BASE, 40, 50, 60, fixed_points=12), row=14)
    assert fixed == pytest.approx(limits(series(*BASE)))
    assert fixed != pytest.approx(limits(series(*BASE, 40, 50, 60), row=14))


def test_each_group_has_limits_of_its_own_and_the_step_between_them_is_no_range():
    # By hand: 9 and 11, mean 10; then 109 and 111, mean 110; ranges of 2 in both. Screening is off, as it would
    # hide a range of 98.
    grouped = series(*BASE, *(value + 100 for value in BASE)).with_columns(
        group=(pl.int_range(pl.len()) >= 12).cast(pl.Int64)
    )
    charts = xmr(grouped, BY, grain=Grain.MONTH, screen=False)
    assert charts.groups.select("group", "n", "mean", "mean_range").rows() == [(0, 12, 10.0, 2.0), (1, 12, 110.0, 2.0)]
    assert limits(grouped) == pytest.approx(limits(series(*BASE)))
    assert limits(grouped, row=12) == pytest.approx([one + 100 for one in limits(series(*BASE))])


def test_the_charts_of_two_series_do_not_run_into_each_other():
    alone = [series(*BASE, 16), series(3, 9, 4, 1, name="b"), series(5, name="c")]
    together = xmr(pl.concat(alone), BY, grain=Grain.MONTH)
    apart = [xmr(one, BY, grain=Grain.MONTH) for one in alone]
    assert together.points.equals(pl.concat([one.points for one in apart]))
    assert together.groups.equals(pl.concat([one.groups for one in apart]))
    assert together.series.equals(pl.concat([one.series for one in apart]))


def any_known(values: list[float | None]) -> bool:
    return any(value is not None for value in values)


def walked(steps: list[int]) -> list[float]:
    """Quarters that each differ from the one before by a step: they drift, so that trends and shifts are many."""
    return [total / 4 for total in accumulate(steps)]


points = st.lists(st.one_of(st.none(), st.integers(0, 40).map(lambda quarter: quarter / 4)), min_size=1, max_size=40)
walks = st.lists(st.sampled_from([-6, -1, 0, 1, 1, 2]), min_size=9, max_size=40).map(walked)
figures = st.lists(st.integers(0, 40).map(lambda quarter: quarter / 4), min_size=9, max_size=40)


@quickly
@given(st.lists(points.filter(any_known) | walks, min_size=1, max_size=4))
def test_many_charts_are_those_that_a_loop_over_fractions_gives(many):
    frame = pl.concat([series(*values, name=str(number)) for number, values in enumerate(many)])
    for values, found in zip(
        many, xmr(frame, BY, grain=Grain.MONTH).points.partition_by(BY, maintain_order=True), strict=True
    ):
        expected = plain([None if value is None else Fraction(value) for value in values])
        reach = expected["reach"]
        assert found["mean"][0] == pytest.approx(float(expected["mean"]))
        assert found["high"][0] == (None if reach is None else pytest.approx(float(expected["mean"] + reach)))
        assert found["low"][0] == (None if reach is None else pytest.approx(float(expected["mean"] - reach)))
        assert signals(found) == expected["signals"]


@quickly
@given(figures, st.integers(2, 12))
def test_fixed_charts_are_those_that_a_loop_over_fractions_gives(values, fixed):
    expected = plain([Fraction(value) for value in values], fixed)
    found = xmr(series(*values, fixed_points=fixed), BY, grain=Grain.MONTH).points
    assert found["mean"][0] == pytest.approx(float(expected["mean"]))
    assert signals(found) == expected["signals"]


@quickly
@given(figures, st.integers(-1000, 1000))
def test_a_constant_added_moves_mean_and_limits_and_leaves_the_marks(values, more):
    one, other = (
        xmr(series(*given, direction="up"), BY, grain=Grain.MONTH).points
        for given in (values, [value + more for value in values])
    )
    for name in LIMITS:
        moved = [None if value is None else pytest.approx(value + more, abs=1e-9) for value in one[name]]
        assert other[name].to_list() == moved
    assert other["mark"].to_list() == one["mark"].to_list()


@quickly
@given(figures)
def test_the_other_direction_swaps_improvement_and_concern(values):
    up, down = (
        xmr(series(*values, direction=direction.value), BY, grain=Grain.MONTH).points["mark"].to_list()
        for direction in (Direction.UP, Direction.DOWN)
    )
    swapped = {"improvement": "concern", "concern": "improvement", "ordinary": "ordinary"}
    assert down == [swapped[mark] for mark in up]


@quickly
@given(figures)
def test_figures_turned_upside_down_turn_the_signals_upside_down(values):
    one, other = (
        signals(xmr(series(*given), BY, grain=Grain.MONTH).points) for given in (values, [-value for value in values])
    )
    turned = {"above": "below", "below": "above", "increasing": "decreasing", "decreasing": "increasing"}
    assert other == [" ".join(turned.get(word, word) for word in text.split()) for text in one]
