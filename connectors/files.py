"""Files: records from CSV, XLSX, Parquet and JSON through a map from their columns to ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

import polars as pl
from pydantic import ConfigDict

from connectors import columns as ours
from connectors.cells import Reading
from connectors.columns import ColumnRule
from connectors.connector import Batch, Page, Reads, Start
from connectors.formats import Layout, read_table, written_as_text
from connectors.local import pages
from connectors.mapped_rows import MappedRows, answered_in, asked_for
from connectors.settings import COUNTED, Given, column_problems, named, rule, separator_problems, zone_problems
from connectors.table import Table
from metrics.notices import Notice
from metrics.records import Kind


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

    def fetch(self, start: Start) -> Iterator[Page]:  # noqa: ARG002 - every run reads all
        """Yield a page per file, by name. Files are full snapshots, so `start` leaves nothing out."""
        return pages(self.folder, self.path)

    def parse(self, page: Page) -> Batch:
        """Read one file."""
        layout = Layout(sheet=self.sheet, separator=self.separator, encoding=self.encoding)
        table = read_table(page, self._wanted(), layout)
        asked, left_out = asked_for(table, self.only, file=page.name)
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
        answered, notices = answered_in(table, rule(answers).column, file=file, item=item)
        columns = {**self.columns, "value": answers}
        return *self._records(answered, file, columns, {**self.constants, "item": item}), notices

    def _records(
        self, table: Table, file: str, columns: Mapping[str, Given], constants: Mapping[str, str | int]
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        rows = MappedRows(
            record=self.record,
            columns=columns,
            constants=constants,
            segments=self.segments,
            reading=Reading(zone=self.timezone, decimal=self.decimal, typed_source=not written_as_text(file)),
        )
        return rows.records(table, file)
