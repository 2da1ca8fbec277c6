"""Which way a claim goes."""

from __future__ import annotations

import pytest

from metrics.evidence.change import Change, Difference
from metrics.evidence.claim import Move, move_of
from metrics.kpi import Direction


def apart(low, high, *, before=0.5, after=0.6):
    return Difference(before=before, after=after, low=low, high=high)


@pytest.mark.parametrize(
    ("difference", "direction", "move"),
    [
        (apart(0.01, 0.2), Direction.UP, Move.BETTER),
        (apart(0.01, 0.2), Direction.DOWN, Move.WORSE),
        (apart(-0.2, -0.01, after=0.4), Direction.UP, Move.WORSE),
        (apart(-0.2, -0.01, after=0.4), Direction.DOWN, Move.BETTER),
        (apart(0.01, None), Direction.UP, Move.BETTER),
        (apart(None, -0.01, after=0.4), Direction.UP, Move.WORSE),
    ],
)
def test_a_change_goes_one_way_where_its_whole_interval_lies_on_that_side(difference, direction, move):
    assert move_of(Change(crude=difference, held=None), direction) is move


@pytest.mark.parametrize(
    "difference", [apart(0.0, 0.2), apart(-0.2, 0.0), apart(-0.1, 0.3), apart(None, 0.2), apart(None, None)]
)
def test_an_interval_that_touches_nothing_or_is_open_there_shows_no_change(difference):
    assert move_of(Change(crude=difference, held=None), Direction.UP) is Move.NONE


def test_without_a_change_there_is_no_move():
    assert move_of(None, Direction.UP) is Move.NONE
    assert move_of(Change(crude=None, held=None), Direction.UP) is Move.NONE


def test_the_difference_at_one_mix_decides_and_not_the_crude_one():
    worse = apart(-0.2, -0.01, after=0.4)
    assert move_of(Change(crude=apart(0.01, 0.2), held=worse), Direction.UP) is Move.WORSE
    assert move_of(Change(crude=apart(0.01, 0.2), held=apart(-0.1, 0.1)), Direction.UP) is Move.NONE
