from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from metrics.effect.least_squares import clustered, durbin_watson, least_squares, ljung_box
from tests.metrics.builders import quickly

LINE = np.stack([np.ones(4), np.array([1.0, 2.0, 3.0, 4.0])], axis=1)


def test_a_line_through_four_points_is_the_one_worked_out_by_hand():
    # By hand: means 2.5 and 3; slope (-1.5*-2 + -.5*1 + .5*-1 + 1.5*2) / 5 = 1; residuals -.5, 1.5, -1.5, .5.
    fit = least_squares(LINE, np.array([1.0, 4.0, 2.0, 5.0]))
    assert fit.coefficients == pytest.approx([0.5, 1.0])
    assert fit.residuals == pytest.approx([-0.5, 1.5, -1.5, 0.5])
    # By hand: variance 5 / 2; slope: 2.5 / 5; constant: 2.5 (1/4 + 2.5^2 / 5).
    assert fit.standard_errors == pytest.approx([np.sqrt(2.5 * 1.5), np.sqrt(0.5)])
    assert fit.degrees == 2


def test_what_rounding_leaves_of_an_exact_line_is_nothing():
    fit = least_squares(LINE, 70.1 + 0.3 * LINE[:, 1])
    assert (fit.residuals == 0).all()
    assert (durbin_watson(fit.residuals), ljung_box(fit.residuals, 2)) == (None, None)


@pytest.mark.parametrize("rows", [2, 1])
def test_as_many_coefficients_as_values_are_not_determined(rows):
    with pytest.raises(ValueError, match=f"{rows} values do not determine 2 coefficients"):
        least_squares(LINE[:rows], np.ones(rows))


def test_two_columns_that_say_the_same_are_refused():
    with pytest.raises(ValueError, match="do not determine"):
        least_squares(np.ones((5, 2)), np.arange(5.0))


def test_clustered_errors_of_a_mean_are_those_of_the_sums_of_the_clusters():
    # By hand: mean 3; residuals -2, -1, 1, 2; sums of the clusters -3 and 3; (9 + 9) / 4^2.
    fit = least_squares(np.ones((4, 1)), np.array([1.0, 2.0, 4.0, 5.0]))
    assert clustered(fit, np.array([0, 0, 1, 1]))[0, 0] == pytest.approx(18 / 16)


def test_durbin_watson_is_4_where_signs_alternate_and_small_where_they_stay():
    # By hand: differences 2, 2, 2 of ones: 12 / 4; then 0, 2, 0: 4 / 4.
    assert durbin_watson(np.array([1.0, -1.0, 1.0, -1.0])) == pytest.approx(3.0)
    assert durbin_watson(np.array([1.0, 1.0, -1.0, -1.0])) == pytest.approx(1.0)


def test_ljung_box_of_alternating_residuals_is_worked_out_by_hand():
    # By hand: r1 = -3/4, r2 = 2/4; 4 * 6 * (.5625 / 3 + .25 / 2) = 7.5 on two degrees.
    assert ljung_box(np.array([1.0, -1.0, 1.0, -1.0]), 2) == pytest.approx(chi2.sf(7.5, 2))


def test_more_lags_than_residuals_cannot_be_looked_at():
    assert ljung_box(np.array([1.0, -1.0, 1.0, -1.0]), 4) is None


@quickly
@given(st.integers(0, 10_000), st.integers(5, 30))
def test_the_fit_is_numpys(seed, n):
    rng = np.random.default_rng(seed)
    design, values = np.stack([np.ones(n), rng.normal(size=n), rng.normal(size=n)], axis=1), rng.normal(size=n)
    fit = least_squares(design, values)
    coefficients, (squares,), *_ = np.linalg.lstsq(design, values)
    assert fit.coefficients == pytest.approx(coefficients)
    assert fit.covariance == pytest.approx(np.linalg.inv(design.T @ design) * squares / (n - 3))
