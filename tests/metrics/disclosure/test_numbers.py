"""A table as arrays, and patterns by name and by position."""

from __future__ import annotations

import numpy as np

from metrics.disclosure.numbers import Pattern, hidden_of, numbers, pattern_of
from metrics.disclosure.tables import Secret
from tests.metrics.disclosure.tables import hiding, row_of, table


def test_the_sums_of_the_arrays_hold():
    known = numbers(row_of((30, 10), (3, 1), (7, 2)))
    assert (known.sums @ known.n).tolist() == [0.0]
    assert (known.sums @ known.hits).tolist() == [0.0]
    assert known.members == ((3, 0, 1, 2),)
    assert known.sums_of == ((0,), (0,), (0,), (0,))


def test_secrets_stand_by_position():
    known = numbers(row_of((30, 10), (3, 1), (7, 2)))
    assert known.persons.tolist() == [False, True, False, False]
    assert known.figure.tolist() == [False, False, True, False]


def test_a_table_without_hits_has_none():
    assert numbers(row_of(30, 3)).hits is None


def test_a_pattern_goes_to_names_and_back():
    one = row_of((30, 10), (3, 1), (7, 2))
    hidden = hiding("b", "c")
    assert hidden_of(one, pattern_of(one, hidden)) == hidden


def test_what_stands_on_no_page_is_hidden_and_not_named():
    one = table({"a": 30, "rest": 9, "all": 39}, {"all": ["a", "rest"]}, unshown="rest")
    pattern = pattern_of(one, hiding())
    assert pattern.counts.tolist() == [False, True, False]
    assert hidden_of(one, pattern) == hiding()


def test_whose_number_is_hidden_shows_no_figure_either():
    nothing = Pattern(counts=np.zeros(2, dtype=bool), figures=np.zeros(2, dtype=bool))
    number = nothing.along_with([0], Secret.PERSONS)
    assert number.at(Secret.PERSONS).tolist() == number.at(Secret.FIGURE).tolist() == [True, False]
    figure = nothing.along_with([0], Secret.FIGURE)
    assert (figure.counts.tolist(), figure.figures.tolist()) == ([False, False], [True, False])
    assert not nothing.figures.any()
