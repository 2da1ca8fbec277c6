"""The question that lets a database count: our columns as text from theirs, a moment no finer than a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from connectors.columns import ColumnRule
from connectors.settings import Given, named, rule
from connectors.sql.chunks import BROKEN
from connectors.sql.dialects import BETWEEN, DIALECTS, NOTHING, UNREADABLE, Holds
from connectors.sql.statement import closed
from metrics.counting import KEYS, NEWEST
from metrics.records import DAY, SCHEMAS, Kind

EVERY_ROW = "SELECT * FROM rows"
"""The query of a source of Parquet files or a Delta table that has none of its own: they are called `rows`."""

_PART = "\x1f{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """What is counted: the columns of a source, cell by cell as they stand there, so that each is read only once.

    Values are counted before they are translated into ours; equal ones are added up after that, in `parse`.
    `metrics.counting` counts by `month`. What it gets as `month` is the day itself: any split of the rows adds up to
    the same, and a day is a date that a record can have.
    """

    record: Kind
    query: str
    columns: Mapping[str, Given]
    segments: Mapping[str, str]
    zone: str
    source: str | None

    def theirs(self) -> Sequence[str]:
        """Return the names of their columns that are counted by."""
        names = [name for given in self.columns.values() for name in named(given)]
        return list(dict.fromkeys([*names, *self.segments.values()]))

    def rows(self, kind: str, holds: Mapping[str, Holds]) -> str:
        """Return the question for the rows as `metrics.counting` takes them, in the words of a database."""
        words = DIALECTS[kind]
        ours = dict.fromkeys([*KEYS[self.record], NEWEST[self.record]])
        cells = {name: self._cell(name, kind, holds) for name in ours}
        listed = ", ".join(f"{cell} AS {words.name(name)}" for name, cell in cells.items())
        return f"SELECT {listed}, 1 AS {words.name('n')} FROM ({closed(self.query)}\n) AS rows_of_source"  # noqa: S608 - quoted names

    def counts(self, kind: str, holds: Mapping[str, Holds]) -> str:
        """Return the question for the counted rows: what `metrics.counting.count` does, in SQL."""
        words = DIALECTS[kind]
        keys = ", ".join(words.name(name) for name in KEYS[self.record])
        newest = f"MAX({words.name(NEWEST[self.record])}) AS newest"
        rows = self.rows(kind, holds)
        return f"SELECT {keys}, COUNT(*) AS n, {newest} FROM ({rows}) AS counted_rows GROUP BY {keys}"  # noqa: S608 - quoted names

    def opened(self, counted: pl.DataFrame) -> pl.DataFrame:
        """Return counted rows with a column for each part of `segments`, and `BROKEN` where a cell is no cell."""
        day = {DAY[self.record]: pl.col("month")} if "month" in counted.columns else {}
        cells = counted.with_columns(**day)
        listed = pl.col("segments").str.split(BETWEEN)
        parts = {_PART.format(name): listed.list.get(place, null_on_oob=True) for place, name in self._parts()}
        apart = cells.select(
            *(pl.col(name).cast(pl.String) for name in self.columns),
            *(part.replace(NOTHING, None).alias(name) for name, part in parts.items()),
            pl.col("n").cast(pl.Int64),
        )
        wrong = [pl.when(pl.col(name) == UNREADABLE).then(pl.lit(name)) for name in apart.columns if name != "n"]
        broken = pl.coalesce(*wrong, pl.lit(None, dtype=pl.String))
        return apart.with_columns(broken.alias(BROKEN)).sort(pl.all(), nulls_last=True)

    def read(self) -> tuple[Mapping[str, Given], Mapping[str, str]]:
        """Return how `opened` rows become ours: columns and segments."""
        rules = {name: rule(given) for name, given in self.columns.items()}
        columns = {name: ColumnRule(column=name, map=of.map, format=of.format) for name, of in rules.items()}
        return {**columns, "n": "n"}, {name: _PART.format(name) for name in self.segments}

    def _parts(self) -> Iterator[tuple[int, str]]:
        return enumerate(sorted(self.segments))

    def _cell(self, name: str, kind: str, holds: Mapping[str, Holds]) -> str:
        words = DIALECTS[kind]
        if name == "segments" and self.segments:
            return words.joined(
                [words.cell(self.segments[part], holds[self.segments[part]]) for _, part in self._parts()]
            )
        ours = DAY[self.record] if name == "month" else name
        if ours not in self.columns:
            return words.nothing()
        theirs = rule(self.columns[ours]).column
        if ours in days_of(self.record, self.columns):
            return words.day(theirs, holds[theirs], zone=self.zone, source=self.source)
        return words.cell(theirs, holds[theirs])


def days_of(record: Kind, columns: Mapping[str, Given]) -> Sequence[str]:
    """Return our columns that are days, written as ISO 8601."""
    schema = SCHEMAS[record]
    plain = {name: rule(given) for name, given in columns.items() if schema.get(name) == pl.Date()}
    return [name for name, of in plain.items() if of.map is None and of.format is None]
