"""Pilots: the residents with the new way beside those without it."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.counting import count
from metrics.estimate import Reason
from metrics.evaluate import Seen, evaluated
from metrics.evidence.agreement import Agreement, PilotGroups
from metrics.evidence.pilots import pilots
from metrics.kpis import KPIS, kpi
from metrics.periods import Grain
from metrics.populations import key_of
from metrics.records import Kind
from tests.metrics.builders import answers, cases, decided, satisfied, scope

STARTED = date(2026, 1, 1)
NEW, OLD = "arm=new", "arm=old"
GROUPS = PilotGroups(pilot=NEW, control=OLD, by_lot=True, registered_on=date(2025, 12, 1))


def tried(name, *, asked=(), came=(), groups=GROUPS, started_on=STARTED, **changed):
    counted = {Kind.ANSWERS: count(answers(*asked), Kind.ANSWERS), Kind.CASES: count(cases(*came), Kind.CASES)}
    scopes = [scope(**changed)]
    seen = evaluated(Seen(scopes=scopes, counted=counted), kpis=KPIS, grain=Grain.MONTH)
    agreed = {"p": Agreement(project="p", kpis=(name,), started_on=started_on, pilot=groups)}
    population = seen.found[key_of(kpi(name))]
    return pilots(population, kpi(name), scopes=scopes, agreements=agreed, weighing=seen.weighing).get("p")


def groups_of(new, old, **changed):
    return [*satisfied(*new, segments=NEW, **changed), *satisfied(*old, segments=OLD, **changed)]


def received(new, old):
    return [{"segments": NEW, "n": new}, {"segments": OLD, "n": old}, {"segments": "arm=other", "n": 500}]


def test_the_share_of_the_pilot_is_held_against_that_of_the_control():
    # By hand: 80 of 100 against 60 of 100. Newcombe from Wilson's 0.71117-0.86663 and 0.50198-0.69063:
    # 0.2 - sqrt(0.08883^2 + 0.09063^2) and 0.2 + sqrt(0.06663^2 + 0.09802^2).
    found = tried("satisfaction", asked=groups_of((80, 20), (60, 40)), came=received(110, 110))
    assert (found.value, found.low, found.high) == pytest.approx((0.20, 0.07309, 0.31852), abs=1e-4)


def test_everybody_who_came_is_assigned_and_who_did_not_answer_is_lost():
    found = tried("satisfaction", asked=groups_of((80, 20), (60, 40)), came=received(110, 200))
    assert (found.pilot.assigned, found.pilot.measured) == (110, 100)
    assert found.control.lost == pytest.approx(0.5)
    assert not found.low_loss


def test_a_mean_is_compared_by_welch():
    # By hand: of fives and ones 4.2 and 3.4 on average.
    found = tried("satisfaction_mean", asked=groups_of((80, 20), (60, 40)), came=received(110, 110))
    assert found.value == pytest.approx(0.8)
    assert found.degrees is not None


def test_without_knowing_who_came_there_is_no_pilot():
    assert tried("satisfaction", asked=groups_of((80, 20), (60, 40))) is None


def test_more_answers_than_people_who_came_make_no_pilot():
    assert tried("satisfaction", asked=groups_of((80, 20), (60, 40)), came=received(99, 110)) is None


def test_lead_times_of_both_sides_are_followed_equally_long():
    # By hand: the medians are 10 and 20 days, whatever came later.
    new = decided(*[10] * 40, *[30] * 20, segments=NEW)
    old = decided(*[10] * 10, *[20] * 25, *[40] * 15, *[60] * 10, segments=OLD)
    found = tried("lead_time_p50", came=[*new, *old])
    assert found.value == -10
    assert (found.pilot.assigned, found.control.measured) == (60, 60)
    assert found.low <= -10 <= found.high


def test_a_lead_time_that_is_not_reached_on_one_side_gives_no_difference():
    found = tried("lead_time_p50", came=[*decided(*[10] * 30, segments=NEW), *[{"segments": OLD}] * 30])
    assert (found.value, found.reason) == (None, Reason.TOO_FEW_OBSERVATIONS)


def test_an_unlimited_side_leaves_the_difference_without_that_end():
    # Half of the control is open: its median is there, its upper limit is not.
    came = [*decided(*[10] * 30, segments=NEW), *decided(*[20] * 15, segments=OLD), *[{"segments": OLD}] * 14]
    found = tried("lead_time_p50", came=came)
    assert found.value == -10
    assert (found.low, found.reason) == (None, Reason.NO_INTERVAL)


@pytest.mark.parametrize(("few", "shown"), [(9, False), (10, True)])
def test_a_side_with_fewer_than_ten_shows_nothing_not_even_its_size(few, shown):
    found = tried("satisfaction", asked=groups_of((few - 2, 2), (60, 40)), came=received(few, 110))
    assert (found.value is not None) is shown
    assert (found.pilot.assigned > 0) is shown


def test_one_group_alone_is_no_pilot():
    assert tried("satisfaction", asked=satisfied(80, 20, segments=NEW), came=received(110, 110)) is None


def test_answers_of_other_people_are_in_neither_group():
    other = satisfied(0, 500, segments="arm=other")
    found = tried("satisfaction", asked=[*groups_of((80, 20), (60, 40)), *other], came=received(110, 110))
    assert found.value == pytest.approx(0.20)


@pytest.mark.parametrize(
    "changed",
    [
        {"groups": None},
        {"started_on": None},
        {"groups": PilotGroups(pilot=NEW, control=OLD, by_lot=True, registered_on=date(2026, 1, 2))},
        {"started_on": date(2026, 5, 1)},
    ],
    ids=["none registered", "not started", "registered after the start", "nobody since the start"],
)
def test_there_is_no_pilot_that_was_not_registered_before_it_started(changed):
    assert tried("satisfaction", asked=groups_of((80, 20), (60, 40)), came=received(110, 110), **changed) is None


def test_a_share_of_everybody_who_came_in_is_compared_as_it_is():
    # By hand: all fifty of the pilot are decided within the norm of 15 days, and twenty of the fifty others.
    new = decided(*[10] * 50, segments=NEW)
    old = decided(*[10] * 20, *[20] * 30, segments=OLD)
    found = tried("decided_within_norm", came=[*new, *old], norm_days=15)
    assert found.value == pytest.approx(0.6)
