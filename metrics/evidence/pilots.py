"""Pilots: the residents who got the new way beside those who did not, where a project put that on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from metrics.disclosure.primary import FEWEST_SHOWN
from metrics.effect.pilot import Pilot, Side, compared_means, compared_shares
from metrics.estimate import Reason
from metrics.estimators.survival import followed_to
from metrics.evidence.agreement import Agreement, PilotGroups
from metrics.evidence.change import difference_of
from metrics.kpi import Kpi
from metrics.leading import Weighing
from metrics.populations import Population
from metrics.scope import Scope
from metrics.scoring import Scoring, scoring_of
from metrics.weighting.limits import IntervalKind


def pilots(
    population: Population,
    kpi: Kpi,
    *,
    scopes: Sequence[Scope],
    agreements: Mapping[str, Agreement],
    weighing: Weighing,
) -> Mapping[str, Pilot]:
    """Return what the pilot of each project shows on one KPI, from its start up to the as-of day.

    Everybody counts on the side to which they were assigned, as their records say by the two values of the segment.
    Assigned are those who came; of a measure that is asked, those who did not answer are lost. A project without
    registered pilot, without start, or of which it is not known who came has none. Where a side has fewer than ten,
    no figure is given.
    """
    return {
        scope.project: _shown(found)
        for scope in scopes
        for found in _found(population, kpi, scope, agreements[scope.project], weighing)
    }


def _found(population: Population, kpi: Kpi, scope: Scope, agreement: Agreement, weighing: Weighing) -> Iterator[Pilot]:
    start, groups = agreement.started_on, agreement.pilot
    if start is None or groups is None or groups.registered_on > start:
        return
    months = population.places.filter(pl.col("project") == scope.project, pl.col("month") >= start)
    rows = _sided(population.joint(months.select("project", "month").unique()), groups)
    came = _sided(
        weighing.volumes.filter(pl.col("project") == scope.project, pl.col("month") >= start).rename({"volume": "n"}),
        groups,
    )
    if rows.is_empty():
        return
    scoring = scoring_of(kpi.estimator)
    if scoring is None:
        yield _of_figures(rows, kpi, scope)
        return
    assigned = {side: int(came.filter(pl.col("pilot") == side)["n"].sum()) for side in (True, False)}
    measured = {side: int(rows.filter(pl.col("pilot") == side)["n"].sum()) for side in (True, False)}
    if all(assigned[side] >= measured[side] > 0 for side in (True, False)):
        yield _of_scores(scoring.scored(rows), scoring, assigned)


def _sided(rows: pl.DataFrame, groups: PilotGroups) -> pl.DataFrame:
    """Keep the rows of the two groups, and say which is the `pilot`."""
    named = pl.col("segments").str.split(";")
    pilot, control = named.list.contains(groups.pilot), named.list.contains(groups.control)
    return rows.with_columns(pilot=pilot).filter(pilot | control)


def _of_scores(scored: pl.DataFrame, scoring: Scoring, assigned: Mapping[bool, int]) -> Pilot:
    if scoring.interval is IntervalKind.SHARE:
        hits = (pl.col("score") * pl.col("n")).cast(pl.Int64)
        return compared_shares(scored.select("pilot", "n", hits=hits), assigned=assigned)
    return compared_means(scored.select("pilot", "n", value="score"), assigned=assigned)


def _of_figures(rows: pl.DataFrame, kpi: Kpi, scope: Scope) -> Pilot:
    """Compare figures that are no average: the interval of the difference is made of those of the two.

    Lead times of both sides are followed equally long.
    """
    if "closed" in rows.columns:
        youngest = pl.col("month").min().over("pilot").max()
        aged = rows.with_columns(_age=(pl.lit(scope.as_of) - youngest).dt.total_days())
        rows = followed_to(aged, age_days=pl.col("_age"))
    figures = {row["pilot"]: row for row in kpi.estimator.figures(rows, ["pilot"]).iter_rows(named=True)}
    sides = {
        side: Side(assigned=n, measured=n)
        for side in (True, False)
        for n in (figures[side]["n"] if side in figures else 0,)
    }
    if any(side not in figures or figures[side]["value"] is None for side in (True, False)):
        return _blank(sides[True], sides[False])
    found = difference_of(figures[False], figures[True])
    unlimited = found.low is None or found.high is None
    return replace(
        _blank(sides[True], sides[False]),
        value=found.value,
        low=found.low,
        high=found.high,
        reason=Reason.NO_INTERVAL if unlimited else None,
    )


def _shown(found: Pilot) -> Pilot:
    """Blank what leans on too few."""
    if min(found.pilot.measured, found.control.measured) >= FEWEST_SHOWN:
        return found
    nobody = Side(assigned=0, measured=0)
    return _blank(nobody, nobody)


def _blank(pilot: Side, control: Side) -> Pilot:
    return Pilot(
        value=None,
        low=None,
        high=None,
        p_value=None,
        degrees=None,
        mann_whitney_p=None,
        reason=Reason.TOO_FEW_OBSERVATIONS,
        pilot=pilot,
        control=control,
    )
