"""A table as it stood in a file: their columns, the line of every row, and what had no shape of a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from connectors.connector import SourceChangedError
from connectors.words import nearest

UNREADABLE = pl.Schema({"line": pl.Int64(), "found": pl.String(), "allowed": pl.String()})
"""Rows without the shape of a row: `found` and `allowed` are numbers of fields or a spreadsheet's error."""

ENCODINGS = ("utf-8", "windows-1252")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`cells` has the wanted columns under their own names, `lines` the line of each row (see `Files`)."""

    cells: pl.DataFrame
    lines: pl.Series
    unreadable: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNREADABLE))


def decoded(raw: bytes, *, where: str, encoding: str) -> str:
    """Text of a file, a byte order mark left out; `where` names the file when it is not in this encoding."""
    try:
        return raw.removeprefix(BYTE_ORDER_MARK).decode("cp1252" if encoding == "windows-1252" else encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        others = " or ".join(f"'{name}'" for name in ENCODINGS if name != encoding)
        sentence = (
            f"line {line} is not {encoding} text. Set encoding = {others} for this source, "
            f"or save the file as UTF-8. Allowed are: {', '.join(ENCODINGS)}."
        )
        raise SourceChangedError(where, sentence) from error


def whole_table(frame: pl.DataFrame) -> Table:
    """A table of which the rows are counted from 1."""
    return Table(cells=frame, lines=pl.int_range(1, frame.height + 1, eager=True, dtype=pl.Int64))


def require(wanted: Sequence[str], there: Sequence[str], *, where: str) -> None:
    """Raise when a column we read is not there, or is there twice."""
    missing = [name for name in wanted if name not in there]
    if missing:
        sentences = [f"no column '{name}'. {nearest(name, sorted(set(there)))}" for name in missing]
        raise SourceChangedError(where, " ".join([*sentences, "Change `columns` of this source, or the file."]))
    twice = [name for name in wanted if list(there).count(name) > 1]
    if twice:
        names = ", ".join(f"'{name}'" for name in twice)
        raise SourceChangedError(where, f"more than one column is called {names}. Give each its own name in the file.")
