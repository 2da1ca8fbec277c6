"""One project: what residents noticed, how sure we are, by channel, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.views.evidence import Compared, ControlChart, Counterfactual, Ladder, Section
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

    `lead` holds one sentence per measure. Each `Section` is a question, answered by what follows it: how sure we are
    (`ladders`), how it went over time, whether a change is real (`controls`), whether the project did it
    (`counterfactuals`, `compared`), what that means for the money (`worth`), for whom (`breakdowns`), what is still
    waiting (`waits`, `flow`), what else was measured (`others`), and what is in the number (`reach` and the rest).
    `left_out` tells what is in no figure and why; `origin` as of which day, from which version of the records and by
    which definitions. `monthly` heads the tables with a row a month, which a report keeps for its end.
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
    sure: Section
    ladders: Sequence[Ladder]
    over_time: Section
    series: Sequence[SeriesChart]
    curve: CurveChart | None
    published: PublishedChart | None
    real: Section
    controls: Sequence[ControlChart]
    cause: Section
    counterfactuals: Sequence[Counterfactual]
    compared: Sequence[Compared]
    money: Section
    worth: Table | None
    whom: Section
    breakdowns: Sequence[Breakdown]
    waiting: Section
    waits: Sequence[Table]
    flow: Table | None
    beside: Section
    others: Table | None
    inside: Section
    reach: Table | None
    left_out_heading: str
    left_out: Table
    left_out_note: str
    origin_heading: str
    origin: Sequence[tuple[str, str]]
    monthly: Section
    table_label: str
