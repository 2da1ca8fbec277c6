"""The audit of a pattern: how low and how high every secret of a table can be for who reads what is shown."""

from __future__ import annotations

import math
from dataclasses import dataclass

from metrics.disclosure.aims import Aim, Counted, aims, true_count, weights
from metrics.disclosure.numbers import numbers, pattern_of
from metrics.disclosure.programme import LinearProgramme
from metrics.disclosure.tables import Hidden, Table
from metrics.disclosure.unknowns import Unknowns, unknowns

TOLERANCE = 1e-6
"""What a linear programme may be off by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """How low and how high a secret count of a cell can be; `high` is None where nothing bounds it.

    It is safe where the two lie at least `needed` apart.
    """

    cell: str
    counted: Counted
    low: float
    high: float | None
    needed: int

    @property
    def safe(self) -> bool:
        """Whether the range is wide enough."""
        return self.high is None or self.high - self.low >= self.needed - TOLERANCE

    @property
    def certain(self) -> bool:
        """Whether the count can be worked out exactly."""
        return self.high is not None and self.high - self.low < TOLERANCE


def audit(table: Table, hidden: Hidden) -> tuple[Range, ...]:
    """Return the range of every secret of the table when these cells are hidden, in the order of the cells.

    The reader knows every shown number, how they add up, and that no count is below zero. A secret that is not hidden
    has the range of its own value. The ranges are those of linear programmes over fractions; between whole numbers they
    can be narrower where several segments or overlapping periods meet.
    """
    known = numbers(table)
    pattern = pattern_of(table, hidden)
    systems = [(system, LinearProgramme(system)) for system in unknowns(known, pattern)]
    return tuple(
        _range(table.cells[aim.position].name, aim, true=true_count(known, aim), system=_holding(systems, aim))
        for aim in aims(known, pattern)
    )


def _range(cell: str, aim: Aim, *, true: int, system: tuple[Unknowns, LinearProgramme] | None) -> Range:
    low = high = float(true)
    if system is not None:
        unknown, programme = system
        towards = weights(unknown, [aim]).toarray()[0]
        known_part = true - float(towards @ unknown.true)
        low, high = known_part + programme.least(towards), known_part - programme.least(-towards)
    return Range(cell=cell, counted=aim.counted, low=low, high=None if math.isinf(high) else high, needed=aim.needed)


def _holding(systems: list[tuple[Unknowns, LinearProgramme]], aim: Aim) -> tuple[Unknowns, LinearProgramme] | None:
    return next((one for one in systems if aim.position in one[0].persons_of or aim.position in one[0].hits_of), None)
