"""How many answers it takes, checked against the intervals themselves."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.estimators.differences import newcombe
from metrics.estimators.intervals import ends_of, wilson
from metrics.estimators.sample_size import (
    answers_for_difference,
    answers_for_target,
    answers_for_width,
    more_answers,
)
from tests.metrics.builders import quickly


def reached(share: float, n: int) -> float:
    """How far the Wilson interval of a share reaches to its further side, by the interval itself."""
    low, high = ends_of(wilson(pl.lit(share * n), pl.lit(float(n))))
    return max(high - share, share - low)


def test_half_and_half_to_within_5_points_takes_381_answers():
    # By hand: 1.959964^2 * (0.25 / 0.05^2 - 1) = 3.841459 * 99 = 380.3.
    assert answers_for_width(0.5, 0.05) == 381


@quickly
@given(st.floats(0, 1), st.floats(0.01, 0.4))
def test_from_the_number_on_the_interval_is_narrow_enough_and_one_less_is_too_few(share, half_width):
    needed = answers_for_width(share, half_width)
    assert reached(share, needed) <= half_width + 1e-9
    if needed > 1:
        assert reached(share, needed - 1) > half_width - 1e-9


def test_a_range_so_wide_that_anything_fits_takes_one_answer():
    assert answers_for_width(0.5, 0.99) == 1


def seen_against_target(share: float, target: float, n: int) -> float:
    """The chance that the Wilson interval leaves the target out, over everything that n answers can say."""
    hits = np.arange(n + 1)
    low, high = wilson(pl.col("hits"), pl.lit(n))
    told = pl.DataFrame({"hits": hits}).select((low > target) | (high < target)).to_series().to_numpy()
    return float(told @ stats.binom.pmf(hits, n, share))


@pytest.mark.parametrize(("share", "target"), [(0.8, 0.75), (0.7, 0.75), (0.9, 0.8), (0.62, 0.5)])
def test_with_that_many_answers_a_share_is_told_from_its_target_four_times_in_five(share, target):
    # By a second method: every outcome enumerated. The formula takes the normal for the binomial distribution.
    assert seen_against_target(share, target, answers_for_target(share, target)) == pytest.approx(0.8, abs=0.02)


def test_more_power_and_more_confidence_take_more_answers():
    usual = answers_for_target(0.8, 0.7)
    # By hand: ((1.959964 * sqrt(0.21) + 0.841621 * 0.4) / 0.1)^2 = 152.5.
    assert usual == 153
    assert answers_for_target(0.8, 0.7, power=0.9) > usual
    assert answers_for_target(0.8, 0.7, level=0.99) > usual


def test_no_number_of_answers_tells_a_share_from_itself():
    assert answers_for_target(0.75, 0.75) is None
    assert answers_for_difference(0.75, 0.75, n_baseline=1000) is None


def seen_against_baseline(share: float, n: int, baseline: float, n_baseline: int) -> float:
    now, before = np.arange(n + 1), np.arange(n_baseline + 1)
    every = pl.DataFrame({"now": now}).join(pl.DataFrame({"before": before}), how="cross")
    low, high = newcombe(pl.col("now"), pl.lit(n), pl.col("before"), pl.lit(n_baseline))
    told = every.select((low > 0) | (high < 0)).to_series().to_numpy().reshape(n + 1, n_baseline + 1)
    return float(stats.binom.pmf(now, n, share) @ told @ stats.binom.pmf(before, n_baseline, baseline))


@pytest.mark.parametrize(
    ("share", "baseline", "n_baseline"), [(0.8, 0.7, 400), (0.75, 0.6, 150), (0.6, 0.75, 300), (0.9, 0.85, 1000)]
)
def test_with_that_many_answers_a_share_is_told_from_its_baseline_about_four_times_in_five(share, baseline, n_baseline):
    # By a second method: every outcome enumerated, with the interval of the difference that a verdict rests on.
    needed = answers_for_difference(share, baseline, n_baseline=n_baseline)
    assert seen_against_baseline(share, needed, baseline, n_baseline) == pytest.approx(0.8, abs=0.045)


def test_the_answers_for_a_difference_follow_from_the_formula():
    # By hand: 0.6 * 0.4 / (0.1^2 / (1.959964 + 0.841621)^2 - 0.5 * 0.5 / 1000) = 0.24 / (0.00127409 - 0.00025) = 234.4.
    assert answers_for_difference(0.6, 0.5, n_baseline=1000) == 235


def test_a_baseline_that_is_too_small_cannot_be_beaten_by_more_answers():
    assert answers_for_difference(0.6, 0.5, n_baseline=100) is None
    assert answers_for_difference(0.6, 0.5, n_baseline=0) is None


@pytest.mark.parametrize(("needed", "n", "more"), [(381, 31, 350), (381, 381, 0), (381, 500, 0), (None, 10, None)])
def test_what_is_still_to_come_is_never_below_zero(needed, n, more):
    assert more_answers(needed, n) == more
