"""Partners: what a single sum would give away."""

from __future__ import annotations

import pytest

from metrics.disclosure.numbers import hidden_of, numbers, pattern_of
from metrics.disclosure.partners import burden, completed
from metrics.disclosure.tables import Cell, Secret, Sum, Table
from tests.metrics.disclosure.tables import hiding, row_of, table


def partners(one, counts="", figures=""):
    """Names of what is hidden in the end, number and all or only the figure."""
    found = hidden_of(one, completed(numbers(one), pattern_of(one, hiding(counts, figures))))
    return " ".join(sorted(found.counts)), " ".join(sorted(found.figures - found.counts))


def test_one_hidden_number_gets_the_next_smallest_beside_it():
    assert partners(row_of(350, 120, 40, 3), "d") == ("c d", "")


def test_a_hidden_total_needs_a_hidden_part():
    assert partners(row_of(40, 30), "total") == ("b total", "")


def test_where_total_and_part_are_hidden_nothing_is_left_to_subtract_from():
    assert partners(row_of(40, 30), "b total") == ("b total", "")


def test_three_persons_and_one_person_are_four_persons_together():
    # By hand: 44 less 40 leaves four, which is fewer than five.
    assert partners(row_of(40, 3, 1), "b c") == ("a b c", "")


def test_five_and_one_persons_are_given_away_by_the_reasons_that_stand_with_them():
    # By hand: six in all, the one cell holds five or more, the other at least one.
    assert partners(row_of(40, 5, 1), "b c") == ("a b c", "")
    assert partners(row_of(40, 6, 1), "b c") == ("b c", "")


def test_four_and_four_are_given_away_as_the_most_that_two_few_can_be():
    assert partners(row_of(40, 4, 4), "b c") == ("a b c", "")
    assert partners(row_of(40, 4, 3), "b c") == ("b c", "")


def test_where_nobody_is_a_secret_too_a_few_may_be_nobody():
    # By hand: with 0 to 4 in the one and 5 or more in the other, 5 persons are 5 and 0; 6 are 6 and 0 or 5 and 1.
    def spread(many):
        counts = {"a": 40, "b": many, "c": 0, "total": 40 + many}
        cells = tuple(Cell(name=name, n=n, secret=Secret.PERSONS if n < 5 else None) for name, n in counts.items())
        return partners(Table(cells=cells, sums=(Sum(total="total", parts=("a", "b", "c")),)), "b c")

    assert spread(5) == ("a b c", "")
    assert spread(6) == ("b c", "")


def test_nobody_is_hidden_last():
    assert partners(row_of(40, 0, 3), "c") == ("a c", "")
    assert partners(row_of(0, 3), "b") == ("b total", "")


def test_a_hidden_figure_gets_the_figure_of_the_next_smallest_beside_it_and_numbers_stay():
    assert partners(row_of((200, 120), (90, 50), (7, 3)), "", "c") == ("", "b c")


def test_what_is_left_must_be_ten_persons_for_a_figure():
    # By hand: 3 and 4 persons are seven, so their share would be that of seven.
    assert partners(row_of((200, 120), (3, 1), (4, 2)), "b c") == ("b c", "a")


def test_what_is_left_must_not_be_unanimous_on_fewer_than_twenty():
    assert partners(row_of((200, 120), (3, 3), (16, 16)), "b c") == ("b c", "a")


@pytest.mark.parametrize(
    ("others", "mine", "more"),
    [
        ((9, 6), (7, 4), False),  # 10 hits and 6 misses of 16: the hits of the seven can be 1 to 7
        ((9, 9), (7, 4), False),  # 13 hits and 3 misses: 4 to 7
        ((30, 30), (9, 9), True),  # 39 hits of 39: all nine had one
        ((30, 0), (9, 0), True),  # none of 39: none of the nine
    ],
)
def test_hits_and_misses_of_what_is_left_must_leave_a_withheld_figure_its_room(others, mine, more):
    # By hand, as beside each case.
    assert partners(row_of((200, 120), others, mine), "", "b c") == ("", "a b c" if more else "b c")


def test_a_few_of_whom_all_had_a_hit_must_not_be_left_with_hits_only():
    # 3 and 30 persons, all with a hit: that all 33 had one may be shown, that the three had must not be certain.
    assert partners(row_of((200, 120), (3, 3), (30, 30)), "b c") == ("b c", "a")


def test_a_hidden_cell_that_holds_no_secret_still_needs_a_partner():
    assert partners(row_of(50, 40, 30), "c") == ("b c", "")


def test_who_has_no_value_and_is_many_needs_no_partner():
    one = table({"a": 30, "rest": 9, "all": 39}, {"all": ["a", "rest"]}, unshown="rest")
    assert partners(one) == ("", "")


def test_who_has_no_value_and_is_few_needs_one():
    one = table({"a": 30, "b": 50, "rest": 3, "all": 83}, {"all": ["a", "b", "rest"]}, unshown="rest")
    assert partners(one) == ("a", "")


def test_of_who_has_no_value_and_is_less_than_ten_the_number_may_be_known_and_the_figure_not():
    one = table(
        {"a": (30, 20), "b": (50, 20), "rest": (8, 3), "all": (88, 43)}, {"all": ["a", "b", "rest"]}, unshown="rest"
    )
    assert partners(one) == ("", "a")


def test_a_cell_in_sums_that_are_touched_already_is_cheaper_than_a_smaller_one_elsewhere():
    one = table({"a": 9, "b": 30, "c": 39, "d": 8, "e": 47}, {"c": ["a", "b"], "e": ["c", "d"]})
    hidden = pattern_of(one, hiding("a")).counts
    costs = {cell.name: burden(numbers(one), hidden, place) for place, cell in enumerate(one.cells)}
    assert costs["b"] == (False, 0, 30, 1)
    assert costs["c"] == (False, 1, 39, 2)
    assert costs["d"] == (False, 1, 8, 3)
    assert min(costs["b"], costs["c"], costs["d"]) == costs["b"]
