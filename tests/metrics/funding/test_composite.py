"""The composite score against numbers by hand, Python's own means and numpy's covariance."""

from __future__ import annotations

import math
import statistics

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.funding.achievement import Achievement, LineHeld
from metrics.funding.composite import (
    Aggregation,
    Dependence,
    ScorePart,
    WhyNoScore,
    composite,
    joint_error,
    with_joint_error,
)
from tests.metrics.builders import quickly

HELD = LineHeld(met=True, certain=None)


def part(name: str, weight: float, percent: float | LineHeld | None, half: float | None = None) -> ScorePart:
    achieved = percent
    if isinstance(percent, int | float):
        ends = {} if half is None else {"low": percent - half, "high": percent + half}
        achieved = Achievement(percent=percent, **ends)
    return ScorePart(name=name, weight=weight, achieved=achieved)


def parts(*scores: float | LineHeld | None, weights: tuple[float, ...] = (0.5, 0.3, 0.2)) -> list[ScorePart]:
    return [part(name, weight, score) for name, weight, score in zip("abcdef", weights, scores, strict=False)]


def test_the_score_is_the_weighted_mean_of_what_was_achieved():
    # By hand: .5 x 90 + .3 x 40 + .2 x 10.
    assert composite(parts(90, 40, 10)).value == pytest.approx(59)


def test_weights_count_in_proportion_whatever_their_sum():
    assert composite(parts(90, 40, 10, weights=(5, 3, 2))).value == pytest.approx(59)


def test_harm_lowers_the_score():
    # By hand: .5 x 100 + .3 x 100 - .2 x 50.
    assert composite(parts(100, 100, -50)).value == pytest.approx(70)


@pytest.mark.parametrize("aggregation", [Aggregation.GEOMETRIC, Aggregation.HARMONIC])
@pytest.mark.parametrize("percent", [0, -5])
def test_at_or_below_the_baseline_the_other_means_have_no_meaning(aggregation, percent):
    found = composite(parts(100, 100, percent), aggregation)
    assert (found.reason, found.of_what_is_present, found.present) == (WhyNoScore.NOT_ABOVE_ZERO, None, 1)


@pytest.mark.parametrize("aggregation", [Aggregation.GEOMETRIC, Aggregation.HARMONIC])
def test_the_other_means_have_no_interval(aggregation):
    found = composite([part("a", 1, 50, half=10)], aggregation)
    assert (found.value, found.low, found.high) == (pytest.approx(50), None, None)


def test_a_part_of_weight_zero_does_not_count():
    found = composite(parts(90, -40, 90, weights=(1, 0, 1)), Aggregation.GEOMETRIC)
    assert found.value == pytest.approx(90)


def test_below_80_percent_of_the_weight_there_is_no_score_and_what_is_missing_is_named():
    found = composite(parts(90, None, 10))
    assert (found.reason, found.missing) == (WhyNoScore.TOO_LITTLE_WEIGHT, ("b",))
    # By hand: (.5 x 90 + .2 x 10) / .7, for the auditor only.
    assert (found.of_what_is_present, found.present) == (pytest.approx(47 / 0.7), pytest.approx(0.7))


def test_at_80_percent_of_the_weight_there_is_a_score_and_what_is_missing_is_named():
    # .7 + .1 is a hair less than .8 in floating point.
    found = composite(parts(50, 90, None, weights=(0.7, 0.1, 0.2)))
    assert (found.value, found.missing) == (pytest.approx((35 + 9) / 0.8), ("c",))
    assert found.present == pytest.approx(0.8)


def test_a_line_to_hold_is_set_apart_with_its_weight():
    found = composite(parts(90, HELD, 10))
    # By hand: (45 + 2) / .7; nothing is missing.
    assert (found.value, found.present) == (pytest.approx(47 / 0.7), 1)
    assert (found.missing, found.set_apart) == ((), ("b",))


@pytest.mark.parametrize("nothing", [[], parts(HELD, HELD), parts(90, weights=(0,))])
def test_with_nothing_to_weigh_there_is_no_score(nothing):
    found = composite(nothing)
    assert (found.reason, found.of_what_is_present, found.present) == (WhyNoScore.NOTHING_TO_WEIGH, None, None)


def test_without_any_figure_all_weight_is_missing():
    found = composite(parts(None, None))
    assert (found.reason, found.present, found.missing) == (WhyNoScore.TOO_LITTLE_WEIGHT, 0, ("a", "b"))


