"""Work side by side: nothing is lost, changed in order, or hidden when it fails."""

from __future__ import annotations

import time

import pytest

from metrics.threads import side_by_side


def test_what_is_made_comes_in_the_order_of_what_was_given():
    def after_a_while(number):
        # The first takes longest, so that it is done after the others wherever there is more than one processor.
        time.sleep(0.01 * (3 - number))
        return number * number

    assert side_by_side(after_a_while, range(4)) == [0, 1, 4, 9]


def test_of_nothing_nothing_is_made():
    assert side_by_side(str, []) == []


def test_what_fails_is_told_and_not_swallowed():
    with pytest.raises(ZeroDivisionError):
        side_by_side(lambda number: 1 // number, [1, 0])
