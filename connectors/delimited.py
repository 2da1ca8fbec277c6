"""Delimited text (CSV, TSV) as a table: a row with a wrong number of fields or loose quotes is set aside."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from connectors.connector import SourceChangedError
from connectors.table import BYTE_ORDER_MARK, Table, decoded, require

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
SEPARATORS = (",", ";", "\t")
_QUOTE = '"'
_QUOTED = r'"[^"]*"'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    names: tuple[str, ...]
    separator: str
    lines: int
    """Lines of the file up to and including the header."""


def delimited(raw: bytes, wanted: Sequence[str], *, where: str, separator: str | None, encoding: str) -> Table:
    """Read the wanted columns as text.

    Empty lines and lines of separators alone are no rows. A field in quotes may go on over several lines; its row has
    the line it begins on. A row is set aside when it has more or fewer fields than the header or a quote that does
    not enclose a field; the rows after it are read.
    """
    lines = _lines(raw, where=where, encoding=encoding)
    header = _header(lines, separator, where=where)
    require(wanted, header.names, where=where)
    records = _records(lines, header)
    good = records.filter("good")
    places = [header.names.index(name) for name in wanted]
    cells = _cells(good["text"], places, wanted, separator=header.separator)
    return Table(
        cells=cells,
        lines=good["line"],
        unreadable=_set_aside(records.filter(~pl.col("good")), header),
    )


def column_names(raw: bytes, *, where: str, separator: str | None, encoding: str) -> Sequence[str]:
    """The names in the header."""
    return _header(_lines(raw, where=where, encoding=encoding), separator, where=where).names


def _lines(raw: bytes, *, where: str, encoding: str) -> pl.Series:
    text = raw if encoding == "utf-8" else decoded(raw, where=where, encoding=encoding).encode()
    text = text.removeprefix(BYTE_ORDER_MARK)
    if b"\n" not in text:
        text = text.replace(b"\r", b"\n")
    try:
        found = pl.read_lines(text)
    except pl.exceptions.ComputeError:
        decoded(text, where=where, encoding="utf-8")
        raise
    return found.to_series().str.strip_suffix("\r")


def _header(lines: pl.Series, separator: str | None, *, where: str) -> _Header:
    filled = lines.head(1000).str.strip_chars(" \t\r,;") != ""
    start = filled.arg_max() or 0
    if not filled.any():
        raise SourceChangedError(where, "the file is empty. A first line with the names of the columns is needed.")
    candidates = [_header_by(lines.slice(start), mark) for mark in ((separator,) if separator else SEPARATORS)]
    best = max(candidates, key=lambda header: len(header.names))
    return _Header(names=best.names, separator=best.separator, lines=start + best.lines)


def _header_by(lines: pl.Series, separator: str) -> _Header:
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=separator)
    try:
        names = next(reader)
    except csv.Error:
        names = lines[0].split(separator)
    return _Header(names=tuple(name.strip() for name in names), separator=separator, lines=reader.line_num)


def _records(lines: pl.Series, header: _Header) -> pl.DataFrame:
    """Rows of the file with their first line, text, number of fields and whether they can be read."""
    numbered = pl.DataFrame({"text": lines}).with_row_index("line", offset=1).slice(header.lines)
    quotes = pl.col("text").str.count_matches(_QUOTE, literal=True)
    filled = pl.col("text").str.strip_chars(f" \r\t{_QUOTE}{header.separator}") != ""
    counted = numbered.with_columns(quotes=quotes, filled=filled)
    whole = _over_lines(counted, header) if (counted["quotes"] % 2 == 1).any() else counted.filter("filled")
    return whole.select(pl.col("line").cast(pl.Int64), "text", good=_good(header))


def _good(header: _Header) -> pl.Expr:
    text = pl.col("text")
    bare = text.str.count_matches(header.separator, literal=True) == len(header.names) - 1
    return pl.when(pl.col("quotes") == 0).then(bare).otherwise(text.str.contains(_row(header)))


def _row(header: _Header) -> str:
    """The pattern of a row: as many fields as the header has, each without quotes or wholly in quotes."""
    mark = re.escape(header.separator)
    one = f'(?:"(?:[^"]|"")*"|[^"{mark}]*)'
    return f"^{one}(?:{mark}{one}){{{len(header.names) - 1}}}$"


def _set_aside(bad: pl.DataFrame, header: _Header) -> pl.DataFrame:
    """What was wrong with each row: its number of fields, or else a quote that encloses nothing."""
    number = pl.col("text").str.replace_all(_QUOTED, "").str.count_matches(header.separator, literal=True) + 1
    right = number == len(header.names)
    return bad.select(
        "line",
        found=pl.when(right).then(pl.lit(_QUOTE)).otherwise(number.cast(pl.String)),
        allowed=pl.when(right).then(pl.lit(_QUOTE * 2)).otherwise(pl.lit(str(len(header.names)))),
    )


def _over_lines(counted: pl.DataFrame, header: _Header) -> pl.DataFrame:
    """Join the lines of rows that go on over several lines.

    A line with an odd number of quotes opens such a row or is broken. It opens one when, joined with all up to the
    next line with an odd number, it reads as one row; else it stays by itself, to be set aside, and the next is tried.
    """
    odd = counted.select((pl.col("quotes") % 2 == 1).arg_true()).to_series().to_list()
    spans = list(_spans(counted["text"], odd, header))
    inside = pl.Series([place for first, last in spans for place in range(first + 1, last + 1)], dtype=pl.UInt32)
    joined = pl.DataFrame(
        [(first, "\n".join(counted["text"][first : last + 1])) for first, last in spans],
        schema={"place": pl.UInt32, "joined": pl.String},
        orient="row",
    )
    return (
        counted.with_row_index("place")
        .filter(~pl.col("place").is_in(inside.implode()))
        .join(joined, on="place", how="left", maintain_order="left")
        .filter(pl.col("filled") | pl.col("joined").is_not_null())
        .with_columns(text=pl.coalesce("joined", "text"))
    )


def _spans(text: pl.Series, odd: Sequence[int], header: _Header) -> Iterator[tuple[int, int]]:
    fits = re.compile(_row(header))
    closed = -1
    for first, last in pairwise(odd):
        if first <= closed:
            continue
        joined = "\n".join(text[first : last + 1])
        if fits.match(joined):
            closed = last
            yield first, last


def _cells(rows: pl.Series, places: Sequence[int], wanted: Sequence[str], *, separator: str) -> pl.DataFrame:
    if rows.is_empty():
        return pl.DataFrame(schema=dict.fromkeys(wanted, pl.String()))
    text = rows.str.join("\n").item().encode()
    frame = pl.read_csv(text, has_header=False, separator=separator, infer_schema=False, columns=list(places))
    return frame.rename(dict(zip(frame.columns, wanted, strict=True)))
