"""Fieller's limits against arithmetic by hand and against the test that they turn over."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.funding.fieller import RatioForm, RatioLimits, UncertainPair, fieller
from tests.metrics.builders import quickly


def limits(numerator: float, denominator: float, *variances: float, quantile: float = 2) -> RatioLimits | None:
    names = ("numerator_variance", "denominator_variance", "covariance")
    given_variances = dict(zip(names, variances, strict=False))
    return fieller(UncertainPair(numerator=numerator, denominator=denominator, **given_variances), quantile)


def test_a_known_numerator_turns_the_interval_of_the_denominator_over():
    # By hand: 12 / (4 + 2 x 1) and 12 / (4 - 2 x 1).
    assert limits(12, 4, 0, 1) == RatioLimits(form=RatioForm.BOUNDED, low=pytest.approx(2), high=pytest.approx(6))


def test_a_known_denominator_divides_the_interval_of_the_numerator():
    # By hand: (12 - 2 x 2) / 4 and (12 + 2 x 2) / 4.
    assert limits(12, 4, 4, 0) == RatioLimits(form=RatioForm.BOUNDED, low=pytest.approx(2), high=pytest.approx(4))


def test_known_figures_have_the_ratio_itself_as_both_limits():
    assert limits(12, 4) == RatioLimits(form=RatioForm.BOUNDED, low=3, high=3)
    assert limits(0, 4) == RatioLimits(form=RatioForm.BOUNDED, low=0, high=0)


def test_where_the_denominator_just_reaches_zero_there_is_no_upper_limit():
    # By hand: the denominator runs from 0 to 4, so the ratio from 10 / 4 on.
    assert limits(10, 2, 0, 1) == RatioLimits(form=RatioForm.NO_UPPER_LIMIT, low=2.5, high=None)


def test_a_negative_numerator_over_a_denominator_that_just_reaches_zero_has_no_lower_limit():
    assert limits(-10, 2, 0, 1) == RatioLimits(form=RatioForm.NO_LOWER_LIMIT, low=None, high=-2.5)


def test_where_the_denominator_may_be_on_either_side_of_zero_the_middle_is_excluded():
    # By hand: the denominator runs from -1 to 3, so the ratio is at most -10 or at least 10 / 3.
    found = limits(10, 1, 0, 1)
    assert found == RatioLimits(form=RatioForm.COMPLEMENT, low=pytest.approx(-10), high=pytest.approx(10 / 3))
    assert [found.holds(ratio) for ratio in (-11, -9, 0, 3, 4)] == [True, False, False, False, True]


@pytest.mark.parametrize(("numerator", "denominator"), [(1, 1), (0, 2)])
def test_where_neither_figure_differs_from_zero_nothing_is_excluded(numerator, denominator):
    found = limits(numerator, denominator, 1, 1)
    assert found == RatioLimits(form=RatioForm.EVERYTHING, low=None, high=None)
    assert found.holds(-1e9)


def test_over_a_denominator_of_exactly_zero_there_is_no_ratio():
    assert limits(10, 0, 1, 0) is None
    assert UncertainPair(numerator=10, denominator=0).ratio is None


sizes = st.floats(-20, 20)
errors = st.floats(0.01, 10)


@quickly
@given(sizes, sizes, errors, errors, st.floats(-0.95, 0.95), st.floats(-30, 30))
def test_a_ratio_is_within_the_limits_where_the_difference_it_leaves_may_be_chance(
    numerator, denominator, one, other, correlation, ratio
):
    # Second method: test numerator - ratio x denominator against 0, ratio by ratio.
    covariance = correlation * one * other
    found = limits(numerator, denominator, one**2, other**2, covariance)
    error = math.sqrt(one**2 - 2 * ratio * covariance + ratio**2 * other**2)
    distance = abs(numerator - ratio * denominator) - 2 * error
    if abs(distance) > 1e-6:
        assert found.holds(ratio) == (distance < 0)


@quickly
@given(sizes, sizes, st.floats(0, 10), st.floats(0, 10))
def test_bounded_limits_hold_the_ratio(numerator, denominator, one, other):
    found = limits(numerator, denominator, one**2, other**2)
    if found is not None and found.form is RatioForm.BOUNDED:
        slack = 1e-9 * (1 + abs(numerator / denominator))
        assert found.low - slack <= numerator / denominator <= found.high + slack
