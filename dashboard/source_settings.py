"""Settings of a source as a person writes them in one line, `key = value`, and what a kind of source wants of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from config.load import INJECTED
from connectors import CONNECTORS

Block = dict[str, Any]

_HALVES = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^"=])*)=(.*)', re.DOTALL)
"""A key and a value. In a quoted part of the key `=` is a sign like any other, and `\\"` does not end it."""


def required(kind: str) -> Sequence[str]:
    """Return the keys that a block of this kind must have."""
    return [
        _written(kind, one.name)
        for one in fields(dict(CONNECTORS)[kind])  # type: ignore[arg-type] # every connector is a dataclass
        if one.default is MISSING and one.default_factory is MISSING and one.name not in INJECTED
    ]


def has_secret(kind: str) -> bool:
    """Tell whether sources of this kind can have a secret."""
    return "secret" in {one.name for one in fields(dict(CONNECTORS)[kind])}  # type: ignore[arg-type] # as above


def put(block: Block, kind: str, line: str, *, under: str | None = None) -> None:
    """Add a line `key = value` to a block; ValueError where it is none.

    A key may lie in another: `services.ZT-PARK = parking`; what stands between quotes is one key, and where the dots
    tell nothing (an address) all behind the first is. `under` is the key in which all of it lies. The value is TOML,
    or a text as it stands: where only a text can stand it is never read as a number.
    """
    key, value = _halves(line)
    path = _path(kind, key) if under is None else [under, *_inner(key)]
    place = block
    for name in path[:-1]:
        inner = place.setdefault(name, {})
        if not isinstance(inner, dict):
            message = f"{name} has a value already: it cannot hold {path[-1]} too."
            raise ValueError(message)  # noqa: TRY004 - what the person wrote is wrong, not our types
        place = inner
    place[path[-1]] = read_value(value, is_text=_is_text(_hint(kind, path)))


def read_value(text: str, *, is_text: bool) -> object:
    """Return what a value says: TOML where it is, otherwise the text itself."""
    stripped = text.strip()
    quoted = stripped[:1] in {'"', "'"}
    if is_text and not quoted:
        return stripped
    try:
        read = tomllib.loads(f"value = {stripped}")
    except tomllib.TOMLDecodeError:
        return stripped
    # More than one key: there was a line break in it, and it was no value.
    return read["value"] if len(read) == 1 else stripped


def _halves(line: str) -> tuple[str, str]:
    found = _HALVES.fullmatch(line)
    key, value = (half.strip() for half in found.groups()) if found else ("", "")
    if not (key and value):
        message = "write it as key=value."
        raise ValueError(message)
    return key, value


def _path(kind: str, key: str) -> Sequence[str]:
    head, _, rest = key.partition(".")
    whole = [head, rest] if rest else [head]
    read = _dotted(key)
    # In a map from texts to texts a dot is part of the code.
    flat = '"' not in key and _is_text(_hint(kind, whole))
    return whole if read is None or flat else read


def _inner(key: str) -> Sequence[str]:
    """Return a key within another: one name, dots or not, unless it stands between quotes."""
    read = _dotted(key) if key.startswith(('"', "'")) else None
    return [key] if read is None else read


def _dotted(key: str) -> Sequence[str] | None:
    try:
        read = tomllib.loads(f"{key} = 0")
    except tomllib.TOMLDecodeError:
        return None
    found: list[str] = []
    place: object = read
    while isinstance(place, dict) and len(place) == 1:
        ((name, place),) = place.items()
        found.append(name)
    return found if place == 0 else None


def _written(kind: str, name: str) -> str:
    """Return the name of a field as it stands in a block."""
    hint = get_type_hints(dict(CONNECTORS)[kind], include_extras=True)[name]
    told = [one.alias for one in getattr(hint, "__metadata__", ()) if isinstance(one, FieldInfo) and one.alias]
    return told[0] if told else name


def _hint(kind: str, path: Iterable[str]) -> object:
    """Return the type of what stands at a path in a block; None where nothing tells it."""
    place: object = dict(CONNECTORS)[kind]
    for name in path:
        place = _step(_bare(place), name)
    return _bare(place)


def _step(place: object, name: str) -> object:
    if is_dataclass(place) and isinstance(place, type):
        return get_type_hints(place).get(name)
    inner = get_args(place)
    return inner[1] if get_origin(place) is not None and len(inner) == 2 and _is_mapping(place) else None  # noqa: PLR2004


def _is_mapping(hint: object) -> bool:
    origin = get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _bare(hint: object) -> object:
    """Return a type without what may be left out and what is said about it."""
    if get_origin(hint) is Annotated:
        return _bare(get_args(hint)[0])
    if get_origin(hint) in {Union, UnionType}:
        kinds = [one for one in get_args(hint) if one is not NoneType]
        return _bare(kinds[0]) if len(kinds) == 1 else hint
    return hint


def _is_text(hint: object) -> bool:
    if get_origin(hint) is Literal:
        return all(isinstance(one, str) for one in get_args(hint))
    return isinstance(hint, type) and issubclass(hint, str | Enum)
