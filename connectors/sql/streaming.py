"""The rows of a question, a chunk at a time: in the order of a key where there is one, and from where it broke off."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    column,
    literal,
    or_,
    quoted_name,
    select,
    text,
    true,
)
from sqlalchemy.types import NullType

from connectors.connector import SourceChangedError, Start
from connectors.sql.database import Database
from connectors.sql.statement import closed
from connectors.table import require

_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SECOND = re.compile(r":\d+$")
_NAME = "rows_of_source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Rows with the wanted columns, and behind which key a later run can go on."""

    rows: Sequence[Sequence[object]]
    resume: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: the columns `wanted` of a query, by `key`, changed since the day that `Start` tells less some."""

    query: str
    wanted: Sequence[str]
    key: str | None
    changed: str | None
    overlap_days: int
    zone: str
    size: int

    def chunks(self, database: Database, start: Start) -> Iterator[Chunk]:
        """Yield the rows; those without a key come last, and then cannot be gone on behind."""
        with database.reading() as connection:
            database.deadline.begin()
            require(self._needed(), columns_of(connection, self.query), where=database.address.shown)
            since = self._since(connection, start, where=database.address.shown)
            for asked in self._asked(since, start.after):
                yield from self._streamed(connection, asked, database)

    def _needed(self) -> Sequence[str]:
        others = [name for name in (self.key, self.changed) if name]
        return list(dict.fromkeys([*self.wanted, *others]))

    def _asked(self, since: ColumnElement[bool], after: str | None) -> Iterator[Select[Any]]:
        names = [*self.wanted, *([self.key] if self.key else ())]
        rows = _rows(self.query, self._needed())
        asked = select(*(rows.c[name].label(None) for name in names)).where(since)
        if self.key is None:
            yield asked
            return
        key = rows.c[self.key]
        known = value_of(after)
        # Not `>`: rows that the database holds equal (a code in capitals, say) may stand on both sides of a page's end.
        begun = key.is_not(None) if known is None else key >= literal(known, NullType())
        yield asked.where(begun).order_by(key)
        yield asked.where(key.is_(None))

    def _streamed(self, connection: Connection, asked: Select[Any], database: Database) -> Iterator[Chunk]:
        database.deadline.begin()
        with connection.execute(asked, execution_options={"yield_per": self.size}) as result:
            for rows in result.partitions(self.size):
                yield Chunk(rows=rows, resume=token_of(rows[-1][-1]) if self.key else None)
                database.deadline.begin()

    def _since(self, connection: Connection, start: Start, *, where: str) -> ColumnElement[bool]:
        if start.since is None or self.changed is None:
            return true()
        rows = _rows(self.query, [self.changed])
        changed = rows.c[self.changed]
        found = connection.execute(select(changed).where(changed.is_not(None)).limit(1)).scalar()
        if found is None:
            return true()
        bound = self._bound(start.since - dt.timedelta(days=self.overlap_days), found)
        if bound is None:
            sentence = (
                f"`changed_column` '{self.changed}' holds no days or moments. Name one that does, or leave it out."
            )
            raise SourceChangedError(where, sentence)
        name: ColumnElement[Any] = column(quoted_name(self.changed, quote=True))
        # What was never changed says nothing: it may be new.
        return or_(name >= literal(bound, NullType()), name.is_(None))

    def _bound(self, since: dt.datetime, found: object) -> object:
        """Return the beginning of a day in the kind of value that stands in the column."""
        there = since.astimezone(ZoneInfo(self.zone))
        midnight = there.replace(hour=0, minute=0, second=0, microsecond=0)
        if isinstance(found, dt.datetime):
            return midnight if found.tzinfo else midnight.replace(tzinfo=None)
        if isinstance(found, dt.date):
            return midnight.date()
        # Text may be in any offset, so that a day more is asked for.
        is_day = isinstance(found, str) and _ISO_DAY.match(found)
        return (midnight.date() - dt.timedelta(days=1)).isoformat() if is_day else None


def token_of(key: object) -> str | None:
    """Return the text by which a later run goes on behind a key; None where it cannot."""
    if type(key) in (int, str):
        return orjson.dumps(key).decode() if _fits(key) else None
    written = _WRITTEN.get(type(key).__name__)
    return None if written is None else orjson.dumps([type(key).__name__, written[0](key)]).decode()


def value_of(token: str | None) -> object:
    """Return the key in a token; None where there is none, so that everything is read anew."""
    try:
        found = orjson.loads(token or "null")
    except ValueError:
        return None
    match found:
        case int() | str():
            return found
        case [str(kind), str(told)] if kind in _WRITTEN:
            return _WRITTEN[kind][1](told)
        case _:
            return None


def _fits(key: object) -> bool:
    return not isinstance(key, int) or -(2**63) <= key < 2**63


def columns_of(connection: Connection, query: str) -> Sequence[str]:
    """Return the names of the columns that a query gives, a name that is given twice as often as it is."""
    rows = _rows(query, [])
    with connection.execute(select(text("*")).select_from(rows).limit(0)) as result:
        names = list(result.keys())
    # SQLite calls the second of two columns `day` that stand in brackets `day:1`.
    return [_SECOND.sub("", name) if _SECOND.sub("", name) in names else name for name in names]


def _rows(query: str, names: Sequence[str]) -> Subquery:
    """Return a query as a table; a colon in it is no parameter of ours, and a last comment ends before the bracket."""
    escaped = f"{closed(query)}\n".replace(":", "\\:")
    return text(escaped).columns(*(column(quoted_name(name, quote=True)) for name in names)).subquery(_NAME)


_WRITTEN: Mapping[str, tuple[Callable[..., str], Callable[[str], object]]] = {
    "date": (dt.date.isoformat, dt.date.fromisoformat),
    "datetime": (dt.datetime.isoformat, dt.datetime.fromisoformat),
    "Decimal": (str, Decimal),
}
