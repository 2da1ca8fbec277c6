"""Exhibits: claims, control charts and what goes with them, as they are kept beside the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from metrics.evaluate import Evaluated
from metrics.evidence.agreement import Agreement
from metrics.evidence.claim import Claim
from metrics.evidence.claims import claimed
from metrics.evidence.control import Control
from metrics.evidence.panels import Panel
from metrics.flow.workload import Workload
from metrics.kpi import Kpi
from metrics.store.exhibits import Exhibit, Shown

_CLAIM: TypeAdapter[Claim] = TypeAdapter(Claim)
_CONTROL: TypeAdapter[Control] = TypeAdapter(Control)
_WORKLOAD: TypeAdapter[Workload] = TypeAdapter(Workload)


def exhibits_of(
    found: Evaluated,
    agreements: Mapping[str, Agreement],
    *,
    kpis: Sequence[Kpi],
    panels: Mapping[tuple[str, str], Panel],
    spent: Mapping[str, Decimal],
) -> list[Exhibit]:
    """Return the claims and the control charts of an evaluation; the rest is as `claimed` takes it."""
    told = claimed(found, agreements, kpis=kpis, panels=panels, spent=spent)
    claims = [
        _exhibit(claim.project, Shown.CLAIM, claim.kpi, _CLAIM.dump_python(claim, mode="json")) for claim in told.claims
    ]
    charts = [
        _exhibit(project, Shown.CHART, kpi, _CONTROL.dump_python(chart, mode="json"))
        for (project, kpi), chart in told.controls.items()
    ]
    return [*claims, *charts]


def workload_exhibits(found: Sequence[Workload]) -> list[Exhibit]:
    """Return the workload of projects as exhibits."""
    return [_exhibit(one.project, Shown.FLOW, "cases", _WORKLOAD.dump_python(one, mode="json")) for one in found]


def workload_in(exhibits: Sequence[Exhibit]) -> Workload | None:
    """Return the workload among the exhibits of a project, if it has any cases."""
    return next((_WORKLOAD.validate_python(one.content) for one in exhibits if one.shown is Shown.FLOW), None)


def claims_in(exhibits: Sequence[Exhibit]) -> Mapping[str, Claim]:
    """Return the claims among the exhibits of a project, by KPI."""
    return {one.name: _CLAIM.validate_python(one.content) for one in exhibits if one.shown is Shown.CLAIM}


def controls_in(exhibits: Sequence[Exhibit]) -> Mapping[str, Control]:
    """Return the control charts among the exhibits of a project, by KPI."""
    return {one.name: _CONTROL.validate_python(one.content) for one in exhibits if one.shown is Shown.CHART}


def exhibits_by_project(exhibits: Sequence[Exhibit]) -> Mapping[str, Sequence[Exhibit]]:
    """Return exhibits by project."""
    found: dict[str, list[Exhibit]] = {}
    for one in exhibits:
        found.setdefault(one.project, []).append(one)
    return found


def _exhibit(project: str, shown: Shown, name: str, content: Mapping[str, Any]) -> Exhibit:
    return Exhibit(project=project, shown=shown, name=name, content=content)
