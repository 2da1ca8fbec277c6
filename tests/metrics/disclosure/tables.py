"""Small tables for the tests of disclosure control: one line a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from metrics.disclosure.numbers import numbers, pattern_of
from metrics.disclosure.primary import few, telling
from metrics.disclosure.tables import Cell, Hidden, Secret, Sum, Table
from metrics.disclosure.unknowns import Unknowns, unknowns

Counted = int | tuple[int, int]
"""Persons, or persons with those among them who had a hit."""


def cell(name: str, counted: Counted, *, shown: bool = True) -> Cell:
    """Return a cell with the secret that the first rules give it."""
    n, hits = counted if isinstance(counted, tuple) else (counted, None)
    figure = hits is not None and n > 0 and telling(n, hits)
    secret = Secret.PERSONS if few(n) else Secret.FIGURE if figure else None
    return Cell(name=name, n=n, hits=hits, secret=secret, shown=shown)


def table(cells: Mapping[str, Counted], sums: Mapping[str, Sequence[str]], *, unshown: str = "") -> Table:
    """Return a table; `sums` gives the parts of each total."""
    return Table(
        cells=tuple(cell(name, counted, shown=name != unshown) for name, counted in cells.items()),
        sums=tuple(Sum(total=total, parts=tuple(parts)) for total, parts in sums.items()),
    )


def row_of(*counts: Counted) -> Table:
    """Return a table of one dimension: parts a, b, c and so on, and their total."""
    parts = dict(zip("abcdefgh", counts, strict=False))
    if any(isinstance(one, tuple) for one in counts):
        total: Counted = (sum(n for n, _ in counts), sum(hits for _, hits in counts))
    else:
        total = sum(counts)
    return table({**parts, "total": total}, {"total": list(parts)})


def hiding(counts: str = "", figures: str = "") -> Hidden:
    """Return what is hidden, names parted by spaces."""
    return Hidden(counts=frozenset(counts.split()), figures=frozenset([*counts.split(), *figures.split()]))


def systems(one: Table, counts: str = "", figures: str = "") -> list[Unknowns]:
    """Return the hidden numbers of a table as systems; `counts` and `figures` name what is hidden of it."""
    return list(unknowns(numbers(one), pattern_of(one, hiding(counts, figures))))


TWO = table(
    {"a": 3, "b": 40, "ab": 43, "c": 4, "d": 50, "cd": 54, "all": 97},
    {"ab": ["a", "b"], "cd": ["c", "d"], "all": ["ab", "cd"]},
)
