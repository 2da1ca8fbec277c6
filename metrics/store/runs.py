"""Sync runs and the rows they rejected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import Engine
from sqlmodel import Session, col, delete, func, select

from metrics.notices import Notice
from metrics.records import REJECTED
from metrics.store.database import writing
from metrics.store.frames import insert_frame, select_frame
from metrics.store.tables import RejectedRow, RunRow, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run did; `known_at` is the version of the records after it, None where it saved nothing."""

    pages: int
    new: int
    changed: int
    equal: int
    rejected: pl.DataFrame
    known_at: int | None
    notices: tuple[Notice, ...]
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestRun:
    """The newest run of a source, as people see it."""

    source: str
    started_at: datetime
    ended_at: datetime | None
    failure: str | None
    rejected: int


def begin_run(engine: Engine, programme: str, source: str, *, now: datetime) -> int:
    """Write down that a run has begun and return its number. A run without an end was killed."""
    with writing(engine) as session:
        row = RunRow(programme=programme, source=source, started_at=now)
        session.add(row)
        session.flush()
        number = row.id
    if number is None:
        message = f"run of {programme}/{source}: the database gave no number. Report this."
        raise RuntimeError(message)
    return number


def end_run(engine: Engine, number: int, result: RunResult, *, now: datetime) -> None:
    """Write the outcome, last of all: a crash before this is healed by reading again.

    The rejected rows of the source are replaced by those of this run; after a failure they stay as they were.
    """
    with writing(engine) as session:
        row = session.get_one(RunRow, number)
        row.ended_at = now
        row.pages, row.rows_new, row.rows_changed = result.pages, result.new, result.changed
        row.rows_equal, row.rows_rejected = result.equal, result.rejected.height
        row.known_at, row.failure = result.known_at, result.failure
        row.notices = [{"code": one.code, "particulars": dict(one.particulars)} for one in result.notices]
        if result.failure is None:
            _replace_rejected(session, row, result.rejected)


def rejected_rows(engine: Engine, programme: str, *, most: int | None = None) -> pl.DataFrame:
    """Return the rejected rows of a programme: `source` and the columns of `metrics.records.REJECTED`."""
    table = table_of(RejectedRow)
    schema = {"source": pl.String(), "number": pl.Int64(), **REJECTED}
    with engine.connect() as connection:
        rows = select_frame(connection, table, schema, table.c.programme == programme)
    return rows.sort("source", "number").drop("number").head(rows.height if most is None else most)


def latest_runs(engine: Engine, programme: str) -> Sequence[LatestRun]:
    """Return the newest run of every source of a programme, by source."""
    newest = select(func.max(RunRow.id)).where(RunRow.programme == programme).group_by(RunRow.source)
    query = select(RunRow).where(col(RunRow.id).in_(newest)).order_by(RunRow.source)
    with Session(engine) as session:
        rows = session.exec(query).all()
    return [
        LatestRun(
            source=row.source,
            started_at=row.started_at,
            ended_at=row.ended_at,
            failure=row.failure,
            rejected=row.rows_rejected,
        )
        for row in rows
    ]


def _replace_rejected(session: Session, run: RunRow, rejected: pl.DataFrame) -> None:
    session.exec(
        delete(RejectedRow).where(col(RejectedRow.programme) == run.programme, col(RejectedRow.source) == run.source),
    )
    named = rejected.with_row_index("number").with_columns(programme=pl.lit(run.programme), source=pl.lit(run.source))
    insert_frame(session.connection(), table_of(RejectedRow), named)
