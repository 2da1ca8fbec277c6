"""What a project puts on record beside its targets must also satisfy: comparators, pilot, rebases, breaks."""

from __future__ import annotations

from collections.abc import Iterable

from config.problems import Problem, did_you_mean
from config.programme import Implementation, Pilot, Programme, Project
from metrics.kpis import KPIS
from metrics.periods import whole_months


def registration_problems(programme: Programme, project: Project, where: str) -> Iterable[Problem]:
    """Yield every problem; `where` names file and project, without the closing bracket."""
    yield from _implementation_problems(project.implementation, project, f"{where}.implementation]")
    yield from _comparator_problems(programme, project, f"{where}]")
    if project.pilot is not None:
        yield from _pilot_problems(programme, project.pilot, f"{where}.pilot]")
    for name, blocks in (("rebases", project.rebases), ("breaks", project.breaks)):
        for block in blocks:
            yield from _kpi_problems(block.kpis, f"{where}.{name}]")


def _implementation_problems(window: Implementation | None, project: Project, where: str) -> Iterable[Problem]:
    if window is None:
        return
    span = f"{window.start} to {window.end}"
    if not whole_months(window.start, window.end):
        sentence = f"{span} is not a run of whole months. Start on the first and end on the last day of a month."
        yield Problem(where=where, sentence=sentence)
    if project.started_on is None or window.start > project.started_on or window.end < project.started_on:
        start = project.started_on or "not given"
        sentence = f"{span} does not hold the start of the project ({start}). Let it begin on or before that day."
        yield Problem(where=where, sentence=sentence)


def _comparator_problems(programme: Programme, project: Project, where: str) -> Iterable[Problem]:
    of_projects = {service for one in programme.projects.values() for service in one.services}
    for service in project.comparators:
        if service in project.services:
            sentence = f"comparators: '{service}' is a service of this project. Name services that it does not change."
            yield Problem(where=where, sentence=sentence)
        elif service in of_projects:
            sentence = f"comparators: '{service}' has a project of its own. Name services that nobody is changing."
            yield Problem(where=where, sentence=sentence)
    if project.comparators and project.registered_on is None:
        sentence = "comparators: they must be chosen before the start. Say in 'registered_on' when that was."
        yield Problem(where=where, sentence=sentence)


def _pilot_problems(programme: Programme, pilot: Pilot, where: str) -> Iterable[Problem]:
    if pilot.segment not in programme.segments:
        sentence = f"segment: no segment '{pilot.segment}'. {did_you_mean(pilot.segment, programme.segments)}"
        yield Problem(where=where, sentence=sentence)
        return
    values = programme.segments[pilot.segment]
    for name, value in (("pilot", pilot.pilot), ("control", pilot.control)):
        if value not in values:
            sentence = f"{name}: no value '{value}' of segment {pilot.segment}. {did_you_mean(value, values)}"
            yield Problem(where=where, sentence=sentence)
    if pilot.pilot == pilot.control:
        yield Problem(where=where, sentence=f"pilot and control are both '{pilot.pilot}'. Name two groups.")


def _kpi_problems(kpis: Iterable[str], where: str) -> Iterable[Problem]:
    known = {kpi.name for kpi in KPIS}
    for name in kpis:
        if name not in known:
            yield Problem(where=where, sentence=f"kpis: no KPI '{name}'. {did_you_mean(name, known)}")
