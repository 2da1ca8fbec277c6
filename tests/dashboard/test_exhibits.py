"""Exhibits: what is kept as JSON beside the figures comes back as it went in."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from dashboard.exhibits import claims_in, controls_in, exhibits_by_project, workload_exhibits, workload_in
from metrics.estimate import Reason
from metrics.evidence.claim import Claim, Move
from metrics.evidence.control import Control
from metrics.evidence.fairness import FairnessGap
from metrics.evidence.level import Held, Hold, Level
from metrics.flow.suspension import PARTLY_TOLD
from metrics.flow.workload import Part
from metrics.funding.achievement import Achievement, LineHeld
from metrics.funding.cost import CostKind, CostPerExtra, Gain
from metrics.notices import Notice
from metrics.store.exhibits import Exhibit, Shown
from tests.dashboard.evidence_samples import (
    SHORT,
    absent,
    change,
    claim,
    control,
    difference,
    dot,
    flow,
    panel,
    pilot,
    reach,
    trend,
    workload,
    worth,
)

GAP = FairnessGap(worst="desk", worst_value=0.7, everybody=0.8, difference=-0.1, low=-0.2, high=None, compared=3)
FULL = worth(
    achieved=Achievement(percent=64.0, low=40.0, high=None),
    came=5012,
    cost=Decimal("219.40"),
    extra=Gain(value=340.0, low=200.0, high=480.0),
    extra_cost=CostPerExtra(point=None, low=410.0, high=None, kind=CostKind.NO_UPPER_LIMIT),
)


def kept(shown, kind, content, project="permits"):
    """An exhibit as the store gives it back: what JSON can say."""
    written = TypeAdapter(kind).dump_python(content, mode="json")
    return Exhibit(project=project, shown=shown, name="satisfaction", content=json.loads(json.dumps(written)))


@pytest.mark.parametrize(
    "known",
    [
        {},
        {
            "held": (Held(hold=Hold.NO_LOT), Held(hold=Hold.LOW_RESPONSE, found=0.12, needed=0.3, more=40)),
            "now": change(crude=difference(0.8, 0.85, 0.02, None), held=difference(0.82, 0.76)),
            "year": change(),
        },
        {"trend": trend(beyond=True), "panel": panel(), "pilot": pilot(), "reached": reach(silent=("desk",))},
        {"trend": trend(SHORT), "panel": absent(Reason.FEW_SERVICES, n=2), "pilot": pilot(None, None, None)},
        {"fairness": GAP, "worth": FULL, "target_probability": 0.84, "regression_to_the_mean": True},
        {"worth": worth(achieved=LineHeld(met=False, certain=None))},
    ],
)
def test_a_claim_comes_back_as_it_was_with_all_that_it_rests_on(known):
    found = claim(Level.BEYOND_OWN_TREND, move=Move.WORSE, **known)
    assert claims_in([kept(Shown.CLAIM, Claim, found)]) == {"satisfaction": found}


def test_a_control_chart_comes_back_as_it_was():
    found = control(
        dot(1, 0.81, mark="ordinary", signal="none"),
        dot(2, None, limits=None),
        since=date(2026, 1, 1),
        frozen_until=date(2025, 12, 1),
        sigma_z=1.31,
    )
    assert controls_in([kept(Shown.CHART, Control, found)]) == {"satisfaction": found}


def test_the_workload_of_a_project_comes_back_as_it_was():
    found = workload(
        open=188,
        median_days=41.0,
        standing=(Part(name="past_due", n=None),),
        months=(flow(3, None, 12), flow(4, 10, 12)),
        clock=Notice(code=PARTLY_TOLD, particulars={"percent": 40}),
        balanced=False,
    )
    (exhibit,) = workload_exhibits([found])
    assert (exhibit.project, exhibit.shown, exhibit.name) == ("permits", Shown.FLOW, "cases")
    again = Exhibit(
        project="permits", shown=Shown.FLOW, name="cases", content=json.loads(json.dumps(dict(exhibit.content)))
    )
    assert workload_in([again]) == found


def test_each_kind_is_found_among_the_others_and_nothing_where_there_is_none():
    claimed, charted = claim(), control()
    mixed = [
        kept(Shown.CHART, Control, charted),
        kept(Shown.CLAIM, Claim, claimed),
        *workload_exhibits([workload(open=3)]),
    ]
    assert claims_in(mixed) == {"satisfaction": claimed}
    assert controls_in(mixed) == {"satisfaction": charted}
    assert workload_in(mixed) == workload(open=3)
    assert (claims_in([]), controls_in([]), workload_in(mixed[:2])) == ({}, {}, None)


def test_exhibits_are_sorted_out_by_project():
    one, two, three = (kept(Shown.CLAIM, Claim, claim(), project=name) for name in ("permits", "waste", "permits"))
    assert exhibits_by_project([one, two, three]) == {"permits": [one, three], "waste": [two]}
    assert exhibits_by_project([]) == {}
