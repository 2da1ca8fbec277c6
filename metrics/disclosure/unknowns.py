"""The hidden numbers of a table as a linear system: all that the shown numbers leave possible."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from metrics.disclosure.numbers import Marks, Matrix, Numbers, Pattern, Whole

Values = npt.NDArray[np.float64]

_UNBOUNDED = 3
"""Status of `linprog` where nothing bounds what is asked for."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme:
    """Possible values in which something is lowest, and the price of what holds it back.

    The price of a row of `Unknowns.sums` is by how much it would change if the shown part of that sum were one higher.
    """

    values: Values
    prices: Values


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


def least(system: Unknowns, towards: Values) -> float:
    """Return the lowest that `towards @ values` can be, minus infinity where nothing bounds it."""
    found = _solved(system, towards, low=np.zeros(len(system.true)), high=system.most)
    return -math.inf if found.status == _UNBOUNDED else float(found.fun)


def nearby(system: Unknowns, towards: Values, *, reach: int) -> Extreme:
    """Return where `towards @ values` is lowest, no value further than `reach` from the true one."""
    low, high = np.maximum(0, system.true - reach), np.minimum(system.most, system.true + reach)
    found = _solved(system, towards, low=low, high=high)
    return Extreme(values=found.x, prices=found.eqlin.marginals)


def _solved(system: Unknowns, towards: Values, *, low: Values, high: Values) -> Any:  # noqa: ANN401 - scipy is untyped
    return linprog(
        towards,
        A_eq=system.sums,
        b_eq=system.sums @ system.true,
        A_ub=system.pairs,
        b_ub=np.zeros(system.pairs.shape[0]),
        bounds=np.stack([low, high], axis=1),
        method="highs",
        # Simplifying such small programmes first takes longer than it saves.
        options={"presolve": False},
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
