"""The daily zip of Signalen (`/private/csv`): every form that was answered, and every status there was.

It also holds names, addresses and what people wrote: of each file in it only the columns named here are read.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import polars as pl

from connectors.connector import SourceChangedError, SourceRefusedError, SourceUnavailableError
from connectors.delimited import delimited
from connectors.table import Table
from connectors.web.client import Web
from metrics.notices import Notice

MOST_UNPACKED = 1_000_000_000
"""Bytes of one file in the zip: a larger one is refused before it is unpacked."""

CLOSED = ("o", "a", "s")
"""Codes of statuses that end a melding: handled, cancelled, split into others."""

_MEMBERS: Mapping[str, tuple[str, Sequence[str]]] = {
    "statuses": (r"statuses\.csv", ("id", "_signal_id", "state", "created_at")),
    "forms": (r"kto-feedback-[^/]*\.csv", ("_signal_id", "is_satisfied", "created_at", "submitted_at")),
    "meldingen": (r"signals\.csv", ("id", "source", "category_assignment_id")),
    "categories": (r"categories\.csv", ("id", "main", "sub")),
}
_NEEDED_FOR_FORMS = ("forms", "meldingen", "categories")
_BROKEN = (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)
_WHERE = "private/csv"
_NOT_THERE = 404
_HISTORY = pl.Schema({"id": pl.Int64(), "reopened": pl.Boolean(), "first_closed_at": pl.String()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """What was taken from the zip of today.

    `history` tells of each melding (`id`) whether it was opened again after it had been closed (`reopened`), and the
    moment of its first close as it is written there (`first_closed_at`); empty where that is not known. `forms` are the
    answered forms with the names of their category; None where there are none to be had. `expected` is true where they
    were to be had on another day.
    """

    history: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_HISTORY))
    forms: pl.DataFrame | None = None
    expected: bool = False
    notices: tuple[Notice, ...] = ()


def dump(web: Web, *, most_bytes: int = MOST_UNPACKED) -> Dump:
    """Ask for the zip; that there is none today, or not for us, is a notice."""
    try:
        answer = web.get(_WHERE, told=_WHERE, json=False)
    except SourceRefusedError:
        return Dump(notices=(Notice(code="signalen_no_right_to_dump"),))
    except SourceChangedError as error:
        if error.status != _NOT_THERE:
            raise
        return Dump(expected=True, notices=(Notice(code="signalen_no_dump_today"),))
    return unpacked(answer.body, where=answer.where, most_bytes=most_bytes)


def unpacked(body: bytes, *, where: str, most_bytes: int = MOST_UNPACKED) -> Dump:
    """Read the few files and columns that we need."""
    try:
        with ZipFile(BytesIO(body)) as archive:
            found = {name: _member(archive, name, where=where, most_bytes=most_bytes) for name in _MEMBERS}
    except _BROKEN as error:
        sentence = "the zip breaks off or is none. Try again later, or ask who runs Signalen."
        raise SourceUnavailableError(where, sentence) from error
    tables = {name: table for name, table in found.items() if table is not None}
    absent = [name for name in _MEMBERS if name not in tables]
    return Dump(
        history=_history(tables["statuses"].cells) if "statuses" in tables else pl.DataFrame(schema=_HISTORY),
        forms=None if set(absent) & set(_NEEDED_FOR_FORMS) else _forms(tables),
        notices=(
            *(Notice(code="signalen_dump_without", particulars={"file": name}) for name in absent),
            *_unread(tables),
        ),
    )


def _member(archive: ZipFile, name: str, *, where: str, most_bytes: int) -> Table | None:
    pattern, columns = _MEMBERS[name]
    # The names begin with the time of the day; the last is the newest.
    fits = re.compile(rf"(?:.*/)?(?:\d+UTC_)?{pattern}")
    members = sorted((one for one in archive.infolist() if fits.fullmatch(one.filename)), key=lambda one: one.filename)
    if not members:
        return None
    if members[-1].file_size > most_bytes:
        sentence = (
            f"{name} in the daily zip unpacks to more than {most_bytes:,} bytes, and is not unpacked. "
            "Set `dump = false` for this source, and report it."
        )
        raise SourceChangedError(where, sentence)
    return delimited(archive.read(members[-1]), columns, where=f"{where}, {name}", separator=",", encoding="utf-8")


def _history(statuses: pl.DataFrame) -> pl.DataFrame:
    """Return of each melding whether a status that does not end it came after one that does, and when that one came."""
    order, closed = pl.col("id").cast(pl.Int64, strict=False), pl.col("state").is_in(CLOSED)
    return (
        statuses.lazy()
        .with_columns(_order=order, _melding=pl.col("_signal_id").cast(pl.Int64, strict=False))
        .drop_nulls(["_order", "_melding"])
        .group_by("_melding")
        .agg(
            ended=pl.col("_order").filter(closed).min(),
            went_on=pl.col("_order").filter(~closed).max(),
            first_closed_at=pl.col("created_at").filter(closed).sort_by(pl.col("_order").filter(closed)).first(),
        )
        .select(
            "first_closed_at",
            id="_melding",
            reopened=(pl.col("ended") < pl.col("went_on")).fill_null(value=False),
        )
        .select(_HISTORY.names())
        .collect()
    )


def _forms(tables: Mapping[str, Table]) -> pl.DataFrame:
    """Return the answered forms with the source and the category of their melding; an unreadable one is all null."""
    categories = tables["categories"].cells.unique("id", keep="last")
    meldingen = tables["meldingen"].cells.unique("id", keep="last")
    forms = (
        tables["forms"]
        .cells.rename({"_signal_id": "id"})
        .join(meldingen, on="id", how="left", maintain_order="left")
        .join(categories, left_on="category_assignment_id", right_on="id", how="left", maintain_order="left")
        .drop("category_assignment_id")
        .rename({"main": "main_name", "sub": "sub_name"})
    )
    unread = tables["forms"].unreadable.height
    return pl.concat([forms, pl.DataFrame(schema=forms.schema).clear(unread)])


def _unread(tables: Mapping[str, Table]) -> Sequence[Notice]:
    counted = ((name, table.unreadable.height) for name, table in tables.items() if name != "forms")
    return [
        Notice(code="signalen_dump_rows_unread", particulars={"file": name, "rows": rows})
        for name, rows in counted
        if rows
    ]
