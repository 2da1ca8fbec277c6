"""Panels: the services of a project beside the comparable ones, month by month."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.counting import count
from metrics.effect.panel import more_than_comparable
from metrics.estimate import NotReported, Reason
from metrics.evaluate import Seen
from metrics.evidence.agreement import Agreement
from metrics.evidence.panels import panels
from metrics.kpis import KPIS
from metrics.periods import Period
from metrics.records import Kind
from tests.metrics.builders import answers, satisfied, scope

STARTED = date(2025, 7, 1)
MONTHS = [date(2025, month, 1) for month in range(1, 13)]
OTHERS = ("b1", "b2", "b3", "b4", "b5")
AGREED = Agreement(project="p", kpis=("satisfaction",), started_on=STARTED, comparators=OTHERS)


def asked(service, before, after, **changed):
    """Of forty answers a month: how many were satisfied before, and since the start; one more in every other month."""
    return [
        row
        for number, month in enumerate(MONTHS)
        for good in ((before if month < STARTED else after) + number % 2,)
        for row in satisfied(good, 40 - good, service=service, answered_on=month, **changed)
    ]


def found(*rows, agreement=AGREED, **changed):
    scopes = [scope(services=("a1", "a2"), as_of=date(2025, 12, 31), **changed)]
    counted = {Kind.ANSWERS: count(answers(*rows), Kind.ANSWERS)}
    return panels(Seen(scopes=scopes, counted=counted), {"p": agreement}, kpis=KPIS)


TREATED = [*asked("a1", 20, 30), *asked("a2", 22, 30)]
ALIKE = [row for number, service in enumerate(OTHERS) for row in asked(service, 20 + number, 21 + number)]


def test_services_with_the_project_are_held_against_the_others_each_counting_once():
    # By hand: +10 and +8 of 40 answers is 22.5 points; the others +1 of 40, which is 2.5: the difference is 20 points.
    panel = found(*TREATED, *ALIKE)["p", "satisfaction"]
    assert panel.effect.value == pytest.approx(0.20)
    # Of the 21 ways to pick two of seven services only the real one gives so much.
    assert panel.permuted.p_value == pytest.approx(1 / 21)
    assert {one.service: one.treated for one in panel.services} == {
        "a1": True,
        "a2": True,
        **dict.fromkeys(OTHERS, False),
    }


def test_more_than_comparable_takes_services_that_moved_alike_before():
    # One more satisfied in January or in February of each service: slopes that differ, and by chance only.
    noise = [
        row
        for number, service in enumerate(("a1", "a2", *OTHERS))
        for row in satisfied(5, 0, service=service, answered_on=MONTHS[number % 3 + 1])
    ]
    # Three more in every next month before the start: a trend of its own.
    rising = [
        row
        for service in ("a1", "a2")
        for month in MONTHS[:6]
        for row in satisfied(15 * month.month, 0, service=service, answered_on=month)
    ]
    assert more_than_comparable(found(*TREATED, *ALIKE, *noise)["p", "satisfaction"])
    assert not more_than_comparable(found(*TREATED, *ALIKE, *noise, *rising)["p", "satisfaction"])


def test_with_one_comparator_nothing_is_said():
    panel = found(*TREATED, *asked("b1", 20, 21))["p", "satisfaction"]
    assert isinstance(panel, NotReported)
    assert (panel.reason, panel.n) == (Reason.FEW_SERVICES, 3)


def test_months_that_lean_on_too_few_are_absent():
    few = [{**row, "n": 2} for row in asked("b1", 20, 21)]
    panel = found(*TREATED, *ALIKE, *few, agreement=AGREED)["p", "satisfaction"]
    only_few = found(*TREATED, *[row for row in ALIKE if row["service"] != "b1"], *few)["p", "satisfaction"]
    assert "b1" in {one.service for one in panel.services}
    assert "b1" not in {one.service for one in only_few.services}


def test_months_before_the_baseline_do_not_count():
    # By hand: with the worst months from before the baseline left out, a1 and a2 come from 20 and 22 as above.
    early = [row for month in (8, 9) for row in satisfied(0, 40, service="a1", answered_on=date(2024, month, 1))]
    baseline = Period(start=date(2025, 1, 1), end=date(2025, 6, 30))
    assert found(*early, *TREATED, *ALIKE, baseline=baseline)["p", "satisfaction"].effect.value == pytest.approx(0.20)
    assert found(*early, *TREATED, *ALIKE)["p", "satisfaction"].effect.value > 0.20


def test_months_of_introduction_belong_to_neither_side():
    window = Period(start=date(2025, 7, 1), end=date(2025, 8, 31))
    agreed = Agreement(
        project="p", kpis=("satisfaction",), started_on=STARTED, comparators=OTHERS, implementation=window
    )
    slow = [row for month in (7, 8) for row in satisfied(0, 400, service="a1", answered_on=date(2025, month, 1))]
    # By hand: with those two months out, the mean of the others is as it was, for both kinds of month are out once.
    assert found(*TREATED, *slow, *ALIKE, agreement=agreed)["p", "satisfaction"].effect.value == pytest.approx(0.20)


def test_answers_asked_in_another_way_take_no_part():
    before = asked("b1", 20, 20, scale="1-10")
    other = [row for row in before if row["answered_on"] < STARTED]
    rows = [row for row in ALIKE if row["service"] != "b1" or row["answered_on"] >= STARTED]
    assert "b1" in found(*TREATED, *rows, *other)["p", "satisfaction"].without_both_sides


@pytest.mark.parametrize(
    "changed", [{"comparators": ()}, {"started_on": None}, {"started_on": date(2026, 1, 1)}], ids=str
)
def test_without_comparators_or_before_the_start_there_is_no_panel(changed):
    agreed = {"started_on": STARTED, "comparators": OTHERS, **changed}
    assert found(*TREATED, *ALIKE, agreement=Agreement(project="p", kpis=("satisfaction",), **agreed)) == {}


def test_a_measure_that_nobody_recorded_has_no_panel():
    agreed = Agreement(
        project="p", kpis=("satisfaction", "lead_time_p90", "clarity"), started_on=STARTED, comparators=OTHERS
    )
    assert set(found(*TREATED, *ALIKE, agreement=agreed)) == {("p", "satisfaction")}
