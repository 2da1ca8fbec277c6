"""Panels: the services of a project beside the comparable ones that it put on record, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from metrics.effect.panel import PANEL, DifferenceInDifferences, difference_in_differences
from metrics.estimate import NotReported
from metrics.evaluate import Seen, evaluated
from metrics.evidence.agreement import Agreement
from metrics.evidence.series import shown_months
from metrics.evidence.windows import left_out
from metrics.kpi import Kpi
from metrics.periods import Grain
from metrics.populations import key_of
from metrics.scope import Scope

Panel = DifferenceInDifferences | NotReported


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One service in the panel of one project, evaluated as if it were a project of its own."""

    project: str
    service: str
    treated: bool
    scope: Scope
    started_on: date


def panels(seen: Seen, agreements: Mapping[str, Agreement], *, kpis: Sequence[Kpi]) -> Mapping[tuple[str, str], Panel]:
    """Return the difference-in-differences of every started project with comparators, by project and KPI.

    Every service has its own figures by month, protected like those of a project: a month that leans on too few is
    absent. Months from the baseline on count. Those in which the new way was brought in belong to neither side. Answers
    that were asked in another way than in the newest month of the service take no part.
    """
    parts = {part.scope.project: part for scope in seen.scopes for part in _parts(scope, agreements[scope.project])}
    if not parts:
        return {}
    headline = [kpi for kpi in kpis if any(kpi.name in agreements[part.project].kpis for part in parts.values())]
    apart = Seen(
        scopes=[part.scope for part in parts.values()],
        counted=seen.counted,
        headline=seen.headline,
        digital=seen.digital,
        segments=seen.segments,
    )
    found = evaluated(apart, kpis=headline, grain=Grain.MONTH)
    starts = {part.project: part.started_on for part in parts.values()}
    return {
        (project, kpi.name): difference_in_differences(rows, starts[project], left_out=left_out(agreements[project]))
        for kpi in headline
        if key_of(kpi) in found.found
        for project, rows in _rows(shown_months(found.monthly, found.found[key_of(kpi)], kpi), parts).items()
        if kpi.name in agreements[project].kpis
    }


def _parts(scope: Scope, agreement: Agreement) -> list[_Part]:
    start = agreement.started_on
    if start is None or start > scope.as_of or not agreement.comparators:
        return []
    return [
        _Part(
            project=scope.project,
            service=service,
            treated=service in scope.services,
            scope=replace(scope, project=f"{scope.project}\n{service}", services=(service,)),
            started_on=start,
        )
        for service in dict.fromkeys((*scope.services, *agreement.comparators))
    ]


def _rows(shown: pl.DataFrame, parts: Mapping[str, _Part]) -> Mapping[str, pl.DataFrame]:
    """Return the panel (`PANEL`) of each project."""
    named = pl.DataFrame(
        [(name, part.project, part.service, part.treated, _first(part.scope)) for name, part in parts.items()],
        schema={
            "project": pl.String(),
            "_of": pl.String(),
            "service": pl.String(),
            "treated": pl.Boolean(),
            "_first": pl.Date(),
        },
        orient="row",
    )
    newest = pl.col("instrument").drop_nulls().last().over("project", order_by="period_start")
    alike = pl.col("instrument").eq_missing(newest)
    rows = (
        shown.join(named, on="project")
        .filter(pl.col("_first").is_null() | (pl.col("period_start") >= pl.col("_first")))
        .select("_of", "service", "treated", month="period_start", value=pl.when(alike).then("value"))
    )
    return {str(name): frame.select(PANEL.names()) for (name,), frame in rows.group_by("_of")}


def _first(scope: Scope) -> date | None:
    return scope.baseline.start if scope.baseline else None
