"""The sources: for each whether it is fresh, what its last runs did, and who must act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.views.parts import Table, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """How far a run is that is at work. `share` is 0-100, None where nobody can tell how much there is."""

    share: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """One source.

    `act` says who must do what, None where nobody must; `detail` is what the program itself wrote, in English.
    `run_now` is the address to send a request for a run to, None where none can be asked for. `rejected` is a table of
    the first rejected rows, and `download` the address of all of them, with their number worded in `download_text`.
    """

    key: str
    title: str
    kind: str
    state: Word
    sentence: str
    act: str | None
    detail: str | None
    busy: Busy | None
    facts: Sequence[tuple[str, str]]
    notices: Sequence[str]
    runs: Table
    rejected: Table | None
    download: str | None
    download_text: str
    run_now: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceGroup:
    """The sources of one programme."""

    key: str
    title: str
    cards: Sequence[SourceCard]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcesView:
    """The sources page. `moving`: a run is at work, so that the page looks again by itself."""

    language: str
    title: str
    lead: Sequence[str]
    groups: Sequence[SourceGroup]
    empty: str | None
    moving: bool
    detail_label: str
    notices_label: str
    runs_label: str
    rejected_label: str
    run_now_label: str
