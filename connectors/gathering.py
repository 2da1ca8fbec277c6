"""Pages gathered until they are worth a merge: a page of a hundred rows costs as much to save as ten thousand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from connectors.connector import Batch, Page
from metrics.notices import Notice
from metrics.records import KEY, Kind, check

MonotonicClock = Callable[[], float]
"""Seconds that only go up, from whatever start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtOnce:
    """How much is saved at once: pages with so many accepted rows together, or what came within so many seconds."""

    rows: int
    seconds: float


PAGE_BY_PAGE = AtOnce(rows=1, seconds=0)
GATHERED = AtOnce(rows=10_000, seconds=5)
"""A run that is killed reads at most the pages of some seconds again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSave:
    """Rows of one kind that go to the store together, no key twice.

    `equal` and `changed` of the rows that were gathered came again on a later page, the same or other than it.
    """

    kind: Kind
    keeps: frozenset[str]
    rows: pl.DataFrame
    equal: int
    changed: int


@dataclass(slots=True)
class Gathering:
    """What the pages since the last save held; `resume` is where a later run can go on behind them."""

    at_once: AtOnce
    clock: MonotonicClock
    latest: date
    pages: int = 0
    resume: str | None = None
    rejected: list[pl.DataFrame] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    definitions: dict[str, str] = field(default_factory=dict)
    _accepted: dict[tuple[Kind, frozenset[str]], list[pl.DataFrame]] = field(default_factory=dict)
    _rows: int = 0
    _began: float = 0

    def add(self, page: Page, batch: Batch) -> None:
        """Check the rows of a page and lay them by."""
        if not self.pages:
            self._began = self.clock()
        self.pages += 1
        self.resume = page.resume or self.resume
        self.notices += batch.notices
        self.definitions |= batch.definitions
        self.rejected.append(batch.rejected)
        for kind, frame in batch.frames.items():
            checked = check(frame, kind, latest=self.latest)
            self.rejected.append(checked.rejected)
            if not checked.accepted.is_empty():
                self._accepted.setdefault((kind, batch.keeps), []).append(checked.accepted)
                self._rows += checked.accepted.height

    def enough(self) -> bool:
        """Tell whether it is time to save."""
        return self._rows >= self.at_once.rows or self.clock() - self._began >= self.at_once.seconds

    def to_save(self) -> Iterator[ToSave]:
        """Return the rows, by kind; of rows with one key the last, as if each page had been saved by itself."""
        for (kind, keeps), frames in self._accepted.items():
            every = pl.concat(frames)
            if len(frames) == 1:
                yield ToSave(kind=kind, keeps=keeps, rows=every, equal=0, changed=0)
                continue
            rows = every.unique(KEY[kind], keep="last", maintain_order=True)
            distinct = every.height if rows.height == every.height else every.n_unique()
            equal, changed = every.height - distinct, distinct - rows.height
            yield ToSave(kind=kind, keeps=keeps, rows=rows, equal=equal, changed=changed)
