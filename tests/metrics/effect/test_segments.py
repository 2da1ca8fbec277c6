from __future__ import annotations

import numpy as np
import pytest

from metrics.effect.segments import Segments

MONTHS = np.array([[24_300, 24_301, 24_303, 24_304, 24_306]])
BEFORE = np.array([3])


def test_a_design_is_a_constant_a_trend_a_jump_and_a_slope_from_the_month_before_the_start():
    # By hand: two months are missing; t runs 1, 2, 4, 5, 7; the month before the start is 24 303.
    assert Segments().design(MONTHS, BEFORE)[0].tolist() == [
        [1, 1, 0, 0],
        [1, 2, 0, 0],
        [1, 4, 0, 0],
        [1, 5, 1, 1],
        [1, 7, 1, 3],
    ]


def test_without_a_change_of_slope_there_is_a_jump_only():
    assert Segments(slope_change=False).design(MONTHS, BEFORE)[0, :, 2:].tolist() == [[0], [0], [0], [1], [1]]


def test_the_effect_at_the_latest_month_is_the_jump_and_three_steps_of_the_slope():
    segments = Segments(seasonal_pairs=1)
    assert segments.effect_at_latest(segments.design(MONTHS, BEFORE)).tolist() == [[0, 0, 1, 3, 0, 0]]


def test_without_a_start_the_jump_and_the_slope_are_0_and_the_season_stays():
    segments = Segments(slope_change=False, seasonal_pairs=1)
    design = segments.design(MONTHS, BEFORE)
    found = segments.without_start(design)
    assert (found[0, :, 2] == 0).all()
    assert (found[0, :, [0, 1, 3, 4]] == design[0, :, [0, 1, 3, 4]]).all()
    assert design[0, -1, 2] == 1


def test_a_seasonal_pair_comes_round_after_a_year_and_the_second_after_half_a_year():
    segments = Segments(slope_change=False, seasonal_pairs=2)
    design = segments.design(np.array([[0, 3, 6, 12]]), np.array([2]))[0]
    # By hand: sine and cosine at 0, a quarter, half and a whole turn; the second pair turns twice as fast.
    assert design[:, 3:5] == pytest.approx(np.array([[0, 1], [1, 0], [0, -1], [0, 1]]), abs=1e-12)
    assert design[:, 5:7] == pytest.approx(np.array([[0, 1], [0, -1], [0, 1], [0, 1]]), abs=1e-12)
    assert segments.columns == design.shape[1] == 7


def test_each_series_of_a_stack_has_its_own_start():
    both = Segments().design(np.repeat(MONTHS, 2, axis=0), np.array([2, 3]))
    assert both[:, :, 2].sum(axis=1).tolist() == [3, 2]
