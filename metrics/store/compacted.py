"""What is kept of compacting: which months of a source were counted, when, and whether their rows are gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import Engine
from sqlmodel import Session, col, delete, select

from metrics.records import Kind
from metrics.store.compacting import CompactedMonth
from metrics.store.database import writing
from metrics.store.datafiles import StoredPart
from metrics.store.frames import select_frame
from metrics.store.tables import CompactedRow, GoneRow, table_of

_KEY = {"source_id": pl.Int64(), "item": pl.String()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compaction:
    """A month of a part that was counted last at `compacted_at`: from how many rows to how many.

    `removed_at` is when its single rows were removed for good; None where that is still to be done.
    """

    part: StoredPart
    month: str
    compacted_at: datetime
    rows: int
    counted: int
    removed_at: datetime | None


def note_months(engine: Engine, months: Iterable[CompactedMonth], *, now: datetime) -> None:
    """Keep that months are being counted, before they are: a run that is killed leaves them without `removed_at`."""
    with writing(engine) as session:
        for one in months:
            session.merge(
                CompactedRow(
                    programme=one.part.programme,
                    source=one.part.source,
                    record=one.part.kind.value,
                    month=one.month,
                    compacted_at=now,
                    rows=one.rows,
                    counted=one.counted,
                )
            )


def note_removed(engine: Engine, part: StoredPart, months: Iterable[str], *, now: datetime) -> None:
    """Keep that the single rows of counted months of a part are gone; forget months that were not counted after all."""
    there = set(months)
    with writing(engine) as session:
        for row in session.exec(select(CompactedRow).where(*_of(part), col(CompactedRow.removed_at).is_(None))).all():
            if row.month in there:
                row.removed_at = now
                session.add(row)
            else:
                session.delete(row)


def compactions(engine: Engine, programme: str) -> Sequence[Compaction]:
    """Return the months of a programme that were counted, by source, kind and month."""
    query = select(CompactedRow).where(CompactedRow.programme == programme)
    with Session(engine) as session:
        rows = session.exec(query).all()
    return [
        Compaction(
            part=StoredPart(programme=row.programme, kind=Kind(row.record), source=row.source),
            month=row.month,
            compacted_at=row.compacted_at,
            rows=row.rows,
            counted=row.counted,
            removed_at=row.removed_at,
        )
        for row in sorted(rows, key=lambda row: (row.source, row.record, row.month))
    ]


def forget_marks(engine: Engine, part: StoredPart, single: pl.DataFrame) -> int:
    """Delete the marks of rows of a part that are not kept one by one any more; return how many there were.

    `single` has the keys of the rows that are (`RecordStore.keys`).
    """
    table = table_of(GoneRow)
    mine = (table.c.programme == part.programme, table.c.source == part.source, table.c.record == part.kind.value)
    named = single if "item" in single.columns else single.with_columns(item=pl.lit(""))
    with writing(engine) as session:
        stale = select_frame(session.connection(), table, _KEY, *mine).join(named, on=list(_KEY), how="anti")
        for source_id, item in stale.iter_rows():
            session.exec(delete(GoneRow).where(*mine, table.c.source_id == source_id, table.c.item == item))
    return stale.height


def _of(part: StoredPart) -> tuple[bool, bool, bool]:
    return (
        CompactedRow.programme == part.programme,
        CompactedRow.source == part.source,
        CompactedRow.record == part.kind.value,
    )
