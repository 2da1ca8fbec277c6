"""Cost per outcome against numbers by hand and tests of scipy turned over."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from metrics.funding.cost import (
    CostKind,
    CostPerExtra,
    Gain,
    cost_per_extra,
    cost_per_uncertain_extra,
    extra_outcomes,
    gross_cost,
    paired_ratio,
)
from metrics.funding.fieller import RatioForm, UncertainPair
from tests.metrics.builders import quickly

Z = 1.959963984540054
# Davison and Hinkley (1997), city: inhabitants in 1930 and 1920, in thousands.
CITY = (143, 104, 69, 260, 75, 63, 50, 48, 111, 50), (138, 93, 61, 179, 48, 37, 29, 23, 30, 2)


def pairs(numerator: tuple[float | None, ...], denominator: tuple[float | None, ...], n: object = 1) -> pl.DataFrame:
    schema = {"numerator": pl.Float64, "denominator": pl.Float64}
    frame = pl.DataFrame({"numerator": numerator, "denominator": denominator}, schema=schema)
    counts = n if isinstance(n, tuple) else (n,) * len(numerator)
    return frame.with_columns(n=pl.Series(counts, dtype=pl.Int64))


def test_gross_cost_is_exact_money_for_each_outcome():
    # By hand; 0.1 + 0.2 would not be 0.3 in floating point.
    assert gross_cost(Decimal("0.30"), 3) == Decimal("0.10")


def test_without_outcomes_there_is_no_cost_of_one():
    assert gross_cost(Decimal(500), 0) is None


def test_a_known_cost_turns_the_interval_of_the_extra_outcomes_over():
    # By hand: 500,000 / 1,700 and 500,000 / 800.
    found = cost_per_extra(Decimal(500_000), Gain(value=1250, low=800, high=1700))
    expected = CostPerExtra(point=400, low=pytest.approx(294.117647), high=625, kind=CostKind.BOUNDED)
    assert found == expected


@pytest.mark.parametrize("low", [0, -50])
def test_where_nothing_may_have_been_gained_there_is_no_upper_limit(low):
    found = cost_per_extra(Decimal(500_000), Gain(value=100, low=low, high=250))
    assert found == CostPerExtra(point=5000, low=2000, high=None, kind=CostKind.NO_UPPER_LIMIT)


def test_fewer_outcomes_than_usual_have_no_cost_but_the_interval_has_a_lower_limit():
    found = cost_per_extra(Decimal(500_000), Gain(value=-60, low=-400, high=250))
    assert found == CostPerExtra(point=None, low=2000, high=None, kind=CostKind.NO_UPPER_LIMIT)


@pytest.mark.parametrize("high", [0, -10])
def test_without_any_extra_outcomes_shown_the_cost_is_undefined(high):
    found = cost_per_extra(Decimal(500_000), Gain(value=-60, low=-400, high=high))
    assert found == CostPerExtra(point=None, low=None, high=None, kind=CostKind.UNDEFINED)


def test_an_interval_that_does_not_hold_its_value_is_refused():
    with pytest.raises(ValueError, match="low <= value <= high"):
        Gain(value=5, low=6, high=7)


def test_extra_outcomes_are_the_effect_on_each_case_times_the_cases():
    # By hand: 5 points more of 25,000 cases.
    found = extra_outcomes(Gain(value=0.05, low=0.032, high=0.068), 25_000)
    assert (found.value, found.low, found.high) == pytest.approx((1250, 800, 1700))


def test_an_uncertain_cost_widens_the_limits():
    known = UncertainPair(numerator=500_000, denominator=1250, denominator_variance=230**2)
    unsure = UncertainPair(
        numerator=500_000, denominator=1250, denominator_variance=230**2, numerator_variance=50_000**2
    )
    narrow, wide = cost_per_uncertain_extra(known), cost_per_uncertain_extra(unsure)
    assert wide.low < narrow.low < 400 < narrow.high < wide.high
    # Second method: at the limit the difference is just 1.96 standard errors from 0.
    for limit in (wide.low, wide.high):
        error = (50_000**2 + limit**2 * 230**2) ** 0.5
        assert abs(500_000 - limit * 1250) == pytest.approx(Z * error)


def test_another_confidence_takes_another_quantile():
    pair = UncertainPair(numerator=500_000, denominator=1250, denominator_variance=230**2)
    # By hand: 1.6449 standard errors at the two-sided 90 %.
    assert cost_per_uncertain_extra(pair, level=0.9).low == pytest.approx(500_000 / (1250 + 1.6448536 * 230))


def test_the_ratio_is_of_sums_so_that_a_unit_without_outcomes_counts():
    # By hand: 300 / 4. The mean of the ratios would be infinite, or 62.5 without the first.
    assert paired_ratio(pairs((100, 50, 150), (0, 2, 2))).ratio == 75


def test_the_limits_of_a_paired_ratio_are_where_a_t_test_just_tells():
    # Second method: scipy's t-test of numerator - r x denominator gives p = 0.05 at both limits.
    found = paired_ratio(pairs(*CITY))
    numerator, denominator = (np.array(one) for one in CITY)
    assert (found.n, found.limits.form) == (10, RatioForm.BOUNDED)
    for limit in (found.limits.low, found.limits.high):
        assert ttest_1samp(numerator - limit * denominator, 0).pvalue == pytest.approx(0.05)


def test_an_unknown_half_leaves_out_the_pair():
    assert paired_ratio(pairs((100, 50, None, 9), (5, 5, 3, None))) == paired_ratio(pairs((100, 50), (5, 5)))


def test_a_single_unit_has_a_ratio_without_limits():
    found = paired_ratio(pairs((100,), (5,)))
    assert (found.ratio, found.limits, found.n) == (20, None, 1)


def test_without_units_there_is_no_ratio():
    found = paired_ratio(pairs((), ()))
    assert (found.ratio, found.limits, found.n) == (None, None, 0)


def test_units_without_any_outcome_have_no_ratio():
    found = paired_ratio(pairs((100, 50), (0, 0)))
    assert (found.ratio, found.limits, found.n) == (None, None, 2)


@pytest.mark.parametrize("ratio", [100, 0.1, 7 / 3])
def test_one_ratio_for_all_units_that_hardly_have_outcomes_excludes_nothing(ratio):
    # By hand: the mean of 0, 0, 0 and 5 outcomes does not differ from 0, and every ratio passes the t-test with it.
    found = paired_ratio(pairs((0, 0, 0, 5 * ratio), (0, 0, 0, 5)))
    assert (found.ratio, found.limits.form) == (pytest.approx(ratio), RatioForm.EVERYTHING)


units = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 9), st.integers(1, 4)), min_size=1, max_size=8)


@quickly
@given(units)
def test_counted_units_weigh_as_much_as_repeated_ones(rows):
    counted = paired_ratio(pairs(*zip(*((a, b) for a, b, _ in rows), strict=True), tuple(n for _, _, n in rows)))
    repeated = paired_ratio(pairs(*zip(*((a, b) for a, b, n in rows for _ in range(n)), strict=True)))
    assert (counted.n, counted.ratio) == (repeated.n, pytest.approx(repeated.ratio))
    if counted.limits is not None:
        assert counted.limits.form == repeated.limits.form
        for one, other in ((counted.limits.low, repeated.limits.low), (counted.limits.high, repeated.limits.high)):
            assert one == (None if other is None else pytest.approx(other, rel=1e-6, abs=1e-6))


@quickly
@given(st.floats(-300, 300), st.floats(1, 200))
def test_turning_the_interval_over_is_fieller_with_a_known_cost(extra, error):
    pair = UncertainPair(numerator=500_000, denominator=extra, denominator_variance=error**2)
    found = cost_per_extra(Decimal(500_000), Gain(value=extra, low=extra - Z * error, high=extra + Z * error))
    limits = cost_per_uncertain_extra(pair)
    if found.kind is CostKind.BOUNDED:
        assert (limits.low, limits.high) == pytest.approx((found.low, found.high))
    elif found.kind is CostKind.NO_UPPER_LIMIT:
        # Fieller's other half holds negative costs: money spent and outcomes lost.
        assert (limits.form, limits.high) == (RatioForm.COMPLEMENT, pytest.approx(found.low))
    else:
        assert limits.high <= 0
