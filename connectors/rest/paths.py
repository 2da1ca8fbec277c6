"""Paths: what stands where in an answer, by JMESPath; plain names joined by points take a faster way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import jmespath
import polars as pl
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from jmespath.visitor import TreeInterpreter

from connectors.connector import SourceChangedError
from connectors.objects import table_of, text_of
from connectors.table import Table
from connectors.words import nearest

NO_VALUE = "{}"
"""What a cell becomes where a value should stand and none can be told: no date, number or known code."""

_FAILED = (ValueError, TypeError, ArithmeticError)
"""What JMESPath raises for a function that is given something else than it works on, among others."""


def path_problems(paths: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each path that cannot be read; `paths` has them by the name of the setting."""
    for setting, path in paths.items():
        try:
            tree = _tree(path)
        except JMESPathError:
            yield (
                f"{setting}: '{path}' is no JMESPath. Write names joined by points, such as 'data.score'; "
                'a name with other signs than letters, digits and _ stands between ", such as \'data."q-1"\'.'
            )
        else:
            unknown = [name for name in _functions(tree) if name not in Functions.FUNCTION_TABLE]
            known = sorted(Functions.FUNCTION_TABLE)
            yield from (f"{setting}: there is no function '{name}'. {nearest(name, known)}" for name in unknown)


def plain(path: str) -> tuple[str, ...] | None:
    """Return the names on the way to a value where the path is no more than that, None for any other."""
    return _names(_tree(path))


def at(data: object, path: str, *, where: str) -> Any:  # noqa: ANN401 - whatever the source sent
    """Return what stands at a path in an answer; None where nothing does."""
    try:
        return TreeInterpreter().visit(_tree(path), data)
    except _FAILED:
        sentence = f"'{path}' cannot be worked out on this answer. Change this path in the settings of the source."
        raise SourceChangedError(where, sentence) from None


def there(data: object, path: str) -> bool:
    """Tell whether a plain path leads to something in an answer, be it null."""
    names = plain(path)
    if not names:
        return False
    for name in names:
        if not isinstance(data, dict) or name not in data:
            return False
        data = data[name]
    return True


def cells_at(rows: Sequence[object], paths: Iterable[str]) -> Table:
    """Return what stands at each path in each row, as text, under the path itself as name."""
    wanted = {path: plain(path) for path in paths}
    table = table_of(rows, {path: names for path, names in wanted.items() if names})
    others = [path for path, names in wanted.items() if not names]
    if not others:
        return table
    good = [one for one in rows if isinstance(one, dict)]
    searched = [pl.Series(path, _searched(good, path), dtype=pl.String()) for path in others]
    return Table(
        cells=pl.DataFrame([*table.cells.get_columns(), *searched]),
        lines=table.lines,
        unreadable=table.unreadable,
    )


def _searched(rows: Sequence[object], path: str) -> list[str | None]:
    # One interpreter for all rows: making one for each takes longer than the search.
    visit, tree = TreeInterpreter().visit, _tree(path)
    found: list[str | None] = []
    for row in rows:
        try:
            found.append(text_of(visit(tree, row)))
        except _FAILED:
            found.append(NO_VALUE)
    return found


def _tree(path: str) -> Mapping[str, Any]:
    tree: Mapping[str, Any] = jmespath.compile(path).parsed
    return tree


def _names(tree: Mapping[str, Any]) -> tuple[str, ...] | None:
    if tree["type"] == "field":
        return (tree["value"],)
    if tree["type"] != "subexpression":
        return None
    parts = [_names(part) for part in tree["children"]]
    return None if None in parts else tuple(name for part in parts for name in part or ())


def _functions(tree: Mapping[str, Any]) -> Iterator[str]:
    if tree["type"] == "function_expression":
        yield tree["value"]
    for part in tree["children"]:
        yield from _functions(part)
