"""Trying a source: its rows as records, read and checked as a run would, with nothing saved."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

import polars as pl

from connectors.connector import Connector, SourceError
from connectors.sync import Progress, read_source
from connectors.web.client import Limits
from dashboard.source_run import SourceRun
from metrics.records import Kind

FIRST_PAGES = 3
"""Pages that are enough to see whether a source can be read."""

PATIENCE = Limits(attempts=2, answer_seconds=300)
"""Limits for a try: somebody waits for it, and the next run tries more often."""

_SIDE_BY_SIDE = 4
_FILES = frozenset({"sqlite", "duckdb"})
"""Databases that are a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a try found: how the run went, the accepted rows by kind of record, and whether all pages were read."""

    run: SourceRun
    rows: Mapping[Kind, pl.DataFrame]
    whole: bool


@dataclass(slots=True)
class _Kept:
    """Rows in memory, in the place of a store."""

    frames: dict[Kind, list[pl.DataFrame]] = field(default_factory=dict)

    def keep(self, kind: Kind, frame: pl.DataFrame, *, keeps: frozenset[str] = frozenset()) -> _Seen:  # noqa: ARG002
        self.frames.setdefault(kind, []).append(frame)
        return _Seen(new=frame.height)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a merge would have told, for a try that saves nothing."""

    new: int
    changed: int = 0
    equal: int = 0
    version: int = 0


def is_local(connector: Connector) -> bool:
    """Tell whether a source lies on this machine, so that nobody else is asked for anything."""
    url = getattr(connector, "url", None)
    return url is None or urlsplit(str(url)).scheme.partition("+")[0] in _FILES


def try_source(name: str, connector: Connector, *, latest: date, most_pages: int | None) -> Tried:
    """Read so many pages of a source, or all where it is None; a failure is part of the outcome."""
    kept, progress, failure = _Kept(), Progress(), None
    try:
        with closing(read_source(connector, save=kept.keep, latest=latest)) as going:  # type: ignore[type-var]
            for progress in going:
                if progress.pages == most_pages:
                    break
    except SourceError as error:
        failure = error
    run = SourceRun(source=name, progress=progress, done=True, failure=failure)
    rows = {kind: pl.concat(frames) for kind, frames in kept.frames.items()}
    return Tried(run=run, rows=rows, whole=failure is None and progress.pages != most_pages)


def try_sources(connectors: Mapping[str, Connector], *, latest: date) -> Mapping[str, Tried]:
    """Read local sources whole and of others the first pages, side by side; the outcomes are in the order given."""

    def work(name: str) -> Tried:
        most = None if is_local(connectors[name]) else FIRST_PAGES
        return try_source(name, connectors[name], latest=latest, most_pages=most)

    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
        return dict(zip(connectors, threads.map(work, connectors), strict=True))
