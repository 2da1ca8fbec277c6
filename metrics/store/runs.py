"""Sync runs and the rows they rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import Engine
from sqlmodel import Session, col, delete, func, select

from metrics.notices import Notice
from metrics.records import REJECTED
from metrics.runs import KILLED, Run, RunSoFar
from metrics.store.database import writing
from metrics.store.frames import insert_frame, select_frame
from metrics.store.states import SourceState, put_state
from metrics.store.tables import RejectedRow, RunRow, table_of


def begin_run(
    engine: Engine, programme: str, source: str, *, now: datetime, full: bool = True, resumed: bool = False
) -> int:
    """Write down that a run has begun and return its number; runs of the source without an end were killed."""
    with writing(engine) as session:
        left = select(RunRow).where(
            RunRow.programme == programme, RunRow.source == source, col(RunRow.ended_at).is_(None)
        )
        for killed in session.exec(left):
            killed.ended_at, killed.failure = now, KILLED
        row = RunRow(programme=programme, source=source, started_at=now, full=full, resumed=resumed)
        session.add(row)
        session.flush()
        number = row.id
    if number is None:
        message = f"run of {programme}/{source}: the database gave no number. Report this."
        raise RuntimeError(message)
    return number


def keep_page(engine: Engine, number: int, so_far: RunSoFar, rejected: pl.DataFrame, state: SourceState) -> None:
    """Write how far a run is after a page, the rows that this page rejected, and where a later run can go on.

    All of it or nothing: a run that goes on here finds every rejected row of the pages before it.
    """
    with writing(engine) as session:
        row = session.get_one(RunRow, number)
        _fill(row, so_far)
        put_state(session, row.programme, row.source, state)
        _add_rejected(session, row, state.chain or number, rejected)


def end_run(
    engine: Engine, number: int, so_far: RunSoFar, state: SourceState, *, now: datetime, failure: str | None = None
) -> None:
    """Write the outcome, last of all: a crash before this is healed by reading again.

    After a whole run what earlier ones rejected goes, but for the last that read everything: what it rejected stands
    until everything is read again. After a failure nothing goes.
    """
    with writing(engine) as session:
        row = session.get_one(RunRow, number)
        _fill(row, so_far)
        row.ended_at, row.failure = now, failure
        put_state(session, row.programme, row.source, state)
        if failure is None:
            kept = {state.full_chain, state.chain or number}
            session.exec(
                delete(RejectedRow).where(
                    col(RejectedRow.programme) == row.programme,
                    col(RejectedRow.source) == row.source,
                    col(RejectedRow.chain).not_in([one for one in kept if one is not None]),
                ),
            )


def rejected_rows(
    engine: Engine, programme: str, *, source: str | None = None, most: int | None = None
) -> pl.DataFrame:
    """Return the rejected rows of a programme: `source` and the columns of `metrics.records.REJECTED`."""
    table = table_of(RejectedRow)
    schema = {"source": pl.String(), "chain": pl.Int64(), "number": pl.Int64(), **REJECTED}
    wanted = [table.c.programme == programme, *([table.c.source == source] if source else [])]
    with engine.connect() as connection:
        rows = select_frame(connection, table, schema, *wanted)
    shown = rows.sort("source", "chain", "number").drop("chain", "number")
    return shown.head(rows.height if most is None else most)


def latest_runs(engine: Engine, programme: str) -> Sequence[Run]:
    """Return the newest run of every source of a programme, by source."""
    newest = select(func.max(RunRow.id)).where(RunRow.programme == programme).group_by(RunRow.source)
    query = select(RunRow).where(col(RunRow.id).in_(newest)).order_by(RunRow.source)
    with Session(engine) as session:
        return [_run(row) for row in session.exec(query)]


def runs_by_source(engine: Engine, programme: str, *, most: int) -> Mapping[str, Sequence[Run]]:
    """Return the newest runs of every source of a programme, newest first, at most so many of each."""
    place = func.row_number().over(partition_by=col(RunRow.source), order_by=col(RunRow.id).desc())
    numbered = select(RunRow.id, place.label("place")).where(RunRow.programme == programme).subquery()
    query = (
        select(RunRow)
        .where(col(RunRow.id).in_(select(numbered.c.id).where(numbered.c.place <= most)))
        .order_by(RunRow.source, col(RunRow.id).desc())
    )
    found: dict[str, list[Run]] = {}
    with Session(engine) as session:
        for row in session.exec(query):
            found.setdefault(row.source, []).append(_run(row))
    return found


def _run(row: RunRow) -> Run:
    return Run(
        number=row.id or 0,
        source=row.source,
        started_at=row.started_at,
        ended_at=row.ended_at,
        failure=row.failure,
        full=row.full,
        resumed=row.resumed,
        so_far=RunSoFar(
            pages=row.pages,
            new=row.rows_new,
            changed=row.rows_changed,
            equal=row.rows_equal,
            rejected=row.rows_rejected,
            known_at=row.known_at,
            newest_on=row.newest_on,
            notices=_notices(row.notices),
        ),
    )


def _fill(row: RunRow, so_far: RunSoFar) -> None:
    row.pages, row.rows_new, row.rows_changed = so_far.pages, so_far.new, so_far.changed
    row.rows_equal, row.rows_rejected = so_far.equal, so_far.rejected
    row.known_at, row.newest_on = so_far.known_at, so_far.newest_on
    row.notices = [{"code": one.code, "particulars": dict(one.particulars)} for one in so_far.notices]


def _notices(kept: Sequence[Mapping[str, object]]) -> tuple[Notice, ...]:
    return tuple(Notice(**one) for one in kept)  # type: ignore[arg-type] # as `_fill` wrote them


def _add_rejected(session: Session, run: RunRow, chain: int, rejected: pl.DataFrame) -> None:
    if rejected.is_empty():
        return
    there = select(func.count()).where(
        RejectedRow.programme == run.programme, RejectedRow.source == run.source, RejectedRow.chain == chain
    )
    named = rejected.with_row_index("number", offset=session.exec(there).one()).with_columns(
        programme=pl.lit(run.programme), source=pl.lit(run.source), chain=pl.lit(chain)
    )
    insert_frame(session.connection(), table_of(RejectedRow), named)
