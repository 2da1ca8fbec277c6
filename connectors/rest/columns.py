"""Rows of an answer turned into records: a path for each of our columns, and for each item in wide form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import polars as pl
from pydantic import ConfigDict

from connectors import columns as ours
from connectors.cells import Reading
from connectors.columns import ColumnRule
from connectors.connector import Batch
from connectors.mapped_rows import MappedRows, answered_in, asked_for, matching, some_of
from connectors.rest.moments import EPOCHS, from_epoch, moved
from connectors.rest.paths import cells_at, plain, there
from connectors.settings import Given
from connectors.table import Table
from metrics.notices import Notice
from metrics.records import SCHEMAS, Kind, Reason

_NO_TEXT = ("[]", "{}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PathRule:
    """How one of our columns is read: what stands at a JMESPath in a row.

    `map` translates their values into ours: a value that is not in it is rejected. `format` is the strptime pattern
    of days, or `seconds` or `milliseconds` since 1970; without it they are ISO 8601. `only` keeps the cell where each
    of these paths has one of these values; elsewhere it is empty.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    path: str
    map: Mapping[str, str | int] | None = None
    format: str | None = None
    only: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def epoch(self) -> bool:
        """Tell whether days are counted from 1970."""
        return self.format in EPOCHS

    def as_column_rule(self) -> ColumnRule:
        """Return the same as all connectors check it."""
        return ColumnRule(column=self.path, map=self.map, format="%F" if self.epoch else self.format)


GivenPath = str | list[str] | PathRule
"""How a column of ours is given: a path, several of them for a `source_id`, or a rule."""


def rule(given: GivenPath) -> PathRule:
    """The rule behind the short way to write it."""
    if isinstance(given, PathRule):
        return given
    return PathRule(path=given if isinstance(given, str) else next(iter(given), ""))


