"""Regressions with AR(1) errors, beside a plain one that writes the whole matrix of correlations out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from metrics.effect.autoregression import autoregressions, log_likelihood, squares_left
from metrics.effect.segments import Segments
from tests.metrics.builders import quickly

WITHOUT_GAPS = np.arange(1, 25)
WITH_GAPS = np.delete(np.arange(1, 31), [3, 4, 5, 11, 20, 21])


def noise(months, *, rho, seed):
    rng = np.random.default_rng(seed)
    correlations = rho ** np.abs(np.subtract.outer(months, months))
    return np.linalg.cholesky(correlations) @ rng.normal(size=len(months))


def segments(months, before):
    return Segments().design(months[None], np.array([before]))[0]


def dense(design, values, months, *, rho):
    """Return -2 log likelihood (restricted; not restricted), coefficients, covariance (up to the variance), squares."""
    correlations = np.power(float(rho), np.abs(np.subtract.outer(months, months)))
    inverse = np.linalg.inv(correlations)
    weighted = design.T @ inverse @ design
    coefficients = np.linalg.solve(weighted, design.T @ inverse @ values)
    left = values - design @ coefficients
    squares = left @ inverse @ left
    n, p = design.shape
    known = np.linalg.slogdet(correlations)[1]
    restricted = (n - p) * np.log(squares) + known + np.linalg.slogdet(weighted)[1]
    return restricted, n * np.log(squares) + known, coefficients, np.linalg.inv(weighted), squares


def searched(design, values, months, *, lowest, which=0):
    """Look for rho on a grid of 400, then by scipy's bounded search around the best."""
    grid = np.linspace(lowest, 0.998, 400)
    best = min(grid, key=lambda rho: dense(design, values, months, rho=rho)[which])
    ends = (max(best - 0.01, lowest), min(best + 0.01, 0.999))
    found = minimize_scalar(
        lambda rho: dense(design, values, months, rho=rho)[which],
        bounds=ends,
        method="bounded",
        options={"xatol": 1e-9},
    )
    return found.x


@pytest.mark.parametrize("months", [WITHOUT_GAPS, WITH_GAPS], ids=["all months", "missing months"])
@pytest.mark.parametrize("rho", [0.0, 0.4, 0.8])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_fit_is_the_one_that_the_whole_matrix_of_correlations_gives(months, rho, seed):
    design = segments(months, 12)
    values = 60 + 0.3 * months + 4 * (months > 12) + noise(months, rho=rho, seed=seed)
    fits = autoregressions(design[None], values[None], months=months[None], lowest=-1.0)
    ours = fits.correlation[0]
    assert ours == pytest.approx(searched(design, values, months, lowest=-0.99), abs=1e-4)
    *_, coefficients, covariance, squares = dense(design, values, months, rho=ours)
    assert fits.coefficients[0] == pytest.approx(coefficients, abs=1e-9)
    assert fits.covariance[0] == pytest.approx(covariance * squares / (len(months) - 4), abs=1e-9)
    assert fits.degrees == len(months) - 4


def test_not_restricted_it_is_maximum_likelihood_with_the_variance_over_all_months():
    design = segments(WITH_GAPS, 12)
    values = noise(WITH_GAPS, rho=0.6, seed=3)
    fits = autoregressions(design[None], values[None], months=WITH_GAPS[None], lowest=-1.0, restricted=False)
    ours = fits.correlation[0]
    assert ours == pytest.approx(searched(design, values, WITH_GAPS, lowest=-0.99, which=1), abs=1e-4)
    *_, covariance, squares = dense(design, values, WITH_GAPS, rho=ours)
    assert fits.covariance[0] == pytest.approx(covariance * squares / 24, abs=1e-9)


def test_a_negative_correlation_is_taken_for_none_and_then_it_is_ordinary_least_squares():
    months = np.arange(1, 21)
    design = segments(months, 10)
    values = 50 + np.where(months % 2 == 0, 1.0, -1.0) + 0.1 * noise(months, rho=0, seed=4)
    assert autoregressions(design[None], values[None], months=months[None], lowest=-1.0).correlation[0] < -0.9
    floored = autoregressions(design[None], values[None], months=months[None])
    # numpy's own least squares.
    coefficients, (squares,), *_ = np.linalg.lstsq(design, values)
    assert floored.correlation[0] == 0.0
    assert floored.coefficients[0] == pytest.approx(coefficients)
    assert floored.covariance[0] == pytest.approx(np.linalg.inv(design.T @ design) * squares / 16)


