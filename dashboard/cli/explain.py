"""`uitkomst explain`: a definition in plain words."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence

from config.load import load_programme
from config.programme import Programme
from dashboard.cli.desk import Desk
from dashboard.cli.exits import Exit
from dashboard.compose.method import definition
from dashboard.views.method import Definition
from dashboard.wording.figures import level_text
from dashboard.wording.words import Words
from metrics.kpi import Kpi
from metrics.kpis import KPIS
from metrics.kpis import kpi as kpi_of


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Print one definition or all; with a programme also the goals that its projects have for it."""
    programme = None if arguments.programme is None else load_programme(arguments.programme)
    kpis = [kpi_of(arguments.kpi)] if arguments.kpi else list(KPIS)
    if arguments.json:
        desk.out.file.write(
            json.dumps([_as_json(desk.words, one) for one in kpis], indent=1, ensure_ascii=False) + "\n"
        )
        return Exit.DONE
    for one in kpis:
        for line in _lines(definition(desk.words, one)) + _goals(desk.words, one, programme):
            desk.out.print(line, markup=False)
        desk.out.print()
    return Exit.DONE


def _lines(told: Definition) -> list[str]:
    head = [f"{told.title} ({told.name})", told.why]
    facts = [f"  {label}: {text}" for label, text in told.facts]
    contrast = [f"  {told.contrast}"] if told.contrast else []
    return [*head, *facts, *contrast, *(f"  {line}" for line in told.history)]


def _goals(words: Words, kpi: Kpi, programme: Programme | None) -> list[str]:
    projects: Sequence[tuple[str, float]] = [
        (words.text(project.title), project.targets[kpi.name])
        for project in (programme.projects.values() if programme else ())
        if kpi.name in project.targets
    ]
    return [f"  {title}: {words.say('goal {value}', value=level_text(words, goal, kpi))}" for title, goal in projects]


def _as_json(words: Words, kpi: Kpi) -> dict[str, object]:
    told = definition(words, kpi)
    return {
        "kpi": kpi.name,
        "kpi_version": kpi.version,
        "measure": kpi.measure.value,
        "title": told.title,
        "why": told.why,
        "population": words.say(kpi.population),
        "formula": words.say(kpi.formula),
        "unit": kpi.unit.value,
        "direction": kpi.direction.value,
        "method": kpi.estimator.method,
        "source": words.say(kpi.source),
        "not_for": words.say(kpi.not_for),
        "reviewer": kpi.reviewer,
        "contrast": kpi.contrast,
        "history": [{"version": one.version, "since": one.since, "what": words.say(one.what)} for one in kpi.history],
    }
