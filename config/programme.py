"""The programme: what is measured here, for which projects, from which sources (`programme.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
"""A name that goes into addresses: small letters, digits and hyphens."""

Reporting = Literal["month", "quarter", "year"]


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Block):
    """A text for readers, in both languages."""

    nl: str
    en: str


class Baseline(_Block):
    """The months before the project began that it is compared with; whole months."""

    start: date
    end: date


class Implementation(_Block):
    """The months in which the new way of working was brought in: no comparison counts them; whole months."""

    start: date
    end: date


class Rebase(_Block):
    """A day from which a control chart starts anew, with who decided so and why; `kpis` empty means all of them."""

    on: date
    reason: Text
    who: str
    decided_on: date
    kpis: tuple[str, ...] = ()


class Break(_Block):
    """A day on which a definition, a source or a system changed: figures on both sides are not compared."""

    on: date
    what: Text
    kpis: tuple[str, ...] = ()


class Pilot(_Block):
    """Two values of a segment, of which one got the new way; `by_lot` says that chance decided who."""

    segment: str
    pilot: str
    control: str
    by_lot: bool
    registered_on: date


class Project(_Block):
    """A publicly funded project: the services it works on, what it promised and what it may cost.

    `targets` is by KPI name: shares as fractions (0.85), lead times as days. `headline` says which KPI
    stands for a measure where that is not the usual one. `norm_days` is the number of calendar days within
    which a case should be decided. `as_of` freezes the look of a project whose records have ended.
    `registered_on` is the day on which baseline, targets and norm were put on record: evidence counts only what
    was promised before the start. `comparators` are services without a project of their own that it is compared with.
    """

    title: Text
    goal: Text | None = None
    services: tuple[str, ...] = Field(min_length=1)
    started_on: date | None = None
    changed: Text | None = None
    owner: str | None = None
    budget: Decimal | None = Field(default=None, ge=0)
    norm_days: int | None = Field(default=None, gt=0)
    baseline: Baseline | None = None
    targets: Mapping[str, float] = Field(default_factory=dict)
    headline: Mapping[str, str] = Field(default_factory=dict)
    as_of: date | None = None
    registered_on: date | None = None
    implementation: Implementation | None = None
    comparators: tuple[str, ...] = ()
    pilot: Pilot | None = None
    rebases: tuple[Rebase, ...] = ()
    breaks: tuple[Break, ...] = ()


class Programme(_Block):
    """A set of projects that are looked at together; the parsed and checked `programme.toml`.

    `as_of` is the day as seen from which figures are shown when nobody asks for another; absent means today.
    `fresh_within_days` says how far the newest record may lie behind the end of a period before its
    figure counts as stale. `channels` and `segments` give the labels of the codes in the records, in the order
    in which they are shown; all channels named here are expected to be heard. `digital` names the channels that
    need a screen: who is heard through these alone does not speak for everybody. `keep_records_months` is how many
    months single records are kept before `uitkomst compact` counts and removes them; absent: for ever.
    """

    name: Slug
    title: Text
    timezone: str = "Europe/Amsterdam"
    period: Reporting = "quarter"
    as_of: date | None = None
    made_up: bool = False
    about: Text | None = None
    fresh_within_days: int = Field(default=45, gt=0)
    keep_records_months: int | None = Field(default=None, gt=0, strict=True)
    channels: Mapping[str, Text] = Field(default_factory=dict)
    digital: tuple[str, ...] = ()
    segments: Mapping[str, Mapping[str, Text]] = Field(default_factory=dict)
    items: Mapping[str, Text] = Field(default_factory=dict)
    sources: Mapping[Slug, Mapping[str, Any]] = Field(default_factory=dict)
    projects: Mapping[Slug, Project] = Field(default_factory=dict)

    def as_of_for(self, project: Project, *, asked: date | None, today: date) -> date:
        """Return the as-of day: the one asked for, else the project's, else the programme's, else today."""
        return asked or project.as_of or self.as_of or today

    def keeps_months(self, source: str) -> int | None:
        """Return how many months single records of a source are kept; None is for ever."""
        months = self.sources.get(source, {}).get("keep_records_months", self.keep_records_months)
        return months if isinstance(months, int) else None


class ProgrammeFile(_Block):
    """The file as written: one `[programme]`, the other blocks beside it."""

    programme: Mapping[str, Any]
    channels: Mapping[str, Any] = Field(default_factory=dict)
    segments: Mapping[str, Any] = Field(default_factory=dict)
    items: Mapping[str, Any] = Field(default_factory=dict)
    sources: Mapping[str, Any] = Field(default_factory=dict)
    projects: Mapping[str, Any] = Field(default_factory=dict)


def folder_of(path: Path) -> Path:
    """Return the folder that paths in a programme file are relative to."""
    return path.resolve().parent
