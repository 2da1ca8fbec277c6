"""Jobs: reading the sources of a programme and evaluating it, for the command line and the schedule."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
from sqlalchemy import Engine

from config.load import connectors_of
from config.programme import Programme, Project
from connectors.connector import SourceError
from connectors.sync import Progress, Save, read_source
from metrics.cohorts import left_out
from metrics.curves import CURVES, curves
from metrics.evaluate import EVIDENCE, evaluate
from metrics.kpis import KPIS
from metrics.periods import Grain, Period, latest_complete
from metrics.published import COMPARED, compare
from metrics.records import Kind
from metrics.scope import Scope, scope_frame
from metrics.store.counted import counted_records
from metrics.store.datafiles import StoredPart
from metrics.store.looks import Basis, Findings, Look, Question, find_look, save_look
from metrics.store.merging import Saved
from metrics.store.programmes import StoredProgramme, save_programme
from metrics.store.records import RecordStore
from metrics.store.runs import RunResult, begin_run, end_run

Clock = Callable[[], datetime]

_LEFT_OUT = {"project": pl.String(), "reason": pl.String(), "n": pl.Int64()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What a job works with: the database, the records and the clock (aware, UTC)."""

    engine: Engine
    records: RecordStore
    clock: Clock


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
    latest = max(_today(place, programme), programme.as_of or date.min)
    for name, connector in connectors_of(programme, path).items():
        number = begin_run(place.engine, programme.name, name, now=place.clock())
        progress, failure = Progress(), None
        try:
            for progress in read_source(connector, save=_save(place, programme.name, name), latest=latest):
                yield SourceRun(source=name, progress=progress)
        except SourceError as error:
            failure = error
        end_run(place.engine, number, _result(progress, failure), now=place.clock())
        yield SourceRun(source=name, progress=progress, done=True, failure=failure)


def look(place: Workplace, programme: Programme, question: Question) -> Look:
    """Return the evaluation that answers the question; make it where there is none or its basis has changed."""
    basis = _basis(place, programme, question)
    kept = find_look(place.engine, question)
    if kept is not None and kept.basis.still_holds(basis):
        return kept
    findings = find(place.records, programme, question, basis)
    return save_look(place.engine, question, basis, findings, now=place.clock())


def find(records: RecordStore, programme: Programme, question: Question, basis: Basis) -> Findings:
    """Evaluate: read and count the records, estimate, compare with what was published."""
    scopes = sorted(scopes_of(programme, asked=question.as_of, today=basis.seen_on), key=lambda scope: scope.as_of)
    found = [
        _find_as_of(records, programme, question, basis.known_at, list(group))
        for _, group in groupby(scopes, key=lambda scope: scope.as_of)
    ]
    return Findings(
        evidence=pl.concat([pl.DataFrame(schema=EVIDENCE), *(one.evidence for one in found)]),
        curves=pl.concat([pl.DataFrame(schema=CURVES), *(one.curves for one in found)]),
        left_out=pl.concat([pl.DataFrame(schema=_LEFT_OUT), *(one.left_out for one in found)], how="vertical_relaxed"),
        published=pl.concat([pl.DataFrame(schema=COMPARED), *(one.published for one in found)]),
        spent={name: cents for one in found for name, cents in one.spent.items()},
    )


def scopes_of(programme: Programme, *, asked: date | None, today: date) -> Sequence[Scope]:
    """Return the scope of every project, as seen on the day asked for or else its own."""
    return [_scope(programme, name, project, asked=asked, today=today) for name, project in programme.projects.items()]


def _scope(programme: Programme, name: str, project: Project, *, asked: date | None, today: date) -> Scope:
    baseline = project.baseline
    return Scope(
        project=name,
        services=project.services,
        as_of=programme.as_of_for(project, asked=asked, today=today),
        norm_days=project.norm_days,
        baseline=Period(start=baseline.start, end=baseline.end) if baseline else None,
        fresh_within_days=programme.fresh_within_days,
    )


def _basis(place: Workplace, programme: Programme, question: Question) -> Basis:
    known_at = place.records.version() if question.known_at is None else question.known_at
    today = _today(place, programme)
    days = [programme.as_of_for(one, asked=question.as_of, today=today) for one in programme.projects.values()]
    # Only where a project is seen on the day itself does tomorrow make this evaluation old.
    moving = any(
        programme.as_of_for(one, asked=question.as_of, today=date.max) == date.max
        for one in programme.projects.values()
    )
    versions = {kpi.name: kpi.version for kpi in KPIS}
    definitions = programme.model_dump_json(exclude_defaults=True) + json.dumps(versions, sort_keys=True)
    return Basis(
        known_at=known_at,
        records=place.records.fingerprint(programme.name, version=known_at),
        definitions=hashlib.sha256(definitions.encode()).hexdigest(),
        seen_on=today if moving else max(days, default=today),
    )


def _find_as_of(
    records: RecordStore,
    programme: Programme,
    question: Question,
    known_at: int,
    scopes: Sequence[Scope],
) -> Findings:
    as_of = scopes[0].as_of
    services = sorted({service for scope in scopes for service in scope.services})
    counted = {
        kind: counted_records(records, programme.name, kind, version=known_at, services=services, until=as_of)
        for kind in (Kind.ANSWERS, Kind.CASES, Kind.PUBLISHED)
    }
    scope = scope_frame(scopes)
    cases = counted[Kind.CASES].join(scope, on="service")
    return Findings(
        evidence=evaluate(scopes, counted, kpis=KPIS, grain=question.grain),
        curves=curves(cases, _shown(as_of, question.grain, cases)),
        left_out=left_out(cases),
        published=compare(counted[Kind.PUBLISHED], _published_on(counted), scope),
        spent=_spent(records, programme.name, known_at, scopes),
    )


def _published_on(counted: Mapping[Kind, pl.DataFrame]) -> pl.DataFrame:
    return counted[Kind.ANSWERS].join(counted[Kind.PUBLISHED], on=["service", "item"], how="semi")


def _shown(as_of: date, grain: Grain, cases: pl.DataFrame) -> Period:
    if grain is not Grain.ALL:
        return latest_complete(as_of, grain)
    first = cases["received_on"].min()
    return Period(start=first if isinstance(first, date) else as_of, end=as_of)


def _today(place: Workplace, programme: Programme) -> date:
    return place.clock().astimezone(ZoneInfo(programme.timezone)).date()


def _spent(records: RecordStore, programme: str, known_at: int, scopes: Sequence[Scope]) -> Mapping[str, int]:
    names = [scope.project for scope in scopes]
    booked = (
        records.scan(programme, Kind.SPENDING, version=known_at)
        .filter(pl.col("booked_on") <= scopes[0].as_of, pl.col("project").is_in(names))
        .group_by("project")
        .agg(cents=(pl.col("amount").sum() * 100).cast(pl.Int64))
        .collect()
    )
    return dict(booked.iter_rows())


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
