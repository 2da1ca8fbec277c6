"""Reading one source: fetch its pages, turn them into records, check them, hand them to `save`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import polars as pl

from connectors.connector import EVERYTHING, Connector, Start
from metrics.notices import Notice
from metrics.records import DAY, Kind, check, no_rejections


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
    """How far a run is: pages read and rows new, changed, equal and rejected so far.

    `rejected` has the columns of `metrics.records.REJECTED`; `version` is that of the records after the last
    page that was saved, None before. `newest_on` is the day of the newest record; `resume` where a later run can go on
    behind the last page; `definitions` the wordings and norms that were met.
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


def read_source(connector: Connector, *, save: Save, latest: date, start: Start = EVERYTHING) -> Iterator[Progress]:
    """Read the source page by page and yield the progress after each; pages saved so far stay saved.

    Rows dated after `latest` are rejected. A bad row never stops the run. Raises the `SourceError` of the
    connector, with everything before it kept.
    """
    progress = Progress()
    yield progress
    for page in connector.fetch(start):
        batch = connector.parse(page)
        rejected = [progress.rejected, batch.rejected]
        for kind, frame in batch.frames.items():
            checked = check(frame, kind, latest=latest)
            rejected.append(checked.rejected)
            if not checked.accepted.is_empty():
                progress = _added(
                    progress, save(kind, checked.accepted, keeps=batch.keeps), _newest(checked.accepted, kind)
                )
        progress = replace(
            progress,
            pages=progress.pages + 1,
            resume=page.resume,
            rejected=pl.concat(rejected),
            notices=added_up((*progress.notices, *batch.notices)),
            definitions={**progress.definitions, **batch.definitions},
        )
        yield progress


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


def _newest(rows: pl.DataFrame, kind: Kind) -> date | None:
    newest = rows[DAY[kind]].max()
    return newest if isinstance(newest, date) else None


def _added(progress: Progress, merged: Merged, newest: date | None) -> Progress:
    seen = [day for day in (progress.newest_on, newest) if day is not None]
    return replace(
        progress,
        new=progress.new + merged.new,
        changed=progress.changed + merged.changed,
        equal=progress.equal + merged.equal,
        version=merged.version,
        newest_on=max(seen, default=None),
    )
