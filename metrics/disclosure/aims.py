"""What must stay uncertain about the secrets of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import sparse

from metrics.disclosure.numbers import Matrix, Numbers, Pattern, Whole
from metrics.disclosure.unknowns import Unknowns


class Counted(StrEnum):
    """What is counted in a cell: its persons, those with a hit, or those without."""

    PERSONS = "persons"
    HITS = "hits"
    MISSES = "misses"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A secret count of the cell at a position: its lowest and highest possible value must lie `needed` apart."""

    position: int
    counted: Counted
    needed: int


def aims(numbers: Numbers, pattern: Pattern) -> Iterator[Aim]:
    """Yield what must stay uncertain, in the order of the cells.

    Of a few persons: how many they are, by `fewest`; and how many had a hit, and how many had none, must not be
    certain. Of a withheld figure: how many had a hit must not be certain; where their number is hidden as well, how
    many had none neither. Such a figure is kept back because it leans on little, so that it need not be as uncertain as
    a few persons are: that would hide the figures of hundreds for the sake of seven.
    """
    for position in np.flatnonzero(numbers.persons | numbers.figure).tolist():
        few = bool(numbers.persons[position])
        if few:
            yield Aim(position=position, counted=Counted.PERSONS, needed=numbers.fewest)
        if numbers.hits is not None:
            yield Aim(position=position, counted=Counted.HITS, needed=1)
            if pattern.counts[position]:
                yield Aim(position=position, counted=Counted.MISSES, needed=1)


def true_count(numbers: Numbers, aim: Aim) -> int:
    """Return what is counted, as it is."""
    n = int(numbers.n[aim.position])
    hits = 0 if numbers.hits is None else int(numbers.hits[aim.position])
    return {Counted.PERSONS: n, Counted.HITS: hits, Counted.MISSES: n - hits}[aim.counted]


def weights(system: Unknowns, wanted: Sequence[Aim]) -> Matrix:
    """Return a row for each aim: the part of its count that is unknown, as a sum of the unknowns."""
    persons = _marked(system.persons_of, wanted, {Counted.PERSONS: 1.0, Counted.HITS: 0.0, Counted.MISSES: 1.0})
    hits = _marked(system.hits_of, wanted, {Counted.PERSONS: 0.0, Counted.HITS: 1.0, Counted.MISSES: -1.0})
    # Sparse, for a product of full matrices starts threads, which cost more than they save on so few numbers.
    return sparse.hstack([persons, hits], format="csr")


def _marked(positions: Whole, wanted: Sequence[Aim], signs: Mapping[Counted, float]) -> Matrix:
    asked = np.array([aim.position for aim in wanted])
    sign = np.array([signs[aim.counted] for aim in wanted])
    rows, columns = np.nonzero(asked[:, None] == positions[None, :])
    return sparse.csr_array((sign[rows], (rows, columns)), shape=(len(wanted), len(positions)))
