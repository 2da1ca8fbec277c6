"""Evaluating a programme: reading and counting its records, computing what is shown of them, and keeping that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from itertools import groupby

import polars as pl

from config.programme import Programme
from dashboard.exhibits import exhibits_of, workload_exhibits
from dashboard.jobs import Workplace, today
from dashboard.lateness import late_projects, late_sources, late_text
from dashboard.scoping import agreements_of, scopes_of
from metrics.cohorts import left_out
from metrics.curves import CURVES, curves, decided_in
from metrics.evaluate import EVIDENCE, Seen, evaluated
from metrics.evidence.claims import CLAIMS_VERSION
from metrics.evidence.panels import panels
from metrics.flow.workload import workloads
from metrics.kpis import KPIS
from metrics.periods import Grain, Period, latest_complete
from metrics.populations import Late
from metrics.published import COMPARED, compare
from metrics.records import Kind
from metrics.scope import Scope, scope_frame
from metrics.store.counted import counted_records
from metrics.store.looks import Basis, Findings, Look, Question, find_look, save_look
from metrics.store.records import RecordStore

_BATCH = 200
"""Projects that are evaluated together: more of them need more memory, fewer of them more time."""

_LEFT_OUT = {"project": pl.String(), "reason": pl.String(), "n": pl.Int64()}


def look(place: Workplace, programme: Programme, question: Question) -> Look:
    """Return the evaluation that answers the question; make it where there is none or its basis has changed."""
    basis = _basis(place, programme, question)
    kept = find_look(place.engine, question)
    if kept is not None and kept.basis.still_holds(basis):
        return kept
    findings = find(place.records, programme, question, basis, late=late_sources(place, programme))
    return save_look(place.engine, question, basis, findings, now=place.clock())


def find(
    records: RecordStore,
    programme: Programme,
    question: Question,
    basis: Basis,
    *,
    late: Mapping[str, date] | None = None,
) -> Findings:
    """Evaluate: read and count the records, estimate, compare with what was published.

    `late` names the sources that are late, with the day on which each was last read.
    """
    scopes = sorted(scopes_of(programme, asked=question.as_of, today=basis.seen_on), key=lambda scope: scope.as_of)
    projects = late_projects(records, programme.name, scopes, late or {}, version=basis.known_at)
    found = [
        _find_as_of(records, programme, question, basis.known_at, batch, late=projects) for batch in _batches(scopes)
    ]
    return Findings(
        evidence=pl.concat([pl.DataFrame(schema=EVIDENCE), *(one.evidence for one in found)]),
        curves=pl.concat([pl.DataFrame(schema=CURVES), *(one.curves for one in found)]),
        left_out=pl.concat([pl.DataFrame(schema=_LEFT_OUT), *(one.left_out for one in found)], how="vertical_relaxed"),
        published=pl.concat([pl.DataFrame(schema=COMPARED), *(one.published for one in found)]),
        spent={name: cents for one in found for name, cents in one.spent.items()},
        exhibits=[exhibit for one in found for exhibit in one.exhibits],
    )


def _batches(scopes: Sequence[Scope]) -> Iterator[Sequence[Scope]]:
    """Yield the scopes (by as-of day) that are evaluated together: those with one as-of day, so many at a time."""
    for _, group in groupby(scopes, key=lambda scope: scope.as_of):
        alike = list(group)
        for first in range(0, len(alike), _BATCH):
            yield alike[first : first + _BATCH]


def _basis(place: Workplace, programme: Programme, question: Question) -> Basis:
    known_at = place.records.version() if question.known_at is None else question.known_at
    now = today(place, programme)
    days = [programme.as_of_for(one, asked=question.as_of, today=now) for one in programme.projects.values()]
    # Only where a project is seen on the day itself does tomorrow make this evaluation old.
    moving = any(
        programme.as_of_for(one, asked=question.as_of, today=date.max) == date.max
        for one in programme.projects.values()
    )
    versions = {"claims": CLAIMS_VERSION, **{kpi.name: kpi.version for kpi in KPIS}}
    definitions = programme.model_dump_json(exclude_defaults=True) + json.dumps(versions, sort_keys=True)
    return Basis(
        known_at=known_at,
        records=place.records.fingerprint(programme.name, version=known_at),
        definitions=hashlib.sha256(definitions.encode()).hexdigest(),
        seen_on=now if moving else max(days, default=now),
        late=late_text(late_sources(place, programme)),
    )


def _find_as_of(
    records: RecordStore,
    programme: Programme,
    question: Question,
    known_at: int,
    scopes: Sequence[Scope],
    *,
    late: Late,
) -> Findings:
    as_of = scopes[0].as_of
    names = {scope.project for scope in scopes}
    agreements = {name: one for name, one in agreements_of(programme).items() if name in names}
    compared = {service for one in agreements.values() for service in one.comparators}
    services = sorted(compared.union(*(scope.services for scope in scopes)))
    counted = {
        kind: counted_records(records, programme.name, kind, version=known_at, services=services, until=as_of)
        for kind in (Kind.ANSWERS, Kind.CASES, Kind.COUNTS, Kind.PUBLISHED)
    }
    scope = scope_frame(scopes)
    seen = Seen(
        scopes=scopes,
        counted=counted,
        headline=frozenset(kpi for one in agreements.values() for kpi in one.kpis),
        digital=frozenset(programme.digital),
        segments=tuple(programme.segments),
        late=late,
    )
    found = evaluated(seen, kpis=KPIS, grain=question.grain)
    shown = _shown(as_of, question.grain, counted[Kind.CASES])
    spent = _spent(records, programme.name, known_at, scopes)
    money = {name: Decimal(cents) / 100 for name, cents in spent.items()}
    # The claims compute much with few records, the others little with many: together they keep both busy.
    with ThreadPoolExecutor() as threads:
        claims = threads.submit(
            lambda: exhibits_of(found, agreements, kpis=KPIS, panels=panels(seen, agreements, kpis=KPIS), spent=money)
        )
        decided = decided_in(found.found, shown)
        waiting = threads.submit(lambda: workload_exhibits(workloads(counted[Kind.CASES], scopes, decided=decided)))
        lines = threads.submit(lambda: curves(found.found, shown, hidden=found.hidden))
        return Findings(
            evidence=found.evidence,
            curves=lines.result(),
            left_out=left_out(counted[Kind.CASES], scope),
            published=compare(counted[Kind.PUBLISHED], _published_on(counted), scope),
            spent=spent,
            exhibits=[*claims.result(), *waiting.result()],
        )


def _published_on(counted: Mapping[Kind, pl.DataFrame]) -> pl.DataFrame:
    return counted[Kind.ANSWERS].join(counted[Kind.PUBLISHED], on=["service", "item"], how="semi")


def _shown(as_of: date, grain: Grain, cases: pl.DataFrame) -> Period:
    if grain is not Grain.ALL:
        return latest_complete(as_of, grain)
    first = cases["received_on"].min()
    return Period(start=first if isinstance(first, date) else as_of, end=as_of)


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
