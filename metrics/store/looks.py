"""Looks: evaluations as they are kept, with their evidence, curves and what goes with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl
from sqlalchemy import ColumnElement, Engine
from sqlmodel import Session, col, delete, select

from metrics.periods import Grain
from metrics.published import COMPARED
from metrics.store.database import writing
from metrics.store.evidence import replace_evidence, select_evidence
from metrics.store.exhibits import Exhibit, replace_exhibits
from metrics.store.frames import insert_frame, select_frame
from metrics.store.tables import (
    CurveRow,
    LeftOutRow,
    LookRow,
    ProgrammeRow,
    PublishedRow,
    SpendingRow,
    table_of,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an evaluation was asked: of which programme, by which period, as seen when, as known when.

    None as `as_of` is each project's own day; None as `known_at` is the newest version of the records.
    """

    programme: str
    grain: Grain
    as_of: date | None = None
    known_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What an evaluation rests on.

    `known_at` is the version of the records it was read from, `records` the fingerprint of the programme's own
    records in it, `definitions` the digest of the programme and the KPI versions, `seen_on` the latest as-of day.
    `late` names the sources that were late, with the day on which each was last read, as text; None where an older
    release did not keep that.
    """

    known_at: int
    records: str
    definitions: str
    seen_on: date
    late: str | None = ""

    def still_holds(self, other: Basis) -> bool:
        """Tell whether an evaluation on the other basis would find the same: versions of others do not matter."""
        return replace(self, known_at=other.known_at) == other


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """An evaluation that is kept: its number, the question and the basis."""

    number: int
    question: Question
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What an evaluation found.

    `evidence` has the columns of `metrics.evaluate.EVIDENCE`; `curves` those of `metrics.curves.CURVES`;
    `left_out` has `project`, `reason`, `n`; `published` those of `metrics.published.COMPARED`; `spent` is in
    cents by project; `exhibits` are the charts and claims that stand beside the figures.
    """

    evidence: pl.DataFrame
    curves: pl.DataFrame
    left_out: pl.DataFrame
    published: pl.DataFrame
    spent: Mapping[str, int]
    exhibits: Sequence[Exhibit] = ()


def find_look(engine: Engine, question: Question) -> Look | None:
    """Return the kept evaluation that answers the question, or None where there is none."""
    query = select(LookRow).where(*_asked(question))
    with Session(engine) as session:
        row = session.exec(query).first()
    if row is None or row.id is None:
        return None
    basis = Basis(
        known_at=row.known_at,
        records=row.records,
        definitions=row.definitions,
        seen_on=row.seen_on,
        late=row.late,
    )
    return Look(number=row.id, question=question, basis=basis)


def kept_questions(engine: Engine, programme: str) -> Sequence[Question]:
    """Return the questions about a programme of which the answer is kept, as it is now: not those of another day."""
    query = select(LookRow.grain).where(
        LookRow.programme == programme, col(LookRow.asked_as_of).is_(None), col(LookRow.asked_known_at).is_(None)
    )
    with Session(engine) as session:
        return [Question(programme=programme, grain=Grain(grain)) for grain in sorted(session.exec(query))]


def save_look(engine: Engine, question: Question, basis: Basis, findings: Findings, *, now: datetime) -> Look:
    """Keep an evaluation in place of the one that answered the same question, all or nothing.

    Only figures that say something else than those kept are written. The number of the look stays.
    """
    with writing(engine) as session:
        # Two that evaluate one programme at once take turns.
        session.exec(
            select(ProgrammeRow).where(ProgrammeRow.name == question.programme).with_for_update(key_share=True)
        )
        kept = session.exec(select(LookRow).where(*_asked(question))).first()
        row = session.merge(_row(question, basis, number=None if kept is None else kept.id, now=now))
        session.flush()
        number = int(row.id or 0)
        replace_evidence(session.connection(), number, findings.evidence)
        _replace_rest(session, number, findings)
    return Look(number=number, question=question, basis=basis)


