"""Moments of counted values against numpy on the values written out."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.estimators.moments import Moments, moments, moments_of, t_limits
from tests.metrics.builders import answered, quickly

NOTHING = Moments(n=0, mean=None, variance=None)
counts = st.lists(st.integers(0, 300), min_size=5, max_size=5).filter(lambda given: sum(one > 0 for one in given) > 1)


def test_the_moments_of_four_answers_are_those_by_hand():
    # 1, 1, 5, 5: each 2 from the mean 3; the squares add up to 16, over 3.
    seen = moments_of(answered(2, 0, 0, 0, 2))
    assert (seen.n, seen.mean, seen.variance) == (4, 3.0, pytest.approx(16 / 3))
    assert (seen.deviation, seen.error) == (pytest.approx(2.309401), pytest.approx(1.154701, abs=1e-6))


def test_one_answer_has_a_mean_and_no_spread():
    seen = moments_of(answered(1, lowest=4))
    assert (seen.n, seen.mean, seen.variance, seen.deviation, seen.error) == (1, 4.0, None, None, None)


def test_no_answers_have_no_moments():
    assert moments_of(answered(0, 0)) == NOTHING
    assert moments_of(answered(1).clear()) == NOTHING


def test_equal_answers_have_a_spread_of_exactly_0():
    assert moments_of(answered(25, lowest=4)).variance == 0.0


def test_each_group_has_moments_of_its_own():
    rows = pl.concat([answered(2, 0, 0, 0, 2), answered(1, lowest=4).with_columns(project=pl.lit("q"))])
    found = moments(rows, ["project"]).sort("project")
    assert found.select("project", "n", "mean").rows() == [("p", 4, 3.0), ("q", 1, 4.0)]
    assert found["variance"].to_list() == [pytest.approx(16 / 3), None]


def test_a_correction_is_a_negative_count():
    # By hand: ten fours, one of which was a five: (9 * 4 + 5) / 10.
    corrected = pl.concat([answered(10, lowest=4), answered(-1, 1, lowest=4)])
    assert moments_of(corrected) == moments_of(answered(9, 1, lowest=4))
    assert moments_of(corrected).mean == 4.1


def test_there_are_no_limits_without_spread():
    for rows in (answered(0), answered(1), answered(25)):
        assert t_limits(moments_of(rows)) is None


@quickly
@given(counts, st.sampled_from([0.9, 0.95]))
def test_moments_and_limits_are_those_of_the_answers_written_out(given_counts, level):
    written = np.repeat(np.arange(1, 6), given_counts)
    seen = moments_of(answered(*given_counts))
    assert (seen.mean, seen.variance) == pytest.approx((written.mean(), written.var(ddof=1)), abs=1e-9)
    assert seen.error == pytest.approx(stats.sem(written), abs=1e-9)
    expected = stats.t.interval(level, len(written) - 1, loc=written.mean(), scale=stats.sem(written))
    assert t_limits(seen, level=level) == pytest.approx(expected, abs=1e-9)
