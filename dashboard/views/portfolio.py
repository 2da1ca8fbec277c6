"""The portfolio: a row a project, so that a budget holder sees in ten seconds where residents gained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.views.parts import Choice, Link, Track, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureHead:
    """The head of a measure's column: its name and, below it, what is measured in plain words."""

    title: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureCell:
    """A measure of a project: the line, the figures in one line of text, the verdict and why it is limited.

    `summary` reads like `82 → 88 % (85–91) · doel 85`; `note` is None or a short reason (too few answers); `certainty`
    says on which level of evidence the measure stands, None where there is nothing to be sure of.
    """

    track: Track | None
    summary: str
    verdict: Word
    note: str | None
    certainty: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRow:
    """One project of the portfolio. `cells` has one cell per head, None where the project does not measure it."""

    project: Link
    programme: str
    meta: str
    made_up: bool
    cells: Sequence[MeasureCell | None]
    money: str | None
    money_share: str | None
    newest: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioView:
    """Everything on the portfolio page, worded. `notices` are short warnings that belong above the table."""

    language: str
    title: str
    lead: Sequence[str]
    made_up: str | None
    notices: Sequence[str]
    legend: Sequence[tuple[str, str]]
    choices: Sequence[Choice]
    submit: str
    head_project: str
    head_money: str
    head_newest: str
    heads: Sequence[MeasureHead]
    rows: Sequence[ProjectRow]
    empty: str | None
    as_of: str
    caption: str
