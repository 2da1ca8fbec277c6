"""What a KPI is: a definition with a version, as a frozen value."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

import polars as pl

from metrics.records import Kind


class Measure(StrEnum):
    """The three things that residents notice; each KPI belongs to one."""

    SATISFACTION = "satisfaction"
    LEAD_TIME = "lead_time"
    CLARITY = "clarity"


class Unit(StrEnum):
    """Unit of a value: `share` a fraction, `days` calendar days, `points` the answers' own scale.

    `per_hundred` is a number of events for every 100 cases; unlike a share it can exceed 100. `net_points` is what is
    left of 100 answers when those against are taken from those in favour: from -100 to 100.
    """

    SHARE = "share"
    DAYS = "days"
    POINTS = "points"
    PER_HUNDRED = "per_hundred"
    NET_POINTS = "net_points"


BOUNDS: dict[Unit, tuple[float, float]] = {
    Unit.SHARE: (0.0, 1.0),
    Unit.DAYS: (0.0, math.inf),
    Unit.POINTS: (0.0, math.inf),
    Unit.PER_HUNDRED: (0.0, math.inf),
    Unit.NET_POINTS: (-100.0, 100.0),
}
"""Between which values a figure in a unit, and a target for it, can lie."""


class Direction(StrEnum):
    """Which way is better for the resident."""

    UP = "up"
    DOWN = "down"


class Cohort(StrEnum):
    """Which cases belong to a period: received, due, or decided in it.

    `received` leaves out who withdrew or was transferred; `arrived` holds everybody who was received. `due` goes by the
    term of the law, `service_due` by the term that the service promised.
    """

    RECEIVED = "received"
    ARRIVED = "arrived"
    DUE = "due"
    SERVICE_DUE = "service_due"
    DECIDED = "decided"


class Estimator(Protocol):
    """Reduces counted rows per group; see `metrics.estimate.FIGURES` for what comes back."""

    @property
    def method(self) -> str:
        """Name of the method as it is shown to people."""

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return the group columns plus `FIGURES`, one row a group."""


@runtime_checkable
class CurveEstimator(Estimator, Protocol):
    """An estimator that reads its figures off a curve, so that several of them can share one.

    `draw` gives the curve of counted rows per group, `read` the figures (as `figures` does) of a curve and its rows.
    Two estimators with the same `draw` read the same curve.
    """

    draw: Callable[[pl.DataFrame, list[str]], pl.DataFrame]

    def read(self, drawn: pl.DataFrame, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return the group columns plus `FIGURES`, one row a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One version of a definition: what it said and since when it is used."""

    version: int
    since: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """A definition. A change in anything that can move a number needs a raised `version` and a `Change`.

    Texts are English and are translated through the catalogues of `dashboard.wording`. `item` names the survey
    item for answers; `cohort` which cases belong to a period; `events` which events of the counts it is made of.
    `contrast` marks a figure that is shown only beside another one, because alone it misleads; it never gets a verdict.
    """

    name: str
    version: int
    measure: Measure
    record: Kind
    estimator: Estimator
    unit: Unit
    direction: Direction
    title: str
    why: str
    population: str
    formula: str
    source: str
    not_for: str
    reviewer: str
    history: tuple[Change, ...]
    item: str | None = None
    cohort: Cohort | None = None
    events: tuple[str, ...] = ()
    contrast: bool = False


IN_PROPORTION = Change(
    version=2,
    since="2026-11",
    what=(
        "Counts answers in proportion to who really came, wherever that is known by channel; "
        "the plain figure stays beside it."
    ),
)
"""The version with which answers came to count in proportion (`metrics.leading`); it touched several KPIs at once."""
