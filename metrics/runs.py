"""Runs: what reading a source did, as people see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from metrics.notices import Notice

KILLED = "Killed"
"""The failure of a run that never came to an end, told when the next one begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSoFar:
    """What a run did until now; `known_at` is the version of the records after it, None where it saved nothing."""

    pages: int = 0
    new: int = 0
    changed: int = 0
    equal: int = 0
    rejected: int = 0
    known_at: int | None = None
    newest_on: date | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run of a source, as people see it: busy as long as it has no end."""

    number: int
    source: str
    started_at: datetime
    ended_at: datetime | None
    failure: str | None
    full: bool
    resumed: bool
    so_far: RunSoFar = field(default_factory=RunSoFar)
