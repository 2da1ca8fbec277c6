"""Tables with their totals."""

from __future__ import annotations

import polars as pl
import pytest

from metrics.disclosure.tables import Secret
from metrics.disclosure.totals import crossed, running

COUNTS = pl.DataFrame({"who": ["old", "old", "young"], "where": ["desk", "web", "web"], "n": [3, 60, 120]})


def named(table):
    return {cell.name: cell.n for cell in table.cells}


def test_every_total_of_two_properties_is_there():
    assert named(crossed(COUNTS)) == {
        "old|desk": 3,
        "old|web": 60,
        "young|web": 120,
        "all|desk": 3,
        "all|web": 180,
        "old|all": 63,
        "young|all": 120,
        "all|all": 183,
    }


def test_every_total_is_the_sum_of_its_parts_along_each_property():
    sums = {(one.total, frozenset(one.parts)) for one in crossed(COUNTS).sums}
    assert sums == {
        ("all|desk", frozenset({"old|desk"})),
        ("all|web", frozenset({"old|web", "young|web"})),
        ("old|all", frozenset({"old|desk", "old|web"})),
        ("young|all", frozenset({"young|web"})),
        ("all|all", frozenset({"old|all", "young|all"})),
        ("all|all", frozenset({"all|desk", "all|web"})),
    }


def test_rows_of_the_same_cell_are_added_up():
    table = crossed(pl.concat([COUNTS, COUNTS]))
    assert named(table)["old|desk"] == 6


def test_three_properties_have_all_their_totals():
    counts = COUNTS.select("who", "where", pl.lit("2026").alias("year"), "n")
    table = crossed(counts)
    assert named(table)["all|web|2026"] == named(table)["all|web|all"] == 180
    assert len(table.cells) == 16


def test_fewer_than_the_fewest_are_a_secret_and_nobody_only_where_that_tells():
    counts = pl.DataFrame({"a": ["w", "x", "y", "z"], "n": [0, 4, 5, 30]})

    def secret(**how):
        return {cell.name for cell in crossed(counts, **how).cells if cell.secret is Secret.PERSONS}

    assert secret() == {"x"}
    assert secret(fewest=6) == {"x", "y"}
    assert secret(zero_tells=True) == {"w", "x"}


def test_a_value_that_is_not_known_or_no_text_has_a_name_too():
    counts = pl.DataFrame({"year": [2025, 2026, None], "n": [10, 20, 30]})
    assert named(crossed(counts)) == {"2025": 10, "2026": 20, "unknown": 30, "all": 60}


def test_hits_add_up_as_persons_do_and_a_figure_on_few_is_a_secret():
    table = crossed(COUNTS.with_columns(hits=pl.Series([1, 30, 120])))
    assert {cell.name: cell.hits for cell in table.cells}["all|all"] == 151
    assert {cell.name for cell in table.cells if cell.secret is Secret.FIGURE} == set()
    nine = crossed(pl.DataFrame({"a": ["x", "y", "z"], "n": [9, 19, 0], "hits": [3, 19, 0]}))
    assert {cell.name: cell.secret for cell in nine.cells} == {
        "x": Secret.FIGURE,
        "y": Secret.FIGURE,
        "z": None,
        "all": None,
    }


def test_a_value_that_is_called_as_the_total_is_refused():
    with pytest.raises(ValueError, match="cannot be a value of a"):
        crossed(pl.DataFrame({"a": ["all", "b"], "n": [10, 20]}))


def test_a_total_so_far_is_the_one_before_and_the_period():
    table = running([40, 1, 37])
    assert named(table) == {"1": 40, "2": 1, "3": 37, "1-2": 41, "1-3": 78}
    assert [(one.total, one.parts) for one in table.sums] == [("1-2", ("1", "2")), ("1-3", ("1-2", "3"))]
    assert {cell.name for cell in table.cells if cell.secret} == {"2"}


def test_one_period_has_no_other_total():
    assert named(running([7])) == {"1": 7}
    assert running([7]).sums == ()
