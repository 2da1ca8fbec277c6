"""A table as arrays: an entry for each cell, a row for each sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from metrics.disclosure.tables import Hidden, Secret, Table

Marks = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Matrix = Any
"""A sparse matrix of scipy, which carries no types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What `Table` says, by position of the cell.

    `members` has the positions of each sum, its total first; `sums` the same as a matrix, 1 for the total and -1 for
    each part, so that `sums @ n` is 0. `sums_of` has for each cell the sums that it is in.
    """

    n: Whole
    hits: Whole | None
    persons: Marks
    figure: Marks
    shown: Marks
    fewest: int
    members: tuple[tuple[int, ...], ...]
    sums_of: tuple[tuple[int, ...], ...]
    sums: Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Which cells are hidden, by position: of `counts` everything, of `figures` what the persons answered.

    What is in `counts` is in `figures` too.
    """

    counts: Marks
    figures: Marks

    def along_with(self, positions: list[int], level: Secret) -> Pattern:
        """Return the pattern with more cells hidden: their number too, or only what the persons answered."""
        counts, figures = self.counts.copy(), self.figures.copy()
        figures[positions] = True
        if level is Secret.PERSONS:
            counts[positions] = True
        return Pattern(counts=counts, figures=figures)

    def at(self, level: Secret) -> Marks:
        """Return what is hidden of the number, or of what the persons answered."""
        return self.counts if level is Secret.PERSONS else self.figures


def numbers(table: Table) -> Numbers:
    """Return the table as arrays."""
    at = {cell.name: position for position, cell in enumerate(table.cells)}
    members = tuple((at[one.total], *(at[name] for name in one.parts)) for one in table.sums)
    sums_of: list[list[int]] = [[] for _ in table.cells]
    for row, positions in enumerate(members):
        for position in positions:
            sums_of[position].append(row)
    counted = [cell.hits for cell in table.cells if cell.hits is not None]
    return Numbers(
        n=np.array([cell.n for cell in table.cells], dtype=np.int64),
        hits=np.array(counted, dtype=np.int64) if counted else None,
        persons=np.array([cell.secret is Secret.PERSONS for cell in table.cells], dtype=bool),
        figure=np.array([cell.secret is Secret.FIGURE for cell in table.cells], dtype=bool),
        shown=np.array([cell.shown for cell in table.cells], dtype=bool),
        fewest=table.fewest,
        members=members,
        sums_of=tuple(tuple(rows) for rows in sums_of),
        sums=_matrix(members, len(table.cells)),
    )


def pattern_of(table: Table, hidden: Hidden) -> Pattern:
    """Return the hidden cells by position; what stands on no page is hidden in any case."""
    counts = [not cell.shown or cell.name in hidden.counts for cell in table.cells]
    figures = [not cell.shown or cell.name in hidden.counts | hidden.figures for cell in table.cells]
    return Pattern(counts=np.array(counts, dtype=bool), figures=np.array(figures, dtype=bool))


def hidden_of(table: Table, pattern: Pattern) -> Hidden:
    """Return the hidden cells by name, without what stands on no page."""
    named = [(position, cell.name) for position, cell in enumerate(table.cells) if cell.shown]
    return Hidden(
        counts=frozenset(name for position, name in named if pattern.counts[position]),
        figures=frozenset(name for position, name in named if pattern.figures[position]),
    )


def _matrix(members: tuple[tuple[int, ...], ...], width: int) -> Matrix:
    rows = np.repeat(np.arange(len(members)), [len(positions) for positions in members])
    columns = np.array([position for positions in members for position in positions], dtype=np.int64)
    signs = np.array([1.0 if index == 0 else -1.0 for positions in members for index in range(len(positions))])
    return sparse.csr_array((signs, (rows, columns)), shape=(len(members), width))
