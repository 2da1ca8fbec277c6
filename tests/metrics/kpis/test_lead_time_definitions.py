"""Definitions of lead time: each on the same few cases, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from metrics.cohorts import cohort
from metrics.counting import count
from metrics.estimate import Reason
from metrics.kpi import Kpi
from metrics.kpis.completed import COMPLETED_NET_P50, COMPLETED_P50, SUSPENDED
from metrics.kpis.lead_time import DECIDED_WITHIN_NORM, HALF_A_YEAR_DAYS, LEAD_TIME_MEAN, LEAD_TIME_WITHIN_NORM
from metrics.kpis.on_time import ON_SERVICE_NORM, ON_TIME
from metrics.records import Kind
from metrics.scope import scope_frame
from tests.metrics.builders import cases, estimated, scope

RECEIVED = date(2026, 1, 5)
AS_OF = date(2026, 12, 31)


def after(days: int, n: int, **more: Any) -> Mapping[str, Any]:
    """Cases that ended so many days after they were received."""
    return {"received_on": RECEIVED, "decided_on": RECEIVED + timedelta(days=days), "n": n, **more}


def figure(kpi: Kpi, *rows: Mapping[str, Any]) -> Mapping[str, Any]:
    scoped = count(cases(*rows), Kind.CASES).join(scope_frame([scope(as_of=AS_OF, norm_days=56)]), on="service")
    assert kpi.cohort is not None
    return estimated(kpi.estimator, cohort(scoped, kpi.cohort))


def test_who_withdraws_stays_in_the_total_of_what_came_in_and_is_left_out_of_the_lead_time():
    # By hand: 40 of 100 decided in time, 20 withdrew, 40 wait.
    rows = [after(30, 40), after(10, 20, outcome="withdrawn"), {"received_on": RECEIVED, "n": 40}]
    assert figure(DECIDED_WITHIN_NORM, *rows)["value"] == pytest.approx(0.4)
    assert figure(LEAD_TIME_WITHIN_NORM, *rows)["value"] == pytest.approx(0.5)


def test_a_case_that_takes_a_year_counts_as_half_a_year_in_the_mean():
    # By hand: 30 cases of 20 days, 10 of 300 that count as 182: (600 + 1820) / 40.
    row = figure(LEAD_TIME_MEAN, after(20, 30), after(300, 10))
    assert row["value"] == pytest.approx(60.5)
    assert str(HALF_A_YEAR_DAYS) in LEAD_TIME_MEAN.why
    assert str(HALF_A_YEAR_DAYS) in LEAD_TIME_MEAN.formula


def test_the_promise_of_the_service_and_the_term_of_the_law_are_two_figures():
    terms = {"due_on": RECEIVED + timedelta(days=56), "service_due_on": RECEIVED + timedelta(days=28)}
    rows = [after(20, 15, **terms), after(40, 15, **terms)]
    assert figure(ON_TIME, *rows)["value"] == 1.0
    assert figure(ON_SERVICE_NORM, *rows)["value"] == 0.5


def test_net_stands_beside_gross_and_says_so_where_the_source_cannot_know():
    rows = [after(60, 30, suspended_days=25), after(60, 30, suspended_days=0), after(60, 1)]
    assert figure(COMPLETED_P50, *rows)["value"] == 60.0
    assert figure(COMPLETED_NET_P50, *rows)["value"] == 35.0
    assert figure(SUSPENDED, *rows)["value"] == 0.5
    assert figure(COMPLETED_NET_P50, after(60, 30))["reason"] == Reason.SUSPENSION_UNKNOWN


def test_all_that_leaves_open_cases_out_is_a_contrast():
    assert all(kpi.contrast for kpi in (COMPLETED_P50, COMPLETED_NET_P50, SUSPENDED))
    assert not any(kpi.contrast for kpi in (DECIDED_WITHIN_NORM, LEAD_TIME_MEAN, ON_SERVICE_NORM))
