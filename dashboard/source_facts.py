"""Source facts: what the database knows of each source, for its page and its download."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import Engine

from config.programme import Programme
from dashboard.compose.sources import KnownSource
from metrics.store.gone import gone_by_source
from metrics.store.runs import rejected_rows, runs_by_source
from metrics.store.schedules import planned_jobs
from metrics.store.states import SourceState, states_of

_RUNS = 10

_FORMULA = r"^[=+\-@\t\r]"
"""Begins what a spreadsheet would take for a formula."""


def known_sources(engine: Engine, programme: Programme) -> Sequence[KnownSource]:
    """Return what is known of every source of a programme, in the order of its file."""
    runs = runs_by_source(engine, programme.name, most=_RUNS)
    gone = gone_by_source(engine, programme.name)
    planned = {one.job for one in planned_jobs(engine, programme.name)}
    rejected = rejected_rows(engine, programme.name)
    kept = states_of(engine, programme.name)
    states = {name: kept.get(name, SourceState()) for name in programme.sources}
    return [
        KnownSource(
            name=name,
            block=block,
            runs=runs.get(name, ()),
            read_at=states[name].watermark,
            found=states[name].found,
            gone=gone.get(name, 0),
            rejected=rejected.filter(pl.col("source") == name),
            scheduled=name in planned,
        )
        for name, block in programme.sources.items()
    ]


def rejected_csv(engine: Engine, programme: str, source: str) -> str:
    """Return all rejected rows of a source as CSV, for a spreadsheet: what looks like a formula is made text."""
    rows = rejected_rows(engine, programme, source=source)
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    safe = rows.with_columns(
        pl.when(pl.col(name).str.contains(_FORMULA)).then(pl.lit("'") + pl.col(name)).otherwise(name).alias(name)
        for name in texts
    )
    return "\ufeff" + safe.write_csv()
