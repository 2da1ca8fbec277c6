"""Rows of evidence as the claims read them: those of now and of the baseline, and what their detail tells."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from metrics.breakdowns import EVERYBODY
from metrics.kpi import Kpi
from metrics.periods import Grain, latest_complete
from metrics.scope import Scope

Row = Mapping[str, Any]
"""A row of `metrics.evaluate.EVIDENCE`."""


def rows_of(
    evidence: pl.DataFrame, kpi: Kpi, scopes: Sequence[Scope], grain: Grain
) -> Mapping[str, tuple[Row | None, Row | None]]:
    """Return per project the evidence of everybody now, and in the baseline; None where there is none."""
    mine = evidence.filter(pl.col("kpi") == kpi.name, pl.col("breakdown") == EVERYBODY)
    now = {
        (row["project"], row["period_start"]): row
        for row in mine.filter(pl.col("grain") == grain.value).iter_rows(named=True)
    }
    baseline = {
        row["project"]: row for row in mine.filter(pl.col("grain") == Grain.BASELINE.value).iter_rows(named=True)
    }
    if grain is Grain.ALL:
        latest = {project: row for (project, _), row in now.items()}
        return {scope.project: (latest.get(scope.project), baseline.get(scope.project)) for scope in scopes}
    return {
        scope.project: (
            now.get((scope.project, latest_complete(scope.as_of, grain).start)),
            baseline.get(scope.project),
        )
        for scope in scopes
    }


def support(now: Row | None, baseline: Row | None) -> int | None:
    """Return the smallest number that one of the two leans on; None where neither is there."""
    known = [row["support"] for row in (now, baseline) if row is not None and row["support"] is not None]
    return min(known, default=None)


def detail_of(row: Row | None) -> Mapping[str, Any]:
    """Return the detail of a row, empty where there is none."""
    found: Mapping[str, Any] = json.loads(row["detail"]) if row is not None and row["detail"] else {}
    return found


def weighted(row: Row | None) -> bool:
    """Tell whether the weighted figure leads."""
    return "crude" in detail_of(row)


def same_instrument(now: Row | None, baseline: Row | None) -> bool:
    """Tell whether two figures were asked on one scale and in the same words, as far as is known."""
    here, there = detail_of(now), detail_of(baseline)
    return not here or not there or all(here.get(name) == there.get(name) for name in ("scale", "question"))


def open_share(row: Row | None) -> float | None:
    """Return which part of the cases is open; None for answers, and where that is not known."""
    detail = detail_of(row)
    if row is None or "open" not in detail or not row["n"]:
        return None
    return float(detail["open"]) / float(row["n"])
