"""The parts that say how far figures can be trusted: ladders, control charts, what would have been, who is in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.views.parts import Mark, Table, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One level of the ladder; `state` is `reached`, `here` (the highest one reached) or `above`."""

    number: int
    text: str
    state: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """How sure we are of one measure.

    `level_text` says the level in a word or two, `sentence` what that means for the claim. `why_not` says what holds it
    back, `what_would` what would raise it, with how many answers or months that takes; both may be empty.
    """

    name: str
    title: str
    verdict: Word
    level: int
    level_text: str
    sentence: str
    rungs: Sequence[Rung]
    why_not_label: str
    why_not: Sequence[str]
    what_would_label: str
    what_would: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Icon:
    """A sign of a control chart: `code` decides the drawing, `text` says it for who cannot see it."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPoint:
    """One month: value and limits in the unit of the axis; `mark` is `better`, `worse`, `other` or `ordinary`.

    None where there is no figure, or no limit.
    """

    start: date
    label: str
    value: float | None
    low: float | None
    mean: float | None
    high: float | None
    mark: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """Is a change real, or ordinary variation? `icons` are variation and assurance, `notes` what a reader must know."""

    name: str
    heading: str
    caption: str
    sentence: str
    icons: Sequence[Icon]
    percent: bool
    unit: str
    axis: tuple[float, float]
    points: Sequence[ControlPoint]
    target: Mark | None
    events: Sequence[Mark]
    legend: Sequence[tuple[str, str]]
    notes: Sequence[str]
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPoint:
    """One month: what was measured, and what the trend before the start would have given, with its range."""

    start: date
    label: str
    value: float | None
    expected: float
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """What was measured beside what was to be expected without the project."""

    name: str
    heading: str
    caption: str
    sentence: str
    percent: bool
    unit: str
    axis: tuple[float, float]
    measured_label: str
    expected_label: str
    points: Sequence[ExpectedPoint]
    start: Mark
    notes: Sequence[str]
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was found against comparable services, or a pilot against its control group, as sentences and a table."""

    name: str
    heading: str
    sentences: Sequence[str]
    table: Table | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A question that a part of the page answers, with what to say before its charts."""

    key: str
    heading: str
    intro: Sequence[str]
