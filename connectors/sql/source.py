"""Sql: records from any database, through one question to it and a map from its columns to ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import ClassVar, Literal

import polars as pl
from pydantic import ConfigDict

from connectors.cells import Reading
from connectors.columns import ColumnRule
from connectors.connector import Batch, Page, Reads, SourceChangedError, Start
from connectors.local import content
from connectors.mapped_rows import MappedRows
from connectors.settings import Given, column_problems, named, rule, zone_problems
from connectors.sql.address import Address, address_problems
from connectors.sql.asking import EVERY_ROW, Counting, days_of
from connectors.sql.chunks import BROKEN, body, written
from connectors.sql.counted import counted_rows, counting_problems, has_rows_without_query, streaming_problems
from connectors.sql.database import Database, Deadline
from connectors.sql.days import in_zone
from connectors.sql.statement import statement_problems
from connectors.sql.streaming import Question
from connectors.table import Table
from connectors.web.client import Limits
from connectors.web.secret import Secret
from metrics.notices import Notice
from metrics.records import REJECTED, Kind, Reason

READABLE = "text, a number, a day, yes or no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql:
    """The settings of a source that is a database.

    `query` is one SELECT, or `query_file` names a file with it, from `folder`. Of what it gives only the columns in
    `columns` and `segments` are fetched. `order_by` names one of its columns with a value for every row, such as a
    number of its own: by it an interrupted run goes on where it broke off. `changed_column` names the day or moment
    of the last change: a later run asks for what changed since, less `overlap_days`.

    Moments without an offset are in `timezone_of_source`, or in the zone of the programme where it is not given.

    With `counted` the database counts, and only numbers of equal rows by day leave it: no identifiers, no moments. Such
    a row is known by everything it says except `n`, so that a corrected count replaces the earlier one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    folder: Path
    timezone: str
    url: str
    record: Kind
    query: str | None = None
    query_file: str | None = None
    columns: Mapping[str, str | list[str] | ColumnRule] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str | int] = field(default_factory=dict)
    decimal: Literal[".", ","] = "."
    timezone_of_source: str | None = None
    counted: bool = False
    order_by: str | None = None
    changed_column: str | None = None
    overlap_days: int = 2
    page_rows: int = 50_000
    most_rows: int = 100_000_000
    secret: Secret | None = None
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Raise a ValueError that says all that is wrong with the settings."""
        counts = {"n": 1} if self.counted and "n" not in {*self.columns, *self.constants} else {}
        found = [
            *address_problems(self.url),
            *self._query_problems(),
            *column_problems(
                self.record,
                columns=self.columns,
                constants={**self.constants, **counts},
                items={},
                segments=self.segments,
            ),
            *(problem for zone in (self.timezone, self.timezone_of_source) if zone for problem in zone_problems(zone)),
            *self._number_problems(),
            *self._way_problems(),
        ]
        if found:
            raise ValueError(" ".join(dict.fromkeys(found)))

    @property
    def reads(self) -> Reads:
        """Everything each time, unless a column tells what changed."""
        if self.counted:
            return Reads.COUNTED
        return Reads.SNAPSHOT if self.changed_column is None else Reads.CHANGES

    def fetch(self, start: Start) -> Iterator[Page]:
        """Yield pages of so many rows each; one page where the database counts, which is always about everything."""
        if self.counted:
            found = counted_rows(self._counting(self._asked()), self._database())
            yield self._page(written(found), 1)
            return
        rows = 0
        for number, chunk in enumerate(self._question().chunks(self._database(), start), 1):
            rows += len(chunk.rows)
            if rows > self.most_rows or number > self.limits.most_pages:
                raise SourceChangedError(self._named(number), self._too_much())
            raw = body(chunk.rows, self._wanted())
            yield self._page(raw, number, resume=chunk.resume)

    def parse(self, page: Page) -> Batch:
        """Read the rows of one page."""
        raw = pl.read_ipc(BytesIO(content(page)))
        columns, segments = self._counting("").read() if self.counted else (self.columns, self.segments)
        rows = MappedRows(
            record=self.record,
            columns=columns,
            constants=self.constants,
            segments=segments,
            reading=Reading(zone=self.timezone, decimal=self.decimal, typed_source=True),
            add_up=self.counted,
        )
        lines = pl.int_range(1, raw.height + 1, eager=True, dtype=pl.Int64)
        days = [rule(columns[name]).column for name in days_of(self.record, columns)]
        cells = in_zone(raw, days, source=self.timezone_of_source, zone=self.timezone)
        fine = raw[BROKEN].is_null()
        table = Table(cells=cells.filter(fine).drop(BROKEN), lines=lines.filter(fine))
        frame, rejected = rows.records(table, page.name)
        broken = self._broken(raw[BROKEN], lines, page.name, _theirs(columns, segments))
        every = pl.concat([broken, rejected]).sort("line", maintain_order=True)
        return Batch(frames={self.record: frame}, rejected=every, notices=self._behind(every, raw))

    def _wanted(self) -> Sequence[str]:
        """Return the names of their columns that are read."""
        theirs = [name for given in self.columns.values() for name in named(given)]
        return list(dict.fromkeys([*theirs, *self.segments.values()]))

    def _database(self) -> Database:
        """Return the database, not yet opened."""
        return Database(
            address=Address.of(self.url, self.folder),
            secret=self.secret,
            limits=self.limits,
            deadline=Deadline(self.limits.answer_seconds),
        )

    def _asked(self) -> str:
        """Return the query, wherever it is written."""
        if self.query_file is None:
            return self.query or EVERY_ROW
        try:
            query = (self.folder / self.query_file).read_text(encoding="utf-8-sig")
        except (OSError, ValueError):
            sentence = "this file with the query cannot be read. Put it there as UTF-8 text, or change `query_file`."
            raise SourceChangedError(self.query_file, sentence) from None
        problems = list(statement_problems(query))
        if problems:
            raise SourceChangedError(self.query_file, " ".join(problems))
        return query

    def _page(self, raw: bytes, number: int, *, resume: str | None = None) -> Page:
        if len(raw) > self.limits.most_bytes:
            sentence = f"a page is larger than {self.limits.most_bytes:,} bytes. Lower `page_rows` of this source."
            raise SourceChangedError(self._named(number), sentence)
        return Page(name=self._named(number), body=raw, resume=resume)

    def _named(self, number: int) -> str:
        return f"{self.query_file or 'query'}, page {number}"

    def _broken(self, names: pl.Series, lines: pl.Series, file: str, ours: Mapping[str, str]) -> pl.DataFrame:
        """Return rejected rows for cells that are no cells; `ours` gives our column for theirs."""
        rows = pl.DataFrame({"line": lines, "theirs": names}).drop_nulls("theirs")
        return rows.select(
            record=pl.lit(self.record.value),
            file=pl.lit(file),
            line="line",
            column=pl.col("theirs").replace(ours),
            reason=pl.lit(Reason.UNKNOWN_VALUE.value),
            found=pl.lit(None, dtype=pl.String),
            allowed=pl.lit(READABLE),
        ).cast(REJECTED)

    def _behind(self, rejected: pl.DataFrame, raw: pl.DataFrame) -> tuple[Notice, ...]:
        """Tell how many rows of the source stand behind the counted rows that are rejected."""
        if not self.counted or rejected.is_empty():
            return ()
        rows = int(raw["n"].gather(rejected["line"].unique() - 1).sum())
        return (Notice(code="rows_behind_rejected", particulars={"rows": rows}),)

    def _counting(self, query: str) -> Counting:
        return Counting(
            record=self.record,
            query=query,
            columns=self.columns,
            segments=self.segments,
            zone=self.timezone,
            source=self.timezone_of_source,
        )

    def _question(self) -> Question:
        return Question(
            query=self._asked(),
            wanted=self._wanted(),
            key=self.order_by,
            changed=self.changed_column,
            overlap_days=self.overlap_days,
            zone=self.timezone_of_source or self.timezone,
            size=self.page_rows,
        )

    def _way_problems(self) -> Iterator[str]:
        if not self.counted:
            return streaming_problems(self.url)
        given = {*self.columns, *self.constants}
        pages = [name for name in ("order_by", "changed_column") if getattr(self, name) is not None]
        return counting_problems(self.url, self.record, given, pages)

    def _query_problems(self) -> Iterator[str]:
        if self.query is not None and self.query_file is not None:
            yield "give `query` or `query_file`, not both."
        if self.query is None and self.query_file is None and not has_rows_without_query(self.url):
            yield "give `query` (one SELECT), or `query_file`, the name of a file with it."
        if self.query is not None:
            yield from statement_problems(self.query)

    def _number_problems(self) -> Iterator[str]:
        numbers = {"page_rows": self.page_rows, "most_rows": self.most_rows}
        yield from (f"{name} is {number}; it is 1 or more." for name, number in numbers.items() if number < 1)
        if self.overlap_days < 0:
            yield f"overlap_days is {self.overlap_days}; it is 0 or more."

    def _too_much(self) -> str:
        return f"the query gives more than {self.most_rows:,} rows or too many pages. Narrow it, or raise `most_rows`."


def _theirs(columns: Mapping[str, Given], segments: Mapping[str, str]) -> Mapping[str, str]:
    """Return our column for each of theirs."""
    read = {theirs: name for name, given in columns.items() for theirs in named(given)}
    return {**dict.fromkeys(segments.values(), "segments"), **read}
