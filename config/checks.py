"""What a programme must also satisfy: names that exist, whole months, a time zone; all problems, not the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from zoneinfo import available_timezones

from config.problems import Problem, did_you_mean
from config.programme import Baseline, Programme, Project
from config.registration_checks import registration_problems
from metrics.kpi import BOUNDS, Kpi, Measure, Unit
from metrics.kpis import KPIS
from metrics.periods import whole_months

_NEAR_ZONES = ("Europe/Amsterdam", "Europe/Brussels", "Europe/London", "UTC")


def programme_problems(programme: Programme, path: Path) -> Iterable[Problem]:
    """Yield every problem of a programme whose blocks and keys are right in themselves."""
    for code in programme.digital:
        if code not in programme.channels:
            hint = did_you_mean(code, programme.channels)
            yield Problem(where=f"{path}, [programme]", sentence=f"digital: no channel '{code}'. {hint}")
    if programme.timezone not in available_timezones():
        hint = did_you_mean(programme.timezone, _NEAR_ZONES)
        yield Problem(where=f"{path}, [programme]", sentence=f"no time zone '{programme.timezone}'. {hint}")
    for name, project in programme.projects.items():
        where = f"{path}, [projects.{name}"
        yield from _target_problems(project, where)
        yield from _headline_problems(project, where)
        yield from _baseline_problems(project.baseline, project.started_on, where)
        yield from registration_problems(programme, project, where)


def _target_problems(project: Project, where: str) -> Iterable[Problem]:
    kpis = {kpi.name: kpi for kpi in _shown()}
    for name, target in project.targets.items():
        sentence = f"no KPI '{name}'. {did_you_mean(name, kpis)}" if name not in kpis else _off_unit(kpis[name], target)
        if sentence:
            yield Problem(where=f"{where}.targets]", sentence=sentence)


def _off_unit(kpi: Kpi, target: float) -> str | None:
    low, high = BOUNDS[kpi.unit]
    if low <= target <= high:
        return None
    return f"{kpi.name}: '{target:g}' {_OFF_UNIT[kpi.unit].format(low=low, high=high)}"


_OFF_UNIT: Mapping[Unit, str] = {
    Unit.SHARE: "is not between {low:g} and {high:g}. Write a share as a fraction: 0.80 for 80 %.",
    Unit.DAYS: "is below zero. Write a number of days.",
    Unit.POINTS: "is below zero. Write a number of points on the scale of the answers.",
    Unit.PER_HUNDRED: "is below zero. Write a number for every 100 applications.",
    Unit.NET_POINTS: "is not between {low:g} and {high:g}. Write the score in points.",
}
"""What is said of a target outside the bounds of its unit."""


def _headline_problems(project: Project, where: str) -> Iterable[Problem]:
    for measure, name in project.headline.items():
        fitting = [kpi.name for kpi in _shown() if kpi.measure == measure]
        if measure not in set(Measure):
            sentence = f"no measure '{measure}'. {did_you_mean(measure, Measure)}"
            yield Problem(where=f"{where}.headline]", sentence=sentence)
        elif name not in fitting:
            sentence = f"no KPI '{name}' of {measure}. {did_you_mean(name, fitting)}"
            yield Problem(where=f"{where}.headline]", sentence=sentence)


def _baseline_problems(baseline: Baseline | None, started_on: date | None, where: str) -> Iterable[Problem]:
    if baseline is None:
        return
    span = f"{baseline.start} to {baseline.end}"
    if not whole_months(baseline.start, baseline.end):
        sentence = f"{span} is not a run of whole months. Start on the first and end on the last day of a month."
        yield Problem(where=f"{where}.baseline]", sentence=sentence)
    if started_on is not None and baseline.end >= started_on:
        sentence = f"{span} reaches past the start of the project ({started_on}). End it before that day."
        yield Problem(where=f"{where}.baseline]", sentence=sentence)


def _shown() -> list[Kpi]:
    return [kpi for kpi in KPIS if not kpi.contrast]
