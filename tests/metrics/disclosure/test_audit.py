"""The audit: ranges by hand."""

from __future__ import annotations

import pytest

from metrics.disclosure.aims import Counted
from metrics.disclosure.audit import audit
from metrics.disclosure.tables import Secret
from tests.metrics.disclosure.tables import hiding, row_of, table


def ranges(one, counts="", figures=""):
    return {
        (found.cell, found.counted): (pytest.approx(found.low), found.high and pytest.approx(found.high), found.safe)
        for found in audit(one, hiding(counts, figures))
    }


def test_a_number_hidden_alone_is_its_total_less_the_others():
    (found,) = audit(row_of(350, 120, 40, 3), hiding("d"))
    assert (found.cell, found.counted, found.low, found.high) == ("d", Counted.PERSONS, 3.0, 3.0)
    assert (found.needed, found.safe, found.certain) == (5, False, True)


def test_two_hidden_numbers_share_what_is_left():
    # By hand: 513 less 350 and 120 are 43 persons.
    (found,) = audit(row_of(350, 120, 40, 3), hiding("c d"))
    assert (found.low, found.high, found.safe, found.certain) == (0.0, 43.0, True, False)


def test_a_range_of_four_is_too_narrow():
    # By hand: 3 and 1 persons are four together.
    assert ranges(row_of(40, 3, 1), "b c") == {
        ("b", Counted.PERSONS): (0, 4, False),
        ("c", Counted.PERSONS): (0, 4, False),
    }


def test_nothing_bounds_a_part_of_a_hidden_total():
    (found,) = audit(row_of(40, 3), hiding("b total"))
    assert (found.low, found.high, found.safe, found.certain) == (0.0, None, True, False)


def test_a_secret_that_is_not_hidden_has_the_range_of_its_own_value():
    (found,) = audit(row_of(40, 3), hiding())
    assert (found.low, found.high, found.safe) == (3.0, 3.0, False)


def test_a_table_without_secrets_has_no_ranges():
    assert audit(row_of(40, 30), hiding("b")) == ()
    assert audit(row_of(40, 30), hiding()) == ()


def test_of_a_withheld_figure_the_hits_have_a_range():
    # By hand: 97 persons with 53 hits are left: the seven have 0 to 7 of them.
    assert ranges(row_of((200, 120), (90, 50), (7, 3)), "", "b c") == {("c", Counted.HITS): (0, 7, True)}
    # Alone it is the total less the others.
    assert ranges(row_of((200, 120), (90, 50), (7, 3)), "", "c") == {("c", Counted.HITS): (3, 3, False)}


def test_hits_cannot_be_more_than_what_is_left_of_them_nor_misses():
    # By hand: 16 persons with 13 hits are left, so at most 3 misses: of 7, at least 4 had a hit.
    assert ranges(row_of((200, 120), (9, 9), (7, 4)), "", "b c") == {
        ("b", Counted.HITS): (6, 9, True),
        ("c", Counted.HITS): (4, 7, True),
    }


def test_of_a_few_persons_it_must_not_be_certain_that_none_or_all_had_a_hit():
    # By hand: b and c hold 33 persons with 33 hits: how many the three are is open, that all had one is certain.
    found = ranges(row_of((200, 120), (3, 3), (30, 30)), "b c")
    assert found == {
        ("b", Counted.PERSONS): (0, 33, True),
        ("b", Counted.HITS): (0, 33, True),
        ("b", Counted.MISSES): (0, 0, False),
    }


def test_misses_are_counted_where_the_figure_is_hidden_and_the_number_shown():
    # Only the figure of the few is hidden: 3 persons with 0 to 3 hits, and as many misses the other way round.
    found = ranges(row_of((200, 120), (3, 1), (30, 12)), "", "b c")
    assert found == {("b", Counted.PERSONS): (3, 3, False), ("b", Counted.HITS): (0, 3, True)}


def test_a_number_that_protects_a_figure_leaves_its_misses_open_too():
    found = ranges(row_of((200, 120), (90, 50), (7, 3)), "b c")
    # By hand: 97 persons with 53 hits and 44 misses are left.
    assert found == {("c", Counted.HITS): (0, 53, True), ("c", Counted.MISSES): (0, 44, True)}


def test_the_smallest_that_is_shown_can_be_set_per_table():
    one = row_of(40, 12, 8)
    cells = tuple(
        type(cell)(name=cell.name, n=cell.n, secret=Secret.PERSONS if cell.n < 10 else None) for cell in one.cells
    )
    ten = type(one)(cells=cells, sums=one.sums, fewest=10)
    (found,) = audit(ten, hiding("b c"))
    assert (found.needed, found.high, found.safe) == (10, 20.0, True)


def test_who_has_no_value_and_is_few_is_audited_without_being_on_a_page():
    one = table({"a": 30, "b": 50, "rest": 3, "all": 83}, {"all": ["a", "b", "rest"]}, unshown="rest")
    assert ranges(one) == {("rest", Counted.PERSONS): (3, 3, False)}
    assert ranges(one, "a") == {("rest", Counted.PERSONS): (0, 33, True)}


def test_a_two_way_table_is_looked_at_as_a_whole():
    # By hand: rows 3+40 and 60+70, columns with their totals; two hidden in every row and column: 3 can be 0 to 43.
    one = table(
        {"ax": 3, "ay": 40, "bx": 60, "by": 70, "a": 43, "b": 130, "x": 63, "y": 110},
        {"a": ["ax", "ay"], "b": ["bx", "by"], "x": ["ax", "bx"], "y": ["ay", "by"]},
    )
    assert ranges(one, "ax ay bx") == {("ax", Counted.PERSONS): (3, 3, False)}
    assert ranges(one, "ax ay bx by") == {("ax", Counted.PERSONS): (0, 43, True)}
