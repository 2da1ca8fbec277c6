"""Interrupted series, beside generalised least squares with the whole matrix of correlations written out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from metrics.effect.interrupted import Interrupted, beyond_own_trend, interrupted
from metrics.estimate import NotReported, Reason, Status
from tests.metrics.builders import quickly
from tests.metrics.effect.series import monthly, months, noisy


def only(series, **options):
    (found,) = interrupted([series], **options)
    return found


def written_out(times, values, before, *, rho):
    """Return coefficients and their covariance by generalised least squares; t - k counts from the month before."""
    after = np.arange(len(times)) >= before
    last = times[before] - 1
    design = np.stack([np.ones(len(times)), times, after, np.where(after, times - last, 0)], axis=1).astype(float)
    inverse = np.linalg.inv(np.power(rho, np.abs(np.subtract.outer(times, times))))
    covariance = np.linalg.inv(design.T @ inverse @ design)
    coefficients = covariance @ design.T @ inverse @ values
    left = values - design @ coefficients
    return design, coefficients, covariance * (left @ inverse @ left) / (len(times) - 4)


def correlated(count, *, seed, rho=0.6):
    fresh = np.random.default_rng(seed).normal(size=count)
    found = fresh.copy()
    for at in range(1, count):
        found[at] = rho * found[at - 1] + fresh[at]
    return found


def test_the_effect_is_that_of_generalised_least_squares_in_the_last_month():
    values = 60 + correlated(36, seed=2) + 5 * (np.arange(36) >= 18)
    found = only(monthly(values))
    times = np.arange(1, 37)
    design, coefficients, covariance = written_out(times, values, 18, rho=found.autocorrelation)
    assert 0.1 < found.autocorrelation < 0.9
    weights = np.array([0, 0, 1, 18.0])
    assert found.effect.value == pytest.approx(weights @ coefficients)
    error = np.sqrt(weights @ covariance @ weights)
    assert found.effect.limits(0.99) == pytest.approx(
        (
            weights @ coefficients + student.ppf(0.005, 32) * error,
            weights @ coefficients + student.ppf(0.995, 32) * error,
        )
    )
    for name, place in (("trend_per_month", 1), ("level", 2), ("slope_per_month", 3)):
        effect = getattr(found, name)
        assert (effect.value, effect.standard_error) == pytest.approx(
            (coefficients[place], np.sqrt(covariance[place, place]))
        )
    assert found.fitted == pytest.approx(design @ coefficients)


def test_the_line_without_the_start_goes_on_with_a_band_and_not_beyond_the_last_month():
    values = 60 + correlated(24, seed=3) + 5 * (np.arange(24) >= 12)
    found = only(monthly(values))
    _, coefficients, covariance = written_out(np.arange(1, 25), values, 12, rho=found.autocorrelation)
    line = found.counterfactual
    assert line.months == months(24)[12:]
    assert line.values == pytest.approx(coefficients[0] + coefficients[1] * np.arange(13, 25))
    # By hand in the last month, t = 24: var(a + 24 b) = var a + 48 cov(a, b) + 576 var b.
    error = np.sqrt(covariance[0, 0] + 48 * covariance[0, 1] + 576 * covariance[1, 1])
    half = student.ppf(0.975, 20) * error
    assert (line.low[-1], line.high[-1]) == pytest.approx((line.values[-1] - half, line.values[-1] + half))
    assert found.fitted[-1] - line.values[-1] == pytest.approx(found.effect.value)


def test_missing_months_and_months_of_introduction_stay_gaps():
    values = list(60 + correlated(36, seed=4) + 5 * (np.arange(36) >= 16))
    values[5] = None
    shown = monthly(values, before=16, left_out=(months(36)[16], months(36)[17]))
    found = only(shown)
    kept = [at for at in range(36) if at not in {5, 16, 17}]
    times = np.array(kept) + 1
    _, coefficients, covariance = written_out(
        times, np.array([values[at] for at in kept]), 15, rho=found.autocorrelation
    )
    assert (found.months_before, found.months_after) == (15, 18)
    # The first month after the start that counts is the 19th, so the slope has taken 18 steps in the last one.
    weights = np.array([0, 0, 1, 18.0])
    assert found.effect.value == pytest.approx(weights @ coefficients)
    assert found.effect.standard_error == pytest.approx(np.sqrt(weights @ covariance @ weights))
    spoiled = [*values[:16], 1000.0, -1000.0, *values[18:]]
    assert only(monthly(spoiled, before=16, left_out=shown.left_out)) == found


def test_a_steady_improvement_that_goes_on_is_no_effect():
    values = 100 - 1.2 * np.arange(36) + noisy(36, seed=5)
    # A comparison of means says 21.6 less: half of 36 months at 1.2 a month.
    assert values[18:].mean() - values[:18].mean() < -20
    found = only(monthly(values))
    assert found.effect.low < 0 < found.effect.high
    assert not beyond_own_trend(found)


def test_a_jump_far_above_the_noise_is_beyond_the_own_trend():
    found = only(monthly(noisy(36, jump=12)))
    assert (found.placebo_rank, found.placebo_starts) == (1, 21)
    assert found.robust
    assert beyond_own_trend(found)
    assert beyond_own_trend(only(monthly(noisy(36, jump=-12))))


@pytest.mark.parametrize(("before", "after"), [(7, 20), (20, 7), (0, 30), (30, 0)])
def test_below_eight_months_on_a_side_nothing_is_said(before, after):
    started_on = months(60)[before]
    shown = monthly(noisy(before + after), before=0, started_on=started_on)
    assert only(shown) == NotReported(status=Status.TOO_FEW, reason=Reason.SHORT_SERIES, n=before + after)


@pytest.mark.parametrize(("before", "after", "status"), [(8, 8, "indicative"), (11, 30, "indicative"), (12, 12, "ok")])
def test_below_twelve_months_on_a_side_the_effect_is_an_indication(before, after, status):
    found = only(monthly(noisy(before + after, jump=20, after=before), before=before))
    assert (found.months_before, found.months_after, found.status) == (before, after, status)
    assert (found.reason is None) == (status == "ok")
    assert beyond_own_trend(found) == (status == "ok")


def test_eight_months_on_each_side_leave_no_other_start_to_compare_with():
    found = only(monthly(noisy(16)))
    assert (found.placebo_rank, found.placebo_starts) == (1, 1)
    # Two years are needed to tell a season from a trend.
    assert found.seasonality_p is None


@pytest.mark.parametrize("values", [[70.1] * 24, [70.1] * 12 + [75.3] * 12, list(0.1 * np.arange(24)), [0.0] * 24])
def test_without_any_spread_around_the_lines_nothing_is_reported(values):
    assert only(monthly(values)) == NotReported(status=Status.UNDEFINED, reason=Reason.NO_INTERVAL, n=24)


@quickly
@given(st.integers(1, 400), st.integers(17, 40), st.integers(8, 9), st.integers(0, 1))
def test_a_series_that_never_moves_is_never_a_failure(days, months, before, pairs):
    found = only(monthly([days] * months, before=before), seasonal_pairs=pairs)
    assert found == NotReported(status=Status.UNDEFINED, reason=Reason.NO_INTERVAL, n=months)


def found_well() -> Interrupted:
    found = only(monthly(noisy(36, jump=12)))
    assert beyond_own_trend(found)
    return found


@pytest.mark.parametrize("side", ["months_before", "months_after"])
def test_eleven_months_on_a_side_are_not_enough_for_level_3(side):
    assert not beyond_own_trend(replace(found_well(), **{side: 11}))


def test_an_effect_that_is_sure_at_95_percent_only_is_not_enough_for_level_3():
    found = found_well()
    # By hand: t(32) is 2.04 at 97.5 % and 2.74 at 99.5 %; this lies between.
    less = replace(found.effect, standard_error=abs(found.effect.value) / 2.4)
    assert less.excludes_zero()
    assert not beyond_own_trend(replace(found, effect=less))


@pytest.mark.parametrize(
    ("rank", "starts", "enough"),
    [(1, 9, True), (2, 9, False), (2, 39, False), (2, 40, True), (3, 40, False), (3, 60, True)],
)
def test_the_start_must_be_among_the_one_in_twenty_most_extreme_or_the_most_extreme_of_fewer(rank, starts, enough):
    found = replace(found_well(), placebo_rank=rank, placebo_starts=starts)
    assert found.stands_out == enough
    assert beyond_own_trend(found) == enough


@pytest.mark.parametrize("dropped", ["without_first_month", "without_last_month"])
def test_an_effect_that_hangs_on_one_month_is_not_robust(dropped):
    found = found_well()
    effect = getattr(found, dropped)
    for weaker in (replace(effect, standard_error=abs(effect.value)), replace(effect, value=-effect.value)):
        changed = replace(found, **{dropped: weaker})
        assert not changed.robust
        assert not beyond_own_trend(changed)


def test_one_wild_last_month_is_seen_through():
    values = noisy(24, seed=6)
    values[-1] += 15
    found = only(monthly(values))
    assert found.effect.excludes_zero() or found.effect.value > 2
    assert not found.robust
    assert not beyond_own_trend(found)


def test_dropping_a_month_gives_what_a_series_without_it_gives():
    values = 60 + correlated(30, seed=7)
    whole = only(monthly(values, before=14))
    without_first = [*values[:14], None, *values[15:]]
    assert whole.without_first_month.value == pytest.approx(only(monthly(without_first, before=14)).effect.value)
    last = only(monthly(values[:-1], before=14)).effect
    assert (whole.without_last_month.value, whole.without_last_month.standard_error) == pytest.approx(
        (last.value, last.standard_error)
    )


def test_nothing_reported_is_not_beyond_the_own_trend():
    assert not beyond_own_trend(NotReported(status=Status.TOO_FEW, reason=Reason.SHORT_SERIES, n=3))


def test_results_come_back_in_the_order_of_the_series_whatever_their_lengths():
    series = [monthly(noisy(count, seed=count)) for count in (40, 10, 24, 40, 24)]
    series[2] = monthly([5.0] * 24)
    together = interrupted(series)
    assert [only(one) for one in series] == together
    assert interrupted([]) == []


def test_more_series_than_fit_at_once_are_all_worked_out():
    series = [monthly(noisy(36, seed=seed)) for seed in range(320)]
    together = interrupted(series)
    for at in (0, 284, 285, 286, 319):
        assert together[at].effect.value == pytest.approx(only(series[at]).effect.value)
        assert together[at].placebo_rank == only(series[at]).placebo_rank


SEASON = 4 * np.sin(2 * np.pi * np.arange(60) / 12)


def test_a_season_is_taken_out_with_24_months_before_the_start_and_12_after_it():
    values = SEASON[:48] + noisy(48, seed=8, jump=6, after=30)
    found = only(monthly(values, before=30), seasonal_pairs=1)
    assert found.seasonal_pairs == 1
    assert found.effect.standard_error < only(monthly(values, before=30)).effect.standard_error / 1.5
    assert found.seasonality_p > 0.05


@pytest.mark.parametrize(("before", "after"), [(23, 20), (30, 11)])
def test_a_shorter_series_carries_no_season(before, after):
    found = only(monthly(noisy(before + after), before=before), seasonal_pairs=2)
    assert found.seasonal_pairs == 0


def test_a_series_of_quarters_carries_one_pair_and_not_two():
    # Four calendar months: a constant and one pair fill three of the four places that there are.
    count = 160
    values = [value if at % 3 == 0 else None for at, value in enumerate(noisy(count, seed=9))]
    found = only(monthly(values, before=90), seasonal_pairs=2)
    assert (found.seasonal_pairs, found.seasonality_p) == (1, None)


@quickly
@given(st.integers(0, 10_000), st.integers(9, 15), st.floats(-20, 20), st.floats(-1, 1))
def test_a_line_that_goes_on_changes_nothing_and_a_mirror_image_has_the_opposite_effect(seed, before, level, trend):
    values = correlated(26, seed=seed, rho=0.3)
    moved = level + trend * np.arange(26) - values
    plain, mirrored = interrupted([monthly(values, before=before), monthly(moved, before=before)])
    assert mirrored.effect.value == pytest.approx(-plain.effect.value, rel=1e-3, abs=1e-3)
    assert mirrored.effect.standard_error == pytest.approx(plain.effect.standard_error, rel=1e-3)
    assert beyond_own_trend(mirrored) == beyond_own_trend(plain)


def test_a_start_in_the_middle_of_a_month_leaves_that_month_out():
    values = noisy(30, seed=10)
    whole = monthly(values, before=14, left_out=(months(30)[14],))
    halfway = monthly(values, started_on=date(2023, 3, 20))
    assert months(30)[14] == date(2023, 3, 1)
    assert only(halfway) == only(whole)
