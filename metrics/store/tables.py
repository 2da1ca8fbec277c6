"""The SQL tables: everything that people and jobs write, next to the records."""

from __future__ import annotations

from datetime import UTC, date, datetime

import sqlalchemy
from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, Index, MetaData, TypeDecorator
from sqlmodel import Field, SQLModel

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, the same on every database, so that a migration can find them."""


class Table(SQLModel):
    """What all tables share: one set of names."""

    metadata = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC that knows so, also in SQLite, which keeps no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Keep it in UTC; ValueError where it does not know its time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"{value} does not know its time zone. Moments are aware."
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give it back in UTC, whatever the zone of the server."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def table_of(rows: type[Table]) -> sqlalchemy.Table:
    """Return the table itself of rows of a kind."""
    table = rows.__table__  # type: ignore[attr-defined]
    if not isinstance(table, sqlalchemy.Table):
        message = f"{rows.__name__} is no table."
        raise TypeError(message)
    return table


def _moment(*, nullable: bool) -> Column[datetime]:
    return Column(Moment(), nullable=nullable)


class ProgrammeRow(Table, table=True):
    """A programme as it was last read from its file: `content` is the checked programme as JSON."""

    __tablename__ = "programme"

    name: str = Field(primary_key=True, max_length=60)
    path: str
    content: str
    digest: str = Field(max_length=64)
    read_at: datetime = Field(sa_column=_moment(nullable=False))


class RunRow(Table, table=True):
    """One run of one source. No `ended_at` and no `failure`: it is busy, or it was killed and will be read again.

    While it is busy its numbers grow page by page. `full`: it was asked for everything; `resumed`: it went on where
    another had been interrupted.
    """

    __tablename__ = "run"
    __table_args__ = (Index(None, "programme", "source"),)

    id: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.name", index=True)
    source: str
    started_at: datetime = Field(sa_column=_moment(nullable=False))
    ended_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    pages: int = 0
    rows_new: int = 0
    rows_changed: int = 0
    rows_equal: int = 0
    rows_rejected: int = 0
    known_at: int | None = None
    newest_on: date | None = None
    full: bool = False
    resumed: bool = False
    failure: str | None = None
    notices: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class RejectedRow(Table, table=True):
    """A row that could not be accepted, with where it stood and why; it goes when the source is read without it.

    `chain` is the first of the runs that together read the source once, `number` counts the rows that they rejected, in
    the order in which they were read.
    """

    __tablename__ = "rejected_row"

    programme: str = Field(foreign_key="programme.name", primary_key=True)
    source: str = Field(primary_key=True)
    chain: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    record: str
    file: str | None = None
    line: int | None = None
    column: str | None = None
    reason: str
    found: str | None = None
    allowed: str | None = None


class SourceStateRow(Table, table=True):
    """How far a source was read (`metrics.store.states.SourceState`)."""

    __tablename__ = "source_state"

    programme: str = Field(foreign_key="programme.name", primary_key=True)
    source: str = Field(primary_key=True)
    watermark: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    full_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    found: int | None = Field(default=None, sa_type=BigInteger)
    definitions: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    began_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    since: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    after: str | None = None
    chain: int | None = None
    full_chain: int | None = None


class GoneRow(Table, table=True):
    """A row that its source no longer holds; it stays in the records. `item` is empty where the kind has none."""

    __tablename__ = "gone_row"

    programme: str = Field(foreign_key="programme.name", primary_key=True)
    source: str = Field(primary_key=True)
    record: str = Field(primary_key=True)
    source_id: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))
    item: str = Field(primary_key=True)
    noticed_at: datetime = Field(sa_column=_moment(nullable=False))


class CompactedRow(Table, table=True):
    """A month of a source that was counted (`metrics.store.compacted.Compaction`).

    No `removed_at`: its single rows are still to be removed, or the run that wanted to count it was killed before.
    """

    __tablename__ = "compacted"

    programme: str = Field(foreign_key="programme.name", primary_key=True)
    source: str = Field(primary_key=True)
    record: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    compacted_at: datetime = Field(sa_column=_moment(nullable=False))
    rows: int = Field(sa_type=BigInteger)
    counted: int = Field(sa_type=BigInteger)
    removed_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class ScheduleRow(Table, table=True):
    """When a job is due: `job` is the name of a source, or another job of the programme.

    `due_at` is the last moment that was due and was dealt with, `succeeded_at` the start of the last run that ended
    well; `asked_at` is set where a person asked for a run, and taken away when it starts.
    """

    __tablename__ = "schedule"

    programme: str = Field(foreign_key="programme.name", primary_key=True)
    job: str = Field(primary_key=True)
    cron: str
    due_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    succeeded_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    asked_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class LookRow(Table, table=True):
    """An evaluation of a programme: its grain, the day and the version of the records it was asked for.

    `asked_as_of` and `asked_known_at` are null where nobody asked: each project's own day, the newest version.
    `known_at` is the version of the records that the figures rest on; `records`, `definitions`, `seen_on` and `late`
    tell whether it still holds (`metrics.store.looks.Basis`).
    """

    __tablename__ = "look"
    __table_args__ = (Index(None, "programme", "grain"),)

    id: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.name")
    grain: str
    asked_as_of: date | None = None
    asked_known_at: int | None = None
    known_at: int
    records: str = Field(max_length=64)
    definitions: str = Field(max_length=64)
    seen_on: date
    late: str | None = None
    evaluated_at: datetime = Field(sa_column=_moment(nullable=False))


class EvidenceRow(Table, table=True):
    """One figure of a look; the columns are those of `metrics.evaluate.EVIDENCE`.

    `digest` stands for all that the row says: a new evaluation replaces only rows that say something else.
    """

    __tablename__ = "evidence"
    __table_args__ = (Index(None, "look_id", "project"), Index(None, "look_id", "breakdown"))

    look_id: int = Field(foreign_key="look.id", primary_key=True)
    digest: int = Field(sa_column=Column(BigInteger(), primary_key=True, autoincrement=False))
    project: str
    kpi: str
    kpi_version: int
    grain: str
    period_start: date
    period_end: date
    breakdown: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = Field(default=None, sa_type=BigInteger)
    support: int | None = Field(default=None, sa_type=BigInteger)
    status: str
    reason: str | None = None
    method: str
    detail: str | None = None
    as_of: date
    newest_on: date | None = None
    warnings: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class CurveRow(Table, table=True):
    """A line of a chart of lead times: `points` holds parallel lists, as in `metrics.curves.CURVES`."""

    __tablename__ = "curve"

    look_id: int = Field(foreign_key="look.id", primary_key=True)
    project: str = Field(primary_key=True)
    line: str = Field(primary_key=True)
    points: dict[str, list[float | None]] = Field(sa_column=Column(JSON, nullable=False))


class ExhibitRow(Table, table=True):
    """Something to show beside the figures of a look (`metrics.store.exhibits.Exhibit`): `content` is its JSON."""

    __tablename__ = "exhibit"

    look_id: int = Field(foreign_key="look.id", primary_key=True)
    project: str = Field(primary_key=True)
    shown: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    content: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))


class LeftOutRow(Table, table=True):
    """How many records of a project are in no figure of a look, and why."""

    __tablename__ = "left_out"

    look_id: int = Field(foreign_key="look.id", primary_key=True)
    project: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    n: int = Field(sa_type=BigInteger)


class PublishedRow(Table, table=True):
    """A figure that somebody else published beside what our formulas give for the same answers, as fractions."""

    __tablename__ = "published"

    id: int | None = Field(default=None, primary_key=True)
    look_id: int = Field(foreign_key="look.id", index=True)
    project: str
    service: str
    month: date
    published: float
    recomputed: float
    top_share: float
    n: int = Field(sa_type=BigInteger)
    differs: bool
    explained_by: str | None = None


class SpendingRow(Table, table=True):
    """What a project had spent on the as-of day of a look, in cents so that no database rounds it."""

    __tablename__ = "spent"

    look_id: int = Field(foreign_key="look.id", primary_key=True)
    project: str = Field(primary_key=True)
    cents: int = Field(sa_type=BigInteger)
