from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import f as fisher

from metrics.effect.monthly_series import counted
from metrics.effect.seasonality import season_left
from metrics.effect.segments import Segments
from metrics.effect.series_stack import stacked
from tests.metrics.effect.series import monthly, noisy

ROUND = 2 * np.pi * np.arange(60) / 12


def p_values(*series, pairs=0, rho=0.0):
    stack = stacked([counted(one) for one in series], Segments(seasonal_pairs=pairs))
    return season_left(stack, np.full(len(series), rho))


def squares(design, values, *, rho):
    times = np.arange(len(values))
    inverse = np.linalg.inv(np.power(rho, np.abs(np.subtract.outer(times, times))))
    coefficients = np.linalg.solve(design.T @ inverse @ design, design.T @ inverse @ values)
    left = values - design @ coefficients
    return left @ inverse @ left


def test_the_p_is_that_of_an_f_test_with_the_matrix_of_correlations_written_out():
    values = noisy(36, seed=3) + np.sin(ROUND[:36])
    after = np.arange(36) >= 18
    small = np.stack([np.ones(36), np.arange(36), after, np.where(after, np.arange(36) - 17, 0)], axis=1).astype(float)
    waves = [wave(pair * ROUND[:36]) for pair in (1, 2) for wave in (np.sin, np.cos)]
    large = np.concatenate([small, np.stack(waves, axis=1)], axis=1)
    without, included = (squares(design, values, rho=0.4) for design in (small, large))
    expected = fisher.sf((without - included) / 4 / (included / 28), 4, 28)
    assert p_values(monthly(values), rho=0.4) == [pytest.approx(expected)]


def test_a_season_is_seen_in_the_errors_unless_the_model_has_it_already():
    values = noisy(48, seed=4) + 3 * np.cos(ROUND[:48])
    assert p_values(monthly(values))[0] < 0.001
    assert p_values(monthly(values), pairs=2)[0] > 0.01


def test_in_less_than_two_years_a_season_cannot_be_told_from_a_trend():
    long, short = noisy(24, seed=5), noisy(23, seed=5)
    assert p_values(monthly(short)) == [None]
    assert p_values(monthly(long))[0] is not None


def test_four_calendar_months_do_not_show_a_wave_twice_a_year():
    values = [value if at % 3 == 0 else None for at, value in enumerate(noisy(60, seed=6))]
    assert p_values(monthly(values)) == [None]


def test_each_series_of_a_stack_gets_its_own_answer():
    missing = [value if at % 2 == 0 else None for at, value in enumerate(noisy(46, seed=7))]
    both = p_values(monthly(noisy(23, seed=8)), monthly(missing, before=22))
    assert both[0] is None
    assert both[1] == p_values(monthly(missing, before=22))[0] is not None
