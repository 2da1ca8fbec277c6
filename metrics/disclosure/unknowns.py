"""The hidden numbers of a table as a linear system: all that the shown numbers leave possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from metrics.disclosure.numbers import Marks, Matrix, Numbers, Pattern, Whole

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknowns:
    """Hidden numbers that hang together: of persons first, then of hits; an entry for each.

    `persons_of` and `hits_of` are the positions of their cells. Possible are all values with `sums @ values` as for the
    `true` ones, `pairs @ values <= 0` (no more hits than persons) and `0 <= values <= most`. `rows` tells for each row
    of `sums` which sum of the table it is; those of hits come after all those of persons.
    """

    persons_of: Whole
    hits_of: Whole
    true: Values
    most: Values
    sums: Matrix
    rows: Whole
    pairs: Matrix


def unknowns(numbers: Numbers, pattern: Pattern) -> Iterator[Unknowns]:
    """Return the hidden numbers of a table as systems of their own where no sum connects them."""
    persons_of = np.flatnonzero(pattern.counts)
    hits_of = np.flatnonzero(pattern.figures) if numbers.hits is not None else persons_of[:0]
    hits = numbers.n[:0] if numbers.hits is None else numbers.hits[hits_of]
    no_limit = np.full(len(persons_of), np.inf)
    most = np.concatenate([no_limit, np.where(pattern.counts[hits_of], np.inf, numbers.n[hits_of])])
    true = np.concatenate([numbers.n[persons_of], hits]).astype(float)
    sums = sparse.block_diag([numbers.sums[:, persons_of], numbers.sums[:, hits_of]], format="csr")
    pairs = _pairs(persons_of, hits_of)
    for mine in _apart(sums, pairs):
        rows = np.flatnonzero(np.diff(sums[:, mine].indptr))
        yield Unknowns(
            persons_of=persons_of[mine[: len(persons_of)]],
            hits_of=hits_of[mine[len(persons_of) :]],
            true=true[mine],
            most=most[mine],
            sums=sums[:, mine][rows],
            rows=rows,
            pairs=pairs[:, mine][np.flatnonzero(np.diff(pairs[:, mine].indptr))],
        )


def _pairs(persons_of: Whole, hits_of: Whole) -> Matrix:
    """Return a row for each cell of which both numbers are unknown: its hits less its persons."""
    both = np.flatnonzero(np.isin(hits_of, persons_of))
    rows = np.tile(np.arange(len(both)), 2)
    columns = np.concatenate([np.searchsorted(persons_of, hits_of[both]), len(persons_of) + both])
    signs = np.repeat([-1.0, 1.0], len(both))
    return sparse.csr_array((signs, (rows, columns)), shape=(len(both), len(persons_of) + len(hits_of)))


def _apart(sums: Matrix, pairs: Matrix) -> Iterator[Marks]:
    """Yield for each set of unknowns that hang together which they are."""
    rows = abs(sparse.vstack([sums, pairs]))
    count, group = connected_components(rows.T @ rows, directed=False)
    for number in range(count):
        yield group == number
