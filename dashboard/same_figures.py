"""Two evaluations held against each other: where they say something else, to the last figure that is kept."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from metrics.store.looks import Findings

TOLERANCE = 1e-9
"""Adding up in another order changes the last digits of a fraction, and nothing that anybody sees."""

_TABLES: Mapping[str, Sequence[str]] = {
    "evidence": ("project", "kpi", "grain", "breakdown", "period_start"),
    "curves": ("project", "line", "days"),
    "left_out": ("project", "reason"),
    "published": ("project", "service", "month", "published"),
}
"""The tables of an evaluation, with what names a row of each."""

_JSON = "detail"


def differences(before: Findings, after: Findings) -> Iterator[str]:
    """Yield where two evaluations differ: which figure, and what it was and became."""
    for name, key in _TABLES.items():
        yield from _tables_differ(name, getattr(before, name), getattr(after, name), list(key))
    yield from _differ("spent", before.spent, after.spent)
    yield from _differ("exhibits", _exhibits(before), _exhibits(after))


def _tables_differ(name: str, before: pl.DataFrame, after: pl.DataFrame, key: list[str]) -> Iterator[str]:
    one, other = before.sort(key), after.sort(key)
    if one.equals(other):
        return
    for was, became in zip(one.iter_rows(named=True), other.iter_rows(named=True), strict=False):
        place = " ".join([name, *(str(was[column]) for column in key)])
        yield from _differ(place, _parsed(was), _parsed(became))
    if one.height != other.height:
        yield f"{name}: {one.height} rows became {other.height}"


def _parsed(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, _JSON: json.loads(row[_JSON])} if row.get(_JSON) else row


def _exhibits(found: Findings) -> Mapping[str, Any]:
    return {f"{one.project} {one.shown.value} {one.name}": one.content for one in found.exhibits}


def _differ(place: str, before: object, after: object) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            yield from _differ(f"{place}, {name}", before.get(name), after.get(name))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _differ(place, dict(enumerate(before)), dict(enumerate(after)))
    elif not _alike(before, after):
        yield f"{place}: {before} became {after}"


def _alike(before: object, after: object) -> bool:
    if isinstance(before, float) and isinstance(after, float):
        close = math.isclose(before, after, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        return close or (math.isnan(before) and math.isnan(after))
    return before == after
