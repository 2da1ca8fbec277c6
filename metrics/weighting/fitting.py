"""Iterative proportional fitting of many groups at once, on arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

ROUNDS = 100
"""At most so many rounds; each round fits every margin once."""

TOLERANCE = 1e-8
"""Largest deviation of a margin, as a share of the volume of its group, at which weights have settled."""

STOP_AT = 1e-12
"""A group is fitted on to here where the rounds allow it: what is left then is the rounding of the computer."""

SWEEPS = 10
"""How often every margin is swept out of the scores for a standard error: as often as R's `survey` 4.1 does it."""

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginArrays:
    """One margin of all groups, a row for each group and level.

    `place` is the row of each cell, `target` the volume of each row (over 0), `group` the group of each row. Every row
    has a cell.
    """

    place: Places
    target: Numbers
    group: Places

    def sums(self, cells: Places, of_cells: Numbers) -> Numbers:
        """Return what the cells add up to in each row."""
        return _added_up(self.place[cells], of_cells, len(self.target))


def fitted_weights(n: Numbers, group: Places, margins: Sequence[MarginArrays]) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Return the weight of each cell, and for each group whether its weights have settled.

    `n` are the answers of each cell (over 0), `group` the group of each cell, from 0. Deming and Stephan 1940.
    """
    total = _added_up(margins[0].group, margins[0].target, 0)
    deviation = np.full(len(total), np.inf)
    weights = np.ones(len(n))
    cells: Places = np.arange(len(n))
    for _ in range(ROUNDS):
        for margin in margins:
            sums = margin.sums(cells, (weights * n)[cells])
            factor = np.divide(margin.target, sums, out=np.ones(len(sums)), where=sums > 0)
            weights[cells] *= factor[margin.place[cells]]
        busy = np.unique(group[cells])
        deviation[busy] = _deviation(weights * n, cells, margins, total=total)[busy]
        cells = cells[deviation[group[cells]] > STOP_AT]
        if not len(cells):
            break
    return weights, deviation <= TOLERANCE


def swept(scores: Numbers, n: Numbers, margins: Sequence[MarginArrays]) -> Numbers:
    """Return what is left of the mean score of each cell when its margins are swept out of it."""
    cells: Places = np.arange(len(n))
    left = scores.copy()
    for _ in range(SWEEPS):
        for margin in margins:
            left -= (margin.sums(cells, left * n) / margin.sums(cells, n))[margin.place]
    return left


def _deviation(counted: Numbers, cells: Places, margins: Sequence[MarginArrays], *, total: Numbers) -> Numbers:
    """Return for each group the largest deviation of a row of its margins, as a share of its volume."""
    found = np.zeros(len(total))
    for margin in margins:
        off = np.abs(margin.sums(cells, counted[cells]) - margin.target)
        np.maximum.at(found, margin.group, off / total[margin.group])
    return found


def _added_up(place: Places, numbers: Numbers, length: int) -> Numbers:
    return np.bincount(place, weights=numbers, minlength=length).astype(np.float64, copy=False)
