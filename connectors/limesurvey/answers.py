"""Answers of one window of responses: a record for each question that somebody answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from connectors import columns as ours
from connectors.cells import Reading, words
from connectors.columns import Column
from connectors.limesurvey.question import Item, Scoring
from connectors.limesurvey.windows import ID, SUBMITTED
from connectors.objects import table_of
from connectors.table import Table
from metrics.records import SCHEMAS, Kind, complete

_NO_DAY = "1980-01-01"
"""The day that LimeSurvey writes where a survey keeps no dates: complete, but nobody knows when."""

_LOCAL = "%Y-%m-%d %H:%M:%S%.f"
_AWARE = "%Y-%m-%dT%H:%M:%S%:z"
_CODE = r"^([A-Za-z0-9]{1,5}|-oth-)$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The zone of the programme, and the one in which the server writes its times."""

    programme: str
    server: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """The rows of one window, `file` by name; `table` has a column for each question."""

    table: Table
    file: str

    @classmethod
    def of(cls, rows: object, questions: Mapping[str, object], *, file: str) -> Responses:
        """Take what we need of the rows, and no more."""
        wanted = {ID: ID, SUBMITTED: SUBMITTED, **{name: name for name in questions}}
        return cls(table=table_of(rows, wanted), file=file)

    @property
    def unreadable(self) -> pl.DataFrame:
        """Rejected rows for what is no response at all."""
        return ours.unreadable(self.table.unreadable, file=self.file, kind=Kind.ANSWERS)

    def codes(self, question: str) -> pl.Series:
        """The answers to a question; null where somebody did not answer or did not see it."""
        return words(self.table.cells[question])

    def constant(self, word: str) -> Column:
        """One word for every row."""
        return Column(values=pl.Series([word]).new_from_index(0, self.table.cells.height))

    def source_ids(self, survey: int) -> Column:
        """Who answered, by the number of the survey and of the response."""
        return numbered(self.table.cells[ID], survey)

    def days(self, clock: Clock) -> Column:
        """The day on which a response was handed in; a response without one is rejected."""
        column = pl.col(SUBMITTED)
        text = self.table.cells.select(pl.when(~column.str.starts_with(_NO_DAY)).then(column)).to_series()
        return days_of(text, clock)

    def meant(self, question: str, meanings: Mapping[str, str]) -> pl.Series:
        """Our words for the answers to a question; null for a code without one."""
        return self.codes(question).replace_strict(dict(meanings), default=None, return_dtype=pl.String)

    def strange(self, question: str, allowed: Sequence[str]) -> int:
        """Count the answers that are no code of a question, as after somebody took an answer option away."""
        return int((~self.codes(question).is_in(allowed)).sum())

    def answers(
        self, item: Item, scoring: Scoring, *, name: str, shared: Mapping[str, Column]
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the records of one item and its rejected rows; `shared` has the columns of every item."""
        codes = self.codes(item.question)
        there = codes.is_not_null() & ~codes.is_in(item.no_answer).fill_null(value=False)
        answered = codes.filter(there)
        said = {"item": name, "scale": item.scale, "question": f"{item.question}-{scoring.wording}"}
        fixed = {key: Column(values=pl.Series([word]).new_from_index(0, len(answered))) for key, word in said.items()}
        kept = {key: _some(column, there) for key, column in shared.items()}
        every = {**kept, **fixed, "value": _values(answered, scoring.scores)}
        in_order = {key: every[key] for key in SCHEMAS[Kind.ANSWERS] if key in every}
        origin = pl.DataFrame({"line": self.table.lines.filter(there)}).with_columns(file=pl.lit(self.file))
        frame, rejected = ours.sorted_out(in_order, origin, Kind.ANSWERS)
        return complete(frame, Kind.ANSWERS), rejected


def numbered(cells: pl.Series, survey: int) -> Column:
    """Return ids, which LimeSurvey counts within a survey, made the source's own by the number of the survey."""
    read = ours.typed(cells, pl.Int64(), Reading(zone="UTC"))
    ids = read.values.to_frame("id").select(pl.format("{}-{}", pl.lit(survey), "id")).to_series()
    # An id belongs to a person, so that it is not repeated.
    found = pl.Series([None], dtype=pl.String).new_from_index(0, len(ids))
    return replace(ours.needed(Column(values=ids, reasons=read.reasons, allowed=read.allowed)), found=found)


def days_of(text: pl.Series, clock: Clock) -> Column:
    """Return the local days of times as the server writes them; one that is not there is missing."""
    if clock.server != clock.programme:
        text = _with_offset(text, clock.server)
    return ours.needed(ours.typed(text, pl.Date(), Reading(zone=clock.programme)))


def _values(codes: pl.Series, scores: Mapping[str, int] | None) -> Column:
    """Scores of codes; of a code that is not known only what looks like a code is shown."""
    reading = Reading(zone="UTC")
    if scores is None:
        return ours.typed(codes, pl.Int64(), reading)
    read = ours.mapped(codes, scores, pl.Int64(), reading)
    if read.reasons is None:
        return read
    code = pl.col(codes.name)
    found = codes.to_frame().select(pl.when(code.str.contains(_CODE)).then(code)).to_series()
    return Column(values=read.values, reasons=read.reasons, found=found, allowed=read.allowed)


def _with_offset(text: pl.Series, zone: str) -> pl.Series:
    """Local times of the server with their offset; what is no such time stays as it is, to be rejected."""
    frame = pl.DataFrame({"text": text}).with_columns(
        local=pl.col("text").str.strip_chars().str.to_datetime(_LOCAL, strict=False)
    )
    # In the hour that does not exist, when the clock goes forward, a server counted on without it.
    later = pl.col("local").dt.offset_by("1h").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    at = pl.col("local").dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").fill_null(later)
    return frame.select(at.dt.strftime(_AWARE).fill_null(pl.col("text"))).to_series()


def _some(column: Column, rows: pl.Series) -> Column:
    return Column(
        values=column.values.filter(rows),
        reasons=None if column.reasons is None else column.reasons.filter(rows),
        found=None if column.found is None else column.found.filter(rows),
        allowed=column.allowed,
    )
