"""Subtraction, by hand."""

from __future__ import annotations

import pytest

from metrics.disclosure.subtraction import Group, behind_share, between_totals, remaining


def test_what_a_total_and_the_other_groups_leave_is_the_hidden_group():
    # By hand: 12 answers of 3 on average are 36 points; less 10 of 3.4, 34 points, are 2 answers with 2 points.
    found = remaining(Group(n=12, mean=3.0), [Group(n=10, mean=3.4)])
    assert found is not None
    assert (found.n, found.mean) == (2, pytest.approx(1.0))


def test_where_nobody_is_left_there_is_no_group():
    assert remaining(Group(n=10, mean=3.4), [Group(n=10, mean=3.4)]) is None


@pytest.mark.parametrize(
    ("n", "share", "counts"),
    [(6, 0.33, (2, 4)), (6, 1 / 3, (2, 4)), (9, 0.0, (0, 9)), (40, 0.975, (39, 1)), (0, 0.0, (0, 0))],
)
def test_a_share_of_few_is_a_count(n, share, counts):
    assert behind_share(n, share) == counts


def test_one_hidden_period_between_two_totals_is_their_difference():
    assert between_totals([40, 41, 78], [40, None, 37]) == {1: 1}


def test_the_first_period_is_its_own_total():
    assert between_totals([3, 40], [None, 37]) == {0: 3}


def test_two_hidden_periods_between_totals_are_not_found():
    assert between_totals([40, None, 78], [40, None, None]) == {}


def test_a_hidden_total_is_bridged_where_only_one_period_is_hidden():
    # By hand: 90 less 40 less 37 leaves 13 for the second.
    assert between_totals([40, None, None, 90], [40, None, 37, 0]) == {1: 13}


def test_nothing_hidden_is_nothing_found():
    assert between_totals([40, 77], [40, 37]) == {}
    assert between_totals([], []) == {}
