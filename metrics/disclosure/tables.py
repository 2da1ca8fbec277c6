"""A table of counts with its sums: what may be known of each cell, and which cells are hidden."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metrics.disclosure.primary import FEWEST_PERSONS


class Secret(StrEnum):
    """What of a cell nobody may work out: how many persons it holds, or only what they answered."""

    PERSONS = "persons"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A group of `n` persons, of whom `hits` answered or fared well (0 to `n`; None where that is not counted).

    `secret` is None for a group that may be shown as it is. `shown` is False for a group that stands on no page and is
    what remains when others are subtracted.
    """

    name: str
    n: int
    hits: int | None = None
    secret: Secret | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A cell that is the sum of other cells, all by name."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells and how they add up. Either every cell has `hits` or none.

    `fewest` is the smallest number of persons that may be shown; a secret number must be uncertain by as much.
    """

    cells: tuple[Cell, ...]
    sums: tuple[Sum, ...]
    fewest: int = FEWEST_PERSONS

    def __post_init__(self) -> None:
        """Refuse a table that names a cell twice or not at all, or that does not add up."""
        by_name = {cell.name: cell for cell in self.cells}
        if len(by_name) < len(self.cells):
            message = "two cells of a table bear the same name"
            raise ValueError(message)
        if len({cell.hits is None for cell in self.cells}) > 1:
            message = "hits are given for some cells of a table and not for others"
            raise ValueError(message)
        for one in self.sums:
            total, parts = by_name[one.total], [by_name[name] for name in one.parts]
            if (total.n, total.hits or 0) != (sum(part.n for part in parts), sum(part.hits or 0 for part in parts)):
                message = f"the parts of {one.total} do not add up to it"
                raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """The names of the cells that are hidden: of `counts` everything, of `figures` only what the persons answered."""

    counts: frozenset[str]
    figures: frozenset[str]
