"""Levels of evidence: the lowest of the design and every cap, and what is told beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.evidence.level import CAPS, MOST, Held, Hold, Level, graded
from tests.metrics.builders import quickly

LADDER = {
    Hold.NOT_REGISTERED: 1,
    Hold.SERIES_BREAK: 1,
    Hold.TOO_FEW: 1,
    Hold.LOW_RESPONSE: 2,
    Hold.RESPONSE_UNKNOWN: 2,
    Hold.UNEVEN_RESPONSE: 2,
    Hold.UNWEIGHTED: 2,
    Hold.OTHER_PROJECT: 2,
    Hold.EXTREME_START: 2,
    Hold.MANY_OPEN: 2,
    Hold.UNLIKE_BEFORE: 2,
    Hold.LOT_SHOWS_OPPOSITE: 2,
}
"""The caps as the rules for measuring have them (4.1, under the ladder); a response that is not known is a low one.

The last is our own: what a lot contradicts, a trend does not prove.
"""


@pytest.mark.parametrize(("cap", "most"), LADDER.items())
def test_a_cap_keeps_even_a_test_by_lot_down(cap, most):
    assert graded(Level.BY_LOT, [Held(hold=cap)]).level == most


def test_those_are_all_caps_there_are():
    assert set(LADDER) == CAPS


def test_every_hold_says_up_to_where_one_can_come_in_spite_of_it():
    assert set(MOST) == set(Hold)


@pytest.mark.parametrize("hold", sorted(set(Hold) - set(LADDER)))
def test_a_stronger_design_that_is_not_there_takes_nothing_from_the_one_that_is(hold):
    assert graded(Level.BY_LOT, [Held(hold=hold)]).level is Level.BY_LOT


def test_a_cap_above_the_design_changes_nothing():
    assert graded(Level.DESCRIBED, [Held(hold=Hold.UNWEIGHTED)]).level is Level.DESCRIBED


def test_what_bites_now_is_told_first_and_then_what_would_bite_next():
    held = [
        Held(hold=Hold.NO_LOT),
        Held(hold=Hold.NO_COMPARATORS, needed=19),
        Held(hold=Hold.UNWEIGHTED),
        Held(hold=Hold.RESPONSE_UNKNOWN),
        Held(hold=Hold.NOT_REGISTERED),
    ]
    found = graded(Level.BEYOND_OWN_TREND, held)
    # By hand: at most 1; at most 2, in the order of the list of holds; at most 3; at most 4.
    assert found.level is Level.DESCRIBED
    assert [one.hold for one in found.held] == [
        Hold.NOT_REGISTERED,
        Hold.RESPONSE_UNKNOWN,
        Hold.UNWEIGHTED,
        Hold.NO_COMPARATORS,
        Hold.NO_LOT,
    ]


def test_what_lies_below_the_level_is_not_told():
    found = graded(Level.MORE_THAN_COMPARABLE, [Held(hold=Hold.SHORT_SERIES), Held(hold=Hold.NO_LOT)])
    assert [one.hold for one in found.held] == [Hold.NO_LOT]


def test_the_same_thing_is_told_once_and_two_numbers_of_it_are_two_things():
    short = Held(hold=Hold.SHORT_SERIES, found=3)
    assert len(graded(Level.CHANGED, [short, Held(hold=Hold.SHORT_SERIES, found=3)]).held) == 1
    assert len(graded(Level.CHANGED, [short, Held(hold=Hold.SHORT_SERIES, found=4)]).held) == 2


holds = st.lists(st.sampled_from(list(Hold)).map(lambda hold: Held(hold=hold)), max_size=6)


@quickly
@given(st.sampled_from(list(Level)), holds, holds)
def test_more_to_hold_a_claim_back_never_raises_it(design, held, more):
    less, lesser = graded(design, held), graded(design, [*held, *more])
    assert lesser.level <= less.level <= design


@quickly
@given(st.sampled_from(list(Level)), holds)
def test_the_level_follows_from_the_design_and_the_caps_that_are_told(design, held):
    found = graded(design, held)
    told = [LADDER[one.hold] for one in found.held if one.hold in LADDER]
    assert found.level == min([design, *told])
