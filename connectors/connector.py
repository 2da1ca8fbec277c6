"""The seam between a source and us: what a connector is, delivers and may say when it fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import polars as pl

from metrics.notices import Notice
from metrics.records import Kind, no_rejections


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """From where a source is read.

    `since` is the moment (aware) at which the last whole run began: what the source recorded before it is kept
    already, so that a connector goes back from it as far as its source needs, and asks for what is newer. None asks
    for everything. `after` is the `resume` of the last page that an interrupted run kept: the run goes on behind it.
    `open_on` are the days, in order, on which the cases came in that are open with us; only where it is `FOLLOWED`.
    """

    since: datetime | None = None
    after: str | None = None
    open_on: tuple[date, ...] = ()


EVERYTHING = Start()


class Reads(StrEnum):
    """What a whole run of a source has seen, so that a row that was not among it is known to be gone."""

    SNAPSHOT = "snapshot"
    """Every run reads all that the source holds, whatever `Start` says."""

    CHANGES = "changes"
    """A run from the start reads all that the source holds; one with `since` what changed."""

    COUNTED = "counted"
    """As a snapshot, of counted rows that are known by all they say: one that is no longer there counts no more."""

    FOLLOWED = "followed"
    """As changes, of a source that can only be asked for the days on which cases came in: we know which are open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A piece of a source as the source sent it.

    `name` tells people where it came from (a file name relative to the programme, a request); `body` is the
    raw content, or the path of a local file that `parse` reads itself so that large files are not held twice.
    `resume` says where a later run can go on behind this page; None where it has to read this page's source anew.
    """

    name: str
    body: bytes | Path
    resume: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What `parse` made of one page.

    `frames` holds a frame per record kind, with the columns of `metrics.records.SCHEMAS` plus `ORIGIN`;
    `rejected` the rows that could not be read, with the columns of `metrics.records.REJECTED`;
    `notices` what people must be told about the page as a whole; `definitions` the wording behind each item or norm
    (a digest by its name), so that a run can tell that one of them changed since the last. `keeps` names columns of
    which the source tells only how they are now, such as the wording of a question that was edited since, or not every
    day: a row that is kept already keeps what it had there.
    """

    frames: Mapping[Kind, pl.DataFrame]
    rejected: pl.DataFrame = field(default_factory=no_rejections)
    notices: tuple[Notice, ...] = ()
    definitions: Mapping[str, str] = field(default_factory=dict)
    keeps: frozenset[str] = frozenset()


class Connector(Protocol):
    """A frozen dataclass of a source's settings. `fetch` touches the source, `parse` touches nothing else."""

    @property
    def reads(self) -> Reads:
        """What a whole run of it has seen."""

    def fetch(self, start: Start) -> Iterator[Page]:
        """Yield the raw pages, oldest first where the source can.

        A source that cannot tell what is new gives everything, whatever `start` says.
        """

    def parse(self, page: Page) -> Batch:
        """Turn a page into records; a row that cannot be read is rejected with its reason, never dropped."""


class SourceError(Exception):
    """A source could not be read. `where` names it, `sentence` says what was found and what to do.

    `status` and `code` are what an answer over the network gave, where it gave one.
    """

    def __init__(self, where: str, sentence: str, *, status: int | None = None, code: str = "") -> None:
        """Keep the parts, so that a person and a log read the same."""
        super().__init__(f"{where}: {sentence}")
        self.where = where
        self.sentence = sentence
        self.status = status
        self.code = code


class SourceUnavailableError(SourceError):
    """The source does not answer or the file is not there: try again later."""


class SourceBusyError(SourceUnavailableError):
    """Another run of this source is at work: wait for it."""


class SourceRefusedError(SourceError):
    """The source refuses us: somebody must renew access."""


class SourceChangedError(SourceError):
    """The source no longer looks as configured: somebody must change the programme or the connector."""
