"""Reading `programme.toml`: every problem at once, each with the nearest right word."""

from __future__ import annotations

import calendar
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from pydantic import BaseModel, TypeAdapter, ValidationError

from config.problems import ConfigurationError, Problem, did_you_mean
from config.programme import Programme, ProgrammeFile, Project, Text, folder_of
from connectors import CONNECTORS
from connectors.connector import Connector
from metrics.kpi import Measure
from metrics.kpis import KPIS

_INJECTED = frozenset({"folder", "timezone"})


def load_programme(path: Path) -> Programme:
    """Read and check a programme file; ConfigurationError holds all that is wrong with it."""
    content = _parsed(path)
    problems: list[Problem] = []
    try:
        blocks = ProgrammeFile.model_validate(content)
        programme = Programme.model_validate(
            {**blocks.programme, **blocks.model_dump(exclude={"programme"}, exclude_defaults=True)},
        )
    except ValidationError as error:
        raise ConfigurationError([*_translated(error, path), *_source_problems(content, path)]) from error
    problems = [*_source_problems(content, path), *_project_problems(programme, path), *_zone_problems(programme, path)]
    if problems:
        raise ConfigurationError(problems)
    return programme


def connectors_of(programme: Programme, path: Path) -> Mapping[str, Connector]:
    """Make the connector of every source, by source name; the programme must have passed `load_programme`."""
    return {
        name: _connector(block, folder=folder_of(path), timezone=programme.timezone)
        for name, block in programme.sources.items()
    }


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        problem = Problem(where=str(path), sentence="there is no such file. Give the path of a programme.toml.")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(where=str(path), sentence=f"cannot be read ({type(error).__name__}). It must be a UTF-8 text file.")
    except tomllib.TOMLDecodeError as error:
        problem = Problem(where=str(path), sentence=f"is not TOML: {error}. Mend the line it names.")
    raise ConfigurationError([problem])


def _connector(block: Mapping[str, Any], *, folder: Path, timezone: str) -> Connector:
    kinds = dict(CONNECTORS)
    settings = {key: value for key, value in block.items() if key != "kind"}
    adapter: TypeAdapter[Connector] = TypeAdapter(kinds[block["kind"]])
    return adapter.validate_python({**settings, "folder": folder, "timezone": timezone})


def _source_problems(content: Mapping[str, Any], path: Path) -> Iterable[Problem]:
    sources = content.get("sources", {})
    zone = content.get("programme", {}).get("timezone", "Europe/Amsterdam")
    if not isinstance(sources, Mapping):
        return
    for name, block in sources.items():
        where = f"{path}, [sources.{name}]"
        kind = block.get("kind") if isinstance(block, Mapping) else None
        if kind not in dict(CONNECTORS):
            found = "no kind" if kind is None else f"no kind of source '{kind}'"
            yield Problem(where=where, sentence=f"{found}. {did_you_mean(str(kind), dict(CONNECTORS))}")
            continue
        try:
            _connector(block, folder=folder_of(path), timezone=zone)
        except ValidationError as error:
            allowed = {field.name for field in fields(dict(CONNECTORS)[kind])} - _INJECTED | {"kind"}
            yield from (_problem(one, where, allowed) for one in error.errors())


def _translated(error: ValidationError, path: Path) -> Iterable[Problem]:
    for one in error.errors():
        section, allowed = _section(one["loc"])
        yield _problem(one, f"{path}{section}", allowed)


def _section(location: Sequence[str | int]) -> tuple[str, Sequence[str]]:
    parents = [str(part) for part in location[:-1]]
    model: type[BaseModel] | None = {
        (): ProgrammeFile if location and location[0] in ProgrammeFile.model_fields else Programme,
        ("projects", 2): Project,
    }.get(() if not parents else (parents[0], len(parents)))
    shown = f", [{'.'.join(parents)}]" if parents else ", [programme]"
    return shown, list(model.model_fields) if model else list(Text.model_fields)


def _problem(error: Mapping[str, Any], where: str, allowed: Iterable[str]) -> Problem:
    name = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return Problem(where=where, sentence=f"no key '{name}'. {did_you_mean(name, allowed)}")
    if error["type"] in {"missing", "missing_argument"}:
        return Problem(where=where, sentence=f"the key '{name}' is missing. Add it.")
    found = error.get("input")
    told = f"'{found}' " if isinstance(found, str | int | float | date) else ""
    message = str(error["msg"]).removeprefix("Value error, ")
    return Problem(where=where, sentence=f"{name}: {told}{'– ' if told else ''}{message}.".replace("..", "."))


def _zone_problems(programme: Programme, path: Path) -> Iterable[Problem]:
    if programme.timezone not in available_timezones():
        hint = did_you_mean(programme.timezone, {"Europe/Amsterdam", "Europe/London", "Europe/Brussels", "UTC"})
        yield Problem(where=f"{path}, [programme]", sentence=f"no time zone '{programme.timezone}'. {hint}")


def _project_problems(programme: Programme, path: Path) -> Iterable[Problem]:
    names = [kpi.name for kpi in KPIS if not kpi.contrast]
    measures = {kpi.name: kpi.measure for kpi in KPIS}
    for slug, project in programme.projects.items():
        where = f"{path}, [projects.{slug}"
        for name in project.targets:
            if name not in names:
                yield Problem(where=f"{where}.targets]", sentence=f"no KPI '{name}'. {did_you_mean(name, names)}")
        for measure, name in project.headline.items():
            if measure not in set(Measure):
                yield Problem(where=f"{where}.headline]", sentence=f"no measure '{measure}'. {did_you_mean(measure, Measure)}")
            elif measures.get(name) != measure or name not in names:
                fitting = [one for one in names if measures[one] == measure]
                yield Problem(where=f"{where}.headline]", sentence=f"no KPI '{name}' of {measure}. {did_you_mean(name, fitting)}")
        if project.baseline and not _whole_months(project.baseline.start, project.baseline.end):
            sentence = (
                f"{project.baseline.start} to {project.baseline.end} is not a run of whole months. "
                "Start on the first and end on the last day of a month."
            )
            yield Problem(where=f"{where}.baseline]", sentence=sentence)


def _whole_months(start: date, end: date) -> bool:
    return start < end and start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]
