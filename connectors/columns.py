"""Columns of a source turned into columns of a record kind; a cell that cannot be read rejects its row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import polars as pl
from pydantic import ConfigDict

from connectors import cells as read
from connectors.cells import Reading
from metrics.records import REJECTED, Kind, Reason

LONGEST_NUMBER = 32
"""Characters of an unreadable date or number that a rejected row shows, its letters made x."""

LONGEST_CODE = 20
"""Characters of an unknown code that a rejected row shows."""

NOT_IN_SEGMENTS = "=;"
"""Characters that separate the parts of `segments` and therefore cannot stand in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRule:
    """How one of our columns is read from one of theirs.

    `map` translates their values into ours: a value that is not in it is rejected. `format` is the strptime
    pattern of days (`%d-%m-%Y`); without it they are ISO 8601.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    column: str
    map: Mapping[str, str | int] | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One of our columns as read: `values` typed, `reasons` a `Reason` where a cell could not be read.

    `reasons` is null when every cell could be read; `found` is what may be shown of each cell.
    """

    values: pl.Series
    reasons: pl.Series | None = None
    found: pl.Series | None = None
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class _Type:
    read: Callable[[pl.Series, Reading], pl.Series]
    reason: Reason
    allowed: str


_TYPES: Mapping[pl.DataType, _Type] = {
    pl.Date(): _Type(read.days, Reason.NOT_A_DATE, "YYYY-MM-DD"),
    pl.Int64(): _Type(read.whole_numbers, Reason.NOT_A_NUMBER, "1234"),
    pl.Float64(): _Type(read.numbers, Reason.NOT_A_NUMBER, "1234.5"),
    pl.Decimal(18, 2): _Type(read.amounts, Reason.NOT_A_NUMBER, "1234.56"),
    pl.Boolean(): _Type(read.yes_or_no, Reason.NOT_A_YES_OR_NO, ", ".join((*read.YES, *read.NO))),
}


def typed(cells: pl.Series, dtype: pl.DataType, reading: Reading) -> Column:
    """Cells as `dtype`. A blank cell is null and no fault: whether it may be missing is for `records.check`."""
    if cells.dtype == dtype and dtype != pl.Float64:
        return Column(values=_without_blanks(cells))
    if dtype == pl.String:
        return Column(values=read.words(cells))
    kind = _TYPES[dtype]
    values = kind.read(cells, reading)
    if values.null_count() == cells.null_count():
        return Column(values=values)
    broken = values.is_null() & ~read.blank(cells)
    if not broken.any():
        return Column(values=values)
    return Column(
        values=values,
        reasons=_reasons(cells, broken, kind.reason, whole=dtype == pl.Int64, reading=reading),
        found=shown(cells, code=dtype == pl.Boolean),
        allowed=_allowed(kind, dtype, reading),
    )


def needed(column: Column, where: pl.Series | None = None) -> Column:
    """The column with a reason where it says nothing although it must: in every row, or in those of `where`."""
    silent = column.values.is_null() if where is None else where & column.values.is_null()
    if not silent.any():
        return column
    nothing = pl.Series("found", [None], dtype=pl.String).new_from_index(0, len(silent))
    missing = pl.select(pl.when(silent).then(pl.lit(Reason.MISSING.value))).to_series()
    reasons = missing if column.reasons is None else pl.select(pl.coalesce(column.reasons, missing)).to_series()
    return replace(column, reasons=reasons, found=nothing if column.found is None else column.found)


def mapped(cells: pl.Series, meanings: Mapping[str, str | int], dtype: pl.DataType, reading: Reading) -> Column:
    """Their values translated into ours, then typed; a value without a translation is rejected."""
    theirs = read.words(cells)
    translated = {key: str(value) for key, value in meanings.items()}
    ours = theirs.replace_strict(translated, default=None, return_dtype=pl.String)
    # Our own values are written in the programme file, where a decimal mark is a point.
    values = typed(ours, dtype, replace(reading, decimal=".", pattern=None)).values
    unknown = theirs.is_not_null() & ours.is_null()
    if not unknown.any():
        return Column(values=values)
    return Column(
        values=values,
        reasons=_where(unknown, Reason.UNKNOWN_VALUE),
        found=shown(cells, code=True),
        allowed=", ".join(meanings),
    )


def joined(columns: Sequence[pl.Series]) -> Column:
    """Several of their columns as one identifier, joined by `|`; null as soon as one of them is."""
    frame = pl.DataFrame([read.words(cells).alias(str(place)) for place, cells in enumerate(columns)])
    return Column(values=frame.select(pl.concat_str(pl.all(), separator="|")).to_series())


