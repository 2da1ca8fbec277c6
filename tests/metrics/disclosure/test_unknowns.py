"""Hidden numbers as linear systems: what hangs together and what binds it."""

from __future__ import annotations

from tests.metrics.disclosure.tables import TWO, row_of, systems


def test_what_no_sum_connects_is_a_system_of_its_own():
    assert [one.persons_of.tolist() for one in systems(TWO, "a b c d")] == [[0, 1], [3, 4]]


def test_hidden_totals_tie_what_they_hold_together():
    assert [one.persons_of.tolist() for one in systems(TWO, "a b ab c d cd")] == [[0, 1, 2, 3, 4, 5]]


def test_sums_without_anything_hidden_play_no_part():
    (one,) = systems(TWO, "a b")
    assert one.rows.tolist() == [0]
    assert one.sums.toarray().tolist() == [[-1.0, -1.0]]


def test_hits_and_persons_of_one_cell_hang_together_and_hits_are_the_fewer():
    (one,) = systems(row_of((40, 20), (30, 12), (3, 1)), "b c")
    assert (one.persons_of.tolist(), one.hits_of.tolist()) == ([1, 2], [1, 2])
    assert one.pairs.toarray().tolist() == [[-1, 0, 1, 0], [0, -1, 0, 1]]
    assert (one.pairs @ one.true).tolist() == [12 - 30, 1 - 3]


def test_hits_are_no_more_than_a_number_that_is_shown():
    (one,) = systems(row_of((40, 20), (30, 12), (7, 1)), "", "b c")
    assert one.most.tolist() == [30.0, 7.0]
    assert one.pairs.shape == (0, 2)


def test_without_anything_hidden_there_is_no_system():
    assert systems(TWO) == []
