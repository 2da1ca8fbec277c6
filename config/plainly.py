"""Errors of a model in plain words: where, what was found, what is allowed, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from config.problems import Problem, did_you_mean

_PLAINLY: Mapping[str, str] = {
    "string_pattern_mismatch": "use small letters and digits, with hyphens between words",
    "too_short": "name at least one",
    "date_from_datetime_parsing": "write a day as 2026-01-31, without quotes",
    "date_from_datetime_inexact": "write a day as 2026-01-31, without quotes",
    "date_type": "write a day as 2026-01-31, without quotes",
    "dict_type": "write a block of keys and values",
    "mapping_type": "write a block of keys and values",
    "model_type": 'write a block of keys and values, such as { nl = "…", en = "…" }',
    "tuple_type": 'write a list, such as ["…"]',
    "string_type": "write a text, between quotes",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
    "decimal_parsing": "write a number, such as 640000",
}
"""What to do, for the errors whose usual text speaks to programmers."""


def problem_of(error: Mapping[str, Any], where: str, allowed: Iterable[str]) -> Problem:
    """Return one error of pydantic as a problem; `allowed` names the keys that the place where it stands may have."""
    name = str(error["loc"][-1]) if error["loc"] else ""
    if name == "[key]":
        return Problem(where=where, sentence=f"'{error['input']}' – {_PLAINLY.get(error['type'], error['msg'])}.")
    if error["type"] in {"extra_forbidden", "unexpected_keyword_argument"}:
        return Problem(where=where, sentence=f"no key '{name}'. {did_you_mean(name, allowed)}")
    if error["type"] in {"missing", "missing_argument"}:
        return Problem(where=where, sentence=f"the key '{name}' is missing. Add it.")
    found = error.get("input")
    told = f"'{found}' " if isinstance(found, str | int | float | date) else ""
    message = _PLAINLY.get(error["type"], str(error["msg"]).removeprefix("Value error, "))
    head = f"{name}: " if name else ""
    return Problem(where=where, sentence=f"{head}{told}{'– ' if told else ''}{message.removesuffix('.')}.")
