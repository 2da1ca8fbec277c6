"""The operating curve against the published table and against every outcome counted one by one."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.funding.operating_curve import operating_curve
from metrics.funding.payment import tranche_test
from tests.metrics.builders import only, quickly

# Computed by others, apart from this code: threshold 75 %, in whole percent, on the point and on the bound.
TABLE = {
    50: ((22, 1), (51, 5), (70, 11), (81, 19), (97, 52)),
    200: ((7, 0), (54, 4), (87, 22), (97, 47), (100, 97)),
    1000: ((0, 0), (52, 5), (99, 72), (100, 98), (100, 100)),
}
SHARES = (0.70, 0.75, 0.78, 0.80, 0.85)


@pytest.mark.parametrize("n", list(TABLE))
def test_the_chances_of_being_paid_are_those_of_the_table(n):
    curve = operating_curve([n], SHARES, threshold=Decimal("0.75"))
    chances = curve.select("paid_on_point", "paid_on_bound").rows()
    assert [tuple(round(100 * chance) for chance in pair) for pair in chances] == list(TABLE[n])
    assert curve["true_share"].to_list() == list(SHARES)


def test_a_service_just_at_the_threshold_is_paid_on_the_point_half_the_time_and_on_the_bound_1_time_in_20():
    # By the definition of a one-sided 95 % bound; whole numbers of answers keep it from being exact.
    curve = operating_curve(range(50, 1001, 50), [0.75], threshold=Decimal("0.75"))
    assert curve["paid_on_bound"].to_list() == pytest.approx([0.05] * 20, abs=0.015)
    assert curve["paid_on_point"].to_list() == pytest.approx([0.5] * 20, abs=0.06)


def test_a_bound_that_not_even_all_answers_reach_is_never_paid():
    # By hand: Wilson's lower end at 3 of 3 is 3 / (3 + 1.645^2) = .53.
    row = only(operating_curve([3], [1.0], threshold=Decimal("0.75")))
    assert (row["least_on_point"], row["paid_on_point"]) == (3, 1)
    assert (row["least_on_bound"], row["paid_on_bound"]) == (None, 0)


def test_a_threshold_beyond_everything_is_never_paid_and_one_of_nothing_always():
    never = only(operating_curve([3], [1.0], threshold=Decimal("1.1")))
    always = only(operating_curve([3], [0.0], threshold=Decimal(0)))
    assert (never["least_on_point"], never["paid_on_point"], never["paid_on_bound"]) == (None, 0, 0)
    assert (always["paid_on_point"], always["paid_on_bound"]) == (1, 1)


def test_a_threshold_that_a_count_reaches_exactly_is_reached():
    # In floating point .29 x 100 is 28.999999999999996, and .07 x 100 is 7.000000000000001.
    rows = [only(operating_curve([100], [0.5], threshold=Decimal(share))) for share in ("0.29", "0.07")]
    assert [row["least_on_point"] for row in rows] == [29, 7]


def test_every_number_of_answers_meets_every_true_share():
    curve = operating_curve([10, 20], [0.2, 0.9], threshold=Decimal("0.5"))
    assert curve.select("n", "true_share").rows() == [(10, 0.2), (10, 0.9), (20, 0.2), (20, 0.9)]


def test_without_a_question_there_is_no_curve():
    assert operating_curve([], [0.5], threshold=Decimal("0.5")).is_empty()


@pytest.mark.parametrize(("sizes", "shares"), [([0], [0.5]), ([10], [1.5]), ([10], [-0.1])])
def test_numbers_that_cannot_be_are_refused(sizes, shares):
    with pytest.raises(ValueError, match="true shares from 0 to 1"):
        operating_curve(sizes, shares, threshold=Decimal("0.5"))


@quickly
@given(st.integers(1, 25), st.floats(0, 1), st.decimals(0, 1, places=2))
def test_the_chance_is_the_sum_over_all_outcomes_that_are_paid(n, share, threshold):
    # Second method: try each number of hits with the test that pays, and add up the binomial probabilities.
    on_point = on_bound = 0.0
    for hits in range(n + 1):
        paid = tranche_test(hits, n, threshold=threshold, amount=Decimal(1))
        probability = math.comb(n, hits) * share**hits * (1 - share) ** (n - hits)
        on_point += probability * float(paid.paid_on_point)
        on_bound += probability * float(paid.paid_on_bound)
    row = only(operating_curve([n], [share], threshold=threshold))
    assert (row["paid_on_point"], row["paid_on_bound"]) == pytest.approx((on_point, on_bound), abs=1e-9)
