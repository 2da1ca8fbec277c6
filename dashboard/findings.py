"""Findings: the evidence of one project, picked and judged for people; no words yet."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl

from config.programme import Programme, Project
from metrics.breakdowns import EVERYBODY
from metrics.estimate import Estimate, NotReported, Reason, Status
from metrics.evidence.claim import Claim
from metrics.evidence.control import Control
from metrics.evidence.windows import shown_period
from metrics.kpi import Kpi, Measure
from metrics.kpis import HEADLINE, KPIS
from metrics.kpis import kpi as kpi_of
from metrics.periods import Grain, Period
from metrics.verdict import Judged, Verdict, judge

Row = Mapping[str, Any]
"""A row of evidence as `iter_rows(named=True)` gives it."""

CONTRAST: Mapping[str, str] = {
    "lead_time_p50": "completed_p50",
    "lead_time_p85": "completed_p85",
    "lead_time_p90": "completed_p90",
    "lead_time_within_norm": "completed_within_norm",
}
"""What finished cases alone would say, by the KPI that says it right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of a period with what goes with it: `detail` as in `metrics.estimate.FIGURES`."""

    period: Period
    known: Estimate | NotReported
    detail: Mapping[str, object]
    newest_on: date | None
    running: bool

    def count(self, name: str) -> int | None:
        """Return a number from the detail, or None."""
        found = self.detail.get(name)
        return int(found) if isinstance(found, int | float) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A channel or segment of a measure: its figure now and in the baseline, judged."""

    breakdown: str
    now: Figure | None
    baseline: Figure | None
    judged: Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one KPI says of a project: now, baseline, target, verdict, the series, each group, and how sure that is.

    `claim` and `control` are None where nothing could be claimed or charted.
    """

    kpi: Kpi
    now: Figure
    baseline: Figure | None
    target: float | None
    judged: Judged
    contrast: Figure | None
    series: Sequence[Figure]
    groups: Sequence[Group]
    claim: Claim | None = None
    control: Control | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was kept of one project: its rows of evidence, oldest period first, its claims and control charts by KPI."""

    evidence: Sequence[Row]
    claims: Mapping[str, Claim] = field(default_factory=dict)
    controls: Mapping[str, Control] = field(default_factory=dict)


