"""Achievement against numbers by hand and the rule that it is a straight line."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from metrics.funding.achievement import Achievement, LineHeld, Promise, achievement, clipped, goalpost_index
from metrics.kpi import Direction
from tests.metrics.builders import quickly

SATISFIED = Promise(baseline=65, target=80, direction=Direction.UP)
DAYS = Promise(baseline=56, target=28, direction=Direction.DOWN)
HOLD = Promise(baseline=80, target=80, direction=Direction.UP)
Z = 1.959963984540054


@pytest.mark.parametrize(("value", "percent"), [(65, 0), (72.5, 50), (80, 100), (62, -20), (86, 140)])
def test_achievement_is_the_share_of_the_way_and_is_never_clipped(value, percent):
    # By hand: 15 points to go.
    assert achievement(value, SATISFIED) == Achievement(percent=pytest.approx(percent))


def test_where_lower_is_better_fewer_days_are_more_achievement_and_the_ends_change_places():
    # By hand: 28 days to go; 42 days is half of it, 49 a quarter, 35 three quarters.
    assert achievement(42, DAYS, low=35, high=49) == Achievement(percent=50, low=25, high=75)
    assert achievement(63, DAYS).percent == pytest.approx(-25)


def test_at_the_baseline_nothing_is_achieved_and_no_minus_stands_before_it():
    # 0 / -28 is -0.0 in floating point.
    assert str(achievement(56, DAYS).percent) == "0.0"


def test_an_end_that_is_unlimited_stays_so_on_its_new_side():
    found = achievement(42, DAYS, low=35, high=None)
    assert (found.low, found.high) == (None, 75)


def test_an_uncertain_baseline_widens_the_interval():
    # By hand: var = (100 / 15)^2 x (1^2 + (7.5 / 15)^2 x 2^2) = 44.44 x 2.
    promise = Promise(baseline=65, target=80, direction=Direction.UP, baseline_error=2)
    found = achievement(72.5, promise, low=72.5 - Z, high=72.5 + Z)
    half = Z * (100 / 15) * 2**0.5
    assert (found.low, found.high) == (pytest.approx(50 - half), pytest.approx(50 + half))


def test_an_uncertain_baseline_weighs_as_the_confidence_says():
    # By hand: half-width of the baseline alone, 1.6449 x 100 x 7.5 / 225 x 2, at the two-sided 90 %.
    promise = Promise(baseline=65, target=80, direction=Direction.UP, baseline_error=2)
    found = achievement(72.5, promise, low=72.5, high=72.5, level=0.9)
    assert found.high - found.percent == pytest.approx(1.6448536269514722 * 20 / 3)


def test_at_the_target_an_uncertain_baseline_does_not_matter():
    # By hand: whatever the baseline was, the target is reached.
    promise = Promise(baseline=65, target=80, direction=Direction.UP, baseline_error=5)
    assert achievement(80, promise, low=79, high=81) == achievement(80, SATISFIED, low=79, high=81)


def test_where_target_is_baseline_there_is_no_percentage_only_met_or_not():
    assert [achievement(value, HOLD) for value in (79, 80, 81)] == [
        LineHeld(met=False, certain=None),
        LineHeld(met=True, certain=None),
        LineHeld(met=True, certain=None),
    ]


@pytest.mark.parametrize(("low", "high", "certain"), [(80, 83, True), (79, 83, False), (80, None, None)])
def test_a_held_line_is_certain_where_the_whole_interval_lies_on_its_side(low, high, certain):
    assert achievement(81, HOLD, low=low, high=high) == LineHeld(met=True, certain=certain)


def test_a_missed_line_is_certain_where_the_whole_interval_misses_it():
    assert achievement(78, HOLD, low=77, high=79) == LineHeld(met=False, certain=True)


def test_a_target_that_allows_worse_than_the_baseline_is_a_line_to_hold():
    # A percentage would call a fall from 80 to 78 a full achievement.
    allowed = Promise(baseline=80, target=78, direction=Direction.UP)
    assert achievement(79, allowed) == LineHeld(met=True, certain=None)
    slower = Promise(baseline=28, target=35, direction=Direction.DOWN)
    assert achievement(36, slower) == LineHeld(met=False, certain=None)


def test_only_a_payment_sees_a_clipped_percentage():
    assert [clipped(percent) for percent in (-20, 40, 133)] == [0, 40, 100]


def test_a_goalpost_index_is_the_undps_life_expectancy_index():
    # UNDP technical notes: (82.3 - 20) / (85 - 20).
    assert goalpost_index(82.3, 20, upper=85) == pytest.approx(62.3 / 65)
    assert [goalpost_index(value, 20, upper=85) for value in (19, 20, 85, 86)] == [0, 0, 1, 1]


def test_between_goalposts_that_coincide_there_is_no_index():
    assert goalpost_index(5, 5, upper=5) is None


@pytest.mark.parametrize("changed", [{"baseline": float("nan")}, {"target": float("inf")}, {"baseline_error": -1}])
def test_a_promise_that_is_no_number_is_refused(changed):
    with pytest.raises(ValueError, match="finite numbers"):
        Promise(**{"baseline": 65, "target": 80, "direction": Direction.UP, **changed})


@quickly
@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(-2, 3))
def test_achievement_runs_in_a_straight_line_from_baseline_to_target(baseline, target, way):
    assume(abs(target - baseline) > 1e-3)
    direction = Direction.UP if target > baseline else Direction.DOWN
    promise = Promise(baseline=baseline, target=target, direction=direction)
    value = baseline + way * (target - baseline)
    assert achievement(value, promise).percent == pytest.approx(100 * way, abs=1e-6)


@quickly
@given(st.floats(0, 100), st.floats(0, 20), st.floats(0, 20), st.floats(0, 5))
def test_the_limits_hold_the_achievement_whichever_way_is_better(value, below, above, error):
    for promise in (
        Promise(baseline=20, target=70, direction=Direction.UP, baseline_error=error),
        Promise(baseline=70, target=20, direction=Direction.DOWN, baseline_error=error),
    ):
        found = achievement(value, promise, low=value - below, high=value + above)
        assert found.low <= found.percent <= found.high
