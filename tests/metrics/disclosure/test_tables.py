"""Tables: what cannot be one is refused."""

from __future__ import annotations

import pytest

from metrics.disclosure.tables import Cell, Sum, Table


def cells(**counts):
    return tuple(Cell(name=name, n=n) for name, n in counts.items())


def test_a_table_that_adds_up_is_taken():
    assert Table(cells=cells(a=1, b=2, all=3), sums=(Sum(total="all", parts=("a", "b")),)).fewest == 5


def test_a_table_that_does_not_add_up_is_refused():
    with pytest.raises(ValueError, match="the parts of all do not add up"):
        Table(cells=cells(a=1, b=2, all=4), sums=(Sum(total="all", parts=("a", "b")),))


def test_hits_must_add_up_too():
    with pytest.raises(ValueError, match="do not add up"):
        Table(
            cells=(Cell(name="a", n=9, hits=3), Cell(name="all", n=9, hits=4)),
            sums=(Sum(total="all", parts=("a",)),),
        )


def test_two_cells_of_one_name_are_refused():
    with pytest.raises(ValueError, match="same name"):
        Table(cells=(*cells(a=1), *cells(a=1)), sums=())


def test_hits_of_some_cells_only_are_refused():
    with pytest.raises(ValueError, match="some cells"):
        Table(cells=(Cell(name="a", n=9, hits=3), Cell(name="b", n=9)), sums=())


def test_a_sum_of_a_cell_that_is_not_there_is_refused():
    with pytest.raises(KeyError, match="b"):
        Table(cells=cells(a=1), sums=(Sum(total="a", parts=("b",)),))
