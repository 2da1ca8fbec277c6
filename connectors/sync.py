"""Reading one source: fetch its pages, turn them into records, check them, hand them to `save`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import polars as pl

from connectors.connector import EVERYTHING, Batch, Connector, Page, SourceError, Start
from connectors.gathering import PAGE_BY_PAGE, AtOnce, Gathering, MonotonicClock, ToSave
from metrics.notices import Notice
from metrics.records import DAY, Kind, no_rejections


class Merged(Protocol):
    """What a merge tells: how many rows were new, changed and already there, and the version that shows them."""

    @property
    def new(self) -> int: ...  # noqa: D102 - said by the class
    @property
    def changed(self) -> int: ...  # noqa: D102
    @property
    def equal(self) -> int: ...  # noqa: D102
    @property
    def version(self) -> int: ...  # noqa: D102


class Save(Protocol):
    """Keeps checked rows; the sync run knows nothing else of the store."""

    def __call__(self, kind: Kind, frame: pl.DataFrame, *, keeps: frozenset[str] = frozenset()) -> Merged:
        """Merge rows by key; of the columns in `keeps` a row that is there keeps what it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: pages read, and rows new, changed, equal and rejected so far.

    All but `pages` is of what was saved. `rejected` has the columns of `metrics.records.REJECTED`; `version` is that of
    the records after the last save, None before. `newest_on` is the day of the newest record; `resume` where a later
    run can go on; `definitions` the wordings and norms that were met.
    """

    pages: int = 0
    new: int = 0
    changed: int = 0
    equal: int = 0
    version: int | None = None
    newest_on: date | None = None
    resume: str | None = None
    rejected: pl.DataFrame = field(default_factory=no_rejections)
    notices: tuple[Notice, ...] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)

    @property
    def found(self) -> int:
        """Rows that were accepted so far."""
        return self.new + self.changed + self.equal


def read_source(
    connector: Connector,
    *,
    save: Save,
    latest: date,
    start: Start = EVERYTHING,
    at_once: AtOnce = PAGE_BY_PAGE,
    clock: MonotonicClock = time.monotonic,
) -> Iterator[Progress]:
    """Read the source page by page and yield the progress after each; what was saved so far stays saved.

    `at_once` says how much is saved together; until it is, only `pages` of the progress moves. Rows dated after
    `latest` are rejected. A bad row never stops the run. Raises the `SourceError` of the connector, with everything
    before it kept.
    """
    run = _Run(save=save, gather=lambda: Gathering(at_once, clock, latest))
    yield run.progress
    try:
        for page in connector.fetch(start):
            yield run.read(page, connector.parse(page))
    except SourceError:
        yield from run.rest()
        raise
    yield from run.rest()


class _Run:
    """A run under way: what was saved is in its progress, what was not in what it gathered."""

    def __init__(self, *, save: Save, gather: Callable[[], Gathering]) -> None:
        self.save, self.gather = save, gather
        self.progress, self.gathered = Progress(), gather()

    def read(self, page: Page, batch: Batch) -> Progress:
        """Take in a page, and save where it is time to."""
        self.gathered.add(page, batch)
        self.progress = replace(self.progress, pages=self.progress.pages + 1)
        if self.gathered.enough():
            self._saved()
        return self.progress

    def rest(self) -> Iterator[Progress]:
        """Save what is left, if anything is."""
        if self.gathered.pages:
            self._saved()
            yield self.progress

    def _saved(self) -> None:
        progress, gathered = self.progress, self.gathered
        for one in gathered.to_save():
            progress = _added(progress, one, self.save(one.kind, one.rows, keeps=one.keeps))
        self.gathered = self.gather()
        self.progress = replace(
            progress,
            resume=gathered.resume or progress.resume,
            rejected=pl.concat([progress.rejected, *gathered.rejected]),
            notices=added_up((*progress.notices, *gathered.notices)),
            definitions={**progress.definitions, **gathered.definitions},
        )


def added_up(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return notices without repeating one: where only their numbers differ, those are added up."""
    totals: dict[tuple[object, ...], Notice] = {}
    for one in notices:
        key = (one.code, *((name, said) for name, said in one.particulars.items() if isinstance(said, str)))
        before = totals.get(key)
        totals[key] = one if before is None else _together(before, one)
    return tuple(totals.values())


def _together(one: Notice, other: Notice) -> Notice:
    summed = {
        name: said if isinstance(said, str) or isinstance(more := other.particulars.get(name, 0), str) else said + more
        for name, said in one.particulars.items()
    }
    return Notice(code=one.code, particulars={**other.particulars, **summed})


def _added(progress: Progress, one: ToSave, merged: Merged) -> Progress:
    newest = one.rows[DAY[one.kind]].max()
    seen = [day for day in (progress.newest_on, newest) if isinstance(day, date)]
    return replace(
        progress,
        new=progress.new + merged.new,
        changed=progress.changed + merged.changed + one.changed,
        equal=progress.equal + merged.equal + one.equal,
        version=merged.version,
        newest_on=max(seen, default=None),
    )
