"""Event logs: cases from XES, or from a table with a row for each event, with start and end named explicitly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

import polars as pl
from pydantic import ConfigDict

from connectors import columns as ours
from connectors.cells import Reading, words
from connectors.columns import Column
from connectors.connector import Batch, Page, Reads, Start
from connectors.local import pages
from connectors.process_log import Log, Wanted, moment, read_log
from connectors.settings import segment_problems, separator_problems, value_problems, zone_problems
from metrics.notices import Notice
from metrics.records import SCHEMAS, Kind, complete


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The first or the last event of an activity in a case."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    activity: str
    which: Literal["first", "last"] = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a case attribute tells the outcome: `map` has their values and ours."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    attribute: str
    map: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog:
    """The settings of a source that is a process log.

    `received`, `decided` and `due` each name a case attribute or an event; nothing is derived from the first and last
    event of a case, which say when people worked on it and not when it came in. An attribute may be written with
    or without `case:` before it, so that the same settings read a log as XES and as CSV. `activity` and
    `timestamp` are what the log calls the name and the time of an event.

    A case without an end is open. A value that equals the log's own default (`<global>` in XES) is missing. In a
    table the first row of a case in which an attribute is filled counts; cases whose rows disagree are told.

    The line of a case is that of its `<trace>` in XES, that of its first event in a table (see `Files` for lines).
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    reads: ClassVar[Reads] = Reads.SNAPSHOT

    folder: Path
    timezone: str
    path: str
    service: str
    received: str | Moment
    decided: str | Moment
    due: str | Moment | None = None
    channel: str | None = None
    segments: Mapping[str, str] = field(default_factory=dict)
    outcome: Outcome | None = None
    case_id: str = "concept:name"
    activity: str = "concept:name"
    timestamp: str = "time:timestamp"
    separator: str | None = None
    encoding: Literal["utf-8", "windows-1252"] = "utf-8"

    def __post_init__(self) -> None:
        """Raise a ValueError that says all that is wrong with the settings."""
        outcomes = self.outcome.map.values() if self.outcome else ()
        found = [
            *zone_problems(self.timezone),
            *separator_problems(self.separator),
            *segment_problems(self.segments),
            *(problem for value in outcomes for problem in value_problems(Kind.CASES, "outcome", value, where="map")),
        ]
        if found:
            raise ValueError(" ".join(found))

    def fetch(self, start: Start) -> Iterator[Page]:  # noqa: ARG002 - every run reads all
        """Yield a page per file, by name. A log is a full snapshot, so `start` leaves nothing out."""
        return pages(self.folder, self.path)

    def parse(self, page: Page) -> Batch:
        """Read one log; a log that breaks off is not read at all, since its last cases would look open."""
        log = read_log(page, self._wanted())
        columns = {name: column for name, column in self._columns(log) if column is not None}
        in_order = {name: columns[name] for name in SCHEMAS[Kind.CASES] if name in columns}
        origin = pl.DataFrame({"line": log.cases["line"]}).with_columns(file=pl.lit(page.name))
        frame, rejected = ours.sorted_out(in_order, origin, Kind.CASES)
        nameless = ours.missing(log.nameless, file=page.name, kind=Kind.CASES, column="source_id")
        unreadable = ours.unreadable(log.unreadable, file=page.name, kind=Kind.CASES)
        return Batch(
            frames={Kind.CASES: complete(frame, Kind.CASES)},
            rejected=pl.concat([rejected, nameless, unreadable]).sort("line", maintain_order=True),
            notices=self._notices(log, page.name),
        )

    def _moments(self) -> Mapping[str, str | Moment | None]:
        return {"received_on": self.received, "decided_on": self.decided, "due_on": self.due}

    def _wanted(self) -> Wanted:
        attributes = [given for given in self._moments().values() if isinstance(given, str)]
        others = [self.channel, self.outcome.attribute if self.outcome else None]
        activities = [given.activity for given in self._moments().values() if isinstance(given, Moment)]
        return Wanted(
            case_id=self.case_id,
            needed=(self.received,) if isinstance(self.received, str) else (),
            attributes=tuple(dict.fromkeys([*attributes, *self.segments.values(), *(name for name in others if name)])),
            activities=tuple(dict.fromkeys(activities)),
            activity=self.activity,
            timestamp=self.timestamp,
            separator=self.separator,
            encoding=self.encoding,
        )

    def _columns(self, log: Log) -> Iterator[tuple[str, Column | None]]:
        cases = log.cases
        yield "source_id", Column(values=words(cases["case"]))
        yield "service", Column(values=pl.Series("service", [self.service]).new_from_index(0, cases.height))
        yield "channel", Column(values=words(log.attribute(self.channel))) if self.channel else None
        yield "segments", self._segments(log)
        yield "outcome", self._outcome(log)
        for name, given in self._moments().items():
            yield name, self._day(log, given)

    def _segments(self, log: Log) -> Column | None:
        parts = {name: log.attribute(theirs) for name, theirs in self.segments.items()}
        return ours.segments(parts) if parts else None

    def _outcome(self, log: Log) -> Column | None:
        if self.outcome is None:
            return None
        return ours.mapped(log.attribute(self.outcome.attribute), self.outcome.map, pl.String(), self._reading())

    def _day(self, log: Log, given: str | Moment | None) -> Column | None:
        if given is None:
            return None
        if isinstance(given, str):
            return ours.typed(log.attribute(given), pl.Date(), self._reading())
        cells = moment(log, given.activity, last=given.which == "last", reading=self._reading())
        return ours.typed(cells, pl.Date(), self._reading())

    def _reading(self) -> Reading:
        return Reading(zone=self.timezone)

    def _notices(self, log: Log, file: str) -> tuple[Notice, ...]:
        happened = log.events["activity"].unique().to_list()
        absent = [name for name in self._wanted().activities if name not in happened]
        told: Sequence[tuple[str, str, str | int]] = (
            *(("case_attributes_differ", "cases", number) for number in (log.differing,) if number),
            *(("attribute_not_seen", "attribute", name) for name in log.unseen),
            *(("activity_not_seen", "activity", name) for name in absent),
        )
        return tuple(Notice(code=code, particulars={"file": file, name: what}) for code, name, what in told)
