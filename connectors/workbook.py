"""A sheet of a workbook (XLSX) as a table: cells as text, with the row numbers a spreadsheet shows."""

from __future__ import annotations

from collections.abc import Sequence

import fastexcel
import polars as pl

from connectors.connector import SourceChangedError
from connectors.table import UNREADABLE, Table, require
from connectors.words import nearest


def workbook(raw: bytes, wanted: Sequence[str], *, where: str, sheet: str | None) -> Table:
    """Read the wanted columns of a sheet, the first one when none is named.

    The first row with anything in it holds the names. Rows without any cell are left out. A cell
    that holds an error (`#N/A`) sets its row aside. Dates come as `YYYY-MM-DD HH:MM:SS`.
    """
    rows, errors = _rows(raw, where=where, sheet=sheet)
    filled = rows.select(pl.any_horizontal(pl.all().is_not_null())).to_series() if rows.width else pl.Series([False])
    if not filled.any():
        raise SourceChangedError(where, "the sheet is empty. A first row with the names of the columns is needed.")
    start = filled.arg_max() or 0
    names = [str(name or "").strip() for name in rows.row(start)]
    require(wanted, names, where=where)
    places = [names.index(name) for name in wanted]
    numbered = rows.with_row_index("line", offset=1).filter(filled).slice(1)
    faulty = _faulty(errors, places)
    kept = numbered.filter(~pl.col("line").is_in(faulty["line"].implode()))
    return Table(
        # Behind `line` every column stands one place further.
        cells=pl.DataFrame([kept.to_series(place + 1).alias(name) for name, place in zip(wanted, places, strict=True)]),
        lines=kept["line"].cast(pl.Int64),
        unreadable=faulty,
    )


def _rows(raw: bytes, *, where: str, sheet: str | None) -> tuple[pl.DataFrame, Sequence[tuple[int, int, str]]]:
    """All cells as text, by place, and the errors among them as (line, place from 0, what it says)."""
    try:
        book = fastexcel.read_excel(raw)
    except fastexcel.FastExcelError as error:
        sentence = "this is not a workbook that can be read. Save it as XLSX without a password, or as CSV."
        raise SourceChangedError(where, sentence) from error
    if sheet is not None and sheet not in book.sheet_names:
        raise SourceChangedError(where, f"no sheet '{sheet}'. {nearest(sheet, book.sheet_names)}")
    loaded = book.load_sheet(0 if sheet is None else sheet, header_row=None, skip_rows=0, dtypes="string")
    batch, errors = loaded.to_arrow_with_errors()
    return pl.DataFrame(batch), [
        (e.position[0] + 1, e.position[1], e.detail) for e in (errors.errors if errors else [])
    ]


def _faulty(errors: Sequence[tuple[int, int, str]], places: Sequence[int]) -> pl.DataFrame:
    # What a row is set aside for is its first error.
    found = {line: said for line, place, said in reversed(errors) if place in places}
    columns = {"line": list(found), "found": [_shown(said) for said in found.values()], "allowed": None}
    return pl.DataFrame(columns, schema=UNREADABLE).sort("line")


def _shown(said: str) -> str:
    return "#" + said.partition("Error(")[2].rstrip("')")