def as_given(columns: Mapping[str, GivenPath]) -> Mapping[str, Given]:
    """Return columns as all connectors check them."""
    return {name: given if isinstance(given, list) else rule(given).as_column_rule() for name, given in columns.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """How the rows of a source are read; the fields are those of `Rest`."""

    record: Kind
    columns: Mapping[str, GivenPath]
    segments: Mapping[str, str]
    constants: Mapping[str, str | int]
    items: Mapping[str, str | PathRule]
    only: Mapping[str, list[str]]
    decimal: Literal[".", ","]
    timezone: str
    timezone_of_source: str

    def paths(self) -> Mapping[str, str]:
        """Return every path into a row by the name of its setting."""
        return dict(self._paths())

    def batch(self, rows: Sequence[object], file: str, wordings: Mapping[str, str]) -> Batch:
        """Turn rows into records; `wordings` has a digest of the question behind each item."""
        table = cells_at(rows, dict.fromkeys(self.paths().values()))
        asked, left_out = asked_for(table, self.only, file=file)
        readable, objects = self._without_objects(asked, file)
        prepared = self._prepared(readable)
        parts = [self._part(prepared, file, item) for item in self.items or (None,)]
        unreadable = ours.unreadable(table.unreadable, file=file, kind=self.record)
        rejected = pl.concat([unreadable, *objects, *(rejected for _, rejected, _ in parts)])
        frame = pl.concat(frame for frame, _, _ in parts)
        return Batch(
            frames={self.record: _worded(frame, wordings) if wordings else frame},
            # A row with a broken day is one broken row, however many items it has.
            rejected=rejected.unique(maintain_order=True).sort("line", maintain_order=True),
            notices=(*self._nowhere(table, rows, file), *left_out, *(notice for *_, told in parts for notice in told)),
            definitions=wordings,
        )

    def labels(self) -> Mapping[str, str]:
        """Return the paths of which the text itself is kept as a label, by the name of their setting."""
        schema = SCHEMAS[self.record]
        kept = {
            f"columns.{name}": rule(given).path
            for name, given in self.columns.items()
            if name != "source_id" and rule(given).map is None and schema.get(name) == pl.String
        }
        return {**kept, **{f"segments.{name}": path for name, path in self.segments.items()}}

    def _paths(self) -> Iterator[tuple[str, str]]:
        yield from self._places()
        for setting, columns in (("columns", self.columns), ("items", self.items)):
            for name, given in columns.items():
                yield from ((f"{setting}.{name}.only.{path}", path) for path in rule(given).only)
        yield from ((f"only.{path}", path) for path in self.only)

    def _places(self) -> Iterator[tuple[str, str]]:
        """Yield the setting and the path of each cell that becomes a part of a record."""
        for name, given in self.columns.items():
            yield from _placed(f"columns.{name}", given)
        for item, answer in self.items.items():
            yield from _placed(f"items.{item}", answer)
        yield from ((f"segments.{name}", path) for name, path in self.segments.items())

    def _without_objects(self, table: Table, file: str) -> tuple[Table, Sequence[pl.DataFrame]]:
        """Set aside rows with a list or an object where a text should stand: it would be kept as if it were one."""
        source_ids = dict(_placed("columns.source_id", self.columns.get("source_id", [])))
        rejected = []
        for setting, path in {**source_ids, **self.labels()}.items():
            broken = table.cells[path].is_in(_NO_TEXT).fill_null(value=False)
            if broken.any():
                column = "segments" if setting.startswith("segments.") else setting.split(".")[1].partition("[")[0]
                lines = table.lines.filter(broken)
                rows = ours.missing(lines, file=file, kind=self.record, column=column)
                rejected.append(rows.with_columns(reason=pl.lit(Reason.UNKNOWN_VALUE.value), allowed=pl.lit('"…"')))
                table = some_of(table, ~broken)
        return table, rejected

    def _prepared(self, table: Table) -> Table:
        """Name cells after their settings, as they are to be read there."""
        rules = {
            **{f"columns.{name}": rule(given) for name, given in self.columns.items()},
            **{f"items.{item}": rule(given) for item, given in self.items.items()},
        }
        days = [f"columns.{name}" for name in self.columns if SCHEMAS[self.record].get(name) == pl.Date()]
        cells = []
        for setting, path in self._places():
            found = _where(table.cells, path, rules[setting].only if setting in rules else {})
            read = self._day(found, rules[setting]) if setting in days else found
            cells.append(read.alias(setting))
        return Table(cells=pl.DataFrame(cells), lines=table.lines)

    def _day(self, cells: pl.Series, of: PathRule) -> pl.Series:
        if of.epoch:
            return from_epoch(cells, str(of.format))
        if self.timezone_of_source != self.timezone:
            return moved(cells, of.format, source=self.timezone_of_source, zone=self.timezone)
        return cells

    def _nowhere(self, table: Table, rows: Sequence[object], file: str) -> Iterator[Notice]:
        """Yield a notice for each path that leads to nothing in any row, not even to null: it may be mistyped."""
        for setting, path in self.paths().items():
            empty = table.cells[path].null_count() == table.cells.height > 0
            if empty and plain(path) and not setting.startswith("items.") and not any(there(row, path) for row in rows):
                yield Notice(code="nothing_at_path", particulars={"file": file, "setting": setting, "path": path})

    def _part(self, table: Table, file: str, item: str | None) -> tuple[pl.DataFrame, pl.DataFrame, Sequence[Notice]]:
        """Records of one item, or of all rows when answers are not in wide form; rejected rows; notices."""
        columns = {name: _given(f"columns.{name}", given) for name, given in self.columns.items()}
        if item is None:
            return *self._mapped(columns, self.constants).records(table, file), ()
        answers = f"items.{item}"
        answered, notices = answered_in(table, answers, file=file, item=item)
        columns["value"] = _given(answers, self.items[item])
        return *self._mapped(columns, {**self.constants, "item": item}).records(answered, file), notices

    def _mapped(self, columns: Mapping[str, Given], constants: Mapping[str, str | int]) -> MappedRows:
        return MappedRows(
            record=self.record,
            columns=columns,
            constants=constants,
            segments={name: f"segments.{name}" for name in self.segments},
            reading=Reading(zone=self.timezone, decimal=self.decimal, typed_source=True),
        )


def _placed(setting: str, given: GivenPath) -> Iterator[tuple[str, str]]:
    if not isinstance(given, list):
        yield setting, rule(given).path
        return
    yield from ((f"{setting}[{place}]", path) for place, path in enumerate(given))


def _given(setting: str, given: GivenPath) -> Given:
    """A column as it is read from the prepared cells."""
    if isinstance(given, list):
        return [f"{setting}[{place}]" for place in range(len(given))]
    of = rule(given)
    # Moments counted from 1970 are ISO 8601 by then.
    return ColumnRule(column=setting, map=of.map, format=None if of.epoch else of.format)


def _worded(frame: pl.DataFrame, wordings: Mapping[str, str]) -> pl.DataFrame:
    named = {item: f"{item}-{digest}" for item, digest in wordings.items()}
    return frame.with_columns(question=pl.col("item").replace_strict(named, default=None, return_dtype=pl.String))


def _where(cells: pl.DataFrame, path: str, only: Mapping[str, list[str]]) -> pl.Series:
    found = cells[path]
    return pl.select(pl.when(matching(cells, only)).then(found)).to_series() if only else found
