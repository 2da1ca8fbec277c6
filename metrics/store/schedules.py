"""The schedule: when each job is due, when it last ended well, and who asked for a run between times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, delete, select

from metrics.store.database import writing
from metrics.store.tables import ScheduleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A job of a programme and its rhythm (`cron`, five fields, in the time zone of the programme).

    `due_at` is the last moment that was due and was dealt with; `succeeded_at` the start of the last run that ended
    well; `asked_at` when a person asked for a run that has not begun yet.
    """

    programme: str
    job: str
    cron: str
    due_at: datetime | None = None
    succeeded_at: datetime | None = None
    asked_at: datetime | None = None


def lay_out(engine: Engine, programme: str, crons: Mapping[str, str]) -> None:
    """Make the schedule of a programme say what its file says; what is known of a job stays where its name does."""
    with writing(engine) as session:
        mine = col(ScheduleRow.programme) == programme
        session.exec(delete(ScheduleRow).where(mine, col(ScheduleRow.job).not_in(list(crons))))
        there = {row.job: row for row in session.exec(select(ScheduleRow).where(mine))}
        for job, cron in crons.items():
            row = there.get(job) or ScheduleRow(programme=programme, job=job, cron=cron)
            row.cron = cron
            session.add(row)


def planned_jobs(engine: Engine, programme: str | None = None) -> Sequence[Planned]:
    """Return the schedule of a programme, or of all, by name."""
    query = select(ScheduleRow).order_by(ScheduleRow.programme, ScheduleRow.job)
    if programme is not None:
        query = query.where(ScheduleRow.programme == programme)
    with Session(engine) as session:
        return [
            Planned(**{name: getattr(row, name) for name in Planned.__dataclass_fields__})
            for row in session.exec(query)
        ]


def ask(engine: Engine, programme: str, job: str, *, now: datetime) -> bool:
    """Ask for a run between times; false where there is no such job."""
    with writing(engine) as session:
        row = session.get(ScheduleRow, (programme, job))
        if row is not None:
            row.asked_at = now
        return row is not None


def begin(engine: Engine, programme: str, job: str, *, due_at: datetime) -> None:
    """Write that a job is dealt with up to a moment: a scheduler that dies now does not start it twice for that."""
    with writing(engine) as session:
        row = session.get(ScheduleRow, (programme, job))
        if row is not None:
            row.due_at, row.asked_at = due_at, None


def succeed(engine: Engine, programme: str, job: str, *, began_at: datetime) -> None:
    """Write that a run which began at a moment ended well."""
    with writing(engine) as session:
        row = session.get(ScheduleRow, (programme, job))
        if row is not None:
            row.succeeded_at = began_at
