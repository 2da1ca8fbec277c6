"""The probability that a target is met, against SciPy's distributions and the limits it belongs to."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.estimators.moments import Moments, moments_of, t_limits
from metrics.estimators.survival import WithinNorm
from metrics.estimators.target import (
    Likelihood,
    exact_tail,
    likelihood,
    mean_probability,
    share_bounds,
    share_probability,
    waiting_probability,
)
from metrics.kpi import Direction
from tests.metrics.builders import answered, estimated, quickly, waited

UP, DOWN = Direction.UP, Direction.DOWN


def test_thirty_of_thirty_are_not_certain_to_be_95_percent():
    # SciPy: beta.sf(0.95, 30.5, 0.5); about .92, not 1.
    found = share_probability(30, 30, target=0.95, direction=UP)
    assert found == pytest.approx(stats.beta.sf(0.95, 30.5, 0.5), abs=1e-12)
    assert round(found, 2) == 0.92


def test_a_share_exactly_on_target_is_about_a_coin_flip():
    assert share_probability(750, 1000, target=0.75, direction=UP) == pytest.approx(0.5, abs=0.01)


def test_nobody_answered_gives_no_probability():
    assert share_probability(0, 0, target=0.5, direction=UP) is None
    assert share_bounds(0, 0) is None
    assert exact_tail(0, 0, target=0.5, direction=UP) is None


def test_what_is_shown_asks_ten_answers_and_an_auditor_may_ask_from_one():
    assert share_probability(9, 9, target=0.5, direction=UP, fewest=10) is None
    assert share_probability(10, 10, target=0.5, direction=UP, fewest=10) is not None
    assert share_probability(1, 1, target=0.5, direction=UP) is not None
    nine, ten = moments_of(answered(5, 4)), moments_of(answered(5, 5))
    assert mean_probability(nine, target=1.5, direction=UP, fewest=10) is None
    assert mean_probability(ten, target=1.5, direction=UP, fewest=10) == pytest.approx(0.5)


@pytest.mark.parametrize(("target", "up"), [(0.0, 1.0), (-0.1, 1.0), (1.0, 0.0), (1.2, 0.0)])
def test_a_target_at_or_beyond_an_end_is_always_or_never_met(target, up):
    assert share_probability(8, 10, target=target, direction=UP) == up
    assert share_probability(8, 10, target=target, direction=DOWN) == 1 - up
    assert waiting_probability(0.2, 0.01, target=target, direction=UP) == up
    assert waiting_probability(0.2, 0.01, target=target, direction=DOWN) == 1 - up


shares = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@quickly
@given(shares, st.floats(0.01, 0.99))
def test_at_least_and_at_most_the_target_are_all_there_is(share, target):
    up, down = (share_probability(*share, target=target, direction=one) for one in (UP, DOWN))
    assert up + down == pytest.approx(1, abs=1e-12)
    assert up == pytest.approx(stats.beta.sf(target, share[0] + 0.5, share[1] - share[0] + 0.5), abs=1e-10)


@quickly
@given(shares)
def test_a_target_at_a_one_sided_bound_is_met_with_95_percent(share):
    low, high = share_bounds(*share)
    assert share_probability(*share, target=low, direction=UP) == pytest.approx(0.95, abs=1e-9)
    assert share_probability(*share, target=high, direction=DOWN) == pytest.approx(0.95, abs=1e-9)


@quickly
@given(shares, st.floats(0.01, 0.99))
def test_the_exact_tail_is_the_binomial_test(share, target):
    for direction, side in ((UP, "greater"), (DOWN, "less")):
        expected = stats.binomtest(*share, target, alternative=side).pvalue
        assert exact_tail(*share, target=target, direction=direction) == pytest.approx(expected, abs=1e-9)


def test_a_mean_meets_its_target_as_often_as_student_says():
    # SciPy: t.cdf((3.9 - 3.8) / (0.95 / sqrt(120)), 119).
    seen = Moments(n=120, mean=3.9, variance=0.95**2)
    expected = stats.t.cdf(0.1 / (0.95 / 120**0.5), 119)
    assert mean_probability(seen, target=3.8, direction=UP) == pytest.approx(expected, abs=1e-12)
    assert mean_probability(seen, target=3.8, direction=DOWN) == pytest.approx(1 - expected, abs=1e-12)


def test_a_mean_at_its_one_sided_bound_meets_it_with_95_percent():
    seen = moments_of(answered(12, 30, 88, 210, 95))
    low, high = t_limits(seen, level=0.9)
    assert mean_probability(seen, target=low, direction=UP) == pytest.approx(0.95)
    assert mean_probability(seen, target=high, direction=DOWN) == pytest.approx(0.95)


@pytest.mark.parametrize("given_counts", [(0,), (1,), (25,)])
def test_answers_without_spread_have_no_probability(given_counts):
    assert mean_probability(moments_of(answered(*given_counts)), target=1, direction=UP) is None


def test_a_share_decided_by_a_day_at_its_limit_meets_it_as_surely_as_the_limit_says():
    # Ten cases: by hand S(5) = 0.8, then S(9) = 0.8 * 5 / 6; Greenwood 0.8^2 ... summed below.
    rows = waited((5, True, 2), (7, False, 2), (9, True, 1), (40, False, 5), norm=10)
    row = estimated(WithinNorm(), rows)
    waiting = 0.8 * 5 / 6
    assert row["value"] == pytest.approx(1 - waiting)
    variance = waiting**2 * (2 / (10 * 8) + 1 / (6 * 5))
    for end, direction in (("low", UP), ("high", DOWN)):
        found = waiting_probability(waiting, variance, target=row[end], direction=direction)
        assert found == pytest.approx(0.975, abs=1e-9)


def test_a_share_decided_exactly_on_target_is_a_coin_flip():
    assert waiting_probability(0.1, 0.001, target=0.9, direction=UP) == pytest.approx(0.5)


@pytest.mark.parametrize(("waiting", "variance"), [(0.0, 0.0), (1.0, 0.0), (0.5, 0.0)])
def test_where_the_curve_has_no_limits_there_is_no_probability(waiting, variance):
    assert waiting_probability(waiting, variance, target=0.9, direction=UP) is None


@pytest.mark.parametrize(
    ("probability", "step"),
    [
        (1.0, Likelihood.ALMOST_CERTAIN),
        (0.95, Likelihood.ALMOST_CERTAIN),
        (0.949, Likelihood.LIKELY),
        (0.80, Likelihood.LIKELY),
        (0.799, Likelihood.UNCLEAR),
        (0.201, Likelihood.UNCLEAR),
        (0.20, Likelihood.UNLIKELY),
        (0.051, Likelihood.UNLIKELY),
        (0.05, Likelihood.ALMOST_EXCLUDED),
        (0.0, Likelihood.ALMOST_EXCLUDED),
    ],
)
def test_the_steps_of_likelihood_mirror_each_other(probability, step):
    assert likelihood(probability) is step


def test_the_probability_comes_from_the_same_counts_as_the_share():
    rows = pl.concat([answered(0, 0, 0, 0, 80), answered(20)])
    seen = moments_of(rows.with_columns(value=(pl.col("value") == 5).cast(pl.Int64)))
    assert share_probability(round(seen.mean * seen.n), seen.n, target=0.75, direction=UP) == pytest.approx(
        0.877481358179, abs=1e-9
    )
