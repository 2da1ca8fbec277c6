"""Verdicts: the whole interval decides, never the point."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimate import Estimate, NotReported, Reason, Status
from metrics.kpi import Direction
from metrics.verdict import Verdict, compare, judge
from tests.metrics.builders import quickly


def figure(value, low=None, high=None, status=Status.OK):
    return Estimate(value=value, low=low, high=high, n=100, status=status, reason=None, method="m")


def absent(reason, at_least=None):
    return NotReported(status=Status.UNDEFINED, reason=reason, n=100, at_least=at_least)


def verdict(now, baseline=None, *, target=None, direction=Direction.UP, same_instrument=True):
    return judge(now, baseline, target=target, direction=direction, same_instrument=same_instrument).verdict


def test_a_goal_is_met_when_the_whole_interval_is_on_the_good_side():
    assert verdict(figure(0.8, 0.75, 0.85), target=0.75) is Verdict.GOAL_MET
    assert verdict(figure(0.8, 0.74, 0.85), target=0.75) is Verdict.MEASURED
    assert verdict(figure(50, 45, 56), target=56, direction=Direction.DOWN) is Verdict.GOAL_MET
    assert verdict(figure(50, 45, 57), target=56, direction=Direction.DOWN) is Verdict.MEASURED


def test_a_goal_is_not_met_by_a_figure_whose_limit_is_open():
    assert verdict(figure(50, 45, None), target=56, direction=Direction.DOWN) is Verdict.MEASURED
    assert verdict(figure(0.9, None, None), target=0.8) is Verdict.MEASURED


def test_the_difference_of_two_shares_has_newcombes_interval():
    # Newcombe 1998b, Statistics in Medicine 17:873-890, table II, method 10: 56/70 against 48/80.
    judged = compare(figure(56 / 70, 0.691753, 0.877018), figure(48 / 80, 0.490421, 0.700381))
    assert judged.difference == pytest.approx(0.2)
    assert (judged.difference_low, judged.difference_high) == pytest.approx((0.0524, 0.3339), abs=5e-4)


def test_an_open_end_opens_the_end_of_the_difference_that_leans_on_it():
    judged = compare(figure(50, 45, None), figure(60, 55, 65))
    # By hand: low = -10 - sqrt(5^2 + 5^2).
    assert (judged.difference_low, judged.difference_high) == (pytest.approx(-17.0710678), None)
    assert compare(figure(50, 45, 55), figure(60, 55, None)).difference_low is None


@pytest.mark.parametrize(
    ("now", "up", "down"),
    [
        (figure(0.8, 0.78, 0.82), Verdict.ON_ITS_WAY, Verdict.WORSE),
        (figure(0.6, 0.58, 0.62), Verdict.WORSE, Verdict.ON_ITS_WAY),
        (figure(0.71, 0.69, 0.73), Verdict.NO_DIFFERENCE, Verdict.NO_DIFFERENCE),
        (figure(0.8, None, None), Verdict.NO_DIFFERENCE, Verdict.NO_DIFFERENCE),
    ],
)
def test_better_and_worse_need_a_difference_that_excludes_zero(now, up, down):
    baseline = figure(0.7, 0.68, 0.72)
    assert verdict(now, baseline) is up
    assert verdict(now, baseline, direction=Direction.DOWN) is down


def test_a_met_goal_keeps_the_difference_it_came_with():
    judged = judge(
        figure(0.8, 0.78, 0.82),
        figure(0.7, 0.68, 0.72),
        target=0.75,
        direction=Direction.UP,
        same_instrument=True,
    )
    assert (judged.verdict, judged.difference) == (Verdict.GOAL_MET, pytest.approx(0.1))


def test_nothing_is_compared_with_a_baseline_that_was_asked_differently():
    judged = judge(
        figure(0.8, 0.78, 0.82),
        figure(0.7, 0.68, 0.72),
        target=None,
        direction=Direction.UP,
        same_instrument=False,
    )
    assert (judged.verdict, judged.difference) == (Verdict.SERIES_BREAK, None)


def test_a_goal_that_was_agreed_on_another_scale_is_not_met_by_a_figure_on_the_new_one():
    changed = verdict(figure(0.8, 0.78, 0.82), figure(0.7, 0.68, 0.72), target=0.75, same_instrument=False)
    assert changed is Verdict.SERIES_BREAK


def test_a_baseline_that_is_not_reported_is_nothing_to_compare_with():
    assert verdict(figure(0.8, 0.78, 0.82), absent(Reason.TOO_FEW_OBSERVATIONS)) is Verdict.MEASURED


def test_a_stale_figure_gets_no_verdict_even_beyond_its_target():
    assert verdict(figure(0.9, 0.88, 0.92, Status.STALE), figure(0.7, 0.6, 0.8), target=0.8) is Verdict.STALE


@pytest.mark.parametrize("reason", [Reason.MIXED_SCALES, Reason.MIXED_QUESTIONS])
def test_answers_asked_in_two_ways_are_a_series_break(reason):
    assert verdict(absent(reason), figure(0.7, 0.6, 0.8)) is Verdict.SERIES_BREAK


def test_a_percentile_not_reached_is_worse_where_its_lower_bound_lies_beyond_the_baseline():
    baseline = figure(50, 45, 55)
    late, down = absent(Reason.NOT_REACHED, at_least=56), Direction.DOWN
    assert verdict(late, baseline, direction=down) is Verdict.WORSE
    assert verdict(absent(Reason.NOT_REACHED, at_least=55), baseline, direction=down) is Verdict.TOO_LITTLE
    assert verdict(late, figure(50, 45, None), direction=down) is Verdict.TOO_LITTLE
    assert verdict(late, baseline, direction=Direction.UP) is Verdict.TOO_LITTLE


def test_without_a_baseline_nothing_is_worse_however_far_beyond_the_target():
    late = absent(Reason.NOT_REACHED, at_least=500)
    assert verdict(late, target=56, direction=Direction.DOWN) is Verdict.TOO_LITTLE
    assert verdict(late, absent(Reason.ALL_OPEN), target=56, direction=Direction.DOWN) is Verdict.TOO_LITTLE


def test_no_figure_is_too_little_to_say():
    assert verdict(absent(Reason.TOO_FEW_OBSERVATIONS), figure(0.7, 0.6, 0.8), target=0.8) is Verdict.TOO_LITTLE


reach = st.floats(0, 0.2)


@quickly
@given(st.floats(0.3, 0.7), reach, reach, st.floats(0.3, 0.7), reach, reach)
def test_the_interval_of_a_difference_holds_it_and_turns_round_with_its_sides(one, down, up, other, less, more):
    now, before = figure(one, one - down, one + up), figure(other, other - less, other + more)
    there, back = compare(now, before), compare(before, now)
    assert there.difference_low <= there.difference <= there.difference_high
    assert back.difference_high == pytest.approx(-there.difference_low)
    assert back.difference_low == pytest.approx(-there.difference_high)
