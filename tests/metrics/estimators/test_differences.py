"""Differences of two shares and of two means against published tables and SciPy."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.estimate import Estimate, Status
from metrics.estimators.differences import newcombe, reach, welch
from metrics.estimators.intervals import ends_of, z_of
from metrics.estimators.moments import Moments, moments_of
from metrics.estimators.share import TopShare
from metrics.verdict import compare
from tests.metrics.builders import answered, estimated, quickly


def limits(*counts: int, **level: float) -> tuple[float, float] | None:
    return ends_of(newcombe(*(pl.lit(one) for one in counts), **level))


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_the_limits_of_a_difference_are_those_newcombe_published(counts, low, high):
    # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10.
    assert [round(one, 4) for one in limits(*counts)] == [low, high]


@pytest.mark.parametrize("counts", [(0, 0, 3, 9), (3, 9, 0, 0), (0, 0, 0, 0)])
def test_a_difference_with_nobody_has_no_limits(counts):
    assert limits(*counts) is None


def test_less_confidence_is_a_narrower_interval_of_the_difference():
    low, high = limits(56, 70, 48, 80, z=z_of(0.9))
    lower, higher = limits(56, 70, 48, 80)
    assert lower < low < high < higher


def test_a_verdict_rests_on_the_same_limits():
    now, before = (estimated(TopShare(), answered(n - hits, 0, 0, 0, hits)) for hits, n in ((56, 70), (48, 80)))
    figures = [
        Estimate(
            **{name: row[name] for name in ("value", "low", "high", "n")}, status=Status.OK, reason=None, method=""
        )
        for row in (now, before)
    ]
    judged = compare(*figures)
    assert (judged.difference_low, judged.difference_high) == pytest.approx(limits(56, 70, 48, 80), abs=1e-12)


def test_two_distances_add_up_as_the_sides_of_a_right_angle():
    # By hand: 3 and 4 make 5, for numbers and for columns.
    assert reach(10.0, 7.0, other=20.0, other_end=24.0) == 5.0
    assert pl.select(reach(pl.lit(10.0), pl.lit(7.0), other=pl.lit(20.0), other_end=pl.lit(24.0))).item() == 5.0


pairs = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@quickly
@given(pairs, pairs, st.integers(2, 9))
def test_the_limits_hold_the_difference_turn_round_with_its_sides_and_narrow_on_more_answers(now, before, times):
    low, high = limits(*now, *before)
    difference = now[0] / now[1] - before[0] / before[1]
    assert -1 - 1e-12 <= low <= difference + 1e-12
    assert difference - 1e-12 <= high <= 1 + 1e-12
    assert limits(*before, *now) == pytest.approx((-high, -low), abs=1e-12)
    less, more = limits(*(times * one for one in (*now, *before)))
    assert more - less < high - low


counts = st.lists(st.integers(0, 60), min_size=5, max_size=5).filter(lambda given: sum(one > 0 for one in given) > 1)


@quickly
@given(counts, counts, st.sampled_from([0.9, 0.95]))
def test_welch_is_that_of_scipy_on_the_answers_written_out(now, before, level):
    written = [np.repeat(np.arange(1, 6), given_counts) for given_counts in (now, before)]
    test = stats.ttest_ind(*written, equal_var=False)
    expected = test.confidence_interval(level)
    found = welch(moments_of(answered(*now)), moments_of(answered(*before)), level=level)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert (found.degrees, found.p) == pytest.approx((test.df, test.pvalue), abs=1e-9)
    assert found.value == pytest.approx(written[0].mean() - written[1].mean(), abs=1e-9)


def test_a_sample_of_equal_answers_may_be_compared_with_one_that_varies():
    # By hand: error sqrt(0 + (16 / 3) / 4), and the degrees of freedom are those of the four, 3.
    found = welch(moments_of(answered(0, 0, 0, 9)), moments_of(answered(2, 0, 0, 0, 2)))
    assert (found.value, found.degrees) == (1.0, pytest.approx(3))
    assert found.p == pytest.approx(2 * stats.t.sf(1 / (4 / 3) ** 0.5, 3))


@pytest.mark.parametrize(
    ("now", "before"),
    [((9,), (0, 9)), ((1,), (2, 2)), ((2, 2), (1,)), ((), (2, 2)), ((2, 2), ())],
)
def test_without_spread_and_without_a_second_answer_there_is_no_test(now, before):
    assert welch(*(moments_of(answered(*given_counts or (0,))) for given_counts in (now, before))) is None


def test_moments_that_are_given_by_hand_are_tested_as_well():
    # By hand: 0.3 / sqrt(2 / 100) = 2.1213, with 198 degrees of freedom as the variances are equal.
    one, other = (Moments(n=100, mean=mean, variance=1.0) for mean in (4.0, 3.7))
    found = welch(one, other)
    assert (found.degrees, found.p) == (pytest.approx(198), pytest.approx(2 * stats.t.sf(0.3 / 0.02**0.5, 198)))
