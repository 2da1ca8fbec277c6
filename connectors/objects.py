"""Objects of an answer as cells: what stands at a path in each of them, as text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from connectors.connector import Page, SourceChangedError
from connectors.local import content
from connectors.table import UNREADABLE, Table

Path = str | tuple[str, ...]
"""A name, or the names on the way to a value inside other objects."""


def loaded(page: Page) -> Any:  # noqa: ANN401 - whatever the source sent
    """Return the body of a page read as JSON; `fetch` has read it before, so that anything else is our mistake."""
    try:
        return orjson.loads(content(page))
    except ValueError:
        sentence = "this page is no JSON. Read the source again; report it where that does not help."
        raise SourceChangedError(page.name, sentence) from None


def table_of(objects: object, wanted: Mapping[str, Path]) -> Table:
    """Return the cells of objects by our own names, as text; `lines` counts the objects from 1.

    What is not there is null, and so is null itself. A list or an object where a value should stand becomes the text
    `[]` or `{}`, which is no date, number or known code, so that its row is rejected. What is no object at all is set
    aside as unreadable.
    """
    listed = objects if isinstance(objects, list) else []
    there = [one for one in listed if isinstance(one, dict)]
    cells = pl.DataFrame([pl.Series(name, _cells(there, path), dtype=pl.String) for name, path in wanted.items()])
    if len(there) == len(listed):
        return Table(cells=cells, lines=pl.int_range(1, len(listed) + 1, dtype=pl.Int64, eager=True))
    numbers = pl.Series([number for number, one in enumerate(listed, 1) if isinstance(one, dict)], dtype=pl.Int64)
    bad = [number for number, one in enumerate(listed, 1) if not isinstance(one, dict)]
    unreadable = pl.DataFrame({"line": bad, "found": None, "allowed": "{}"}, schema=UNREADABLE)
    return Table(cells=cells, lines=numbers, unreadable=unreadable)


def text_of(value: object) -> str | None:
    """Return a value as the text of a cell."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return "[]" if isinstance(value, list) else "{}"


def at(one: object, path: Path) -> object:
    """Return what stands at a path in an object; None where the way breaks off."""
    for name in (path,) if isinstance(path, str) else path:
        if not isinstance(one, dict):
            return None
        one = one.get(name)
    return one


def digest(parts: Sequence[object]) -> str:
    """Return a short name for a wording: the same for the same words and codes."""
    written = orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(written).hexdigest()[:12]


def _cells(objects: Sequence[dict[str, Any]], path: Path) -> list[str | None]:
    *way, name = (path,) if isinstance(path, str) else path
    for step in way:
        objects = [inner if isinstance(inner := one.get(step), dict) else {} for one in objects]
    found = [one.get(name) for one in objects]
    # Most of what sources send is text: only what is not asks for a call.
    return [one if one is None or type(one) is str else text_of(one) for one in found]
