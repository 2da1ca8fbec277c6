"""Proof: which secrets cannot be proved safe, and what would help them."""

from __future__ import annotations

from metrics.disclosure.aims import aims
from metrics.disclosure.numbers import numbers, pattern_of
from metrics.disclosure.proof import examined
from metrics.disclosure.tables import Secret
from metrics.disclosure.unknowns import unknowns
from tests.metrics.disclosure.tables import hiding, row_of, table


def found(one, counts="", figures=""):
    """Names of the cells of the secrets that are exposed, each with the names of what would help."""
    known, pattern = numbers(one), pattern_of(one, hiding(counts, figures))
    names = [cell.name for cell in one.cells]
    return {
        (names[bare.aim.position], bare.aim.counted.value): {
            level: " ".join(names[place] for place in places) for level, places in bare.useful.items()
        }
        for system in unknowns(known, pattern)
        for bare in examined(known, pattern, system=system, wanted=list(aims(known, pattern))).exposed
    }


def test_a_secret_with_room_is_not_exposed():
    assert found(row_of(350, 120, 40, 3), "c d") == {}


def test_many_secrets_with_room_are_settled_together():
    assert found(row_of(350, 120, 4, 3, 2, 4, 1), "c d e f g") == {}


def test_every_shown_cell_of_its_sum_would_help_a_secret_alone():
    assert found(row_of(350, 120, 40, 3), "d") == {("d", "persons"): {Secret.PERSONS: "a b c total"}}


def test_a_secret_that_nothing_bounds_is_not_exposed():
    assert found(row_of(40, 3), "b total") == {}


def test_what_lies_elsewhere_is_no_help():
    one = table({"a": 3, "b": 1, "c": 40, "abc": 44, "d": 50, "all": 94}, {"abc": ["a", "b", "c"], "all": ["abc", "d"]})
    # By hand: a and b are four; c and their total hold them to that, d and all of them have no say.
    assert found(one, "a b") == {
        ("a", "persons"): {Secret.PERSONS: "c abc"},
        ("b", "persons"): {Secret.PERSONS: "c abc"},
    }


def test_a_withheld_figure_is_helped_by_figures():
    # By hand: the 39 that are left had 39 hits, so that the nine had nine.
    help_for = found(row_of((200, 120), (30, 30), (9, 9)), "", "b c")
    assert help_for["c", "hits"] == {Secret.FIGURE: "a total"}


def test_that_all_of_a_few_had_a_hit_is_exposed_where_all_that_are_left_had_one():
    # By hand: the 33 that are left had 33 hits; the number of the three is open, that each had a hit is not.
    assert set(found(row_of((200, 120), (3, 3), (30, 30)), "b c")) == {("b", "misses")}


def test_where_nothing_holds_a_secret_back_on_one_side_the_other_is_looked_at():
    # By hand: nobody of the 39 that are left had a hit, so nobody of the nine.
    help_for = found(row_of((200, 120), (30, 0), (9, 0)), "", "b c")
    assert help_for["c", "hits"] == {Secret.FIGURE: "a total"}
