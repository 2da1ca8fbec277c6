"""Agreement: what a project put on record, as the evidence needs to know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from metrics.periods import Period
from metrics.variation.rebase import Rebase


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A day on which a definition, a source or a system changed, for the KPIs named, or for all where none is."""

    on: date
    kpis: tuple[str, ...] = ()

    def touches(self, kpi: str) -> bool:
        """Tell whether figures of this KPI differ across the day."""
        return not self.kpis or kpi in self.kpis


@dataclass(frozen=True, slots=True, kw_only=True)
class KpiRebase:
    """A rebase of the control charts of the KPIs named, or of all where none is."""

    rebase: Rebase
    kpis: tuple[str, ...] = ()

    def touches(self, kpi: str) -> bool:
        """Tell whether the control chart of this KPI starts anew."""
        return not self.kpis or kpi in self.kpis


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotGroups:
    """The two values of a segment that a pilot compares, as breakdowns (`arm=new`); `by_lot` is who decided."""

    pilot: str
    control: str
    by_lot: bool
    registered_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What was put on record of a project. None: not given.

    `kpis` names the KPI that stands for each measure; `targets` is by KPI. `implementation` holds the months in which
    the new way was brought in. `comparators` are services without a project of their own. `others` are the starts of
    other projects on the same services.
    """

    project: str
    kpis: tuple[str, ...]
    started_on: date | None = None
    registered_on: date | None = None
    targets: Mapping[str, float] = field(default_factory=dict)
    implementation: Period | None = None
    comparators: tuple[str, ...] = ()
    pilot: PilotGroups | None = None
    rebases: tuple[KpiRebase, ...] = ()
    breaks: tuple[Break, ...] = ()
    others: tuple[date, ...] = ()

    @property
    def registered_before(self) -> bool:
        """Whether baseline and targets were put on record before the start."""
        return self.started_on is not None and self.registered_on is not None and self.registered_on <= self.started_on
