"""Reach: who came, who was invited and who answered, in the periods that a claim rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from metrics.coverage import CASE, Coverage, coverage
from metrics.disclosure.primary import FEWEST_PERSONS
from metrics.leading import Weighing
from metrics.populations import Population
from metrics.scoring import Scoring


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who could be heard in a period: None where it was not recorded, or concerns a few persons. Shares are fractions.

    `lowest` and `highest` are the no-assumption range of the figure: if all who stayed silent thought one way or the
    other. `cautions` are codes of `metrics.weighting.cautions.Caution`.
    """

    start: date
    end: date
    customers: int | None
    invited: int | None
    answered: int | None
    response: float | None
    lowest: float | None
    highest: float | None
    representativity: float | None
    silent: tuple[str, ...]
    cautions: tuple[str, ...]


_BY = ["project", "period_start", "period_end"]


def reached(
    population: Population, scoring: Scoring, *, counts: pl.DataFrame, periods: pl.DataFrame, weighing: Weighing
) -> Coverage:
    """Return the coverage of every period in `periods` (`metrics.evidence.windows.PERIODS`).

    `counts` has `project`, `month` (first day), `event`, `channel`, `segments` and `n`. Cases stand in where customers
    are not counted.
    """
    came = weighing.volumes.select("project", "month", "channel", "segments", event=pl.lit(CASE), n=pl.col("volume"))
    counted = counts.select("project", "month", "channel", "segments", "event", "n")
    answers = scoring.scored(population.joint(periods))
    return coverage(
        pl.concat([counted, came]).join(periods, on=["project", "month"]),
        answers,
        by=_BY,
        digital=weighing.digital,
    )


def reaches(found: Coverage) -> Mapping[str, Sequence[Reach]]:
    """Return the coverage in total, by project, earliest period first; counts of a few persons are left out."""
    by_project: dict[str, list[Reach]] = {}
    for row in found.totals.sort(_BY).iter_rows(named=True):
        by_project.setdefault(row["project"], []).append(_reach(row))
    return by_project


def unanswered(found: Reach) -> Reach:
    """Return the reach without what tells how many answered."""
    return replace(without_range(found), answered=None, response=None, representativity=None)


def without_range(found: Reach) -> Reach:
    """Return the reach without its range: with the response that gives the figure away."""
    return replace(found, lowest=None, highest=None)


def _reach(row: Mapping[str, Any]) -> Reach:
    shown = (row["answered"] or 0) >= FEWEST_PERSONS
    return Reach(
        start=row["period_start"],
        end=row["period_end"],
        customers=_enough(row["customers"]),
        invited=_enough(row["invited"]),
        answered=row["answered"] if shown else None,
        response=row["response"] if shown else None,
        lowest=row["lowest"] if shown else None,
        highest=row["highest"] if shown else None,
        representativity=row["representativity"],
        silent=tuple(row["silent"] or ()),
        cautions=tuple(row["warnings"] or ()),
    )


def _enough(count: int | None) -> int | None:
    return count if count is not None and count >= FEWEST_PERSONS else None
