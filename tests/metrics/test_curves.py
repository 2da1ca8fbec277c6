"""Lead-time curves for people to look at."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.counting import count
from metrics.curves import CURVES, curves, decided_in
from metrics.evaluate import hidden_in
from metrics.kpis import KPIS
from metrics.periods import Period
from metrics.populations import populations
from metrics.records import Kind
from tests.metrics.builders import cases, decided, scope

JANUARY = Period(start=date(2026, 1, 1), end=date(2026, 1, 31))
BEFORE = Period(start=date(2025, 10, 1), end=date(2025, 12, 31))


def drawn(*rows, **changed):
    counted = {Kind.CASES: count(cases(*rows), Kind.CASES)}
    known = populations([scope(**changed)], counted, KPIS)
    return curves(known, JANUARY, hidden=hidden_in(known))


def points(found, line):
    return dict(found.filter(line=line).select("days", "decided").iter_rows())


def test_the_curve_of_now_counts_open_cases_and_the_contrast_forgets_them():
    # By hand: ten of twenty decided, five after 3 and five after 8 days; the others wait until 30 June (176 days).
    found = drawn(*decided(*[3] * 5, *[8] * 5), *[{}] * 10)
    assert found.schema == CURVES
    assert points(found, "now") == pytest.approx({3: 0.25, 8: 0.5, 176: 0.5})
    assert points(found, "completed") == pytest.approx({3: 0.5, 8: 1.0})


def test_the_limits_lie_around_the_curve():
    # By hand: S = 0.75 and V = 5 / (20 * 15), so z sqrt(V) / -ln S = 0.87955; the limits are 1 - S ^ exp(-+0.87955).
    low, high = drawn(*decided(*[3] * 5, *[8] * 5), *[{}] * 10).filter(line="now", days=3).select("low", "high").row(0)
    assert (low, high) == pytest.approx((0.112529, 0.500056), abs=1e-6)


def test_the_baseline_holds_the_cases_received_in_it():
    before = decided(*[4] * 12, received_on=date(2025, 11, 3))
    found = drawn(*before, *decided(*[9] * 10), baseline=BEFORE)
    assert points(found, "baseline") == {4: 1.0}
    assert points(found, "now") == {9: 1.0}


@pytest.mark.parametrize(("closed", "lines"), [(9, set()), (10, {"now", "completed"})])
def test_a_line_on_fewer_than_ten_decided_cases_is_left_out(closed, lines):
    assert set(drawn(*decided(*[4] * closed), *[{}] * 50)["line"]) == lines


def test_a_project_without_cases_has_no_curve():
    assert drawn().is_empty()


def test_the_decided_cases_of_a_period_are_those_decided_in_it_by_how_long_they_took():
    # Received on 5 January: decided on 8 January three times, on 9 February twice; one is open.
    counted = {Kind.CASES: count(cases(*decided(*[3] * 3, *[35] * 2), {}), Kind.CASES)}
    found = decided_in(populations([scope()], counted, KPIS), JANUARY)
    assert found.select("project", "month", "days", "n").rows() == [("p", JANUARY.start, 3, 3)]
