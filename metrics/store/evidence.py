"""Evidence in its SQL table: of a new evaluation only the figures that say something else are written."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, bindparam, delete

from metrics.evaluate import EVIDENCE
from metrics.store.frames import insert_frame, json_text, select_frame
from metrics.store.tables import EvidenceRow, table_of

_DIGEST = {"digest": pl.Int64()}


def select_evidence(
    connection: Connection,
    look: int,
    *,
    project: str | None = None,
    breakdown: str | None = None,
) -> pl.DataFrame:
    """Return the evidence of a look by its number (`EVIDENCE`), of one project or one breakdown where asked."""
    table = table_of(EvidenceRow)
    asked = {"look_id": look, "project": project, "breakdown": breakdown}
    where = [table.c[name] == value for name, value in asked.items() if value is not None]
    return select_frame(connection, table, EVIDENCE, *where).sort(
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
