"""The method: every definition as it is printed by `uitkomst explain`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One KPI: its title, one sentence why, and the rest as label and text; `history` newest first."""

    name: str
    title: str
    why: str
    facts: Sequence[tuple[str, str]]
    history: Sequence[str]
    contrast: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodView:
    """The method page: an introduction, the definitions in order, and the words that figures carry."""

    language: str
    title: str
    lead: Sequence[str]
    history_label: str
    definitions: Sequence[Definition]
    words_heading: str
    words: Sequence[tuple[str, str]]
