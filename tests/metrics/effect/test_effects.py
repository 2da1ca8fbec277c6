from __future__ import annotations

import pytest

from metrics.effect.effects import Effect
from metrics.estimate import Reason


def effect(**changed):
    return Effect(**{"value": 2.0, "standard_error": 0.8, "degrees": 20.0, **changed})


def test_the_95_percent_interval_and_p_are_students():
    # By hand: t(20) is 2.086 at 97.5 % and 2.528 at 99 %; 2.0 / 0.8 = 2.5, so p is just over .02.
    found = effect()
    assert (round(found.low, 3), round(found.high, 3)) == (0.331, 3.669)
    assert 0.02 < found.p_value < 0.0225


def test_endless_degrees_are_the_normal_curve():
    found = effect(degrees=float("inf"))
    assert found.limits(0.95) == pytest.approx((2 - 1.959963984540054 * 0.8, 2 + 1.959963984540054 * 0.8))


def test_an_effect_may_exclude_0_at_95_and_not_at_99_percent():
    # By hand: t(20) at 99.5 % is 2.845, times 0.8 is 2.28, more than 2.
    assert effect().excludes_zero()
    assert not effect().excludes_zero(0.99)
    assert effect(value=-2.0).excludes_zero()
    assert not effect(value=-1.0).excludes_zero()


def test_what_would_have_been_seen_is_2_point_8_standard_errors():
    assert effect().smallest_seen == pytest.approx(2.24)


def test_without_a_standard_error_there_is_a_value_and_nothing_else():
    found = effect(standard_error=None, degrees=None, reason=Reason.NO_INTERVAL)
    assert (found.value, found.low, found.high, found.p_value, found.smallest_seen) == (2.0, None, None, None, None)
    assert not found.excludes_zero()
    assert found.times(12.0).standard_error is None


def test_twelve_months_of_a_slope_have_twelve_times_its_error():
    found = effect().times(12.0)
    assert (found.value, found.standard_error) == pytest.approx((24.0, 9.6))
    assert found.p_value == pytest.approx(effect().p_value)
