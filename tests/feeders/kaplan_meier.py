"""Feeder for Kaplan-Meier curves: counted days with open cases, and what is read from them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from metrics.estimators.completed import CompletedWithinNorm, completed_percentile
from metrics.estimators.intervals import LEVEL, z_of
from metrics.estimators.restricted_mean import restricted_mean
from metrics.estimators.survival import curve, percentile, waiting_at

TOPIC = "06-kaplan-meier"

NOT_OURS = {
    "lifelines_raw": "What lifelines prints, with its last time for a limit that is not reached.",
    "note": "A remark, not a result.",
}

KNOWN = {"days_event_count", "level"}
ALL = ["all"]


def also_right(path: tuple[str, ...], _given: Mapping[str, Any], expected: Any, got: Any) -> bool:
    """Where S is 0 or 1 there is no variance to make limits of; lifelines then prints the share itself."""
    return path[0] == "share_within_norm" and path[2:3] == ("ci",) and got is None and expected in {0.0, 1.0}


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    if not set(given) <= KNOWN:
        raise NotImplementedError(sorted(set(given) - KNOWN))
    rows = cases(given["days_event_count"])
    drawn = curve(rows, ALL, z=z_of(given.get("level", LEVEL)))
    closed = rows.filter("closed")
    return {
        "n": rows["n"].sum(),
        "closed": closed["n"].sum(),
        "open": rows["n"].sum() - closed["n"].sum(),
        "percentiles": {name: _percentile(drawn, name) for name in asked.get("percentiles") or {}},
        "share_within_norm": {day: _within(drawn, int(day)) for day in asked.get("share_within_norm") or {}},
        "rmst": {day: _mean(drawn, int(day)) for day in asked.get("rmst") or {}},
        "completed_only_for_contrast": _completed(closed, asked.get("completed_only_for_contrast")),
    }


def cases(days_event_count: list[list[int]]) -> pl.DataFrame:
    schema = {"days": pl.Int64, "event": pl.Int64, "n": pl.Int64}
    rows = pl.DataFrame(days_event_count, schema=schema, orient="row").filter(pl.col("n") > 0)
    return rows.select("days", "n", all=pl.lit("all"), closed=pl.col("event") == 1)


def share_of(name: str) -> float:
    """Return 0.9 for p90."""
    return float(name.removeprefix("p")) / 100


def _percentile(drawn: pl.DataFrame, name: str) -> Mapping[str, Any]:
    for row in percentile(drawn, ALL, share=share_of(name)).rows(named=True):
        return {"time": _or_not_reached(row["value"]), "ci": [row["low"], _or_not_reached(row["high"])]}
    return {"time": None, "ci": [None, None]}


def _or_not_reached(day: float | None) -> float:
    return math.inf if day is None else day


def _within(drawn: pl.DataFrame, day: int) -> Mapping[str, Any]:
    for row in waiting_at(drawn, ALL, day=pl.lit(day)).rows(named=True):
        low, high = row["waiting_low"], row["waiting_high"]
        limits = [None, None] if low is None else [1 - high, 1 - low]
        return {"share_closed_within": 1 - row["waiting"], "ci": limits}
    return {"share_closed_within": None, "ci": [None, None]}


def _mean(drawn: pl.DataFrame, day: int) -> float | None:
    return next(iter(restricted_mean(drawn, ALL, day=pl.lit(day))["mean"]), None)


def _completed(closed: pl.DataFrame, asked: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if closed.is_empty():
        return None
    wanted = asked or {}
    percentiles = {
        name: completed_percentile(closed, ALL, share=share_of(name))["value"].item()
        for name in wanted
        if name != "share_within"
    }
    return {**percentiles, "share_within": {day: _done(closed, int(day)) for day in wanted.get("share_within") or {}}}


def _done(closed: pl.DataFrame, day: int) -> float | None:
    return CompletedWithinNorm().figures(closed.with_columns(norm_days=pl.lit(day)), ALL)["value"].item()
