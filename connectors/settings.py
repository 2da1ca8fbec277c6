"""What can be wrong with the settings of a source of records, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from connectors.cells import Reading
from connectors.columns import NOT_IN_SEGMENTS, ColumnRule, typed
from connectors.words import nearest
from metrics.records import OUTCOMES, SCALES, SCHEMAS, Kind

Given = str | list[str] | ColumnRule
"""How a column of ours is given in `columns`: their column, several of theirs, or a rule."""

NEEDED: Mapping[Kind, tuple[str, ...]] = {
    Kind.ANSWERS: ("source_id", "service", "item", "value", "scale", "answered_on"),
    Kind.CASES: ("source_id", "service", "received_on"),
    Kind.COUNTS: ("source_id", "service", "event", "happened_on"),
    Kind.SPENDING: ("source_id", "project", "booked_on", "amount"),
    Kind.PUBLISHED: ("source_id", "service", "item", "percent", "published_for"),
}
"""Columns without which `records.check` accepts no row of a kind; `n` is 1 where it is not given."""

COUNTED = (Kind.ANSWERS, Kind.CASES, Kind.COUNTS)
"""Kinds of which a row with `n` can be known by what it counts, without a `source_id`."""

_DAY_MARKS = ("%d", "%e", "%j", "%D", "%F", "%x", "%s", "%v", "%+")
_CODES: Mapping[str, Sequence[str]] = {"scale": tuple(SCALES), "outcome": OUTCOMES}


def rule(given: Given) -> ColumnRule:
    """The rule behind the short way to write it."""
    if isinstance(given, ColumnRule):
        return given
    return ColumnRule(column=given if isinstance(given, str) else given[0])


def named(given: Given) -> Sequence[str]:
    """Their columns that a column of ours is made of."""
    return given if isinstance(given, list) else [rule(given).column]


def column_problems(
    kind: Kind,
    *,
    columns: Mapping[str, Given],
    constants: Mapping[str, str | int],
    items: Mapping[str, object],
    segments: Mapping[str, str],
) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with the columns of a source."""
    sides = [*columns, *constants, *(("item", "value") if items else ()), *(("segments",) if segments else ())]
    schema = SCHEMAS[kind]
    unknown = [name for name in sides if name not in schema]
    yield from (f"'{name}' is no column of {kind.value}. {nearest(name, schema)}" for name in unknown)
    yield from (f"'{name}' is given more than once." for name in sorted(set(sides)) if sides.count(name) > 1)
    yield from _missing(kind, sides)
    yield from _several(columns)
    yield from _values(kind, {name: rule(given) for name, given in columns.items()}, constants)
    yield from segment_problems(segments)


def segment_problems(segments: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each segment of which the name cannot stand in `segments`."""
    wrong = [name for name in segments if set(name) & set(NOT_IN_SEGMENTS)]
    yield from (f"segment '{name}' may not contain {' or '.join(NOT_IN_SEGMENTS)}." for name in wrong)


def separator_problems(separator: str | None) -> Iterator[str]:
    """Yield a sentence when a separator is no single character."""
    if separator is not None and (len(separator) != 1 or separator in '"\r\n'):
        yield "separator is one character, such as ';'."


def zone_problems(timezone: str) -> Iterator[str]:
    """Yield a sentence when there is no such time zone."""
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"'{timezone}' is no time zone. Write it as 'Europe/Amsterdam'."


def _missing(kind: Kind, sides: Sequence[str]) -> Iterator[str]:
    counted = "n" in sides and kind in COUNTED
    absent = [name for name in NEEDED[kind] if name not in sides and not (name == "source_id" and counted)]
    if absent:
        names = ", ".join(absent)
        yield f"{kind.value} cannot be read without {names}: give each in `columns` or `constants`."


def _several(columns: Mapping[str, Given]) -> Iterator[str]:
    for name, given in columns.items():
        if isinstance(given, list) and (name != "source_id" or not given):
            yield f"'{name}' needs one column; only source_id may be made of several."


def _values(kind: Kind, rules: Mapping[str, ColumnRule], constants: Mapping[str, str | int]) -> Iterator[str]:
    for name, value in constants.items():
        yield from value_problems(kind, name, value, where="constants")
    for name, of in rules.items():
        for value in (of.map or {}).values():
            yield from value_problems(kind, name, value, where="map")
        if of.format is not None:
            yield from _format(kind, name, of.format)


def value_problems(kind: Kind, name: str, value: str | int, *, where: str) -> Iterator[str]:
    """Yield a sentence when a value in the settings cannot be one of this column."""
    dtype = SCHEMAS[kind].get(name)
    if dtype is None:
        return
    read = typed(pl.Series(name, [str(value)]), dtype, Reading(zone="UTC"))
    codes = _CODES.get(name)
    if read.reasons is not None or (codes and str(value) not in codes):
        yield f"{where}: '{value}' cannot be {name}. Allowed are: {', '.join(codes) if codes else read.allowed}."


def _format(kind: Kind, name: str, pattern: str) -> Iterator[str]:
    if SCHEMAS[kind].get(name) != pl.Date():
        yield f"'{name}' is not a day, so it has no format."
    elif not any(mark in pattern for mark in _DAY_MARKS):
        yield f"format '{pattern}' of '{name}' says not where the day stands. Write it as '%d-%m-%Y'."
