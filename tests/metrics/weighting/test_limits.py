"""Intervals of weighted figures: Wilson and Student on as many answers as the figure is worth."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.weighting.limits import IntervalKind, with_limits, within_scale
from metrics.weighting.post_stratified import post_stratified
from metrics.weighting.strata import cells
from tests.metrics.builders import only, quickly
from tests.metrics.weighting.surveys import BY, answered, came, share


def limited(counts, volumes, kind, **asked):
    rows = post_stratified(cells(answered(counts), came(volumes), by=BY, strata=["channel"]), BY)
    return only(with_limits(rows, kind, **asked))


def by_wilson(p, n, z=1.959963984540054):
    """Solve |p - truth| = z root(truth (1 - truth) / n) for the truth, by the quadratic formula."""
    a, b, c = 1 + z**2 / n, -(2 * p + z**2 / n), p**2
    root = math.sqrt(b**2 - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


EQUAL = {"website": share(80, 20), "desk": share(60, 40)}


def test_a_weighted_share_gets_wilson_on_the_answers_that_its_variance_is_worth():
    row = limited(EQUAL, {"website": 500, "desk": 500}, IntervalKind.SHARE)
    # By hand: p = .7, variance .25 x .16/99 + .25 x .24/99 = .1/99; .21 / (.1/99) = 207.9, more than Kish's 200.
    assert row["n_interval"] == pytest.approx(200, abs=1e-9)
    assert (row["low"], row["high"]) == pytest.approx(by_wilson(0.7, 200), abs=1e-9)


def test_the_variance_decides_where_it_is_worth_fewer_answers_than_kish_says():
    few = limited({"website": share(95, 5), "desk": share(5, 5)}, {"website": 500, "desk": 500}, IntervalKind.SHARE)
    # By hand: p = .725; variance .25 x .0475/99 + .25 x .25/9 = .0070644; .199375 / .0070644 = 28.22 < Kish 36.36.
    assert few["n_interval"] == pytest.approx(0.199375 / (0.25 * 0.0475 / 99 + 0.25 * 0.25 / 9), abs=1e-9)


@pytest.mark.parametrize(("good", "bad", "end"), [(1, 0, "high"), (0, 1, "low")])
def test_a_share_of_0_or_100_percent_falls_back_on_kish(good, bad, end):
    counts = {"website": share(80 * good, 80 * bad), "desk": share(20 * good, 20 * bad)}
    row = limited(counts, {"website": 500, "desk": 500}, IntervalKind.SHARE)
    kish = 1 / (0.25 / 80 + 0.25 / 20)
    assert row["n_interval"] == pytest.approx(kish, abs=1e-9)
    assert row[end] == float(good)
    assert (row["low"], row["high"]) == pytest.approx(by_wilson(float(good), kish), abs=1e-9)


def test_channels_that_agree_within_themselves_and_not_with_each_other_fall_back_on_kish():
    row = limited({"website": share(80, 0), "desk": share(0, 20)}, {"website": 500, "desk": 500}, IntervalKind.SHARE)
    assert (row["standard_error"], row["n_interval"]) == (0.0, pytest.approx(64, abs=1e-9))


def test_one_answer_in_a_channel_falls_back_on_kish():
    row = limited({"website": share(80, 20), "desk": share(1, 0)}, {"website": 500, "desk": 500}, IntervalKind.SHARE)
    assert row["n_interval"] == pytest.approx(1 / (0.25 / 100 + 0.25), abs=1e-9)


def test_a_mean_gets_student_limits_on_the_degrees_of_freedom_of_its_error():
    counts = {"website": {3: 10, 4: 30, 5: 20}, "desk": {1: 4, 3: 6, 5: 2}}
    row = limited(counts, {"website": 500, "desk": 500}, IntervalKind.MEAN)
    # The variance decides here: 12 answers at the desk are half of the cases.
    assert row["n_interval"] == pytest.approx(row["spread"] / row["standard_error"] ** 2, abs=1e-9)
    half = stats.t.ppf(0.975, row["freedom"]) * row["standard_error"]
    assert (row["low"], row["high"]) == pytest.approx((row["value"] - half, row["value"] + half), abs=1e-9)


def test_a_mean_with_one_answer_in_a_channel_gets_limits_from_kish():
    row = limited({"website": {3: 10, 5: 10}, "desk": {1: 1}}, {"website": 500, "desk": 500}, IntervalKind.MEAN)
    kish = 1 / (0.25 / 20 + 0.25)
    half = stats.t.ppf(0.975, kish - 1) * math.sqrt(row["spread"] / kish)
    assert (row["low"], row["high"]) == pytest.approx((row["value"] - half, row["value"] + half), abs=1e-9)


def test_a_mean_of_equal_answers_has_no_limits():
    row = limited({"website": {4: 80}, "desk": {4: 20}}, {"website": 500, "desk": 500}, IntervalKind.MEAN)
    assert (row["value"], row["low"], row["high"]) == (4.0, None, None)


def test_a_mean_worth_hardly_more_than_one_answer_has_no_limits():
    row = limited({"website": {3: 1}, "desk": {1: 1}}, {"website": 999, "desk": 1}, IntervalKind.MEAN)
    assert (row["low"], row["high"]) == (None, None)


def test_another_level_is_another_quantile():
    row = limited(EQUAL, {"website": 500, "desk": 500}, IntervalKind.SHARE, level=0.9)
    assert (row["low"], row["high"]) == pytest.approx(by_wilson(0.7, 200, z=stats.norm.ppf(0.95)), abs=1e-9)
    mean = {"website": {3: 10, 4: 30, 5: 20}}
    row = limited(mean, {"website": 500}, IntervalKind.MEAN, level=0.9)
    half = stats.t.ppf(0.95, 59) * row["standard_error"]
    assert row["high"] == pytest.approx(row["value"] + half, abs=1e-9)


def test_without_a_figure_there_are_no_limits():
    row = limited({"website": share(1, 1)}, {"website": 5, "desk": 5}, IntervalKind.SHARE)
    assert (row["low"], row["high"], row["n_interval"]) == (None, None, None)
    row = limited({"website": share(1, 1)}, {"website": 5, "desk": 5}, IntervalKind.MEAN)
    assert (row["low"], row["high"]) == (None, None)


def test_limits_stay_within_the_scale_where_it_is_known():
    figures = pl.DataFrame({"project": ["p", "q"], "low": [0.5, None], "high": [5.5, None]})
    scaled = pl.DataFrame({"project": ["p", "q"], "lowest": [1.0, 1.0], "highest": [5.0, 5.0]})
    assert within_scale(figures, scaled, by=BY).rows() == [("p", 1.0, 5.0), ("q", None, None)]
    assert within_scale(figures, scaled.drop("lowest"), by=BY).equals(figures)


shares = st.fixed_dictionaries(
    {channel: st.tuples(st.integers(0, 9), st.integers(0, 9)) for channel in ("desk", "website")}
).filter(lambda survey: all(sum(pair) for pair in survey.values()))


@quickly
@given(shares, st.integers(1, 99), st.integers(1, 99), st.integers(2, 9))
def test_limits_of_a_share_hold_it_stay_between_0_and_1_and_narrow_with_more_answers(survey, desk, website, times):
    volumes = {"desk": desk, "website": website}
    row = limited({channel: share(*pair) for channel, pair in survey.items()}, volumes, IntervalKind.SHARE)
    assert 0 <= row["low"] <= row["value"] + 1e-12
    assert row["value"] - 1e-12 <= row["high"] <= 1
    more = {channel: share(good * times, bad * times) for channel, (good, bad) in survey.items()}
    narrower = limited(more, volumes, IntervalKind.SHARE)
    assert narrower["high"] - narrower["low"] < row["high"] - row["low"]


@quickly
@given(shares)
def test_weighting_never_makes_a_survey_more_certain_than_its_number_of_answers(survey):
    counts = {channel: share(*pair) for channel, pair in survey.items()}
    n = sum(sum(pair) for pair in survey.values())
    assert limited(counts, {"desk": 5, "website": 8}, IntervalKind.SHARE)["n_interval"] <= n + 1e-9
