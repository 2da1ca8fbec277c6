"""What must stay uncertain, cell by cell."""

from __future__ import annotations

from metrics.disclosure.aims import Aim, Counted, aims, true_count, weights
from metrics.disclosure.numbers import numbers, pattern_of
from metrics.disclosure.unknowns import unknowns
from tests.metrics.disclosure.tables import hiding, row_of


def wanted(one, counts="", figures=""):
    found = aims(numbers(one), pattern_of(one, hiding(counts, figures)))
    return [(aim.position, aim.counted, aim.needed) for aim in found]


def test_a_table_without_secrets_has_no_aims():
    assert wanted(row_of((40, 20), (30, 12))) == []


def test_of_a_few_persons_the_number_and_that_hits_and_misses_are_not_certain():
    assert wanted(row_of((40, 20), (3, 1)), "b") == [
        (1, Counted.PERSONS, 5),
        (1, Counted.HITS, 1),
        (1, Counted.MISSES, 1),
    ]


def test_without_hits_only_the_number():
    assert wanted(row_of(40, 3), "b") == [(1, Counted.PERSONS, 5)]


def test_of_a_withheld_figure_the_hits_and_where_the_number_is_hidden_the_misses():
    one = row_of((40, 20), (7, 1), (12, 12))
    assert wanted(one, "b", "c") == [(1, Counted.HITS, 1), (1, Counted.MISSES, 1), (2, Counted.HITS, 1)]


def test_counts_are_what_they_are():
    known = numbers(row_of((40, 20), (3, 1)))
    assert [true_count(known, Aim(position=1, counted=one, needed=1)) for one in Counted] == [3, 1, 2]
    assert true_count(numbers(row_of(40, 3)), Aim(position=1, counted=Counted.MISSES, needed=1)) == 3


def test_misses_are_persons_less_hits():
    one = row_of((40, 20), (30, 12), (3, 1))
    (system,) = unknowns(numbers(one), pattern_of(one, hiding("b c")))
    rows = weights(system, [Aim(position=2, counted=counted, needed=1) for counted in Counted])
    assert rows.toarray().tolist() == [[0, 1, 0, 0], [0, 0, 0, 1], [0, 1, 0, -1]]


def test_what_is_shown_has_no_weight():
    one = row_of((40, 20), (30, 12), (7, 1))
    (system,) = unknowns(numbers(one), pattern_of(one, hiding("", "b c")))
    rows = weights(system, [Aim(position=2, counted=counted, needed=1) for counted in Counted])
    assert rows.toarray().tolist() == [[0, 0], [0, 1], [0, -1]]
