"""Programmes as the database knows them: the checked content of the file they were last read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from metrics.store.database import writing
from metrics.store.tables import ProgrammeRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredProgramme:
    """A programme's name, the file it came from and its checked content as JSON, with the digest of that."""

    name: str
    path: str
    content: str
    digest: str


def save_programme(engine: Engine, programme: StoredProgramme, *, now: datetime) -> None:
    """Keep the programme under its name; the last one read counts."""
    with Session(engine) as session:
        row = session.get(ProgrammeRow, programme.name)
        if row is not None and row.digest == programme.digest and row.path == programme.path:
            return
    with writing(engine) as session:
        session.merge(
            ProgrammeRow(
                name=programme.name,
                path=programme.path,
                content=programme.content,
                digest=programme.digest,
                read_at=now,
            ),
        )


def stored_programmes(engine: Engine) -> Sequence[StoredProgramme]:
    """Return every programme in the database, by name."""
    with Session(engine) as session:
        rows = session.exec(select(ProgrammeRow).order_by(ProgrammeRow.name)).all()
    return [StoredProgramme(name=row.name, path=row.path, content=row.content, digest=row.digest) for row in rows]