def test_errors_that_wander_off_for_good_have_a_correlation_of_nearly_1_and_no_more():
    months = np.arange(1, 41)
    values = np.cumsum(np.random.default_rng(5).normal(size=40)) * 10
    design = np.ones((1, 40, 1))
    found = autoregressions(design, values[None], months=months[None])
    assert 0.9 < found.correlation[0] < 1
    assert np.isfinite(found.covariance).all()


def test_a_line_without_any_noise_is_found_with_an_error_of_nothing_but_rounding():
    design = segments(WITHOUT_GAPS, 12)
    exact = np.array([10.0, 0.7, 5.0, -0.2])
    fits = autoregressions(design[None], (design @ exact)[None], months=WITHOUT_GAPS[None])
    assert fits.coefficients[0] == pytest.approx(exact)
    assert np.sqrt(np.diagonal(fits.covariance[0])).max() < 1e-10
    nothing = autoregressions(design[None], np.zeros((1, 24)), months=WITHOUT_GAPS[None])
    assert (nothing.coefficients == 0).all()
    assert (nothing.covariance == 0).all()


def test_a_weighted_sum_of_coefficients_has_the_error_of_that_sum():
    design = segments(WITHOUT_GAPS, 12)
    fits = autoregressions(design[None], noise(WITHOUT_GAPS, rho=0.3, seed=6)[None], months=WITHOUT_GAPS[None])
    value, error = fits.combined(np.array([[0.0, 0.0, 1.0, 12.0]]))
    covariance = fits.covariance[0]
    # By hand: var(a + 12 b) = var a + 24 cov(a, b) + 144 var b.
    assert value[0] == pytest.approx(fits.coefficients[0, 2] + 12 * fits.coefficients[0, 3])
    assert error[0] ** 2 == pytest.approx(covariance[2, 2] + 24 * covariance[2, 3] + 144 * covariance[3, 3])


def test_twenty_degrees_reach_2_086_standard_errors():
    # Any table of Student's t: 20 degrees, 97.5 % and 99.5 %.
    design = segments(WITHOUT_GAPS, 12)
    fits = autoregressions(design[None], noise(WITHOUT_GAPS, rho=0.3, seed=6)[None], months=WITHOUT_GAPS[None])
    assert [round(fits.quantile(confidence), 3) for confidence in (0.95, 0.99)] == [2.086, 2.845]


def test_squares_and_likelihood_at_a_known_correlation_are_those_of_the_whole_matrix():
    design = segments(WITH_GAPS, 12)
    values = 7 * noise(WITH_GAPS, rho=0.5, seed=7)
    rho = np.array([0.35])
    *_, squares = dense(design, values, WITH_GAPS, rho=0.35)
    given_months = WITH_GAPS[None]
    assert squares_left(design[None], values[None], months=given_months, correlation=rho)[0] == pytest.approx(squares)
    height = log_likelihood(design[None], values[None], months=given_months, correlation=rho)[0]
    assert height == pytest.approx(-dense(design, values, WITH_GAPS, rho=0.35)[1] / 2)


@quickly
@given(st.integers(0, 10_000), st.floats(0, 0.9), st.integers(8, 16), st.floats(-50, 50), st.floats(0.1, 20))
def test_what_lies_in_the_design_changes_coefficients_and_nothing_else(seed, rho, before, shift, unit):
    design = segments(WITHOUT_GAPS, before)
    values = noise(WITHOUT_GAPS, rho=rho, seed=seed)
    moved = unit * values + design @ np.array([shift, 0.5, -2.0, 0.1])
    both = autoregressions(np.stack([design, design]), np.stack([values, moved]), months=np.stack([WITHOUT_GAPS] * 2))
    assert both.correlation[1] == pytest.approx(both.correlation[0], abs=1e-4)
    assert both.covariance[1] / unit**2 == pytest.approx(both.covariance[0], rel=1e-3, abs=1e-9)
    assert both.coefficients[1] == pytest.approx(
        unit * both.coefficients[0] + np.array([shift, 0.5, -2.0, 0.1]), rel=1e-3, abs=1e-3
    )


@quickly
@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=6))
def test_a_stack_gives_what_each_fit_gives_alone(seeds):
    designs = np.stack([segments(WITH_GAPS, 8 + seed % 8) for seed in seeds])
    values = np.stack([noise(WITH_GAPS, rho=0.5, seed=seed) for seed in seeds])
    together = autoregressions(designs, values, months=np.stack([WITH_GAPS] * len(seeds)))
    for at in range(len(seeds)):
        alone = autoregressions(designs[at : at + 1], values[at : at + 1], months=WITH_GAPS[None])
        assert together.coefficients[at] == pytest.approx(alone.coefficients[0], abs=1e-9)
        assert together.correlation[at] == pytest.approx(alone.correlation[0], abs=1e-9)
