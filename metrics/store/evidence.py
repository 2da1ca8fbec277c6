"""Evidence in its SQL table: of a new evaluation only the figures that say something else are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl
from sqlalchemy import Connection, bindparam, delete

from metrics.breakdowns import EVERYBODY
from metrics.evaluate import EVIDENCE
from metrics.periods import Grain
from metrics.store.frames import insert_frame, json_text, select_frame
from metrics.store.tables import EvidenceRow, table_of

_DIGEST = {"digest": pl.Int64()}


def select_evidence(
    connection: Connection,
    look: int,
    *,
    project: str | None = None,
    kpis: Sequence[str] | None = None,
    starts: Sequence[date] | None = None,
    dimension: str | None = None,
) -> pl.DataFrame:
    """Return the evidence of a look by its number (`EVIDENCE`); see `metrics.store.looks.load_evidence`."""
    columns = table_of(EvidenceRow).c
    where = [columns.look_id == look]
    if project is not None:
        where.append(columns.project == project)
    if kpis is not None:
        where.append(columns.kpi.in_(kpis))
    if starts is not None:
        where.append(columns.period_start.in_(starts) | (columns.grain == Grain.BASELINE.value))
    if dimension is not None:
        where.append((columns.breakdown == EVERYBODY) | columns.breakdown.startswith(f"{dimension}=", autoescape=True))
    return select_frame(connection, table_of(EvidenceRow), EVIDENCE, *where).sort(
        "project", "kpi", "grain", "breakdown", "period_start"
    )


def replace_evidence(connection: Connection, look: int, evidence: pl.DataFrame) -> None:
    """Make the kept evidence of a look say what `evidence` says, in the caller's transaction."""
    table = table_of(EvidenceRow)
    kept = select_frame(connection, table, _DIGEST, table.c.look_id == look)
    found = _digested(evidence)
    gone = kept.join(found, on="digest", how="anti")
    if gone.height == kept.height:
        connection.execute(delete(table).where(table.c.look_id == look))
    elif not gone.is_empty():
        one = delete(table).where(table.c.look_id == look, table.c.digest == bindparam("gone"))
        connection.execute(one, [{"gone": digest} for digest in gone["digest"]])
    news = found.join(kept, on="digest", how="anti")
    insert_frame(connection, table, news.with_columns(look_id=pl.lit(look, dtype=pl.Int64)))


def _digested(evidence: pl.DataFrame) -> pl.DataFrame:
    # Another release of Polars may give other digests: then every row is written once more, and none is wrong.
    rows = evidence.with_columns(json_text("warnings"))
    return rows.with_columns(digest=pl.struct(pl.all()).hash().reinterpret(signed=True))
