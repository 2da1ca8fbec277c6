"""The parts that views are made of; pages, reports and figures draw these and compute nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Tone(StrEnum):
    """How a word may be coloured; the word and its sign say the same without colour."""

    GOOD = "good"
    PROGRESS = "progress"
    NEUTRAL = "neutral"
    BAD = "bad"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A verdict in a word or two, with a sign that is decoration (hidden from screen readers) and a tone."""

    code: str
    sign: str
    text: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Baseline, now with its range, and target as places on a line, in per cent from the left (0-100).

    `low` and `high` are the ends of the range; `open_end` says that it has no upper limit and runs to the edge.
    None: not there. `sentence` says the same for who cannot see the line.
    """

    baseline: float | None
    now: float | None
    low: float | None
    high: float | None
    target: float | None
    open_end: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table for people: every cell is worded. `numeric` holds the places of columns that align right.

    The first column heads its row.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link with its text; the address stays on this site."""

    text: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A native select in a GET form: its name in the address, its label, what can be chosen and what is."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period of a series. `value`, `low`, `high` are in the unit of the axis; None where there is no figure.

    `firm` is False for an indicative figure, which is drawn hollow. `text` says the point in one line.
    """

    start: date
    label: str
    value: float | None
    low: float | None
    high: float | None
    firm: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A level or a day that a chart points out, with its label. `level` in the unit of the axis, or `day`."""

    label: str
    level: float | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChart:
    """A figure over time. A period without a point value is a gap in the line, never a zero.

    `percent` says that the axis is a percentage (values are 0-100), else days or points. `breaks` are days on which
    the series starts anew (another scale or wording): no line is drawn across them. `axis` is the lowest and
    highest value of the axis; `unit` its title. `heading` is the conclusion, `caption` explains what is drawn,
    `sentence` says the chart for who cannot see it.
    """

    name: str
    heading: str
    caption: str
    sentence: str
    percent: bool
    unit: str
    axis: tuple[float, float]
    points: Sequence[Point]
    target: Mark | None
    baseline: Mark | None
    events: Sequence[Mark]
    breaks: Sequence[date]
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveLine:
    """One line of a lead-time curve: by day the percentage decided (0-100), with limits where there are any.

    `role` is `now`, `baseline` or `completed` and decides how it is drawn.
    """

    role: str
    label: str
    days: Sequence[int]
    decided: Sequence[float]
    low: Sequence[float | None]
    high: Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveChart:
    """Percentage of cases decided by number of days; open cases count as still waiting. Steps, not slopes."""

    name: str
    heading: str
    caption: str
    sentence: str
    x_title: str
    y_title: str
    last_day: int
    lines: Sequence[CurveLine]
    norm: Mark | None
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPoint:
    """One month of a published figure beside our own, as percentages."""

    start: date
    published: float
    recomputed: float
    top_share: float
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedChart:
    """What a publisher printed beside what its own answers give by the same formula."""

    name: str
    heading: str
    caption: str
    sentence: str
    published_label: str
    recomputed_label: str
    top_share_label: str
    axis: tuple[float, float]
    points: Sequence[ComparedPoint]
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRow:
    """One channel or segment: its figure with range on a line (per cent from the left), or why there is none."""

    label: str
    text: str
    n_text: str
    track: Track | None
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """A measure by channel or by segment: drawn as a row a group, with the table beside it."""

    name: str
    heading: str
    caption: str
    rows: Sequence[BarRow]
    table: Table
