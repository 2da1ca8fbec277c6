from __future__ import annotations

import numpy as np

from metrics.effect.monthly_series import counted
from metrics.effect.segments import Segments
from metrics.effect.series_stack import stacked
from tests.metrics.effect.series import FIRST, monthly, noisy


def stack():
    return stacked([counted(monthly(noisy(20, seed=1), before=9)), counted(monthly(noisy(20, seed=2)))], Segments())


def test_series_of_one_length_stand_in_rows_with_their_own_start():
    found = stack()
    assert (found.length, found.before.tolist()) == (20, [9, 10])
    assert found.values[1].tolist() == noisy(20, seed=2).tolist()
    assert found.months[0].tolist() == list(range(FIRST, FIRST + 20))


def test_without_one_month_each_the_others_keep_their_places():
    found = stack().without(np.array([0, 19]))
    assert found.months[0].tolist() == list(range(FIRST + 1, FIRST + 20))
    assert found.months[1].tolist() == list(range(FIRST, FIRST + 19))
    assert found.values[0].tolist() == noisy(20, seed=1)[1:].tolist()


def test_every_series_stands_there_once_for_each_start():
    found = stack().started_at_each(np.array([8, 9, 10]))
    assert found.before.tolist() == [8, 9, 10, 8, 9, 10]
    assert (found.values[:3] == noisy(20, seed=1)).all()
    assert (found.values[3:] == noisy(20, seed=2)).all()


def test_the_effects_are_those_of_the_coefficients():
    found, fits = stack(), stack().fits()
    for at, effect in enumerate(found.effects()):
        # By hand: the jump, and the slope once for each month after the start.
        steps = 20 - found.before[at]
        assert effect.value == fits.coefficients[at, 2] + steps * fits.coefficients[at, 3]
        assert effect.degrees == 16