def segments(parts: Mapping[str, pl.Series]) -> Column:
    """`name=value` of every known part, sorted by name and joined by `;`; null where none is known."""
    names = sorted(parts)
    frame = pl.DataFrame([read.words(parts[name]).alias(name) for name in names])
    written = pl.concat_str([pl.lit(f"{name}=") + pl.col(name) for name in names], separator=";", ignore_nulls=True)
    values = frame.select(written.replace("", None)).to_series()
    broken = frame.select(pl.any_horizontal(pl.col(name).str.contains("[;=]").fill_null(value=False) for name in names))
    if not broken.to_series().any():
        return Column(values=values)
    nothing = pl.Series("found", [None], dtype=pl.String).new_from_index(0, frame.height)
    reasons = _where(broken.to_series(), Reason.UNKNOWN_VALUE)
    return Column(values=values, reasons=reasons, found=nothing, allowed=NOT_IN_SEGMENTS)


def shown(cells: pl.Series, *, code: bool) -> pl.Series:
    """What a rejected row may show of a cell: never a person's words.

    Of a code its first characters; of a date or number its digits and marks, every letter made x.
    """
    text = pl.col(cells.name)
    kept = text.str.slice(0, LONGEST_CODE) if code else text.str.replace_all(r"\p{L}", "x").str.slice(0, LONGEST_NUMBER)
    return read.words(cells).to_frame().select(kept).to_series()


def sorted_out(
    columns: Mapping[str, Column],
    origin: pl.DataFrame,
    kind: Kind,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of which every cell could be read, and the others as rejected rows; the first broken cell is named.

    `origin` has the columns of `records.ORIGIN`, a row for each row of `columns`.
    """
    frame = pl.DataFrame([column.values.alias(name) for name, column in columns.items()]).hstack(origin)
    broken = {name: column for name, column in columns.items() if column.reasons is not None}
    if not broken:
        return frame, pl.DataFrame(schema=REJECTED)
    first = pl.DataFrame([column.reasons.alias(name) for name, column in broken.items() if column.reasons is not None])
    wrong = (pl.when(pl.col(name).is_not_null()).then(pl.lit(name)) for name in broken)
    names = first.select(pl.coalesce(wrong)).to_series()
    rejected = [
        _rejected(column, origin, kind=kind, name=name, rows=(names == name).fill_null(value=False))
        for name, column in broken.items()
    ]
    return frame.filter(names.is_null()), pl.concat(rejected).sort("line", maintain_order=True)


def unreadable(rows: pl.DataFrame, *, file: str, kind: Kind) -> pl.DataFrame:
    """Rejected rows for what did not even have the shape of a row; `rows` has line, found and allowed."""
    return rows.select(
        record=pl.lit(kind.value),
        file=pl.lit(file),
        line="line",
        column=pl.lit(None, dtype=pl.String),
        reason=pl.lit(Reason.UNREADABLE_ROW.value),
        found="found",
        allowed="allowed",
    ).cast(REJECTED)


def missing(lines: pl.Series, *, file: str, kind: Kind, column: str) -> pl.DataFrame:
    """Rejected rows for lines on which a column says nothing."""
    return pl.DataFrame({"line": lines}, schema={"line": pl.Int64}).select(
        record=pl.lit(kind.value),
        file=pl.lit(file),
        line="line",
        column=pl.lit(column),
        reason=pl.lit(Reason.MISSING.value),
        found=pl.lit(None, dtype=pl.String),
        allowed=pl.lit(""),
    )


def _without_blanks(cells: pl.Series) -> pl.Series:
    return read.words(cells) if cells.dtype == pl.String else cells


def _reasons(cells: pl.Series, broken: pl.Series, reason: Reason, *, whole: bool, reading: Reading) -> pl.Series:
    reasons = _where(broken, reason)
    if not whole:
        return reasons
    fraction = broken & read.is_number(cells, reading)
    return pl.select(pl.when(fraction).then(pl.lit(Reason.NOT_A_WHOLE_NUMBER.value)).otherwise(reasons)).to_series()


def _where(broken: pl.Series, reason: Reason) -> pl.Series:
    return pl.select(pl.when(broken).then(pl.lit(reason.value))).to_series()


def _allowed(kind: _Type, dtype: pl.DataType, reading: Reading) -> str:
    if dtype == pl.Date:
        return reading.pattern or kind.allowed
    return kind.allowed.replace(".", reading.decimal) if dtype.is_numeric() else kind.allowed


def _rejected(column: Column, origin: pl.DataFrame, *, kind: Kind, name: str, rows: pl.Series) -> pl.DataFrame:
    return (
        origin.with_columns(reason=column.reasons, found=column.found)
        .filter(rows)
        .select(
            record=pl.lit(kind.value),
            file="file",
            line="line",
            column=pl.lit(name),
            reason="reason",
            found="found",
            allowed=pl.lit(column.allowed),
        )
        .cast(REJECTED)
    )
