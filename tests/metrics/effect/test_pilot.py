"""Pilot against control, beside scipy and worked out by hand."""

from __future__ import annotations

from math import sqrt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, ttest_ind

from metrics.effect.pilot import Side, balance, compared_means, compared_shares, unit_means
from metrics.estimate import Reason
from tests.metrics.builders import quickly


def scores(pilot, control):
    rows = [(True, value, 1) for value in pilot] + [(False, value, 1) for value in control]
    return pl.DataFrame(rows, schema={"pilot": pl.Boolean, "value": pl.Int64, "n": pl.Int64}, orient="row")


def hits(*rows):
    return pl.DataFrame(rows, schema={"pilot": pl.Boolean, "hits": pl.Int64, "n": pl.Int64}, orient="row")


PILOT, CONTROL = [5, 4, 5, 3, 4, 5], [3, 4, 2, 3, 4]


def test_means_are_compared_by_welch_and_ranks_by_mann_and_whitney():
    found = compared_means(scores(PILOT, CONTROL))
    welch = ttest_ind(PILOT, CONTROL, equal_var=False)
    low, high = welch.confidence_interval(0.95)
    assert (found.value, found.low, found.high) == pytest.approx((26 / 6 - 16 / 5, low, high))
    assert (found.p_value, found.degrees) == pytest.approx((welch.pvalue, welch.df))
    assert found.mann_whitney_p == pytest.approx(mannwhitneyu(PILOT, CONTROL, alternative="two-sided").pvalue)
    assert found.reason is None
    assert compared_means(scores(PILOT, CONTROL), level=0.9).low > found.low


def test_few_scores_without_ties_have_the_exact_p_of_their_ranks():
    # By hand: of the 10 ways to rank two among five, only the highest and the lowest pair are as extreme.
    assert compared_means(scores([8, 9], [1, 2, 3])).mann_whitney_p == pytest.approx(0.2)


def test_shares_are_compared_by_newcombe():
    # Newcombe 1998b, table II, example (a).
    found = compared_shares(hits((True, 56, 70), (False, 48, 80)))
    assert [round(one, 4) for one in (found.value, found.low, found.high)] == [0.2, 0.0524, 0.3339]
    assert (found.degrees, found.mann_whitney_p, found.reason) == (None, None, None)
    assert found.p_value < 0.01
    assert compared_shares(hits((True, 56, 70), (False, 48, 80)), level=0.9).low > found.low


def test_counted_rows_weigh_as_much_as_single_ones():
    counted = scores(PILOT, CONTROL).group_by("pilot", "value").agg(pl.col("n").sum())
    assert compared_means(counted) == compared_means(scores(PILOT, CONTROL))
    assert compared_shares(hits((True, 6, 10), (False, 1, 5), (False, 2, 5))) == compared_shares(
        hits((True, 6, 10), (False, 3, 10))
    )


def test_without_any_spread_there_is_a_difference_and_its_uncertainty_is_unknown():
    found = compared_means(scores([4] * 6, [4] * 6))
    assert (found.value, found.low, found.high, found.p_value) == (0.0, None, None, None)
    assert found.reason == Reason.NO_INTERVAL


@pytest.mark.parametrize(("pilot", "control", "value"), [([], [1, 2], None), ([1, 2], [], None), ([3], [1, 2], 1.5)])
def test_too_few_on_a_side_have_no_interval_and_nobody_no_difference(pilot, control, value):
    found = compared_means(scores(pilot, control))
    assert (found.value, found.low, found.reason) == (value, None, Reason.TOO_FEW_OBSERVATIONS)
    assert (found.mann_whitney_p is None) == (value is None)


def test_a_side_without_anyone_measured_has_no_share():
    found = compared_shares(hits((True, 5, 10)), assigned={True: 12, False: 9})
    assert (found.value, found.reason) == (None, Reason.TOO_FEW_OBSERVATIONS)
    assert (found.control, found.control.lost) == (Side(assigned=9, measured=0), 1.0)
    assert not found.low_loss


@pytest.mark.parametrize(
    ("pilot", "control", "low"),
    [
        ((100, 90), (100, 90), True),
        ((100, 80), (100, 80), True),
        ((100, 79), (100, 80), False),
        ((100, 90), (100, 96), False),
        ((0, 0), (10, 10), False),
        ((10, 10), (0, 0), False),
    ],
)
def test_loss_is_low_up_to_one_in_five_and_about_even(pilot, control, low):
    rows = hits((True, pilot[1] // 2, pilot[1]), (False, control[1] // 2, control[1]))
    found = compared_shares(rows, assigned={True: pilot[0], False: control[0]})
    assert found.low_loss == low


def test_without_saying_how_many_were_assigned_nobody_is_lost():
    found = compared_means(scores(PILOT, CONTROL))
    assert (found.pilot.lost, found.control.lost, found.low_loss) == (0.0, 0.0, True)


def test_a_side_of_nobody_has_lost_no_fraction():
    assert Side(assigned=0, measured=0).lost is None


@pytest.mark.parametrize("measured", [11, -1])
def test_more_measured_than_assigned_is_refused(measured):
    with pytest.raises(ValueError, match="of 10 assigned"):
        Side(assigned=10, measured=measured)


def test_if_desks_were_drawn_each_desk_counts_once():
    rows = pl.DataFrame(
        {
            "pilot": [True, True, True, False, False],
            "unit": ["a", "a", "b", "c", "d"],
            "value": [5, 3, 4, 2, 3],
            "n": [10, 30, 1, 50, 5],
        }
    )
    means = unit_means(rows)
    # By hand: desk a has (50 + 90) / 40.
    assert means.rows() == [(False, "c", 2.0, 1), (False, "d", 3.0, 1), (True, "a", 3.5, 1), (True, "b", 4.0, 1)]
    found = compared_means(means)
    assert (found.value, found.pilot.measured) == (pytest.approx(1.25), 2)


def test_the_sides_are_held_against_each_other_at_the_start_in_standard_deviations():
    rows = pl.DataFrame(
        {
            "characteristic": ["age"] * 4 + ["online"] * 4 + ["same"] * 2,
            "pilot": [True, True, False, False] * 2 + [True, False],
            "value": [40, 50, 42, 50, 1, 0, 1, 0, 3, 3],
            "n": [5, 5, 5, 5, 70, 30, 50, 50, 9, 9],
        }
    )
    found = balance(rows)
    assert found["characteristic"].to_list() == ["age", "online", "same"]
    # By hand: 45 and 46; variances 250 / 9 and 160 / 9. 70 % and 50 %; variances 21 / 99 and 25 / 99.
    assert found["apart"].to_list() == [
        pytest.approx(-1 / sqrt((250 / 9 + 160 / 9) / 2)),
        pytest.approx(0.2 / sqrt(46 / 99 / 2)),
        None,
    ]
    assert found["alike"].to_list() == [True, False, True]
    assert found["pilot"].to_list() == [45, 0.7, 3]


@quickly
@given(st.lists(st.integers(1, 5), min_size=2, max_size=9), st.lists(st.integers(1, 5), min_size=2, max_size=9))
def test_pilot_and_control_swapped_turn_the_sign(pilot, control):
    one, other = compared_means(scores(pilot, control)), compared_means(scores(control, pilot))
    assert one.value == pytest.approx(-other.value)
    assert (one.low is None) == (other.low is None)
    if one.low is not None:
        assert (one.low, one.p_value) == pytest.approx((-other.high, other.p_value))
