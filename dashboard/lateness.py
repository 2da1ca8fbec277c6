"""Lateness: which sources were not read as agreed, and the figures of which projects rest on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from config.programme import Programme
from config.rhythm import Rhythm, promised, rhythms
from dashboard.jobs import Workplace
from metrics.populations import Late
from metrics.records import Kind
from metrics.scope import Scope
from metrics.store.records import RecordStore
from metrics.store.states import states_of

_OF_FIGURES = (Kind.ANSWERS, Kind.CASES, Kind.COUNTS)


def late_sources(place: Workplace, programme: Programme) -> Mapping[str, date]:
    """Return the sources that are late by their own rhythm, each with the local day on which it was last read well."""
    now, zone = place.clock(), ZoneInfo(programme.timezone)
    states, found = states_of(place.engine, programme.name), {}
    for name, cron in rhythms(programme).items():
        read_at = states[name].watermark if name in states else None
        if promised(programme.sources[name]) and Rhythm(cron, programme.timezone).late(read_at, now) and read_at:
            found[name] = read_at.astimezone(zone).date()
    return found


def late_text(late: Mapping[str, date]) -> str:
    """Return late sources as the text that a look keeps of them (`metrics.store.looks.Basis`)."""
    return ", ".join(f"{name} {day}" for name, day in sorted(late.items()))


def late_projects(
    records: RecordStore, programme: str, scopes: Sequence[Scope], sources: Mapping[str, date], *, version: int
) -> Late:
    """Return by kind of record the projects of which a service has records of a late source, with the day it was read.

    Of several late sources the one that was read longest ago counts.
    """
    if not sources:
        return {}
    return {kind: _of_kind(records, programme, kind, scopes, sources, version=version) for kind in _OF_FIGURES}


def _of_kind(
    records: RecordStore,
    programme: str,
    kind: Kind,
    scopes: Sequence[Scope],
    sources: Mapping[str, date],
    *,
    version: int,
) -> Mapping[str, date]:
    rows = records.scan(programme, kind, version=version).filter(pl.col("source").is_in(list(sources)))
    pairs = rows.select("source", pl.col("service").cast(pl.String)).unique().collect().rows()
    read: dict[str, date] = {}
    for source, service in pairs:
        read[service] = min(sources[source], read.get(service, date.max))
    found = {one.project: [read[service] for service in one.services if service in read] for one in scopes}
    return {project: min(days) for project, days in found.items() if days}