def findings(
    kept: Kept,
    programme: Programme,
    name: str,
    *,
    grain: Grain,
    as_of: date,
) -> Sequence[Finding]:
    """Return a finding per measure that the project has any records of, in the order of the measures.

    Now is the latest complete period. Where only some periods were loaded, the series holds only those.
    """
    project = programme.projects[name]
    found = [_finding(kept, kpi, project, grain=grain, as_of=as_of) for kpi in headline_kpis(project)]
    return [finding for finding in found if finding is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFigure:
    """What a KPI that stands for no measure says of everybody; `baseline` only where it was asked alike."""

    kpi: Kpi
    now: Figure
    baseline: Figure | None


def other_figures(kept: Kept, programme: Programme, name: str, *, grain: Grain, as_of: date) -> Sequence[OtherFigure]:
    """Return the KPIs with records of a project that stand for no measure of it, contrasts left out."""
    headline = {kpi.name for kpi in headline_kpis(programme.projects[name])}
    period = shown_period(grain, as_of)
    found = []
    for kpi in KPIS:
        rows = _by_breakdown(kept.evidence, kpi.name).get(EVERYBODY)
        if kpi.name not in headline and not kpi.contrast and rows:
            now, baseline = _now(rows, grain, period, as_of), _baseline(rows)
            found.append(OtherFigure(kpi=kpi, now=now, baseline=comparable_baseline(now, baseline)))
    return found


def by_project(evidence: pl.DataFrame) -> Mapping[str, Sequence[Row]]:
    """Return the rows of a frame of evidence (`metrics.evaluate.EVIDENCE`) by project, oldest period first."""
    rows = defaultdict[str, list[Row]](list)
    for row in evidence.sort("period_start").iter_rows(named=True):
        rows[row["project"]].append(row)
    return rows


def kpis_on_show(programme: Programme) -> Sequence[str]:
    """Return the names of the KPIs that findings need, contrasts included."""
    shown = {kpi.name for project in programme.projects.values() for kpi in headline_kpis(project)}
    return sorted(shown | {CONTRAST[name] for name in shown if name in CONTRAST})


def headline_kpis(project: Project) -> Sequence[Kpi]:
    """Return the KPI that stands for each measure of the project."""
    return [kpi_of(project.headline[one]) if one in project.headline else HEADLINE[one] for one in Measure]


def figure(row: Row) -> Figure:
    """Turn a row of evidence into a figure."""
    detail = json.loads(str(row["detail"])) if row["detail"] else {}
    return Figure(
        period=Period(start=row["period_start"], end=row["period_end"]),
        known=_known(row, detail),
        detail=detail,
        newest_on=row["newest_on"],
        running="running" in (row["warnings"] or []),
    )


def same_instrument(now: Figure, baseline: Figure | None) -> bool:
    """Tell whether two figures were asked on the same scale and in the same words."""
    if baseline is None:
        return True
    return all(now.detail.get(name) == baseline.detail.get(name) for name in ("scale", "question"))


def comparable_baseline(now: Figure | None, baseline: Figure | None) -> Figure | None:
    """Return the baseline where it may stand beside the figure of now: asked on the same scale, in the same words."""
    broken = (
        now is not None
        and isinstance(now.known, Estimate)
        and baseline is not None
        and not same_instrument(now, baseline)
    )
    return None if broken else baseline


def _known(row: Row, detail: Mapping[str, object]) -> Estimate | NotReported:
    status = Status(str(row["status"]))
    reason = Reason(str(row["reason"])) if row["reason"] else None
    if row["value"] is not None and status in {Status.OK, Status.INDICATIVE, Status.STALE}:
        return Estimate(
            value=float(row["value"]),
            low=row["low"],
            high=row["high"],
            n=int(row["n"] or 0),
            status=status,
            reason=reason,
            method=str(row["method"]),
        )
    last_age = detail.get("last_age")
    return NotReported(
        status=status,
        reason=reason or Reason.NOTHING_RECORDED,
        n=row["n"],
        at_least=_at_least(row, last_age) if reason is Reason.NOT_REACHED else None,
    )


def _at_least(row: Row, last_age: object) -> float | None:
    low = row["low"]
    if isinstance(low, int | float):
        return float(low)
    return float(last_age) if isinstance(last_age, int | float) else None


def _finding(kept: Kept, kpi: Kpi, project: Project, *, grain: Grain, as_of: date) -> Finding | None:
    groups = _by_breakdown(kept.evidence, kpi.name)
    if not groups:
        return None
    everybody = groups.pop(EVERYBODY, [])
    period = shown_period(grain, as_of)
    now, baseline = _now(everybody, grain, period, as_of), _baseline(everybody)
    target = project.targets.get(kpi.name)
    beside = _by_breakdown(kept.evidence, CONTRAST.get(kpi.name)).get(EVERYBODY)
    claim = kept.claims.get(kpi.name)
    return Finding(
        kpi=kpi,
        now=now,
        baseline=baseline,
        target=target,
        judged=_judged(kpi, now, baseline, target, held=_held(claim)),
        contrast=_now(beside, grain, period, as_of) if beside else None,
        series=[figure(row) for row in _series(everybody, grain)],
        groups=[
            _group(kpi, breakdown, rows, grain=grain, period=period, as_of=as_of)
            for breakdown, rows in sorted(groups.items())
        ],
        claim=claim,
        control=kept.controls.get(kpi.name),
    )


def _held(claim: Claim | None) -> Judged | None:
    """Return the difference at a constant mix of channels, where there is one."""
    found = claim.now.held if claim is not None and claim.now is not None else None
    if found is None:
        return None
    return Judged(
        verdict=Verdict.MEASURED, difference=found.value, difference_low=found.low, difference_high=found.high
    )


def _by_breakdown(evidence: Sequence[Row], kpi: str | None) -> dict[str, list[Row]]:
    groups = defaultdict[str, list[Row]](list)
    for row in evidence:
        if row["kpi"] == kpi:
            groups[row["breakdown"]].append(row)
    return groups


def _judged(
    kpi: Kpi, now: Figure, baseline: Figure | None, target: float | None, *, held: Judged | None = None
) -> Judged:
    return judge(
        now.known,
        baseline.known if baseline else None,
        target=target,
        direction=kpi.direction,
        same_instrument=same_instrument(now, baseline),
        held=held,
    )


def _group(kpi: Kpi, breakdown: str, rows: Sequence[Row], *, grain: Grain, period: Period | None, as_of: date) -> Group:
    now, baseline = _now(rows, grain, period, as_of), _baseline(rows)
    return Group(breakdown=breakdown, now=now, baseline=baseline, judged=_judged(kpi, now, baseline, None))


def _series(rows: Sequence[Row], grain: Grain) -> Sequence[Row]:
    return [row for row in rows if row["grain"] == grain.value]


def _now(rows: Sequence[Row], grain: Grain, period: Period | None, as_of: date) -> Figure:
    for row in _series(rows, grain):
        if period is None or row["period_start"] == period.start:
            return figure(row)
    nothing = NotReported(status=Status.NO_DATA, reason=Reason.NOTHING_RECORDED, n=0)
    newest = max((row["newest_on"] for row in rows if row["newest_on"]), default=None)
    return Figure(
        period=period or Period(start=as_of, end=as_of), known=nothing, detail={}, newest_on=newest, running=False
    )


def _baseline(rows: Sequence[Row]) -> Figure | None:
    return next((figure(row) for row in rows if row["grain"] == Grain.BASELINE.value), None)


def broken_on(series: Sequence[Figure]) -> Sequence[date]:
    """Return the first days of periods from which answers are on another scale or in other words."""
    told = [
        (one.period.start, one.detail.get("scale"), one.detail.get("question"))
        for one in series
        if "scale" in one.detail
    ]
    return [later[0] for earlier, later in pairwise(told) if earlier[1:] != later[1:]]


def usable(verdict: Verdict) -> bool:
    """Tell whether a verdict says something about residents."""
    return verdict in {Verdict.GOAL_MET, Verdict.ON_ITS_WAY, Verdict.NO_DIFFERENCE, Verdict.WORSE}


def other_kpis(shown: Kpi) -> Sequence[Kpi]:
    """Return the other KPIs of the same measure, contrasts left out."""
    return [one for one in KPIS if one.measure is shown.measure and one is not shown and not one.contrast]
