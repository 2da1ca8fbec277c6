"""Claims: what may be said of every project on every KPI that stands for a measure, and how far it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from metrics.effect.compared_months import ComparedMonths
from metrics.effect.interrupted import beyond_own_trend, interrupted
from metrics.effect.monthly_series import MonthlySeries
from metrics.effect.pilot import Pilot
from metrics.evaluate import Evaluated
from metrics.evidence.agreement import Agreement
from metrics.evidence.caps import Facts, caps, extreme_start
from metrics.evidence.chance import target_probabilities
from metrics.evidence.change import Change, changes
from metrics.evidence.claim import Claim, Move, Trend, move_of
from metrics.evidence.control import Control, controls
from metrics.evidence.designs import Design, design_of, shown_by_lot
from metrics.evidence.fairness import FairnessGap, fairness_gaps
from metrics.evidence.level import Level, graded
from metrics.evidence.panels import Panel
from metrics.evidence.pilots import pilots
from metrics.evidence.reach import Reach, reached, reaches, unanswered, without_range
from metrics.evidence.rows import Row, open_share, rows_of, same_instrument, support, weighted
from metrics.evidence.series import Series, series_of, shown_months
from metrics.evidence.windows import left_out, mix_months, now_of, now_sides, periods_of, year_of, year_sides
from metrics.evidence.withheld import compared_periods, series_without_telling, withheld_channels, without_telling
from metrics.evidence.worth import Worthy, worth
from metrics.kpi import Kpi
from metrics.leading import weighable
from metrics.periods import Grain
from metrics.populations import key_of
from metrics.scope import Scope
from metrics.threads import side_by_side

CLAIMS_VERSION = 2
"""Raised when the rules of claims change, so that what was kept is evaluated anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """The claims, and the control charts, both by project and KPI."""

    claims: Sequence[Claim]
    controls: Mapping[tuple[str, str], Control]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What claims are made of."""

    seen: Evaluated
    agreements: Mapping[str, Agreement]
    panels: Mapping[tuple[str, str], Panel]
    spent: Mapping[str, Decimal]
    came: Mapping[str, int]


def claimed(
    seen: Evaluated,
    agreements: Mapping[str, Agreement],
    *,
    kpis: Sequence[Kpi],
    panels: Mapping[tuple[str, str], Panel],
    spent: Mapping[str, Decimal],
) -> Claimed:
    """Return a claim for every project and headline KPI of which there are any records.

    `panels` comes from `metrics.evidence.panels.panels`; `spent` is by project.
    """
    came = _came(seen, agreements)
    material = Material(seen=seen, agreements=agreements, panels=panels, spent=spent, came=came)
    asked = [kpi for kpi in kpis if key_of(kpi) in material.seen.found and _projects(material, kpi)]
    shown = {kpi.name: shown_months(material.seen.monthly, material.seen.found[key_of(kpi)], kpi) for kpi in asked}
    frames = [frame for frame in shown.values() if not frame.is_empty()]
    with ThreadPoolExecutor(1) as threads:
        drawn = threads.submit(controls, pl.concat(frames), asked, material.agreements) if frames else None
        found = side_by_side(lambda kpi: _found_of(material, kpi, shown[kpi.name]), asked)
        charts = {} if drawn is None else drawn.result()
    claims = [
        _claim(one, charts.get((one.scope.project, kpi.name)))
        for kpi, of_kpi in zip(asked, found, strict=True)
        for one in of_kpi
    ]
    return Claimed(claims=claims, controls=charts)


def _came(seen: Evaluated, agreements: Mapping[str, Agreement]) -> Mapping[str, int]:
    """Return how many residents came to each project since its start."""
    starts = pl.DataFrame(
        [(name, one.started_on) for name, one in agreements.items()],
        schema={"project": pl.String(), "_start": pl.Date()},
        orient="row",
    )
    since = seen.weighing.volumes.join(starts, on="project").filter(pl.col("month") >= pl.col("_start"))
    return dict(since.group_by("project").agg(pl.col("volume").sum()).iter_rows())


def _projects(material: Material, kpi: Kpi) -> list[str]:
    known = set(material.seen.found[key_of(kpi)].facts["project"])
    return [name for name, one in material.agreements.items() if kpi.name in one.kpis and name in known]


def _found_of(material: Material, kpi: Kpi, shown: pl.DataFrame) -> Sequence[_Found]:
    """Return what was found of a KPI, for each of its projects."""
    seen = material.seen
    population = seen.found[key_of(kpi)]
    names = _projects(material, kpi)
    scopes = [scope for scope in seen.scopes if scope.project in names]
    years = {
        scope.project: months for scope in scopes if (months := year_of(scope, material.agreements[scope.project]))
    }
    now = _now(material, kpi, scopes)
    year = changes(population, kpi, sides=year_sides(years), weighing=seen.weighing)
    trends = _trends(_series(material, kpi, shown, scopes), material.agreements)
    reach = _reach(material, kpi, scopes)
    gaps = fairness_gaps(seen.evidence, population, kpi, scopes=scopes, grain=seen.grain)
    known = rows_of(seen.evidence, kpi, scopes, seen.grain)
    targets = _registered_targets(material.agreements, kpi, known)
    probabilities = target_probabilities(
        {name: now for name, (now, _) in known.items()}, kpi, targets=targets, population=population
    )
    tried = pilots(population, kpi, scopes=scopes, agreements=material.agreements, weighing=seen.weighing)
    # What was withheld of either side is not shown by way of their difference.
    whole = {name for name, rows in known.items() if all(row is not None and row["value"] is not None for row in rows)}
    return [
        _Found(
            kpi=kpi,
            scope=scope,
            agreement=material.agreements[name],
            rows=known[name],
            now=now.get(name) if name in whole else None,
            year=year.get(name) if name in whole else None,
            months=years.get(name),
            trend=trends.get(name),
            reach=_told(reach.get(name, ()), known[name]),
            fairness=gaps.get(name),
            target_probability=probabilities.get(name),
            panel=material.panels.get((name, kpi.name)),
            pilot=tried.get(name),
            target=targets.get(name),
            spent=material.spent.get(name),
            came=material.came.get(name),
        )
        for scope in scopes
        for name in [scope.project]
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    kpi: Kpi
    scope: Scope
    agreement: Agreement
    rows: tuple[Row | None, Row | None]
    now: Change | None
    year: Change | None
    months: ComparedMonths | None
    trend: Trend | None
    reach: tuple[Reach, ...]
    fairness: FairnessGap | None
    target_probability: float | None
    panel: Panel | None
    pilot: Pilot | None
    target: float | None
    spent: Decimal | None
    came: int | None


def _claim(found: _Found, control: Control | None) -> Claim:
    changed = move_of(found.now, found.kpi.direction)
    design, capped = _design(found, changed), list(caps(_facts(found, changed, control)))
    reached_level, missing = design_of(design, most=graded(Level.BY_LOT, capped).level)
    outcome = graded(reached_level, [*missing, *capped])
    return Claim(
        project=found.scope.project,
        kpi=found.kpi.name,
        kpi_version=found.kpi.version,
        move=shown_by_lot(design) if outcome.level is Level.BY_LOT else changed,
        level=outcome.level,
        held=outcome.held,
        now=found.now,
        year=found.year,
        season_differs=found.months is not None and found.months.season_differs,
        trend=found.trend,
        panel=found.panel,
        pilot=found.pilot,
        reached=found.reach[-1] if found.reach else None,
        fairness=found.fairness,
        target_probability=found.target_probability,
        worth=worth(_worthy(found)),
        regression_to_the_mean=extreme_start(control, found.agreement.started_on, changed),
    )


def _facts(found: _Found, move: Move, control: Control | None) -> Facts:
    now, baseline = found.rows
    return Facts(
        kpi=found.kpi,
        agreement=found.agreement,
        as_of=found.scope.as_of,
        baseline=found.scope.baseline,
        support=support(now, baseline),
        weighted=weighted(now) and (baseline is None or weighted(baseline)),
        same_instrument=same_instrument(now, baseline),
        open_share=open_share(now),
        reached=found.reach,
        control=control,
        move=move,
    )


def _design(found: _Found, move: Move) -> Design:
    (now, baseline), agreement = found.rows, found.agreement
    return Design(
        kpi=found.kpi,
        measured=now is not None and now["value"] is not None,
        baseline=baseline is not None and baseline["value"] is not None,
        started=agreement.started_on is not None and agreement.started_on <= found.scope.as_of,
        move=move,
        now=found.now,
        year=found.year,
        trend=found.trend,
        panel=found.panel,
        services=len(found.scope.services),
        comparators=len(agreement.comparators),
        pilot=found.pilot,
        by_lot=agreement.pilot is not None and agreement.pilot.by_lot,
        target=agreement.targets.get(found.kpi.name),
        n_now=None if now is None else now["n"],
        n_baseline=None if baseline is None else baseline["n"],
    )


def _worthy(found: _Found) -> Worthy:
    return Worthy(
        kpi=found.kpi,
        now=found.now,
        year=found.year,
        row=found.rows[0],
        target=found.target,
        came=found.came,
        spent=found.spent,
    )


def _now(material: Material, kpi: Kpi, scopes: Sequence[Scope]) -> Mapping[str, Change]:
    seen = material.seen
    population = seen.found[key_of(kpi)]
    found = changes(population, kpi, sides=now_sides(scopes, population, seen.grain), weighing=seen.weighing)
    if weighable(kpi) is None:
        return found
    starts = {scope.project: now_of(scope, population, seen.grain).start for scope in scopes}
    return without_telling(found, compared_periods(withheld_channels(seen.evidence, kpi), starts, seen.grain))


def _series(material: Material, kpi: Kpi, shown: pl.DataFrame, scopes: Sequence[Scope]) -> Mapping[str, Series]:
    seen = material.seen
    population = seen.found[key_of(kpi)]
    found = series_of(shown, population, kpi, mixes=mix_months(scopes, population), weighing=seen.weighing)
    if weighable(kpi) is None:
        return found
    months = withheld_channels(seen.monthly, kpi).filter(pl.col("grain") == Grain.MONTH.value)
    return series_without_telling(found, months)


def _told(reach: Sequence[Reach], rows: tuple[Row | None, Row | None]) -> tuple[Reach, ...]:
    """Take away what would tell a figure that is not shown, and how many answered where that number is hidden."""
    known = {row["period_start"]: row for row in rows if row is not None}
    told = []
    for one in reach:
        row = known.get(one.start)
        if row is None or row["n"] is None:
            told.append(unanswered(one))
        else:
            told.append(one if row["value"] is not None else without_range(one))
    return tuple(told)


def _registered_targets(
    agreements: Mapping[str, Agreement], kpi: Kpi, rows: Mapping[str, tuple[Row | None, Row | None]]
) -> Mapping[str, float]:
    """Return the targets that were agreed before the start, and on the scale that is asked now."""
    return {
        name: agreements[name].targets[kpi.name]
        for name, (now, baseline) in rows.items()
        if kpi.name in agreements[name].targets
        and agreements[name].registered_before
        and same_instrument(now, baseline)
    }


def _trends(series: Mapping[str, Series], agreements: Mapping[str, Agreement]) -> Mapping[str, Trend]:
    """Return what an interrupted series says of each project that has started."""
    asked = {
        name: MonthlySeries(months=one.months, values=one.values, started_on=start, left_out=left_out(agreements[name]))
        for name, one in series.items()
        if (start := agreements[name].started_on) is not None
    }
    found = dict(zip(asked, interrupted(list(asked.values()), seasonal_pairs=1), strict=True))
    return {
        name: Trend(
            months=series[name].months,
            values=series[name].values,
            held=series[name].held,
            merged=series[name].merged,
            found=result,
            beyond=beyond_own_trend(result),
        )
        for name, result in found.items()
    }


def _reach(material: Material, kpi: Kpi, scopes: Sequence[Scope]) -> Mapping[str, Sequence[Reach]]:
    scoring, seen = weighable(kpi), material.seen
    if scoring is None:
        return {}
    population = seen.found[key_of(kpi)]
    periods = periods_of(scopes, population, seen.grain)
    return reaches(reached(population, scoring, counts=seen.counts, periods=periods, weighing=seen.weighing))
