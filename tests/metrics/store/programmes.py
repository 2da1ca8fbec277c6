"""A programme of six monthly files for the tests of runs, and what is in the store after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from config.load import load_programme
from connectors.connector import SourceBusyError
from connectors.gathering import PAGE_BY_PAGE
from dashboard.evaluating import look
from dashboard.jobs import Workplace, remember
from dashboard.syncing import sync
from metrics.periods import Grain
from metrics.records import Kind
from metrics.store.database import open_database
from metrics.store.looks import Question, load_evidence
from metrics.store.records import RecordStore

MONTHS = 6
ROWS = 40
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)

_PROGRAMME = """
[programme]
name = "stress"
title = { nl = "Druk", en = "Stress" }
as_of = 2026-06-30
period = "month"

[projects.permits]
title = { nl = "Vergunningen", en = "Permits" }
services = ["permit"]
"""

_SOURCE = """
[sources.{name}]
kind = "files"
record = "answers"
path = "{name}-*.csv"
constants = {{ service = "permit", item = "satisfaction", scale = "1-5" }}
[sources.{name}.columns]
source_id = "id"
answered_on = "day"
value = "score"
"""


def write_programme(folder: Path, *, sources: Sequence[str] = ("survey",), name: str = "programme.toml") -> Path:
    """Write a programme with a file a month for each source; every file also has one row that is rejected."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(_PROGRAMME + "".join(_SOURCE.format(name=source) for source in sources), encoding="utf-8")
    for source in sources:
        for month in range(1, MONTHS + 1):
            lines = [f"{source}-{month}-{row},2026-{month:02}-{row % 28 + 1:02},{row % 5 + 1}" for row in range(ROWS)]
            page = "\n".join(["id,day,score", *lines, f"{source}-{month}-bad,2026-{month:02}-01,9"])
            (folder / f"{source}-{month}.csv").write_text(page + "\n", encoding="utf-8")
    return path


def spread(value: int, rows: int = 300) -> Sequence[Mapping[str, Any]]:
    """Answers on three months, all with the same value."""
    return [
        {"source_id": str(row), "value": value, "answered_on": date(2026, row % 3 + 1, row % 28 + 1)}
        for row in range(rows)
    ]


def workplace(data: Path, *, database: str = "", records: str = "") -> Workplace:
    return Workplace(
        engine=open_database(database or f"sqlite:///{data / 'uitkomst.db'}"),
        records=RecordStore(location=records or str(data / "records"), pseudonym_key="stress"),
        clock=lambda: NOW,
        at_once=PAGE_BY_PAGE,
    )


def sync_all(place: Workplace, path: Path) -> None:
    for run in sync(place, load_programme(path), path):
        assert run.failure is None or isinstance(run.failure, SourceBusyError)


def evaluated(place: Workplace, path: Path) -> pl.DataFrame:
    programme = load_programme(path)
    remember(place, programme, path)
    return load_evidence(place.engine, look(place, programme, Question(programme="stress", grain=Grain.MONTH)))


def kept(place: Workplace) -> pl.DataFrame:
    """All answers of the programme in a fixed order."""
    return place.records.scan("stress", Kind.ANSWERS).collect().sort("source", "source_id")
