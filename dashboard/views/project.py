"""One project: what residents noticed, how sure we are, by channel, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.views.parts import (
    Breakdown,
    Choice,
    CurveChart,
    Link,
    PublishedChart,
    SeriesChart,
    Table,
    Track,
    Word,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureCard:
    """A measure at a glance: the value in large, its range, the line, the verdict, and in a sentence what it counts.

    `contrast` is None or the sentence that finished cases alone would have told.
    """

    name: str
    title: str
    note: str
    value: str
    range: str
    verdict: Word
    track: Track | None
    sentence: str
    facts: Sequence[str]
    contrast: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectView:
    """Everything on a project's page and in its report, worded.

    `lead` holds one sentence per measure; `origin` says as of which day, from which version of the records and by
    which definitions. `left_out` tells what is in no figure and why; `rejected` the rows that could not be read.
    """

    language: str
    programme: str
    name: str
    title: str
    meta: Sequence[str]
    goal: str | None
    made_up: str | None
    lead: Sequence[str]
    notices: Sequence[str]
    choices: Sequence[Choice]
    submit: str
    links: Sequence[Link]
    cards: Sequence[MeasureCard]
    series: Sequence[SeriesChart]
    curve: CurveChart | None
    breakdowns: Sequence[Breakdown]
    published: PublishedChart | None
    left_out_heading: str
    left_out: Table
    left_out_note: str
    origin_heading: str
    origin: Sequence[tuple[str, str]]
    table_label: str