def load_evidence(
    engine: Engine,
    look: Look,
    *,
    project: str | None = None,
    kpis: Sequence[str] | None = None,
    starts: Sequence[date] | None = None,
    dimension: str | None = None,
) -> pl.DataFrame:
    """Return the evidence of a look (`EVIDENCE`); of one project, some KPIs, or some periods where asked.

    `starts` names periods by their first day; baselines always come with them. `dimension` (`channel`, or a
    segment's name) leaves out the groups of all others; everybody always comes with it.
    """
    with engine.connect() as connection:
        return select_evidence(connection, look.number, project=project, kpis=kpis, starts=starts, dimension=dimension)


def load_curves(engine: Engine, look: Look, project: str) -> Mapping[str, Mapping[str, list[float | None]]]:
    """Return the lead-time curves of a project by line: parallel lists (`metrics.curves.CURVES`)."""
    query = select(CurveRow).where(CurveRow.look_id == look.number, CurveRow.project == project)
    with Session(engine) as session:
        return {row.line: row.points for row in session.exec(query).all()}


def load_left_out(engine: Engine, look: Look, project: str) -> Mapping[str, int]:
    """Return how many records of a project are in no figure, by reason."""
    query = select(LeftOutRow).where(LeftOutRow.look_id == look.number, LeftOutRow.project == project)
    with Session(engine) as session:
        return {row.reason: row.n for row in session.exec(query).all()}


def load_published(engine: Engine, look: Look, project: str | None = None) -> pl.DataFrame:
    """Return published figures beside ours (`metrics.published.COMPARED`)."""
    table = table_of(PublishedRow)
    where = [table.c.look_id == look.number, *([] if project is None else [table.c.project == project])]
    with engine.connect() as connection:
        return select_frame(connection, table, COMPARED, *where).sort("project", "service", "month")


def load_spent(engine: Engine, look: Look) -> Mapping[str, int]:
    """Return what each project has spent, in cents; a project without bookings is not in it."""
    with Session(engine) as session:
        rows = session.exec(select(SpendingRow).where(SpendingRow.look_id == look.number)).all()
    return {row.project: row.cents for row in rows}


def _asked(question: Question) -> Sequence[ColumnElement[bool]]:
    return [
        col(LookRow.programme) == question.programme,
        col(LookRow.grain) == question.grain.value,
        col(LookRow.asked_as_of).is_not_distinct_from(question.as_of),
        col(LookRow.asked_known_at).is_not_distinct_from(question.known_at),
    ]


def _row(question: Question, basis: Basis, *, number: int | None, now: datetime) -> LookRow:
    return LookRow(
        id=number,
        programme=question.programme,
        grain=question.grain.value,
        asked_as_of=question.as_of,
        asked_known_at=question.known_at,
        known_at=basis.known_at,
        records=basis.records,
        definitions=basis.definitions,
        seen_on=basis.seen_on,
        late=basis.late,
        evaluated_at=now,
    )


def _replace_rest(session: Session, number: int, findings: Findings) -> None:
    for table in (CurveRow, LeftOutRow, PublishedRow, SpendingRow):
        session.exec(delete(table).where(col(table.look_id) == number))
    tagged = pl.lit(number, dtype=pl.Int64).alias("look_id")
    connection = session.connection()
    insert_frame(connection, table_of(LeftOutRow), findings.left_out.with_columns(tagged))
    insert_frame(connection, table_of(PublishedRow), findings.published.with_columns(tagged))
    session.add_all(_curve_rows(number, findings.curves))
    replace_exhibits(session, number, findings.exhibits)
    session.add_all(SpendingRow(look_id=number, project=name, cents=cents) for name, cents in findings.spent.items())


def _curve_rows(number: int, curves: pl.DataFrame) -> list[CurveRow]:
    by_line = curves.partition_by("project", "line", as_dict=True, maintain_order=True)
    return [
        CurveRow(
            look_id=number,
            project=project,
            line=line,
            points=rows.select(pl.exclude("project", "line")).to_dict(as_series=False),
        )
        for (project, line), rows in by_line.items()
    ]
