"""Exhibits: what is kept beside the figures of a look, such as control charts and claims, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, delete, select

from metrics.store.tables import ExhibitRow


class Shown(StrEnum):
    """What an exhibit shows of a project; `name` says of which KPI, population or period."""

    CLAIM = "claim"
    CHART = "chart"
    FLOW = "flow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One thing to show; `content` holds only what JSON can say."""

    project: str
    shown: Shown
    name: str
    content: Mapping[str, Any]


def replace_exhibits(session: Session, look: int, exhibits: Sequence[Exhibit]) -> None:
    """Make the kept exhibits of a look these, in the caller's transaction."""
    session.exec(delete(ExhibitRow).where(col(ExhibitRow.look_id) == look))
    session.add_all(
        ExhibitRow(look_id=look, project=one.project, shown=one.shown.value, name=one.name, content=dict(one.content))
        for one in exhibits
    )


def load_exhibits(
    engine: Engine, look: int, *, project: str | None = None, shown: Shown | None = None
) -> Sequence[Exhibit]:
    """Return the exhibits of a look by its number; of one project, or of one kind, where asked."""
    query = select(ExhibitRow).where(ExhibitRow.look_id == look)
    if project is not None:
        query = query.where(ExhibitRow.project == project)
    if shown is not None:
        query = query.where(ExhibitRow.shown == shown.value)
    with Session(engine) as session:
        rows = session.exec(query).all()
    return [
        Exhibit(project=row.project, shown=Shown(row.shown), name=row.name, content=row.content)
        for row in sorted(rows, key=lambda row: (row.project, row.shown, row.name))
    ]
