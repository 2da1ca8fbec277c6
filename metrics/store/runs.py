"""Sync runs and the rows they rejected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import Engine, delete, insert
from sqlmodel import Session, col, func, select

from metrics.notices import Notice
from metrics.store.tables import RejectedRow, RunRow


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
    with Session(engine) as session, session.begin():
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
    with Session(engine) as session, session.begin():
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
    columns = [
        RejectedRow.source,
        RejectedRow.record,
        RejectedRow.file,
        RejectedRow.line,
        RejectedRow.column,
        RejectedRow.reason,
        RejectedRow.found,
        RejectedRow.allowed,
    ]
    query = select(*columns).where(RejectedRow.programme == programme).order_by(col(RejectedRow.id)).limit(most)  # type: ignore[call-overload]
    with Session(engine) as session:
        rows = session.exec(query).all()
    schema = {"source": pl.String, "record": pl.String, "file": pl.String, "line": pl.Int64}
    texts = dict.fromkeys(("column", "reason", "found", "allowed"), pl.String)
    return pl.DataFrame([tuple(row) for row in rows], schema={**schema, **texts}, orient="row")


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
    session.execute(
        delete(RejectedRow).where(col(RejectedRow.programme) == run.programme, col(RejectedRow.source) == run.source),
    )
    if not rejected.is_empty():
        named = rejected.with_columns(programme=pl.lit(run.programme), source=pl.lit(run.source))
        session.execute(insert(RejectedRow), named.to_dicts())
