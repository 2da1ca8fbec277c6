"""Reading one source: fetch its pages, turn them into records, check them, hand them to `save`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import polars as pl

from connectors.connector import EVERYTHING, Connector
from metrics.notices import Notice
from metrics.records import Kind, check, no_rejections


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


Save = Callable[[Kind, pl.DataFrame], Merged]
"""Keeps checked rows; the sync run knows nothing else of the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is: pages read and rows new, changed, equal and rejected so far.

    `rejected` has the columns of `metrics.records.REJECTED`; `version` is that of the records after the last
    page that was saved, None before.
    """

    pages: int = 0
    new: int = 0
    changed: int = 0
    equal: int = 0
    version: int | None = None
    rejected: pl.DataFrame = field(default_factory=no_rejections)
    notices: tuple[Notice, ...] = ()


def read_source(connector: Connector, *, save: Save, latest: date) -> Iterator[Progress]:
    """Read the source page by page and yield the progress after each; pages saved so far stay saved.

    Rows dated after `latest` are rejected. A bad row never stops the run. Raises the `SourceError` of the
    connector, with everything before it kept.
    """
    progress = Progress()
    yield progress
    for page in connector.fetch(EVERYTHING):
        batch = connector.parse(page)
        rejected = [progress.rejected, batch.rejected]
        for kind, frame in batch.frames.items():
            checked = check(frame, kind, latest=latest)
            rejected.append(checked.rejected)
            if not checked.accepted.is_empty():
                progress = _added(progress, save(kind, checked.accepted))
        progress = replace(
            progress,
            pages=progress.pages + 1,
            rejected=pl.concat(rejected),
            notices=(*progress.notices, *batch.notices),
        )
        yield progress


def _added(progress: Progress, merged: Merged) -> Progress:
    return replace(
        progress,
        new=progress.new + merged.new,
        changed=progress.changed + merged.changed,
        equal=progress.equal + merged.equal,
        version=merged.version,
    )
