"""Rates before and after, beside the highest likelihood that scipy finds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import norm

from metrics.effect.counts import count_regression, rate_change
from metrics.effect.segments import Segments
from metrics.estimate import NotReported, Reason, Status
from tests.metrics.builders import quickly
from tests.metrics.effect.series import monthly

STEP = Segments(slope_change=False)
BEFORE = (52, 47, 61, 40, 55, 49, 58, 44, 50, 46)
AFTER = (38, 45, 31, 44, 36, 42, 29, 40, 47, 33)


def changed(counts=BEFORE + AFTER, exposure=None, **options):
    shown = monthly(counts, before=options.pop("before", 10), left_out=options.pop("left_out", ()))
    return rate_change(shown, exposure or [1000.0] * len(counts), segments=options.pop("segments", STEP), **options)


def most_likely(design, counts, exposure):
    """Return what makes Poisson's likelihood highest, and the inverse of its curvature there, by scipy."""

    def loss(coefficients):
        linear = design @ coefficients + np.log(exposure)
        return np.exp(linear).sum() - counts @ linear

    start = np.zeros(design.shape[1])
    start[0] = np.log(counts.sum() / exposure.sum())
    found = minimize(loss, start, method="BFGS", options={"gtol": 1e-9}).x
    expected = exposure * np.exp(design @ found)
    return found, np.linalg.inv(design.T @ (design * expected[:, None]))


@pytest.mark.filterwarnings("ignore:Desired error")
def test_the_rate_ratio_is_the_most_likely_one_and_its_interval_walds():
    exposure = np.linspace(900, 1200, 20)
    counts = np.array(BEFORE + AFTER, dtype=float)
    design = STEP.design(np.arange(1, 21)[None], np.array([10]))[0]
    coefficients, covariance = most_likely(design, counts, exposure)
    expected = exposure * np.exp(design @ coefficients)
    dispersion = ((counts - expected) ** 2 / expected).sum() / 17
    found = changed(exposure=list(exposure), overdispersed=False)
    assert found.rate_ratio == pytest.approx(np.exp(coefficients[2]), rel=1e-5)
    half = 1.959963984540054 * np.sqrt(covariance[2, 2])
    assert (found.low, found.high) == pytest.approx(
        (np.exp(coefficients[2] - half), np.exp(coefficients[2] + half)), rel=1e-5
    )
    assert found.dispersion == pytest.approx(dispersion, rel=1e-5)
    assert found.p_value == pytest.approx(2 * norm.sf(abs(coefficients[2]) / np.sqrt(covariance[2, 2])), rel=1e-4)


def test_counts_that_scatter_more_than_poisson_have_a_wider_interval_by_the_root_of_the_dispersion():
    wild = tuple(count * (3 if at % 3 == 0 else 1) for at, count in enumerate(BEFORE + AFTER))
    poisson, quasi = changed(wild, overdispersed=False), changed(wild)
    assert quasi.dispersion > 4
    assert quasi.rate_ratio == poisson.rate_ratio
    widths = [np.log(one.high / one.low) for one in (quasi, poisson)]
    assert widths[0] / widths[1] == pytest.approx(np.sqrt(quasi.dispersion))
    assert quasi.p_value > poisson.p_value


def test_counts_that_scatter_less_than_poisson_do_so_by_chance_and_gain_nothing():
    even = changed((50,) * 10 + (40,) * 10)
    assert even.dispersion < 1e-9
    assert even.rate_ratio == pytest.approx(0.8)
    assert (even.low, even.high) == (changed((50,) * 10 + (40,) * 10, overdispersed=False).low, even.high)
    assert even.low < 0.7


def test_less_confidence_is_narrower():
    usual, less = changed(), changed(level=0.9)
    assert usual.low < less.low < less.high < usual.high


def test_the_ratio_is_that_of_the_last_month_where_the_slope_may_change_too():
    # By hand: 50 a month before; after it 0.99 times as many, each month anew: 0.99 ** 10 in the last.
    counts = [50_000.0] * 10 + [50_000 * 0.99**step for step in range(1, 11)]
    found = changed(counts, segments=Segments())
    assert found.rate_ratio == pytest.approx(0.99**10)


def test_months_without_a_count_and_months_of_introduction_are_left_out_with_their_exposure():
    counts = [*BEFORE, None, 999, *AFTER]
    shown = monthly(counts, before=10)
    whole = rate_change(
        monthly(counts, before=10, left_out=(shown.months[11],)), [5.0] * 10 + [77.0, 88.0] + [5.0] * 10, segments=STEP
    )
    # With no trend between, leaving two months between the sides moves the trend's weight and nothing is imputed.
    without = rate_change(
        monthly([*BEFORE, None, None, *AFTER], before=10), [5.0] * 10 + [1.0, 1.0] + [5.0] * 10, segments=STEP
    )
    assert whole == without


@pytest.mark.parametrize("before", [7, 13])
def test_below_eight_months_on_a_side_nothing_is_said(before):
    found = changed(before=before)
    assert found == NotReported(status=Status.TOO_FEW, reason=Reason.SHORT_SERIES, n=20)


@pytest.mark.parametrize("counts", [(0,) * 20, BEFORE + (0,) * 10, (0,) * 10 + AFTER])
def test_where_nothing_was_counted_on_a_side_there_is_no_ratio(counts):
    found = changed(counts)
    assert found == NotReported(status=Status.UNDEFINED, reason=Reason.NOTHING_RECORDED, n=20)


def test_where_hardly_anything_was_counted_on_a_side_its_line_falls_without_end():
    found = changed(BEFORE + (4,) + (0,) * 9, segments=Segments())
    assert found == NotReported(status=Status.UNDEFINED, reason=Reason.TOO_FEW_OBSERVATIONS, n=20)


@pytest.mark.parametrize(("counts", "exposure"), [((-1,) * 20, [1.0] * 20), ((1,) * 20, [0.0] * 20)])
def test_counts_below_0_and_an_exposure_of_0_are_refused(counts, exposure):
    with pytest.raises(ValueError, match="at least 0"):
        changed(counts, exposure=exposure)


@quickly
@given(st.lists(st.integers(1, 200), min_size=16, max_size=24), st.integers(2, 9))
def test_ten_times_the_exposure_changes_no_ratio_and_more_of_the_same_counts_narrows_it(counts, times):
    plain = changed(counts, before=8, overdispersed=False)
    spread_out = changed(counts, exposure=[10_000.0] * len(counts), before=8, overdispersed=False)
    more = changed([count * times for count in counts], before=8, overdispersed=False)
    assert spread_out.rate_ratio == pytest.approx(plain.rate_ratio, rel=1e-6)
    assert more.rate_ratio == pytest.approx(plain.rate_ratio, rel=1e-6)
    assert np.log(plain.high / plain.low) / np.log(more.high / more.low) == pytest.approx(times**0.5, rel=1e-6)


def test_a_rate_without_a_start_is_the_total_over_the_total():
    # By hand: 30 in 600; variance of the logarithm 1 / 30.
    fit = count_regression(np.array([10.0, 20.0]), np.array([200.0, 400.0]), design=np.ones((2, 1)))
    assert np.exp(fit.coefficients[0]) == pytest.approx(0.05)
    assert fit.covariance[0, 0] == pytest.approx(1 / 30)
    assert fit.dispersion == pytest.approx(0, abs=1e-12)
