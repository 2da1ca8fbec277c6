"""Scoping: the projects of a programme file as the arithmetic needs to know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from config.programme import Programme, Project
from config.programme import Rebase as WrittenRebase
from dashboard.findings import headline_kpis
from metrics.evidence.agreement import Agreement, Break, KpiRebase, PilotGroups
from metrics.periods import Period
from metrics.scope import Scope
from metrics.variation.rebase import Rebase


def scopes_of(programme: Programme, *, asked: date | None, today: date) -> Sequence[Scope]:
    """Return the scope of every project, as seen on the day asked for or else its own."""
    return [_scope(programme, name, project, asked=asked, today=today) for name, project in programme.projects.items()]


def agreements_of(programme: Programme) -> Mapping[str, Agreement]:
    """Return what every project has put on record, by project."""
    return {name: _agreement(programme, name, project) for name, project in programme.projects.items()}


def _scope(programme: Programme, name: str, project: Project, *, asked: date | None, today: date) -> Scope:
    baseline = project.baseline
    return Scope(
        project=name,
        services=project.services,
        as_of=programme.as_of_for(project, asked=asked, today=today),
        norm_days=project.norm_days,
        baseline=Period(start=baseline.start, end=baseline.end) if baseline else None,
        fresh_within_days=programme.fresh_within_days,
    )


def _agreement(programme: Programme, name: str, project: Project) -> Agreement:
    window, pilot = project.implementation, project.pilot
    return Agreement(
        project=name,
        kpis=tuple(kpi.name for kpi in headline_kpis(project)),
        started_on=project.started_on,
        registered_on=project.registered_on,
        targets=dict(project.targets),
        implementation=Period(start=window.start, end=window.end) if window else None,
        comparators=project.comparators,
        pilot=None
        if pilot is None
        else PilotGroups(
            pilot=f"{pilot.segment}={pilot.pilot}",
            control=f"{pilot.segment}={pilot.control}",
            by_lot=pilot.by_lot,
            registered_on=pilot.registered_on,
        ),
        rebases=tuple(KpiRebase(rebase=_rebase(one), kpis=one.kpis) for one in project.rebases),
        breaks=tuple(Break(on=one.on, kpis=one.kpis) for one in project.breaks),
        others=_others(programme, name, project),
    )


def _rebase(written: WrittenRebase) -> Rebase:
    return Rebase(on=written.on, reason=written.reason.nl, who=written.who, decided_on=written.decided_on)


def _others(programme: Programme, name: str, project: Project) -> tuple[date, ...]:
    """Return the starts of other projects that work on one of the same services."""
    return tuple(
        other.started_on
        for title, other in programme.projects.items()
        if title != name and other.started_on is not None and set(other.services) & set(project.services)
    )
