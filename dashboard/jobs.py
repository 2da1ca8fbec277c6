"""Jobs: reading the sources of a programme, for the command line and the schedule."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import Engine

from config.load import connectors_of
from config.programme import Programme
from config.secrets import Secrets
from connectors.connector import SourceError
from connectors.sync import Progress, Save, read_source
from metrics.records import Kind
from metrics.store.datafiles import StoredPart
from metrics.store.merging import Saved
from metrics.store.programmes import StoredProgramme, save_programme
from metrics.store.records import RecordStore
from metrics.store.runs import RunResult, begin_run, end_run

Clock = Callable[[], datetime]

_LEFT_OUT = {"project": pl.String(), "reason": pl.String(), "n": pl.Int64()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What a job works with: the database, the records, the clock (aware, UTC) and the secrets of the sources."""

    engine: Engine
    records: RecordStore
    clock: Clock
    secrets: Secrets = field(default_factory=Secrets)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRun:
    """How far the run of a source is; `failure` holds what ended it early."""

    source: str
    progress: Progress
    done: bool = False
    failure: SourceError | None = None


def remember(place: Workplace, programme: Programme, path: Path) -> None:
    """Keep the programme in the database, as it was read from its file."""
    content = programme.model_dump_json(exclude_defaults=True)
    stored = StoredProgramme(
        name=programme.name,
        path=str(path.resolve()),
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
    )
    save_programme(place.engine, stored, now=place.clock())


def sync(place: Workplace, programme: Programme, path: Path) -> Iterator[SourceRun]:
    """Read every source of the programme, one after the other, and yield how far each is.

    A source that fails keeps the pages saved so far and does not stop the others.
    """
    remember(place, programme, path)
    latest = max(today(place, programme), programme.as_of or date.min)
    for name, connector in connectors_of(programme, path, place.secrets).items():
        number = begin_run(place.engine, programme.name, name, now=place.clock())
        progress, failure = Progress(), None
        try:
            for progress in read_source(connector, save=_save(place, programme.name, name), latest=latest):
                yield SourceRun(source=name, progress=progress)
        except SourceError as error:
            failure = error
        end_run(place.engine, number, _result(progress, failure), now=place.clock())
        yield SourceRun(source=name, progress=progress, done=True, failure=failure)


def today(place: Workplace, programme: Programme) -> date:
    """Return the local day of now in the programme's time zone."""
    return place.clock().astimezone(ZoneInfo(programme.timezone)).date()


def _save(place: Workplace, programme: str, source: str) -> Save:
    def save(kind: Kind, frame: pl.DataFrame) -> Saved:
        return place.records.save(StoredPart(programme=programme, kind=kind, source=source), frame)

    return save


def _result(progress: Progress, failure: SourceError | None) -> RunResult:
    return RunResult(
        pages=progress.pages,
        new=progress.new,
        changed=progress.changed,
        equal=progress.equal,
        rejected=progress.rejected,
        known_at=progress.version,
        notices=progress.notices,
        failure=None if failure is None else f"{type(failure).__name__}: {failure}",
    )
