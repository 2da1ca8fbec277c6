"""JSON objects as a table: an array of them, or one on each line; values as text, exactly as written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

import polars as pl

from connectors.connector import SourceChangedError
from connectors.table import UNREADABLE, Table, decoded, require

_NAMES_LOOKED_AT = 1000
"""Objects whose names are looked at to tell whether a column exists: an object may leave empty ones out."""

_LONGEST_EXPONENT = len("+99")


def json_array(raw: bytes, wanted: Sequence[str], *, where: str, encoding: str) -> Table:
    """Read an array of objects, or an object a line when it is no array; `lines` numbers the objects from 1."""
    text = decoded(raw, where=where, encoding=encoding)
    if not text.lstrip().startswith("["):
        return json_lines(raw, wanted, where=where, encoding=encoding)
    try:
        found = _load(text)
    except ValueError as error:
        place = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "nested too deep"
        sentence = f"this is not JSON ({place}). An array of objects is needed. Ask for the file again."
        raise SourceChangedError(where, sentence) from error
    objects = found if isinstance(found, list) else [found]
    return _table(enumerate(objects, 1), wanted, where=where)


def json_lines(raw: bytes, wanted: Sequence[str], *, where: str, encoding: str) -> Table:
    """Read an object a line; a line that is no object is set aside, an empty line is no row."""
    text = decoded(raw, where=where, encoding=encoding)
    lines = ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())
    return _table(((number, _loaded_or_none(line)) for number, line in lines), wanted, where=where)


def _table(values: Iterable[tuple[int, object]], wanted: Sequence[str], *, where: str) -> Table:
    numbered = list(values)
    good = [(number, value) for number, value in numbered if isinstance(value, dict)]
    bad = [number for number, value in numbered if not isinstance(value, dict)]
    if bad and not good:
        sentence = "this is not an array of JSON objects, nor a JSON object on each line. Ask for the file again."
        raise SourceChangedError(where, sentence)
    _require(wanted, [value for _, value in good], where=where)
    return Table(
        cells=pl.DataFrame(
            {name: [_text(value.get(name)) for _, value in good] for name in wanted},
            schema=dict.fromkeys(wanted, pl.String()),
        ),
        lines=pl.Series([number for number, _ in good], dtype=pl.Int64),
        unreadable=pl.DataFrame({"line": bad, "found": None, "allowed": "{}"}, schema=UNREADABLE),
    )


def _require(wanted: Sequence[str], values: Sequence[Mapping[str, object]], *, where: str) -> None:
    there = {name: None for value in values[:_NAMES_LOOKED_AT] for name in value}
    if values and not there.keys() >= set(wanted):
        there = {name: None for value in values for name in value}
        require(wanted, list(there), where=where)


def _loaded_or_none(line: str) -> object:
    try:
        return _load(line)
    except ValueError:
        return None


def _load(text: str) -> object:
    # Numbers stay the text they were: 0.1 is not a float on its way to a Decimal. NaN is a missing number.
    try:
        return json.loads(text, parse_float=_plain_number, parse_int=str, parse_constant=lambda _: None)
    except RecursionError as error:
        raise ValueError(text[:0]) from error


def _plain_number(text: str) -> str:
    exponent = text.lower().partition("e")[2]
    # 1e999999 written out would fill the memory.
    written_out = exponent and len(exponent) <= _LONGEST_EXPONENT
    return f"{Decimal(text):f}" if written_out else text


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value)
