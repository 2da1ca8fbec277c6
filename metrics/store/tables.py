"""The SQL tables: everything that people and jobs write, next to the records."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Column, DateTime, Index, MetaData, UniqueConstraint
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


def _moment(*, nullable: bool) -> Column[datetime]:
    return Column(DateTime(timezone=True), nullable=nullable)


class ProgrammeRow(Table, table=True):
    """A programme as it was last read from its file: `content` is the checked programme as JSON."""

    __tablename__ = "programme"

    name: str = Field(primary_key=True, max_length=60)
    path: str
    content: str
    digest: str = Field(max_length=64)
    read_at: datetime = Field(sa_column=_moment(nullable=False))


class RunRow(Table, table=True):
    """One run of one source. No `ended_at` and no `failure`: it is busy, or it was killed and will be read again."""

    __tablename__ = "run"

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
    failure: str | None = None
    notices: list[dict[str, object]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class RejectedRow(Table, table=True):
    """A row that could not be accepted, with where it stood and why; it goes when its page is read without it."""

    __tablename__ = "rejected_row"
    __table_args__ = (Index(None, "programme", "source"),)

    id: int | None = Field(default=None, primary_key=True)
    programme: str = Field(foreign_key="programme.name")
    source: str
    record: str
    file: str | None = None
    line: int | None = None
    column: str
    reason: str
    found: str | None = None
    allowed: str | None = None


class LookRow(Table, table=True):
    """An evaluation of a programme: its grain, the day and the version of the records it was asked for.

    `asked_as_of` and `asked_known_at` are null where nobody asked: each project's own day, the newest version.
    `known_at` is the version of the records that the figures rest on; `records`, `definitions` and `seen_on` tell
    whether it still holds (`metrics.store.looks.Basis`).
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
    evaluated_at: datetime = Field(sa_column=_moment(nullable=False))


class EvidenceRow(Table, table=True):
    """One figure of a look; the columns are those of `metrics.evaluate.EVIDENCE`."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("look_id", "project", "kpi", "grain", "breakdown", "period_start"),
        Index(None, "look_id", "breakdown", "kpi"),
    )

    id: int | None = Field(default=None, primary_key=True)
    look_id: int = Field(foreign_key="look.id")
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
    n: int | None = None
    support: int | None = None
    status: str
    reason: str | None = None
    method: str
    detail: str | None = None
    as_of: date
    newest_on: date | None = None
    warnings: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class CurveRow(Table, table=True):
    """A lead-time curve of a look: `points` holds parallel lists (days, waiting, low, high) for one chart line."""

    __tablename__ = "curve"
    __table_args__ = (UniqueConstraint("look_id", "project", "line"),)

    id: int | None = Field(default=None, primary_key=True)
    look_id: int = Field(foreign_key="look.id")
    project: str
    line: str
    points: dict[str, list[float | None]] = Field(sa_column=Column(JSON, nullable=False))


class LeftOutRow(Table, table=True):
    """How many records of a project are in no figure of a look, and why."""

    __tablename__ = "left_out"

    id: int | None = Field(default=None, primary_key=True)
    look_id: int = Field(foreign_key="look.id", index=True)
    project: str
    reason: str
    n: int


class PublishedRow(Table, table=True):
    """A figure that somebody else published beside what our formulas give for the same answers, as fractions."""

    __tablename__ = "published"
    __table_args__ = (UniqueConstraint("look_id", "project", "service", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    look_id: int = Field(foreign_key="look.id")
    project: str
    service: str
    month: date
    published: float
    recomputed: float
    top_share: float
    n: int
    differs: bool
    explained_by: str | None = None


class SpendingRow(Table, table=True):
    """What a project had spent on the as-of day of a look, in cents so that no database rounds it."""

    __tablename__ = "spent"
    __table_args__ = (UniqueConstraint("look_id", "project"),)

    id: int | None = Field(default=None, primary_key=True)
    look_id: int = Field(foreign_key="look.id")
    project: str
    cents: int
