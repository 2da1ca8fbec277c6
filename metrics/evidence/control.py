"""Control charts of the KPIs of projects: month by month, with the limits of ordinary variation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from metrics.estimate import Status
from metrics.evidence.agreement import Agreement
from metrics.kpi import Kpi, Unit
from metrics.periods import Grain
from metrics.variation.charts import Charts
from metrics.variation.choice import ChartKind, Counts, chart_kinds
from metrics.variation.proportions import proportion_chart
from metrics.variation.rebase import rebased
from metrics.variation.signals import SHIFT_POINTS, Signal
from metrics.variation.xmr import xmr

_BY = ["project", "kpi"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One month of a control chart, in the unit of the KPI; None where there is no figure or no limit."""

    month: date
    value: float | None
    mean: float | None
    low: float | None
    high: float | None
    signal: str | None
    side: str | None
    mark: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The control chart of a KPI of a project.

    `kind` is a `ChartKind`. `variation` is the mark of the latest month (`improvement`, `concern`, `neutral`,
    `ordinary`), `since` the first month of the unbroken run with that mark, `assurance` whether the target will be met
    with things as they are (`pass`, `fail`, `inconsistent`); each None where it cannot be said. `frozen_until` is the
    last month before the start, where the limits rest on the months up to it. `status`, `no_limits` and `sigma_z` as
    in `metrics.variation.charts.Charts`.
    """

    kind: str
    dots: tuple[Dot, ...]
    variation: str | None
    since: date | None
    assurance: str | None
    status: str
    trial: bool
    no_limits: str | None
    missing_months: int
    frozen_until: date | None
    sigma_z: float | None


def controls(
    shown: pl.DataFrame, kpis: Sequence[Kpi], agreements: Mapping[str, Agreement]
) -> Mapping[tuple[str, str], Control]:
    """Return the control chart of every headline KPI, by project and KPI.

    `shown` holds the months of all KPIs (`metrics.evidence.series.shown_months`): a withheld month is a gap. Limits
    rest on the months before the start where there are twelve of them, and else on all; a rebase that was put on
    record starts them anew. A weighted share counts as many answers as Kish's effective number.
    """
    points = _points(shown, kpis, agreements)
    if points.is_empty():
        return {}
    kinds = chart_kinds(points.filter(pl.col("numerator").is_not_null()), _BY, grain=Grain.MONTH, counts=Counts.SHARE)
    kinded = points.join(kinds.select(*_BY, "kind"), on=_BY, how="left").with_columns(
        pl.col("kind").fill_null(ChartKind.XMR.value)
    )
    found: dict[tuple[str, str], Control] = {}
    for kind in (ChartKind.XMR, ChartKind.P, ChartKind.LANEY_P):
        rows = kinded.filter(pl.col("kind") == kind.value).drop("kind")
        if not rows.is_empty():
            found |= _told(_drawn(rows, kind), _since_start(rows, kind), rows, kind)
    return found


def _since_start(rows: pl.DataFrame, kind: ChartKind) -> Mapping[tuple[str, str], str | None]:
    """Return whether the target will be met with things as they are since the start, by the months since then."""
    fixed = pl.col("fixed_points").is_not_null() & (pl.col("period_start") < pl.col("started_on"))
    now = rows.filter(~fixed).with_columns(fixed_points=pl.lit(None, dtype=pl.Int64))
    if now.is_empty():
        return {}
    series = _drawn(now, kind).series.filter(pl.col("status").is_in([Status.OK.value, Status.INDICATIVE.value]))
    return {(project, kpi): found for project, kpi, found in series.select(*_BY, "assurance").iter_rows()}


def _drawn(rows: pl.DataFrame, kind: ChartKind) -> Charts:
    if kind is ChartKind.XMR:
        return xmr(rows.drop("numerator", "denominator"), _BY, grain=Grain.MONTH)
    return proportion_chart(rows.drop("value"), _BY, grain=Grain.MONTH, laney=kind is ChartKind.LANEY_P)


FEWEST_FROZEN = 12
"""Months before the start from which the limits rest on them alone."""


def _points(shown: pl.DataFrame, kpis: Sequence[Kpi], agreements: Mapping[str, Agreement]) -> pl.DataFrame:
    """Return a row per project, KPI and complete month, as the charts take them."""
    known = pl.DataFrame(
        [
            (name, kpi.name, kpi.direction.value, agreement.targets.get(kpi.name), agreement.started_on)
            for name, agreement in agreements.items()
            for kpi in kpis
            if kpi.name in agreement.kpis
        ],
        schema={
            "project": pl.String(),
            "kpi": pl.String(),
            "direction": pl.String(),
            "target": pl.Float64(),
            "started_on": pl.Date(),
        },
        orient="row",
    )
    shares = pl.col("kpi").is_in([kpi.name for kpi in kpis if kpi.unit is Unit.SHARE])
    effective = _number("n_eff")
    hits = pl.coalesce(pl.col("value") * effective, _number("hits"))
    counted = shares & pl.col("value").is_not_null() & hits.is_not_null()
    rows = shown.join(known, on=_BY).select(
        *_BY,
        "period_start",
        "value",
        "direction",
        "target",
        "started_on",
        "instrument",
        numerator=pl.when(counted).then(hits),
        denominator=pl.when(counted).then(pl.coalesce(effective, pl.col("n").cast(pl.Float64))),
    )
    return _frozen(_parted(_grouped(rows, agreements)))


def _number(name: str) -> pl.Expr:
    """Read a number of `detail`."""
    return pl.col("detail").str.json_path_match(f"$.{name}").cast(pl.Float64, strict=False)


def _grouped(rows: pl.DataFrame, agreements: Mapping[str, Agreement]) -> pl.DataFrame:
    """Give each month the number of rebases so far."""
    days = [
        (name, kpi, one.rebase.on)
        for name, agreement in agreements.items()
        for one in agreement.rebases
        for kpi in agreement.kpis
        if one.touches(kpi)
    ]
    schema = {"project": pl.String(), "kpi": pl.String(), "on": pl.Date()}
    return rebased(rows, _BY, rebases=pl.DataFrame(days, schema=schema, orient="row"))


def _parted(rows: pl.DataFrame) -> pl.DataFrame:
    """Begin a new group where the question changed as well: months on both sides are not held against each other."""
    asked = pl.col("instrument").forward_fill().backward_fill().over(_BY, order_by="period_start")
    parts = pl.struct("group", "_asked").rle_id().over(_BY, order_by="period_start").cast(pl.Int64)
    return rows.with_columns(_asked=asked).with_columns(group=parts).drop("_asked", "instrument")


def _frozen(rows: pl.DataFrame) -> pl.DataFrame:
    """Rest the limits of the first group on the months before the start, where there are enough."""
    first = pl.col("group") == 0
    before = (first & (pl.col("period_start") < pl.col("started_on")) & pl.col("value").is_not_null()).sum().over(_BY)
    return rows.with_columns(fixed_points=pl.when(first & (before >= FEWEST_FROZEN)).then(before.cast(pl.Int64)))


def _told(
    charts: Charts, assured: Mapping[tuple[str, str], str | None], rows: pl.DataFrame, kind: ChartKind
) -> Mapping[tuple[str, str], Control]:
    dots = {
        (str(project), str(kpi)): tuple(_dot(row) for row in points.iter_rows(named=True))
        for (project, kpi), points in charts.points.group_by(_BY, maintain_order=True)
    }
    frozen = rows.filter(pl.col("fixed_points").is_not_null(), pl.col("period_start") < pl.col("started_on"))
    until = {
        (project, kpi): last
        for project, kpi, last in frozen.group_by(_BY).agg(pl.col("period_start").max()).iter_rows()
    }
    sigmas = {
        (project, kpi): sigma
        for project, kpi, sigma in charts.groups.group_by(_BY, maintain_order=True)
        .agg(pl.col("sigma_z").last())
        .iter_rows()
    }
    return {
        key: Control(
            kind=kind.value,
            dots=dots[key],
            variation=row["variation"],
            since=_since(row["since"], dots[key], until.get(key)),
            assurance=assured.get(key),
            status=row["status"],
            trial=row["trial"],
            no_limits=row["no_limits"],
            missing_months=row["missing_periods"],
            frozen_until=until.get(key),
            sigma_z=sigmas.get(key),
        )
        for row in charts.series.iter_rows(named=True)
        for key in [(row["project"], row["kpi"])]
    }


def _since(found: date | None, dots: Sequence[Dot], frozen_until: date | None) -> date | None:
    """Return since when it stands out.

    A run of months that reaches over the start marks the ordinary months before it as well, though only the months
    after it make the run: then it stands out since the start.
    """
    if found is None or frozen_until is None or found > frozen_until:
        return found
    before = [dot for dot in dots if found <= dot.month <= frozen_until]
    after = [dot.month for dot in dots if dot.month > frozen_until]
    by_run = all(dot.signal in {Signal.SHIFT.value, Signal.TREND.value} for dot in before)
    return after[0] if by_run and after and len(before) < SHIFT_POINTS else found


def _dot(row: Mapping[str, Any]) -> Dot:
    return Dot(
        month=row["period_start"],
        value=row["value"],
        mean=row["mean"],
        low=row["low"],
        high=row["high"],
        signal=row["signal"],
        side=row["side"],
        mark=row["mark"],
    )
