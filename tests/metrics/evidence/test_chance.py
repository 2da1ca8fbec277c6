"""The chance that a target is met: the same as asking the estimators of targets directly."""

from __future__ import annotations

from datetime import date
from math import sqrt
from statistics import fmean, variance

import pytest
from scipy.stats import beta, norm

from metrics.estimators.moments import Moments
from metrics.estimators.target import mean_probability, share_probability, waiting_probability
from metrics.evidence.chance import target_probabilities
from metrics.evidence.rows import rows_of
from metrics.kpi import Direction
from metrics.kpis import KPIS, kpi
from metrics.periods import Grain
from metrics.populations import key_of
from tests.metrics.builders import answers, cases, counts, decided, satisfied, scope
from tests.metrics.evidence.projects import MEAN, ON_TIME, P90, SATISFACTION, WITHIN_NORM, looked_at

JUNE, JANUARY = date(2026, 6, 1), date(2026, 1, 5)
UP = Direction.UP


def chances(which, target, *frames, grain=Grain.MONTH, scopes=None):
    """Return the chance by project; `target` may be one for all, or by project."""
    given = scopes or [scope()]
    seen = looked_at(*frames, scopes=given, grain=grain)
    rows = {name: now for name, (now, _) in rows_of(seen.evidence, which, given, grain).items()}
    targets = target if isinstance(target, dict) else {one.project: target for one in given}
    return target_probabilities(rows, which, targets=targets, population=seen.found[key_of(which)])


def plain(values):
    """Return the moments of single answers, by the standard library."""
    return Moments(n=len(values), mean=fmean(values), variance=variance(values))


def in_june(good, bad, **changed):
    return satisfied(good, bad, answered_on=JUNE, **changed)


def test_the_chance_of_a_share_is_that_of_its_hits():
    found = chances(SATISFACTION, 0.75, answers(*in_june(80, 20)))
    assert found == {"p": share_probability(80, 100, target=0.75, direction=UP)}
    # A second method: the upper tail of Jeffreys' posterior by scipy.
    assert found["p"] == pytest.approx(beta.sf(0.75, 80.5, 20.5))


def test_a_weighted_share_counts_for_as_many_answers_as_kish_says():
    came = [
        {"event": "customer", "channel": name, "happened_on": JUNE, "n": n}
        for name, n in (("website", 100), ("desk", 300))
    ]
    rows = answers(*in_june(90, 10), *in_june(40, 40, channel="desk"))
    # By hand: .25 x .9 + .75 x .5 = .6; Kish: 400^2 / (100^2/100 + 300^2/80) = 130.6.
    found = chances(SATISFACTION, 0.6, rows, counts(*came))
    assert found == {"p": share_probability(round(0.6 * 131), 131, target=0.6, direction=UP)}
    crude = chances(SATISFACTION, 0.6, rows)
    assert crude == {"p": share_probability(130, 180, target=0.6, direction=UP)}
    assert found["p"] < 0.6 < crude["p"]


def test_the_chance_of_a_mean_is_that_of_its_answers():
    given = {5: 40, 4: 30, 3: 20, 1: 10}
    rows = [{"value": value, "n": n, "answered_on": JUNE} for value, n in given.items()]
    values = [float(value) for value, n in given.items() for _ in range(n)]
    expected = mean_probability(plain(values), target=3.8, direction=UP)
    assert 0.5 < expected < 0.95
    assert chances(MEAN, 3.8, answers(*rows))["p"] == pytest.approx(expected)


def test_a_mean_cut_off_at_the_end_of_its_scale_keeps_the_error_of_its_other_side():
    rows = [{"value": 5, "n": 11, "answered_on": JUNE}, {"value": 1, "n": 1, "answered_on": JUNE}]
    values = [5.0] * 11 + [1.0]
    # The upper limit would lie beyond 5.
    expected = mean_probability(plain(values), target=4.0, direction=UP)
    assert chances(MEAN, 4.0, answers(*rows))["p"] == pytest.approx(expected)


def test_a_score_between_nothing_and_everything_is_a_mean_though_its_unit_is_a_share():
    score = kpi("satisfaction_weighted")
    rows = answers(*in_june(30, 10))
    values = [1.0] * 30 + [0.0] * 10
    expected = mean_probability(plain(values), target=0.7, direction=UP)
    assert chances(score, 0.7, rows)["p"] == pytest.approx(expected)


def test_a_mean_of_answers_that_are_all_the_same_has_no_chance():
    assert chances(MEAN, 4.0, answers({"value": 5, "n": 40, "answered_on": JUNE})) == {}


def test_the_share_of_decisions_on_time_is_a_share():
    on_day = {"due_on": date(2026, 6, 10)}
    rows = cases(*decided(*[30] * 20, *[40] * 12, received_on=date(2026, 5, 5), **on_day), {**on_day, "n": 8})
    # By hand: decided on 4 June 20 times, on 14 June 12 times, 8 are open.
    assert chances(ON_TIME, 0.6, rows) == {"p": share_probability(20, 40, target=0.6, direction=UP)}


def greenwood(at_risk_and_decided):
    """Return the share still waiting and its variance, by hand."""
    waiting, total = 1.0, 0.0
    for at_risk, closed in at_risk_and_decided:
        waiting *= 1 - closed / at_risk
        total += closed / at_risk / (at_risk - closed)
    return waiting, waiting**2 * total


RECEIVED = [*decided(*[10] * 40, *[50] * 30, *[70] * 20), {"received_on": JANUARY, "n": 10}]
"""A hundred cases of January: forty decided on day 10, thirty on day 50, twenty on day 70, ten are open."""


