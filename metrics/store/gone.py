"""Rows that are no longer at their source: marked, never deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import Engine
from sqlmodel import Session, col, delete, func, select

from metrics.records import KEY
from metrics.store.database import writing
from metrics.store.datafiles import StoredPart
from metrics.store.frames import insert_frame, select_frame
from metrics.store.tables import GoneRow, table_of

_KEY = {"source_id": pl.Int64(), "item": pl.String()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What marking did: rows that were missed for the first time, rows that came back, and all that are missing now."""

    new: int
    back: int
    all: int


def mark_gone(engine: Engine, part: StoredPart, missing: pl.DataFrame, *, now: datetime) -> Marked:
    """Mark the rows of a part that its source no longer holds; those marked before that are not among them came back.

    `missing` has the key of the kind (`metrics.records.KEY`), with pseudonyms.
    """
    table = table_of(GoneRow)
    mine = (table.c.programme == part.programme, table.c.source == part.source, table.c.record == part.kind.value)
    asked = missing.select(list(KEY[part.kind]))
    named = asked if "item" in asked.columns else asked.with_columns(item=pl.lit(""))
    with writing(engine) as session:
        before = select_frame(session.connection(), table, _KEY, *mine)
        new = named.join(before, on=list(_KEY), how="anti")
        back = before.join(named, on=list(_KEY), how="anti")
        for source_id, item in back.iter_rows():
            session.exec(delete(GoneRow).where(*mine, table.c.source_id == source_id, table.c.item == item))
        rows = new.with_columns(
            programme=pl.lit(part.programme),
            source=pl.lit(part.source),
            record=pl.lit(part.kind.value),
            noticed_at=pl.lit(now.isoformat(sep=" ")),
        )
        insert_frame(session.connection(), table, rows)
    return Marked(new=new.height, back=back.height, all=named.height)


def gone_by_source(engine: Engine, programme: str) -> Mapping[str, int]:
    """Return how many rows of each source are no longer there."""
    query = select(GoneRow.source, func.count()).where(col(GoneRow.programme) == programme).group_by(GoneRow.source)
    with Session(engine) as session:
        return dict(session.exec(query).all())
