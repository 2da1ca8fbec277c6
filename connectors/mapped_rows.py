"""Rows of a table turned into records of one kind, through a map from their columns to ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from connectors import columns as ours
from connectors.cells import Reading, blank, words
from connectors.columns import Column
from connectors.settings import COUNTED, Given, rule
from connectors.table import Table
from metrics.notices import Notice
from metrics.records import SCHEMAS, Kind, complete


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedRows:
    """How rows become records: `columns` gives ours from theirs, `constants` what is the same for every row.

    `reading` says how their cells are read. `add_up` makes one record of all rows that say the same but for `n`.
    """

    record: Kind
    columns: Mapping[str, Given]
    constants: Mapping[str, str | int]
    segments: Mapping[str, str]
    reading: Reading
    add_up: bool = False

    def records(self, table: Table, file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the records of a table, complete, and its rejected rows."""
        read = {name: self._column(table, name, given) for name, given in self.columns.items()}
        if self.segments:
            read["segments"] = ours.segments({name: table.cells[theirs] for name, theirs in self.segments.items()})
        fixed = {name: self._constant(name, value, table.cells.height) for name, value in self.constants.items()}
        every = {**read, **fixed}
        in_order = {name: every[name] for name in SCHEMAS[self.record] if name in every}
        origin = pl.DataFrame({"line": table.lines}).with_columns(file=pl.lit(file))
        frame, rejected = ours.sorted_out(in_order, origin, self.record)
        whole = _added_up(frame) if self.add_up else frame
        return complete(identified(whole, self.record), self.record), rejected

    def _column(self, table: Table, name: str, given: Given) -> Column:
        if isinstance(given, list):
            return ours.joined([table.cells[theirs] for theirs in given])
        of = rule(given)
        dtype = SCHEMAS[self.record][name]
        reading = replace(self.reading, pattern=of.format)
        cells = table.cells[of.column]
        return ours.typed(cells, dtype, reading) if of.map is None else ours.mapped(cells, of.map, dtype, reading)

    def _constant(self, name: str, value: str | int, height: int) -> Column:
        reading = Reading(zone=self.reading.zone)
        one = ours.typed(pl.Series(name, [str(value)]), SCHEMAS[self.record][name], reading).values
        return Column(values=one.new_from_index(0, height))


def identified(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Name counted rows by everything they say except `n`, so that a corrected count replaces the earlier one."""
    if "source_id" in frame.columns or kind not in COUNTED:
        return frame
    said = [name for name in SCHEMAS[kind] if name in frame.columns and name != "n"]
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in said]
    return frame.with_columns(source_id=pl.concat_str(parts, separator="|"))


def asked_for(table: Table, only: Mapping[str, list[str]], *, file: str) -> tuple[Table, Sequence[Notice]]:
    """Return the rows that have one of the values asked for in each column, and how many have not."""
    if not only:
        return table, ()
    kept = matching(table.cells, only)
    rows = int((~kept).sum())
    notices = (Notice(code="rows_not_asked_for", particulars={"file": file, "rows": rows}),) if rows else ()
    return some_of(table, kept), notices


def answered_in(table: Table, column: str, *, file: str, item: str) -> tuple[Table, Sequence[Notice]]:
    """Return the rows in which a question was answered, and how many leave it open."""
    empty = blank(table.cells[column])
    rows = int(empty.sum())
    notice = Notice(code="not_answered", particulars={"file": file, "item": item, "rows": rows})
    return some_of(table, ~empty), (notice,) if rows else ()


def matching(cells: pl.DataFrame, only: Mapping[str, list[str]]) -> pl.Series:
    """Tell of each row whether it has one of the values asked for in each column."""
    asked = (words(cells[name]).is_in(values) for name, values in only.items())
    return pl.select(pl.all_horizontal(asked).fill_null(value=False)).to_series()


def some_of(table: Table, kept: pl.Series) -> Table:
    """Return the rows of a table that are kept, with their lines."""
    return Table(cells=table.cells.filter(kept), lines=table.lines.filter(kept))


def _added_up(frame: pl.DataFrame) -> pl.DataFrame:
    said = [name for name in frame.columns if name not in ("n", "file", "line")]
    return frame.group_by(said, maintain_order=True).agg(
        pl.col("n").sum(),
        pl.col("line").min(),
        pl.col("file").first(),
    )
