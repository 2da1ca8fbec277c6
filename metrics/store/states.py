"""How far each source has been read: the state that the next run goes on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, select

from metrics.store.database import writing
from metrics.store.tables import SourceStateRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How far a source has been read.

    `watermark` is the moment at which the last whole run began, `full_at` that of the last which read everything, and
    `found` how many rows that one accepted. `definitions` are the wordings and norms met last.

    Of a run that is busy, or was interrupted: `began_at`, `since` (what it asked for) and `after` (where it can go on);
    all are None after a whole run. `chain` is the number of the first of the runs that together make one whole run,
    `full_chain` that of the last which read everything.
    """

    watermark: datetime | None = None
    full_at: datetime | None = None
    found: int | None = None
    definitions: Mapping[str, str] = field(default_factory=dict)
    began_at: datetime | None = None
    since: datetime | None = None
    after: str | None = None
    chain: int | None = None
    full_chain: int | None = None


def find_state(engine: Engine, programme: str, source: str) -> SourceState:
    """Return the state of a source; an empty one where it was never read."""
    with Session(engine) as session:
        row = session.get(SourceStateRow, (programme, source))
        return SourceState() if row is None else _state_of(row)


def states_of(engine: Engine, programme: str) -> Mapping[str, SourceState]:
    """Return the state of every source of a programme that was ever read."""
    query = select(SourceStateRow).where(SourceStateRow.programme == programme)
    with Session(engine) as session:
        return {row.source: _state_of(row) for row in session.exec(query)}


def keep_state(engine: Engine, programme: str, source: str, state: SourceState) -> None:
    """Keep the state of a source."""
    with writing(engine) as session:
        put_state(session, programme, source, state)


def put_state(session: Session, programme: str, source: str, state: SourceState) -> None:
    """Keep the state of a source within a transaction that keeps more."""
    row = session.get(SourceStateRow, (programme, source)) or SourceStateRow(programme=programme, source=source)
    for name in SourceState.__dataclass_fields__:
        setattr(row, name, dict(state.definitions) if name == "definitions" else getattr(state, name))
    session.add(row)


def _state_of(row: SourceStateRow) -> SourceState:
    return SourceState(**{name: getattr(row, name) for name in SourceState.__dataclass_fields__})
