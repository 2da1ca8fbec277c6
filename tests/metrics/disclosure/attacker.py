"""A reader who tries to work out what is hidden, by another road than the product's own audit.

The product takes the cells as unknowns and the sums as equations. Here everybody is in one innermost group, those
groups are the unknowns, and every shown cell is an equation over the groups that it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from scipy.optimize import linprog


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A cell: the innermost groups that it holds, and what a page shows of it (None where hidden)."""

    groups: frozenset[int]
    n: int | None
    hits: int | None = None


@dataclass(frozen=True, kw_only=True)
class Attacker:
    """Who knows the shown cells, and that no group has fewer than nobody with a hit, nor without one."""

    groups: int
    cells: tuple[Shown, ...]

    def range_of(self, inside: frozenset[int], *, hits: float, misses: float) -> tuple[float, float]:
        """Return the lowest and highest of so many times the hits plus so many times the misses of some groups."""
        rows, right = self._equations()
        aim = self._row(inside, hits, misses)
        ends = [linprog(sign * aim, A_eq=rows, b_eq=right) for sign in (1, -1)]
        assert all(end.status in {0, 3} for end in ends), "the shown cells contradict each other"
        low, high = (sign * end.fun if end.status == 0 else np.inf for sign, end in zip((1, -1), ends, strict=True))
        return low, high

    def works_out(self, inside: frozenset[int], *, hits: int, misses: int) -> bool:
        """Whether adding and subtracting shown cells gives the count, in exact fractions and without any limit."""
        return not any(_less(_fractions(self._row(inside, hits, misses)), self._echelon))

    @cached_property
    def _echelon(self) -> list[list[Fraction]]:
        """The shown cells, each less the earlier ones, so that no two begin at the same place."""
        found: list[list[Fraction]] = []
        for row in self._equations()[0]:
            rest = _less(_fractions(row), found)
            if any(rest):
                found.append(rest)
        return found

    def _equations(self) -> tuple[np.ndarray, np.ndarray]:
        persons = [(self._row(one.groups, 1, 1), one.n) for one in self.cells if one.n is not None]
        figures = [(self._row(one.groups, 1, 0), one.hits) for one in self.cells if one.hits is not None]
        known = [*persons, *figures]
        rows = np.array([row for row, _ in known]).reshape(len(known), 2 * self.groups)
        return rows, np.array([number for _, number in known], dtype=float)

    def _row(self, inside: frozenset[int], hits: float, misses: float) -> np.ndarray:
        held = np.array([group in inside for group in range(self.groups)], dtype=float)
        return np.concatenate([hits * held, misses * held])


def _fractions(row: np.ndarray) -> list[Fraction]:
    return [Fraction(int(value)) for value in row]


def _less(row: list[Fraction], others: list[list[Fraction]]) -> list[Fraction]:
    """Return the row less so much of each of the others that it has nothing where they begin."""
    for other in others:
        place = next(index for index, value in enumerate(other) if value)
        if row[place]:
            share = row[place] / other[place]
            row = [a - share * b for a, b in zip(row, other, strict=True)]
    return row
