"""Reach: who came, who was invited and who answered in the periods that a claim rests on."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.evaluate import Seen, evaluated
from metrics.evidence.reach import reached, reaches, unanswered
from metrics.evidence.windows import periods_of
from metrics.kpis import KPIS
from metrics.periods import Grain, Period
from metrics.populations import key_of
from metrics.scoring import scoring_of
from tests.metrics.builders import answers, cases, counted_by_kind, counts, decided, satisfied, scope
from tests.metrics.evidence.projects import SATISFACTION

JUNE, OCTOBER = date(2026, 6, 1), date(2025, 10, 1)
BASELINE = Period(start=OCTOBER, end=date(2025, 10, 31))


def happened(event, month=JUNE, **channels):
    return [{"event": event, "channel": name, "n": n, "happened_on": month} for name, n in channels.items()]


def reach_of(rows, events=(), *more, **changed):
    one = scope(**changed)
    frames = [answers(*rows), *([counts(*events)] if events else []), *more]
    seen = evaluated(
        Seen(scopes=[one], counted=counted_by_kind(*frames), digital=frozenset({"website"})),
        kpis=KPIS,
        grain=Grain.MONTH,
    )
    population = seen.found[key_of(SATISFACTION)]
    periods = periods_of([one], population, Grain.MONTH)
    scoring = scoring_of(SATISFACTION.estimator)
    found = reached(population, scoring, counts=seen.counts, periods=periods, weighing=seen.weighing)
    return reaches(found)


def now(*rows, events=(), more=()):
    (found,) = reach_of(rows, events, *more)["p"]
    return found


def in_june(good, bad, **changed):
    return satisfied(good, bad, answered_on=JUNE, **changed)


def test_the_response_is_what_was_answered_of_what_was_asked():
    events = [*happened("customer", website=500), *happened("invitation", website=400)]
    found = now(*in_june(60, 20), events=events)
    assert (found.start, found.end) == (JUNE, date(2026, 6, 30))
    assert (found.customers, found.invited, found.answered) == (500, 400, 80)
    # By hand: 80 of 400; of these .75 were satisfied, so that between .15 and .15 + .8 of all may be.
    assert found.response == pytest.approx(0.2)
    assert (found.lowest, found.highest) == (pytest.approx(0.15), pytest.approx(0.95))
    assert found.cautions == ()


def test_what_was_not_recorded_is_unknown_and_not_zero():
    found = now(*in_june(60, 20))
    assert (found.customers, found.invited, found.response) == (None, None, None)
    assert (found.lowest, found.highest, found.representativity) == (None, None, None)
    assert found.answered == 80
    assert "response_unknown" in found.cautions


@pytest.mark.parametrize(("n", "shown"), [(5, 5), (4, None)])
def test_a_count_of_fewer_than_five_is_hidden(n, shown):
    events = [*happened("customer", website=n), *happened("invitation", website=n)]
    found = now(*in_june(2, 2), events=events)
    assert (found.customers, found.invited) == (shown, shown)


@pytest.mark.parametrize(("bad", "shown"), [(2, True), (1, False)])
def test_fewer_than_five_answers_hide_all_that_leans_on_them(bad, shown):
    found = now(*in_june(3, bad), events=happened("invitation", website=100))
    known = (found.answered, found.response, found.lowest, found.highest)
    assert (None not in known) is shown
    assert (set(known) == {None}) is not shown
    assert found.invited == 100


def test_nobody_who_answered_is_hidden_like_a_few():
    rows = [*in_june(0, 0), *satisfied(30, 10, answered_on=OCTOBER)]
    earlier, later = reach_of(rows, happened("invitation", website=100), baseline=BASELINE)["p"]
    assert (earlier.start, earlier.answered) == (OCTOBER, 40)
    assert (later.answered, later.response, later.lowest) == (None, None, None)


def test_the_baseline_comes_before_now():
    rows = [*in_june(30, 10), *satisfied(50, 10, answered_on=OCTOBER)]
    events = [*happened("invitation", website=100), *happened("invitation", OCTOBER, website=200)]
    found = reach_of(rows, events, baseline=BASELINE)["p"]
    assert [(one.start, one.invited, one.answered) for one in found] == [(OCTOBER, 200, 60), (JUNE, 100, 40)]


def test_a_channel_where_people_came_and_nobody_answered_is_silent():
    came = cases(*decided(*[3] * 20, received_on=JUNE), *decided(*[3] * 20, received_on=JUNE, channel="desk"))
    found = now(*in_june(30, 10), more=(came,))
    assert found.silent == ("desk",)
    # Only the website speaks, which is digital.
    assert {"channels_silent", "only_digital"} <= set(found.cautions)
    assert found.customers is None


def test_an_even_response_is_representative():
    even = happened("invitation", website=100, desk=100)
    assert now(*in_june(20, 10), *in_june(20, 10, channel="desk"), events=even).representativity == pytest.approx(1.0)
    # By hand: 30 and 10 of 100 each; S = sqrt((100 x .01 + 100 x .01) / 199), R = 1 - 2 S.
    uneven = now(*in_june(20, 10), *in_june(5, 5, channel="desk"), events=even)
    assert uneven.representativity == pytest.approx(1 - 2 * (2 / 199) ** 0.5)


def test_a_project_without_answers_has_no_reach():
    assert reach_of([]) == {}


def test_where_the_number_of_answers_is_hidden_nothing_tells_it():
    events = [*happened("customer", website=500), *happened("invitation", website=400)]
    found = unanswered(now(*in_june(60, 20), events=events))
    assert (found.customers, found.invited) == (500, 400)
    assert {found.answered, found.response, found.lowest, found.highest, found.representativity} == {None}
