"""Files: records from CSV, XLSX, Parquet and JSON through a map from their columns to ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

import polars as pl
from pydantic import ConfigDict

from connectors import columns as ours
from connectors.cells import Reading, blank, words
from connectors.columns import Column, ColumnRule
from connectors.connector import Batch, Page, Reads, Start
from connectors.formats import Layout, read_table, written_as_text
from connectors.local import pages
from connectors.settings import COUNTED, Given, column_problems, named, rule, separator_problems, zone_problems
from connectors.table import Table
from metrics.notices import Notice
from metrics.records import SCHEMAS, Kind, complete


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The settings of a source that consists of files.

    `folder` and `timezone` come from the programme; `path` is a file name or a glob relative to `folder`.
    `columns` gives ours from theirs, `constants` those that are the same for every row, `segments` the
    groups people belong to. `items` is for answers in wide form, a column for each item: a row then gives
    a record for each item, and an empty cell is a question not answered. `only` keeps the rows that have one of
    these values. `decimal` is the decimal mark of numbers in text; `separator` is found out when it is not given.

    The line of a record is the one an editor or spreadsheet shows: the header is line 1, a row over several lines has
    the line it begins on. In Parquet and in a JSON array it is the number of the row, counted from 1.

    Rows with `n` may do without `source_id`: such a row is known by everything it says except `n`, so that a
    corrected count replaces the earlier one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    folder: Path
    timezone: str
    path: str
    record: Kind
    columns: Mapping[str, str | list[str] | ColumnRule] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str | int] = field(default_factory=dict)
    items: Mapping[str, str | ColumnRule] = field(default_factory=dict)
    only: Mapping[str, list[str]] = field(default_factory=dict)
    sheet: str | None = None
    separator: str | None = None
    decimal: Literal[".", ","] = "."
    encoding: Literal["utf-8", "windows-1252"] = "utf-8"

    def __post_init__(self) -> None:
        """Raise a ValueError that says all that is wrong with the settings."""
        found = [
            *column_problems(
                self.record,
                columns=self.columns,
                constants=self.constants,
                items=self.items,
                segments=self.segments,
            ),
            *zone_problems(self.timezone),
            *separator_problems(self.separator),
        ]
        if found:
            raise ValueError(" ".join(found))

    @property
    def reads(self) -> Reads:
        """Every file is read each time; rows without an id of their own are known by what they count."""
        given = {*self.columns, *self.constants}
        return Reads.SNAPSHOT if "source_id" in given or self.record not in COUNTED else Reads.COUNTED

    def fetch(self, start: Start) -> Iterator[Page]:  # noqa: ARG002
        """Yield a page per file, by name. Files are full snapshots, so `start` leaves nothing out."""
        return pages(self.folder, self.path)

    def parse(self, page: Page) -> Batch:
        """Read one file."""
        layout = Layout(sheet=self.sheet, separator=self.separator, encoding=self.encoding)
        table = read_table(page, self._wanted(), layout)
        asked, left_out = _asked(table, self.only, file=page.name)
        parts = [self._part(asked, page.name, item) for item in self.items or (None,)]
        unreadable = ours.unreadable(table.unreadable, file=page.name, kind=self.record)
        rejected = pl.concat([unreadable, *(rejected for _, rejected, _ in parts)])
        return Batch(
            frames={self.record: pl.concat(frame for frame, _, _ in parts)},
            # A row with a broken day is one broken row, however many items it has.
            rejected=rejected.unique(maintain_order=True).sort("line", maintain_order=True),
            notices=(*left_out, *(notice for _, _, notices in parts for notice in notices)),
        )

    def _wanted(self) -> Sequence[str]:
        theirs = [name for given in (*self.columns.values(), *self.items.values()) for name in named(given)]
        return list(dict.fromkeys([*theirs, *self.segments.values(), *self.only]))

    def _part(self, table: Table, file: str, item: str | None) -> tuple[pl.DataFrame, pl.DataFrame, Sequence[Notice]]:
        """Records of one item, or of all rows when answers are not in wide form; rejected rows; notices."""
        if item is None:
            return *self._records(table, file, self.columns, self.constants), ()
        answers = self.items[item]
        answered, notices = _answered(table, rule(answers).column, file=file, item=item)
        columns = {**self.columns, "value": answers}
        return *self._records(answered, file, columns, {**self.constants, "item": item}), notices

    def _records(
        self,
        table: Table,
        file: str,
        columns: Mapping[str, Given],
        constants: Mapping[str, str | int],
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        read = {name: self._column(table, name, given, file) for name, given in columns.items()}
        if self.segments:
            read["segments"] = ours.segments({name: table.cells[theirs] for name, theirs in self.segments.items()})
        fixed = {name: self._constant(name, value, table.cells.height) for name, value in constants.items()}
        origin = pl.DataFrame({"line": table.lines}).with_columns(file=pl.lit(file))
        every = {**read, **fixed}
        in_order = {name: every[name] for name in SCHEMAS[self.record] if name in every}
        frame, rejected = ours.sorted_out(in_order, origin, self.record)
        return complete(_identified(frame, self.record), self.record), rejected

    def _column(self, table: Table, name: str, given: Given, file: str) -> Column:
        if isinstance(given, list):
            return ours.joined([table.cells[theirs] for theirs in given])
        of = rule(given)
        dtype = SCHEMAS[self.record][name]
        reading = Reading(
            zone=self.timezone,
            decimal=self.decimal,
            pattern=of.format,
            typed_source=not written_as_text(file),
        )
        cells = table.cells[of.column]
        return ours.typed(cells, dtype, reading) if of.map is None else ours.mapped(cells, of.map, dtype, reading)

    def _constant(self, name: str, value: str | int, height: int) -> Column:
        one = ours.typed(pl.Series(name, [str(value)]), SCHEMAS[self.record][name], Reading(zone=self.timezone)).values
        return Column(values=one.new_from_index(0, height))


def _asked(table: Table, only: Mapping[str, list[str]], *, file: str) -> tuple[Table, Sequence[Notice]]:
    if not only:
        return table, ()
    asked = (words(table.cells[name]).is_in(values) for name, values in only.items())
    kept = pl.select(pl.all_horizontal(asked).fill_null(value=False)).to_series()
    rows = int((~kept).sum())
    notices = (Notice(code="rows_not_asked_for", particulars={"file": file, "rows": rows}),) if rows else ()
    return _some(table, kept), notices


def _answered(table: Table, column: str, *, file: str, item: str) -> tuple[Table, Sequence[Notice]]:
    empty = blank(table.cells[column])
    rows = int(empty.sum())
    notice = Notice(code="not_answered", particulars={"file": file, "item": item, "rows": rows})
    return _some(table, ~empty), (notice,) if rows else ()


def _some(table: Table, kept: pl.Series) -> Table:
    return Table(cells=table.cells.filter(kept), lines=table.lines.filter(kept))


def _identified(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Name counted rows by everything they say except `n`."""
    if "source_id" in frame.columns or kind not in COUNTED:
        return frame
    said = [name for name in SCHEMAS[kind] if name in frame.columns and name != "n"]
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in said]
    return frame.with_columns(source_id=pl.concat_str(parts, separator="|"))
