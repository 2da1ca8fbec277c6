"""Findings: the evidence of one project, picked and judged for people; no words yet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl

from config.programme import Programme, Project
from metrics.breakdowns import EVERYBODY
from metrics.estimate import Estimate, NotReported, Reason, Status
from metrics.kpi import Kpi, Measure
from metrics.kpis import HEADLINE, KPIS
from metrics.kpis import kpi as kpi_of
from metrics.periods import Grain, Period, latest_complete
from metrics.verdict import Judged, Verdict, judge

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
    """What one KPI says of a project: now, baseline, target, verdict, the series and each group."""

    kpi: Kpi
    now: Figure
    baseline: Figure | None
    target: float | None
    judged: Judged
    contrast: Figure | None
    series: Sequence[Figure]
    groups: Sequence[Group]


def findings(
    evidence: pl.DataFrame,
    programme: Programme,
    name: str,
    *,
    grain: Grain,
    as_of: date,
) -> Sequence[Finding]:
    """Return a finding per measure that the project has any records of, in the order of the measures.

    `evidence` holds rows of the project (`metrics.evaluate.EVIDENCE`). Now is the latest complete period.
    """
    project = programme.projects[name]
    mine = evidence.filter(pl.col("project") == name)
    found = [_finding(mine, kpi, project, grain=grain, as_of=as_of) for kpi in headline_kpis(project)]
    return [finding for finding in found if finding is not None]


def headline_kpis(project: Project) -> Sequence[Kpi]:
    """Return the KPI that stands for each measure of the project."""
    return [kpi_of(project.headline[one]) if one in project.headline else HEADLINE[one] for one in Measure]


def shown_period(grain: Grain, as_of: date) -> Period | None:
    """Return the period that counts as now, or None for the one period of `Grain.ALL`."""
    return None if grain is Grain.ALL else latest_complete(as_of, grain)


def figure(row: Mapping[str, object]) -> Figure:
    """Turn a row of evidence into a figure."""
    detail = json.loads(str(row["detail"])) if row["detail"] else {}
    return Figure(
        period=Period(start=row["period_start"], end=row["period_end"]),  # type: ignore[arg-type]
        known=_known(row, detail),
        detail=detail,
        newest_on=row["newest_on"],  # type: ignore[arg-type]
        running="running" in (row["warnings"] or []),  # type: ignore[operator]
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


def _known(row: Mapping[str, object], detail: Mapping[str, object]) -> Estimate | NotReported:
    status = Status(str(row["status"]))
    reason = Reason(str(row["reason"])) if row["reason"] else None
    if row["value"] is not None and status in {Status.OK, Status.INDICATIVE, Status.STALE}:
        return Estimate(
            value=float(row["value"]),  # type: ignore[arg-type]
            low=row["low"],  # type: ignore[arg-type]
            high=row["high"],  # type: ignore[arg-type]
            n=int(row["n"] or 0),  # type: ignore[call-overload]
            status=status,
            reason=reason,
            method=str(row["method"]),
        )
    last_age = detail.get("last_age")
    return NotReported(
        status=status,
        reason=reason or Reason.NOTHING_RECORDED,
        n=row["n"],  # type: ignore[arg-type]
        at_least=_at_least(row, last_age) if reason is Reason.NOT_REACHED else None,
    )


def _at_least(row: Mapping[str, object], last_age: object) -> float | None:
    low = row["low"]
    if isinstance(low, int | float):
        return float(low)
    return float(last_age) if isinstance(last_age, int | float) else None


def _finding(mine: pl.DataFrame, kpi: Kpi, project: Project, *, grain: Grain, as_of: date) -> Finding | None:
    rows = mine.filter(pl.col("kpi") == kpi.name)
    if rows.is_empty():
        return None
    by_breakdown = rows.partition_by("breakdown", as_dict=True)
    everybody = by_breakdown.get((EVERYBODY,), rows.clear())
    period = shown_period(grain, as_of)
    now, baseline = _now(everybody, grain, period, as_of), _baseline(everybody)
    target = project.targets.get(kpi.name)
    contrast = CONTRAST.get(kpi.name)
    beside = mine.filter(pl.col("kpi") == contrast, pl.col("breakdown") == EVERYBODY) if contrast else None
    return Finding(
        kpi=kpi,
        now=now,
        baseline=baseline,
        target=target,
        judged=_judged(kpi, now, baseline, target),
        contrast=None if beside is None or beside.is_empty() else _now(beside, grain, period, as_of),
        series=[figure(row) for row in _series(everybody, grain).iter_rows(named=True)],
        groups=[
            _group(kpi, str(breakdown), group, grain=grain, period=period, as_of=as_of)
            for (breakdown,), group in sorted(by_breakdown.items())
            if breakdown != EVERYBODY
        ],
    )


def _judged(kpi: Kpi, now: Figure, baseline: Figure | None, target: float | None) -> Judged:
    return judge(
        now.known,
        baseline.known if baseline else None,
        target=target,
        direction=kpi.direction,
        same_instrument=same_instrument(now, baseline),
    )


def _group(kpi: Kpi, breakdown: str, rows: pl.DataFrame, *, grain: Grain, period: Period | None, as_of: date) -> Group:
    now, baseline = _now(rows, grain, period, as_of), _baseline(rows)
    return Group(breakdown=breakdown, now=now, baseline=baseline, judged=_judged(kpi, now, baseline, None))


def _series(rows: pl.DataFrame, grain: Grain) -> pl.DataFrame:
    return rows.filter(pl.col("grain") == grain.value).sort("period_start")


def _now(rows: pl.DataFrame, grain: Grain, period: Period | None, as_of: date) -> Figure:
    series = _series(rows, grain)
    asked = series if period is None else series.filter(pl.col("period_start") == period.start)
    if asked.is_empty():
        shown = period or Period(start=as_of, end=as_of)
        nothing = NotReported(status=Status.NO_DATA, reason=Reason.NOTHING_RECORDED, n=0)
        newest = rows["newest_on"].max() if not rows.is_empty() else None
        latest = newest if isinstance(newest, date) else None
        return Figure(period=shown, known=nothing, detail={}, newest_on=latest, running=False)
    return figure(asked.row(0, named=True))


def _baseline(rows: pl.DataFrame) -> Figure | None:
    found = rows.filter(pl.col("grain") == Grain.BASELINE.value)
    return None if found.is_empty() else figure(found.row(0, named=True))


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
