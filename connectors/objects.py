"""Objects of an answer as cells: what stands at a path in each of them, as text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
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
    good = [(number, one) for number, one in enumerate(listed, 1) if isinstance(one, dict)]
    there = [one for _, one in good]
    bad = [number for number, one in enumerate(listed, 1) if not isinstance(one, dict)]
    return Table(
        cells=pl.DataFrame(
            {name: _cells(there, path) for name, path in wanted.items()},
            schema=dict.fromkeys(wanted, pl.String()),
        ),
        lines=pl.Series([number for number, _ in good], dtype=pl.Int64),
        unreadable=pl.DataFrame({"line": bad, "found": None, "allowed": "{}"}, schema=UNREADABLE),
    )


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


def _cells(objects: Iterable[dict[str, Any]], path: Path) -> list[str | None]:
    if isinstance(path, str):
        return [text_of(one.get(path)) for one in objects]
    return [text_of(at(one, path)) for one in objects]
