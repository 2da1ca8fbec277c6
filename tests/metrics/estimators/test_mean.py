"""The mean and the GOV.UK score that rescales it."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.estimate import Reason, Status
from metrics.estimators.mean import Mean
from tests.metrics.builders import answered, ends, estimated, quickly

WEIGHTED = Mean(rescaled=True)
counts = st.lists(st.integers(0, 300), min_size=5, max_size=5)
varied = counts.filter(lambda given_counts: sum(one > 0 for one in given_counts) > 1)


@pytest.mark.parametrize(
    ("given_counts", "score"),
    [((422, 406, 1322, 5772, 11647), 0.855358), ((23, 46, 153, 419, 528), 0.795766)],
)
def test_the_weighted_score_of_the_public_guardians_counts(given_counts, score):
    assert round(estimated(WEIGHTED, answered(*given_counts))["value"], 6) == score


@pytest.mark.parametrize("given_counts", [(422, 406, 1322, 5772, 11647), (1, 0, 4, 2, 9)])
def test_the_weighted_score_is_0_25_50_75_100_percent_of_the_five_answers(given_counts):
    # By hand: the formula as GOV.UK prints it.
    weights = (0, 0.25, 0.5, 0.75, 1)
    by_hand = sum(n * weight for n, weight in zip(given_counts, weights, strict=True)) / sum(given_counts)
    assert estimated(WEIGHTED, answered(*given_counts))["value"] == pytest.approx(by_hand, abs=1e-12)


def test_the_mean_and_its_interval_of_435_answers():
    # statsmodels DescrStatsW.tconfint_mean on the same counts.
    row = estimated(Mean(), answered(12, 30, 88, 210, 95))
    assert (row["value"], row["low"], row["high"]) == pytest.approx(
        (3.79540229885, 3.70575193177, 3.88505266593), abs=1e-9
    )


def test_on_a_ten_point_scale_a_ten_scores_100_percent_and_a_one_0():
    assert estimated(WEIGHTED, answered(4, lowest=10, scale="1-10"))["value"] == 1.0
    assert estimated(WEIGHTED, answered(4, lowest=1, scale="1-10"))["value"] == 0.0
    assert estimated(WEIGHTED, answered(4, lowest=0, scale="0-10"))["value"] == 0.0


def test_one_answer_has_a_mean_and_no_interval():
    row = estimated(Mean(), answered(1, lowest=4))
    assert (ends(row), row["reason"]) == ((4.0, None, None), Reason.NO_INTERVAL)


def test_equal_answers_have_no_interval_rather_than_one_of_width_0():
    row = estimated(Mean(), answered(25, lowest=4))
    assert (ends(row), row["status"], row["reason"]) == ((4.0, None, None), Status.OK, Reason.NO_INTERVAL)
    # By hand: Wilson of 25 of 25 begins at 1 / (1 + z^2 / 25).
    assert json.loads(row["detail"])["same_low"] == pytest.approx(1 / (1 + 1.959964**2 / 25), abs=1e-6)


def test_answers_that_differ_say_nothing_of_being_the_same():
    assert json.loads(estimated(Mean(), answered(1, 2, 3))["detail"])["same_low"] is None


def test_the_variance_of_the_answers_goes_along_in_the_unit_of_the_figure():
    # By hand: 1, 1, 5, 5 lie 2 from their mean; 16 / 3. On a scale from 0 to 1 a sixteenth of it.
    assert json.loads(estimated(Mean(), answered(2, 0, 0, 0, 2))["detail"])["variance"] == pytest.approx(16 / 3)
    assert json.loads(estimated(WEIGHTED, answered(2, 0, 0, 0, 2))["detail"])["variance"] == pytest.approx(1 / 3)
    assert json.loads(estimated(Mean(), answered(1))["detail"])["variance"] is None


@pytest.mark.parametrize(
    ("given_counts", "crowded"),
    [((1, 2, 3, 4, 19), True), ((2, 3, 3, 4, 18), False), ((0, 0, 0, 39, 61), True), ((61, 0, 0, 39, 0), True)],
)
def test_few_answers_and_a_crowd_at_one_end_of_the_scale_ask_for_a_check(given_counts, crowded):
    # Fewer than 30; or more than 60 % at an end: 19 of 29 is both, 18 of 30 is neither.
    assert json.loads(estimated(Mean(), answered(*given_counts))["detail"])["crowded"] is crowded


def test_the_interval_stays_on_the_scale():
    row = estimated(Mean(), answered(1, 0, 0, 0, 2))
    assert (row["low"], row["high"]) == (1.0, 5.0)
    assert ends(estimated(WEIGHTED, answered(1, 0, 0, 0, 2)))[1:] == (0.0, 1.0)


def test_a_mean_over_two_scales_is_not_made():
    rows = pl.concat([answered(0, 0, 0, 10, 10), answered(5, lowest=8, scale="1-10")])
    row = estimated(Mean(), rows)
    assert (ends(row), row["status"], row["reason"]) == ((None, None, None), Status.UNDEFINED, Reason.MIXED_SCALES)


def test_equal_answers_to_two_wordings_are_mixed_and_not_equal():
    row = estimated(Mean(), pl.concat([answered(9, lowest=4, question="a"), answered(9, lowest=4, question="b")]))
    assert (row["value"], row["reason"]) == (None, Reason.MIXED_QUESTIONS)


def test_no_answers_have_no_mean():
    row = estimated(Mean(), answered(0, 0, 0, 0, 0))
    assert (ends(row), row["status"]) == ((None, None, None), Status.NO_DATA)


@quickly
@given(varied)
def test_the_interval_is_that_of_scipy_on_the_answers_written_out(given_counts):
    written = np.repeat(np.arange(1, 6), given_counts)
    low, high = stats.t.interval(0.95, len(written) - 1, loc=written.mean(), scale=stats.sem(written))
    row = estimated(Mean(), answered(*given_counts))
    assert row["value"] == pytest.approx(written.mean(), abs=1e-12)
    assert row["low"] == pytest.approx(max(low, 1), abs=1e-9)
    assert row["high"] == pytest.approx(min(high, 5), abs=1e-9)


@quickly
@given(varied)
def test_the_score_and_its_limits_are_the_mean_and_its_limits_rescaled(given_counts):
    mean, score = (estimated(one, answered(*given_counts)) for one in (Mean(), WEIGHTED))
    for name in ("value", "low", "high"):
        assert score[name] == pytest.approx((mean[name] - 1) / 4, abs=1e-12)


@quickly
@given(varied, st.integers(2, 9))
def test_more_of_the_same_answers_narrow_the_interval(given_counts, times):
    row = estimated(Mean(), answered(*given_counts))
    more = estimated(Mean(), answered(*(times * one for one in given_counts)))
    assert more["high"] - more["low"] < row["high"] - row["low"] or (row["low"], row["high"]) == (1, 5)


@quickly
@given(varied, st.lists(st.integers(0, 300), min_size=5, max_size=5))
def test_counted_rows_give_the_same_mean_however_they_were_split(given_counts, taken):
    part = [min(one, less) for one, less in zip(given_counts, taken, strict=True)]
    rest = [one - less for one, less in zip(given_counts, part, strict=True)]
    split = pl.concat([answered(*rest), answered(*part)])
    assert estimated(Mean(), split) == estimated(Mean(), answered(*given_counts))


def test_half_very_satisfied_and_half_very_dissatisfied_has_the_mean_of_all_neutral_with_a_wider_range():
    torn, neutral = estimated(Mean(), answered(20, 0, 0, 0, 20)), estimated(Mean(), answered(0, 1, 38, 1, 0))
    assert torn["value"] == neutral["value"] == 3.0
    assert torn["high"] - torn["low"] > 5 * (neutral["high"] - neutral["low"])