def test_errors_of_other_answers_partly_cancel_out():
    # By hand: the root of (.5 x 10)^2 + (.5 x 20)^2.
    found = composite([part("a", 1, 40, half=10), part("b", 1, 60, half=20)])
    half = math.sqrt(125)
    assert (found.low, found.high) == (pytest.approx(50 - half), pytest.approx(50 + half))


def test_where_the_dependence_is_unknown_the_widest_interval_is_taken():
    # By hand: .5 x 10 + .5 x 20.
    found = composite([part("a", 1, 40, half=10), part("b", 1, 60, half=20)], dependence=Dependence.UNKNOWN)
    assert (found.low, found.high) == (pytest.approx(35), pytest.approx(65))


def test_with_a_part_that_has_no_interval_the_score_has_none():
    found = composite([part("a", 1, 40, half=10), part("b", 1, 60)])
    assert (found.value, found.low, found.high) == (pytest.approx(50), None, None)


@pytest.mark.parametrize("weight", [-0.1, float("nan")])
def test_a_weight_below_zero_is_refused(weight):
    with pytest.raises(ValueError, match="a weight is 0 or more"):
        part("a", weight, 50)


def answered(*rows: tuple[float | None, float | None, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"a": pl.Float64, "b": pl.Float64, "n": pl.Int64}, orient="row")


def test_means_of_the_same_answers_err_together():
    # By hand: each answer scores 100 or 0, variance 10000 / 3, over 4 answers. Independent, it would be half of it.
    found = joint_error(answered((1, 1, 2), (0, 0, 2)), {"a": 50, "b": 50})
    assert found == pytest.approx(math.sqrt(10000 / 12))


def test_means_that_move_against_each_other_cancel_out():
    assert joint_error(answered((1, 0, 3), (0, 1, 2)), {"a": 50, "b": 50}) == pytest.approx(0)


def test_an_answer_that_was_not_given_pulls_at_nothing():
    # By hand: of the first question four answers, variance (1/3) / 4; of the second nobody counts.
    rows = answered((1, 1, 2), (0, None, 2), (None, 0, 5))
    assert joint_error(rows, {"a": 1, "b": 0}) == pytest.approx(math.sqrt(1 / 12))


@pytest.mark.parametrize("rows", [(), ((1, 1, 1),), ((1, None, 5), (0, 1, 1))])
def test_below_two_answers_to_a_question_there_is_no_joint_error(rows):
    assert joint_error(answered(*rows), {"a": 50, "b": 50}) is None


def test_a_joint_error_becomes_the_interval_of_the_score():
    found = with_joint_error(composite(parts(90, 40, 10)), 10)
    assert (found.low, found.high) == (pytest.approx(59 - 19.599639845), pytest.approx(59 + 19.599639845))


scores = st.lists(st.tuples(st.floats(1, 200), st.floats(0.1, 5)), min_size=1, max_size=6)


@quickly
@given(scores)
def test_the_means_are_those_of_the_statistics_module(given_scores):
    values, weights = zip(*given_scores, strict=True)
    made = [part(str(index), weight, value) for index, (value, weight) in enumerate(given_scores)]
    total = sum(weights)
    expected = {
        Aggregation.ARITHMETIC: statistics.fmean(values, weights=weights),
        Aggregation.GEOMETRIC: math.prod(value ** (weight / total) for value, weight in given_scores),
        Aggregation.HARMONIC: statistics.harmonic_mean(values, weights=weights),
    }
    assert {one: composite(made, one).value for one in Aggregation} == pytest.approx(expected)


@quickly
@given(scores, st.floats(0, 30))
def test_the_interval_is_never_wider_than_where_all_err_the_same_way(given_scores, half):
    made = [part(str(index), weight, value, half=half) for index, (value, weight) in enumerate(given_scores)]
    free, widest = (composite(made, dependence=one) for one in Dependence)
    assert widest.low - 1e-9 <= free.low <= free.high <= widest.high + 1e-9


rows_of_answers = st.lists(st.tuples(st.integers(0, 1), st.integers(1, 5), st.integers(1, 4)), min_size=2, max_size=10)


@quickly
@given(rows_of_answers, st.floats(-10, 10), st.floats(-10, 10))
def test_the_joint_error_is_the_error_of_the_score_of_each_answer(rows, one, other):
    # Second method: score every single answer, then the usual standard error by numpy.
    each = np.array([one * a + other * b for a, b, n in rows for _ in range(n)])
    expected = each.std(ddof=1) / math.sqrt(len(each))
    assert joint_error(answered(*rows), {"a": one, "b": other}) == pytest.approx(expected, abs=1e-9)
