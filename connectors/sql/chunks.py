"""Rows of a database as the bytes of a page: columns with a type where the whole column has one, text elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO
from types import NoneType
from uuid import UUID

import polars as pl

from connectors.objects import text_of

BROKEN = "\x00"
"""The column of a page that names the first column of a row which holds no text, number, day or yes or no.

No database has a column of this name.
"""

_Values = Sequence[object]


def body(rows: Sequence[Sequence[object]], names: Sequence[str]) -> bytes:
    """Return rows as Arrow IPC: their columns by `names`, and `BROKEN`."""
    taken = list(zip(*rows, strict=True)) or [() for _ in names]
    frame = pl.DataFrame([_series(name, values) for name, values in zip(names, taken, strict=False)])
    broken = _broken(taken[: len(names)], names, len(rows))
    return written(frame.with_columns(broken))


def written(frame: pl.DataFrame) -> bytes:
    """Return a frame as Arrow IPC."""
    content = BytesIO()
    frame.write_ipc(content, compression="lz4")
    return content.getvalue()


def _series(name: str, values: _Values) -> pl.Series:
    kinds = set(map(type, values)) - {NoneType}
    kind = kinds.pop() if len(kinds) == 1 else None
    made = _MADE.get(kind, _as_text) if kind is not None else _as_text
    return made(name, values)


def _as_text(name: str, values: _Values) -> pl.Series:
    return pl.Series(name, [_text(value) for value in values], dtype=pl.String)


def _text(value: object) -> str | None:
    written_by = _WRITTEN.get(type(value))
    return text_of(value) if written_by is None else written_by(value)


def _text_already(name: str, values: _Values) -> pl.Series:
    return pl.Series(name, values, dtype=pl.String)


def _whole(name: str, values: _Values) -> pl.Series:
    try:
        return pl.Series(name, values, dtype=pl.Int64)
    except (OverflowError, TypeError, pl.exceptions.PolarsError):
        return _as_text(name, values)


def _typed(dtype: pl.DataType) -> Callable[[str, _Values], pl.Series]:
    return lambda name, values: pl.Series(name, values, dtype=dtype)


def _broken(taken: Sequence[_Values], names: Sequence[str], height: int) -> pl.Series:
    found: list[str | None] = [None] * height
    for name, values in zip(names, taken, strict=True):
        if not set(map(type, values)) <= _CELLS:
            found = [
                told or (None if type(value) in _CELLS else name) for told, value in zip(found, values, strict=True)
            ]
    return pl.Series(BROKEN, found, dtype=pl.String)


_MADE: Mapping[type, Callable[[str, _Values], pl.Series]] = {
    str: _text_already,
    int: _whole,
    bool: _typed(pl.Boolean()),
    float: _typed(pl.Float64()),
    dt.date: _typed(pl.Date()),
}

_WRITTEN: Mapping[type, Callable[..., str]] = {
    dt.date: dt.date.isoformat,
    dt.datetime: dt.datetime.isoformat,
    Decimal: lambda value: format(value, "f"),
    UUID: str,
}

_CELLS = frozenset({NoneType, *_MADE, *_WRITTEN})
