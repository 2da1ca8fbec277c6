"""Reading `programme.toml`: every problem at once, each with the nearest right word."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError

from config.checks import programme_problems
from config.plainly import problem_of
from config.problems import ConfigurationError, Problem, did_you_mean
from config.programme import (
    Baseline,
    Break,
    Implementation,
    Pilot,
    Programme,
    ProgrammeFile,
    Project,
    Rebase,
    Text,
    folder_of,
)
from config.rhythm import rhythm_problems
from config.secrets import Secrets, name_problems
from connectors import CONNECTORS
from connectors.connector import Connector
from connectors.web.client import Limits

INJECTED = frozenset({"folder", "timezone", "secret", "limits"})
"""Fields of a connector that no block sets: the programme, the environment and this installation do."""

_OF_A_RUN = frozenset({"kind", "secret", "schedule", "full_every_days", "keep_records_months"})
"""Keys of a block that say how a source is run; `secret` names it where that is not the name of the source."""

_PLACEHOLDERS: Mapping[str, Any] = {
    "name": "unnamed",
    "title": {"nl": "", "en": ""},
    "services": ["unnamed"],
}
"""What stands in for a key that must be there, while the rest of a wrong file is checked."""


def load_programme(path: Path) -> Programme:
    """Read and check a programme file; ConfigurationError holds all that is wrong with it."""
    content = _parsed(path)
    problems: list[Problem] = []
    try:
        ProgrammeFile.model_validate(content)
    except ValidationError as error:
        problems.extend(_translated(error, path))
    blocks = {name: content[name] for name in ProgrammeFile.model_fields if isinstance(content.get(name), Mapping)}
    written = {**blocks.get("programme", {}), **{name: one for name, one in blocks.items() if name != "programme"}}
    programme = _programme(written, path, problems)
    problems.extend(_source_problems(content, path))
    if programme is not None:
        problems.extend(programme_problems(programme, path))
    if problems or programme is None:
        raise ConfigurationError(list(dict.fromkeys(problems)))
    return programme


def connectors_of(
    programme: Programme, path: Path, secrets: Secrets | None = None, limits: Limits | None = None
) -> Mapping[str, Connector]:
    """Make the connector of every source, by source name; the programme must have passed `load_programme`.

    `limits` are for what is asked over the network.
    """
    given = Secrets() if secrets is None else secrets
    return {
        name: _connector(
            block,
            folder=folder_of(path),
            timezone=programme.timezone,
            secret=given.of(str(block.get("secret", name))),
            limits=limits or Limits(),
        )
        for name, block in programme.sources.items()
    }


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problem = Problem(where=str(path), sentence="there is no such file. Give the path of a programme.toml.")
    except (OSError, UnicodeDecodeError) as error:
        problem = Problem(
            where=str(path), sentence=f"cannot be read ({type(error).__name__}). It must be a UTF-8 text file."
        )
    except tomllib.TOMLDecodeError as error:
        problem = Problem(where=str(path), sentence=f"is not TOML: {error}. Mend the line it names.")
    raise ConfigurationError([problem])


def _programme(written: Mapping[str, Any], path: Path, problems: list[Problem]) -> Programme | None:
    """Return the programme and add what is wrong with it; where a part is wrong, what the rest says."""
    try:
        return Programme.model_validate(written)
    except ValidationError as error:
        if problems and not written:
            return None  # there is no [programme] at all: that was said already
        problems.extend(_translated(error, path))
        # The names in the rest can be checked too, so that nobody has to mend the file twice.
        rest = deepcopy(dict(written))
        for one in error.errors():
            _mend(rest, one)
    try:
        return Programme.model_validate(rest)
    except ValidationError:
        return None


def _mend(written: dict[str, Any], error: Mapping[str, Any]) -> None:
    """Fill in what is missing and take out what is wrong, to read the rest."""
    *parents, name = [part for part in error["loc"] if part != "[key]"]
    if parents[-1:] == ["baseline"]:
        *parents, name = parents  # half a baseline says nothing
    place: Any = written
    for parent in parents:
        place = place.get(parent) if isinstance(place, dict) else None
    if not isinstance(place, dict):
        return
    if error["type"] == "missing" or name in _PLACEHOLDERS:
        place[name] = _PLACEHOLDERS.get(str(name), "")
    else:
        place.pop(name, None)


def _connector(block: Mapping[str, Any], **injected: object) -> Connector:
    kind = dict(CONNECTORS)[block["kind"]]
    settings = {key: value for key, value in block.items() if key not in _OF_A_RUN}
    wanted = {key: value for key, value in injected.items() if key in _names(kind)}
    adapter: TypeAdapter[Connector] = TypeAdapter(kind)
    return adapter.validate_python({**settings, **wanted})


def _names(kind: type[Connector]) -> set[str]:
    return {one.name for one in fields(kind)}  # type: ignore[arg-type] # every connector is a dataclass


def _source_problems(content: Mapping[str, Any], path: Path) -> Iterable[Problem]:
    sources = content.get("sources", {})
    for name, block in sources.items() if isinstance(sources, Mapping) else ():
        where = f"{path}, [sources.{name}]"
        kind = block.get("kind") if isinstance(block, Mapping) else None
        if not isinstance(kind, str) or kind not in dict(CONNECTORS):
            found = "no kind" if kind is None else f"no kind of source '{kind}'"
            yield Problem(where=where, sentence=f"{found}. {did_you_mean(str(kind), dict(CONNECTORS))}")
            continue
        yield from (
            Problem(where=where, sentence=sentence) for sentence in (*name_problems(name), *rhythm_problems(block))
        )
        try:
            # The time zone is a problem of the programme; here it is one that is always right.
            _connector(block, folder=folder_of(path), timezone="UTC", secret=Secrets().of(name))
        except ValidationError as error:
            allowed = _names(dict(CONNECTORS)[kind]) - INJECTED | _OF_A_RUN
            yield from (problem_of(one, where, allowed) for one in error.errors())


def _translated(error: ValidationError, path: Path) -> Iterable[Problem]:
    for one in error.errors():
        section, allowed = _section(one["loc"])
        yield problem_of(one, f"{path}{section}", allowed)


_BLOCKS: Mapping[str, type[BaseModel]] = {
    "baseline": Baseline,
    "implementation": Implementation,
    "pilot": Pilot,
    "rebases": Rebase,
    "breaks": Break,
}
"""The blocks within a project, by their names; the others are texts."""


def _section(location: Sequence[str | int]) -> tuple[str, Sequence[str]]:
    # The number of a block in a list is no part of its name.
    parents = [part for part in location[:-1] if isinstance(part, str)]
    model: type[BaseModel] | None = {
        (): ProgrammeFile if location and location[0] in ProgrammeFile.model_fields else Programme,
        ("projects", 2): Project,
        ("projects", 3): _BLOCKS.get(parents[-1]) if parents else None,
    }.get(() if not parents else (parents[0], len(parents)))
    own = not parents or parents[0] not in ProgrammeFile.model_fields
    shown = ".".join(["programme", *parents] if own else parents)
    return f", [{shown}]", list(model.model_fields) if model else list(Text.model_fields)
