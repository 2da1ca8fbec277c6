"""Feeder for competing outcomes: counted days with the state in which each case ended."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from metrics.estimators.competing import incidence, incidence_at
from metrics.estimators.survival import curve, waiting_at

TOPIC = "22-withdrawn-competing"

ALL = ["all"]
NORMS = [28, 56, 98]
"""Four weeks, eight weeks and fourteen weeks: the days at which the other results on lead time are given."""


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    if not set(given) <= {"days_state_count", "states", "at"}:
        raise NotImplementedError(sorted(given))
    names = dict(state.split(" ", 1) for state in given["states"])
    outcomes = [name for code, name in names.items() if code != "0"]
    rows = _cases(given["days_state_count"], names)
    at = given.get("at") or _days(rows, _length(asked))
    found = {name: _read(rows, name, at) for name in outcomes}
    decided = outcomes[0]
    alone = curve(rows.with_columns(closed=pl.col("ended").eq_missing(decided)), ALL)
    shares = {name: read["share"].to_list() for name, read in found.items()}
    errors = {f"se_{name}": read["variance"].sqrt().to_list() for name, read in found.items()}
    as_open = [1 - waiting_at(alone, ALL, day=pl.lit(day))["waiting"].item() for day in at]
    others = {f"km_treating_{name}_as_open": as_open for name in outcomes[1:]}
    return {"at": at, **shares, **errors, **others, "still_open": found[decided]["still_open"].to_list()}


def _cases(days_state_count: list[list[int]], names: Mapping[str, str]) -> pl.DataFrame:
    schema = {"days": pl.Int64, "state": pl.Int64, "n": pl.Int64}
    ended = {int(code): None if code == "0" else name for code, name in names.items()}
    rows = pl.DataFrame(days_state_count, schema=schema, orient="row")
    return rows.select(
        "days", "n", all=pl.lit("all"), ended=pl.col("state").replace_strict(ended, return_dtype=pl.String)
    )


def _read(rows: pl.DataFrame, outcome: str, at: list[int]) -> pl.DataFrame:
    drawn = incidence(rows, ALL, outcome=outcome)
    return pl.concat(incidence_at(drawn, ALL, day=day) for day in at)


def _length(asked: Mapping[str, Any]) -> int:
    return next(len(shape) for shape in asked.values() if isinstance(shape, list))


def _days(rows: pl.DataFrame, length: int) -> list[int]:
    """Return the days that are meant where the case does not name them.

    Those on which cases ended in two ways, for it is about ties; or the norms, where the cases go so far.
    """
    ways = rows.group_by("days").agg(pl.col("ended").n_unique()).filter(pl.col("ended") > 1)["days"].sort().to_list()
    norms = NORMS if rows["days"].max() >= NORMS[-1] else []
    for days in (ways, norms):
        if len(days) == length:
            return days
    raise NotImplementedError(length)
