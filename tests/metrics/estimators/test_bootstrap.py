"""The bootstrap of a mean against every resample there is, and against SciPy's."""

from __future__ import annotations

from itertools import product
from math import sqrt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.estimators.bootstrap import MOST_ANSWERS, bootstrap_mean, crowded
from tests.metrics.builders import quickly

NORMAL = stats.norm


def enumerated(values: list[int], level: float) -> tuple[float, float]:
    """BCa by its definition, over every resample of a few values, in plain Python."""
    n, total = len(values), sum(values)
    sums = sorted(sum(drawn) for drawn in product(values, repeat=n))
    below = sum(one < total for one in sums) + sum(one == total for one in sums) / 2
    bias = NORMAL.ppf(below / len(sums))
    left_out = [(total - one) / (n - 1) for one in values]
    middle = sum(left_out) / n
    off = [middle - one for one in left_out]
    acceleration = sum(one**3 for one in off) / (6 * sqrt(sum(one**2 for one in off)) ** 3)
    ends = []
    for side in ((1 - level) / 2, (1 + level) / 2):
        moved = bias + NORMAL.ppf(side)
        share = NORMAL.cdf(bias + moved / (1 - acceleration * moved))
        reached = next(place for place in range(len(sums)) if (place + 1) / len(sums) >= share - 1e-12)
        ends.append(sums[reached] / n)
    return ends[0], ends[1]


def counted(values: list[int]) -> dict[int, int]:
    return {value: values.count(value) for value in values}


few = st.lists(st.integers(0, 10), min_size=2, max_size=5).filter(lambda values: len(set(values)) > 1)


@quickly
@given(few, st.sampled_from([0.8, 0.9, 0.95]))
def test_the_limits_are_those_over_every_resample_there_is(values, level):
    assert bootstrap_mean(counted(values), level=level) == pytest.approx(enumerated(values, level), abs=1e-9)


@pytest.mark.parametrize(
    "counts", [{1: 12, 2: 30, 3: 88, 4: 210, 5: 95}, {1: 1, 3: 2, 4: 6, 5: 9}, {1: 400, 5: 20}, {0: 20, 10: 5}]
)
def test_scipy_comes_near_the_same_limits_by_drawing(counts):
    written = np.repeat(list(counts), list(counts.values()))
    drawn = stats.bootstrap((written,), np.mean, n_resamples=5000, rng=np.random.default_rng(1)).confidence_interval
    # Drawing is off by chance: by a few answers at most.
    assert bootstrap_mean(counts) == pytest.approx((drawn.low, drawn.high), abs=20 / len(written))


def test_the_limits_are_the_same_every_time():
    assert bootstrap_mean({1: 3, 5: 9}) == bootstrap_mean({5: 9, 1: 3, 4: 0})


@pytest.mark.parametrize("counts", [{}, {4: 0}, {4: 1}, {4: 25}])
def test_equal_answers_have_no_limits(counts):
    assert bootstrap_mean(counts) is None


def test_beyond_a_hundred_thousand_answers_it_is_not_computed():
    assert bootstrap_mean({1: MOST_ANSWERS, 5: 1}) is None


@quickly
@given(st.lists(st.integers(0, 60), min_size=5, max_size=5).filter(lambda counts: sum(one > 0 for one in counts) > 1))
def test_the_limits_hold_the_mean_and_stay_among_the_answers(counts):
    given_counts = dict(enumerate(counts, start=1))
    seen = [value for value, n in given_counts.items() if n]
    low, high = bootstrap_mean(given_counts)
    mean = sum(value * n for value, n in given_counts.items()) / sum(counts)
    assert min(seen) <= low <= mean <= high <= max(seen)


@pytest.mark.parametrize(
    ("n", "at_lowest", "at_highest", "check"),
    [
        (0, 0, 0, False),
        (29, 5, 5, True),
        (30, 5, 5, False),
        (100, 0, 60, False),
        (100, 0, 61, True),
        (100, 61, 0, True),
    ],
)
def test_a_mean_is_checked_below_30_answers_and_beyond_60_percent_at_an_end(n, at_lowest, at_highest, check):
    assert pl.select(crowded(pl.lit(n), pl.lit(at_lowest), pl.lit(at_highest))).item() is check
