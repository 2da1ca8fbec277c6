"""Ranges over weights and other choices against counting by hand and plain loops."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.funding.achievement import Achievement
from metrics.funding.composite import Aggregation, Dependence, ScorePart, WhyNoScore
from metrics.funding.sensitivity import RankRange, rank_ranges, score_range, weightings
from tests.metrics.builders import quickly

FOUR = {"P1": (92, 35, 50), "P2": (60, 62, 61), "P3": (40, 90, 55), "P4": (75, 50, 30)}


def parts(*percents: float | None, half: float | None = None, weight: float = 1) -> list[ScorePart]:
    ends = [{} if half is None or one is None else {"low": one - half, "high": one + half} for one in percents]
    return [
        ScorePart(name=str(index), weight=weight, achieved=None if one is None else Achievement(percent=one, **more))
        for index, (one, more) in enumerate(zip(percents, ends, strict=True))
    ]


def test_the_grid_holds_every_set_of_whole_steps_once():
    # Second method: all triples of twentieths, at least two each, that make twenty.
    expected = {triple for triple in product(range(2, 21), repeat=3) if sum(triple) == 20}
    found = {tuple(round(20 * weight) for weight in row) for row in weightings(3)}
    assert (len(weightings(3)), found) == (120, expected)
    assert weightings(3).sum(axis=1) == pytest.approx(np.ones(120))


def test_a_single_measure_has_one_weighting():
    assert weightings(1).tolist() == [[1.0]]


def test_ten_measures_of_at_least_a_tenth_have_one_weighting():
    assert weightings(10) == pytest.approx(np.full((1, 10), 0.1))


@pytest.mark.parametrize(("measures", "step"), [(11, 0.05), (0, 0.05), (3, 0.3)])
def test_a_grid_without_place_is_refused(measures, step):
    with pytest.raises(ValueError, match=f"no weightings of {measures} measures"):
        weightings(measures, step=step)


def test_a_least_weight_between_two_steps_is_raised_to_the_next():
    # By hand: quarters of at least a tenth are (1, 3), (2, 2), (3, 1).
    assert sorted(weightings(2, step=0.25).tolist()) == [[0.25, 0.75], [0.5, 0.5], [0.75, 0.25]]


def test_how_often_a_project_comes_first_is_counted_over_all_weightings():
    # By hand: 100 w > 80 (1 - w) from w = .45 on: 10 of the 17 weights from .1 to .9.
    found = rank_ranges({"fast": (100, 0), "clear": (0, 80)})
    assert found == {
        "fast": RankRange(best=1, worst=2, first_share=pytest.approx(10 / 17)),
        "clear": RankRange(best=1, worst=2, first_share=pytest.approx(7 / 17)),
    }


def test_two_of_four_projects_can_come_both_first_and_last():
    # The OECD handbook's warning, with the numbers of the reference: weights alone decide.
    found = rank_ranges(FOUR)
    assert {name: (one.best, one.worst) for name, one in found.items()} == {
        "P1": (1, 4),
        "P2": (1, 3),
        "P3": (1, 4),
        "P4": (2, 4),
    }


def test_projects_that_tie_share_their_place():
    found = rank_ranges({"one": (50, 50), "other": (50, 50), "last": (10, 10)})
    assert found["one"] == found["other"] == RankRange(best=1, worst=1, first_share=1)
    assert found["last"] == RankRange(best=3, worst=3, first_share=0)


def test_projects_come_in_the_order_given_never_by_rank():
    assert list(rank_ranges(dict(reversed(FOUR.items())))) == ["P4", "P3", "P2", "P1"]


def test_weights_can_be_given():
    # By hand: with all weight on the first measure the first project leads.
    found = rank_ranges({"fast": (100, 0), "clear": (0, 80)}, weights=np.array([[1.0, 0.0]]))
    assert found["fast"] == RankRange(best=1, worst=1, first_share=1)


@pytest.mark.parametrize(
    ("scores", "aggregation"),
    [
        ({"one": (50, None), "other": (50, 50)}, Aggregation.ARITHMETIC),
        ({"one": (50, 0), "other": (50, 50)}, Aggregation.GEOMETRIC),
        ({"one": (50, -1), "other": (50, 50)}, Aggregation.HARMONIC),
        ({}, Aggregation.ARITHMETIC),
    ],
)
def test_a_project_without_a_score_leaves_nothing_to_rank(scores, aggregation):
    assert rank_ranges(scores, aggregation=aggregation) is None


def looped(percents: tuple[float, ...]) -> list[float]:
    """All weights in twentieths of at least two, both means, each measure left out once, in plain Python."""
    found = []
    for left_out in [None, *range(len(percents))]:
        kept = [one for index, one in enumerate(percents) if index != left_out]
        grid = [row for row in product(range(2, 21), repeat=len(kept)) if sum(row) == 20] if len(kept) > 1 else [(20,)]
        for row in grid:
            found.append(sum(weight / 20 * one for weight, one in zip(row, kept, strict=True)))
            found.append(np.prod([one ** (weight / 20) for weight, one in zip(row, kept, strict=True)]))
    return found


@quickly
@given(st.lists(st.floats(1, 150), min_size=2, max_size=3))
def test_the_range_over_all_choices_is_the_one_of_a_plain_loop(percents):
    found = score_range(parts(*percents))
    expected = looped(tuple(percents))
    assert (found.choices_low, found.choices_high) == pytest.approx((min(expected), max(expected)))
    # Without intervals chance adds nothing.
    assert (found.low, found.high) == pytest.approx((min(expected), max(expected)))


def test_a_single_measure_has_the_range_of_its_interval():
    found = score_range(parts(50, half=10))
    assert (found.low, found.high) == pytest.approx((40, 60), abs=0.1)
    assert (found.choices_low, found.choices_high) == (pytest.approx(50), pytest.approx(50))


def test_chance_widens_the_range_less_where_the_measures_err_apart():
    # By hand: one measure is left out, the two others weigh .9 and .1: 10 x the root of .82 is 9.06, together 10.
    apart = score_range(parts(50, 50, 50, half=10))
    together = score_range(parts(50, 50, 50, half=10), dependence=Dependence.UNKNOWN)
    assert (50 - apart.low, apart.high - 50) == pytest.approx((9.06, 9.06), abs=0.5)
    assert (50 - together.low, together.high - 50) == pytest.approx((10, 10), abs=0.1)


def test_an_interval_that_reaches_the_baseline_leaves_out_the_geometric_mean():
    assert score_range(parts(50, 9, half=10)).aggregations == (Aggregation.ARITHMETIC,)
    assert score_range(parts(50, 11, half=10)).aggregations == (Aggregation.ARITHMETIC, Aggregation.GEOMETRIC)


def test_a_part_just_above_zero_gives_a_range_although_some_draws_fall_below():
    found = score_range(parts(90, 10.1, half=10))
    # By hand: with the second measure alone the interval runs from .1; a geometric mean does not fall below 0.
    assert 0 <= found.low < 1
    assert found.high == pytest.approx(100, abs=0.2)


def test_the_same_figures_give_the_same_range():
    assert score_range(parts(90, 40, 60, half=10)) == score_range(parts(90, 40, 60, half=10))


def test_another_seed_hardly_moves_the_range():
    one, other = (score_range(parts(90, 40, 60, half=10), seed=seed) for seed in (1, 2))
    assert one != other
    assert (one.low, one.high) == pytest.approx((other.low, other.high), abs=1)


def test_where_there_is_no_score_there_is_no_range():
    assert score_range(parts(90, None)).reason is WhyNoScore.TOO_LITTLE_WEIGHT


def test_more_than_ten_measures_have_no_range():
    with pytest.raises(ValueError, match="no weightings of 11 measures"):
        score_range(parts(*[50] * 11))