@pytest.mark.parametrize(("target", "steps"), [(56, [(100, 40), (60, 30)]), (55.6, [(100, 40), (60, 30)])])
def test_the_chance_of_a_percentile_is_read_off_the_curve_on_the_day_of_the_target(target, steps):
    waiting, spread = greenwood(steps)
    expected = waiting_probability(waiting, spread, target=0.9, direction=UP)
    found = chances(P90, target, cases(*RECEIVED), grain=Grain.ALL)
    assert found["p"] == pytest.approx(expected)


def test_a_target_that_was_nearly_met_has_a_chance_in_the_middle():
    waiting, spread = greenwood([(100, 40), (60, 30), (30, 20)])
    # By hand: ten of a hundred wait on day 70, just what the target of nine in ten allows.
    assert waiting == pytest.approx(0.1)
    assert sqrt(spread) == pytest.approx(sqrt(0.1 * 0.9 / 100))
    assert chances(P90, 75, cases(*RECEIVED), grain=Grain.ALL)["p"] == pytest.approx(0.5)


def test_the_share_within_the_norm_is_read_off_on_the_day_of_the_norm():
    waiting, spread = greenwood([(100, 40), (60, 30)])
    expected = waiting_probability(waiting, spread, target=0.6, direction=UP)
    found = chances(WITHIN_NORM, 0.6, cases(*RECEIVED), grain=Grain.ALL, scopes=[scope(norm_days=56)])
    assert found["p"] == pytest.approx(expected)
    # A second method: the complementary log-log scale written out; .7 were decided, .6 was promised.
    error = sqrt(spread) / (0.3 * 1.2039728)
    assert found["p"] == pytest.approx(norm.cdf((0.1856268 + 0.0874216) / error), abs=1e-4)


def test_without_a_norm_there_is_no_share_within_it():
    assert chances(WITHIN_NORM, 0.6, cases(*RECEIVED), grain=Grain.ALL) == {}


def test_a_project_without_a_norm_does_not_take_it_from_another():
    two = [scope(norm_days=56), scope(project="q")]
    assert set(chances(WITHIN_NORM, 0.6, cases(*RECEIVED), grain=Grain.ALL, scopes=two)) == {"p"}


def test_a_day_beyond_what_was_followed_has_no_chance():
    # The open ones were received on 5 January and seen until 30 June: 176 days.
    known = chances(P90, 176, cases(*RECEIVED), grain=Grain.ALL)
    assert known["p"] == pytest.approx(0.5)
    assert chances(P90, 177, cases(*RECEIVED), grain=Grain.ALL) == {}


def test_where_nobody_waits_any_more_there_is_no_chance():
    assert chances(P90, 40, cases(*decided(*range(1, 31))), grain=Grain.ALL) == {}


def test_each_project_has_its_own_target_and_its_own_cases():
    two = [scope(), scope(project="q", services=("parking",)), scope(project="r", services=("passports",))]
    other = decided(*[20] * 30, *[60] * 70, service="parking")
    found = chances(P90, {"p": 56, "q": 30}, cases(*RECEIVED, *other), grain=Grain.ALL, scopes=two)
    waiting, spread = greenwood([(100, 30)])
    assert set(found) == {"p", "q"}
    assert found["q"] == pytest.approx(waiting_probability(waiting, spread, target=0.9, direction=UP))


def test_only_the_cases_of_the_shown_period_count():
    later = decided(*[1] * 50, received_on=date(2026, 2, 2))
    scopes = [scope(as_of=date(2026, 3, 31))]
    alone = chances(P90, 20, cases(*later), scopes=[scope(as_of=date(2026, 2, 28))])
    assert alone == {}
    found = chances(
        P90, 5, cases(*RECEIVED, *decided(*[1] * 30, *[9] * 20, received_on=date(2026, 3, 2))), scopes=scopes
    )
    waiting, spread = greenwood([(50, 30)])
    assert found["p"] == pytest.approx(waiting_probability(waiting, spread, target=0.9, direction=UP))


@pytest.mark.parametrize(("bad", "there"), [(5, True), (4, False)])
def test_a_figure_on_fewer_than_ten_has_no_chance(bad, there):
    assert bool(chances(SATISFACTION, 0.5, answers(*in_june(5, bad)))) is there


def test_a_late_figure_has_no_chance():
    assert chances(SATISFACTION, 0.5, answers(*in_june(50, 50)), scopes=[scope(fresh_within_days=28)]) == {}
    assert chances(SATISFACTION, 0.5, answers(*in_june(50, 50)), scopes=[scope(fresh_within_days=29)])


def test_without_a_target_or_a_figure_there_is_no_chance():
    assert chances(SATISFACTION, {}, answers(*in_june(50, 50))) == {}
    assert chances(SATISFACTION, {"q": 0.5}, answers(*in_june(50, 50))) == {}
    earlier = answers(*satisfied(50, 50, answered_on=JANUARY))
    assert chances(SATISFACTION, 0.5, earlier) == {}


@pytest.mark.parametrize("name", ["nps", "lead_time_mean"])
def test_a_figure_that_no_estimator_of_targets_knows_has_no_chance(name):
    promoters = [
        {"item": "recommend", "scale": "0-10", "value": value, "n": 60, "answered_on": JUNE} for value in (9, 2)
    ]
    assert name in {one.name for one in KPIS}
    frames = (answers(*promoters), cases(*RECEIVED))
    assert chances(kpi(name), 10, *frames, grain=Grain.ALL) == {}
