"""The scope of an evaluation: a project as the arithmetic needs to know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from metrics.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which services a project works on, the day as seen from, its norm in calendar days and its baseline.

    `baseline` covers whole months. `fresh_within_days`: how far the newest record may lie behind.
    """

    project: str
    services: tuple[str, ...]
    as_of: date
    norm_days: int | None = None
    baseline: Period | None = None
    fresh_within_days: int = 45


def scope_frame(scopes: Sequence[Scope]) -> pl.DataFrame:
    """One row per project and service, with what the estimators need to know of the project."""
    schema = {
        "project": pl.String(),
        "service": pl.String(),
        "as_of": pl.Date(),
        "norm_days": pl.Int64(),
        "baseline_start": pl.Date(),
        "baseline_end": pl.Date(),
        "fresh_within_days": pl.Int64(),
    }
    rows = [
        (
            scope.project,
            service,
            scope.as_of,
            scope.norm_days,
            scope.baseline.start if scope.baseline else None,
            scope.baseline.end if scope.baseline else None,
            scope.fresh_within_days,
        )
        for scope in scopes
        for service in dict.fromkeys(scope.services)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")
