"""Caps: each just where it holds, and just where it does not."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.evidence.agreement import Break
from metrics.evidence.caps import Facts, caps, extreme_start
from metrics.evidence.claim import Move
from metrics.evidence.level import CAPS, Held, Hold
from metrics.evidence.reach import Reach
from tests.metrics.builders import AS_OF
from tests.metrics.evidence.projects import P90, SATISFACTION, START, YEAR_BEFORE, agreement, control, dot


def heard(*, invited=1000, answered=200, representativity=0.8, **changed):
    usual = {
        "start": date(2026, 1, 1),
        "end": AS_OF,
        "customers": 1000,
        "invited": invited,
        "answered": answered,
        "response": answered / invited if invited and answered is not None else None,
        "lowest": None,
        "highest": None,
        "representativity": representativity,
        "silent": (),
        "cautions": (),
    }
    return Reach(**{**usual, **changed})


def held(**changed):
    usual = {
        "kpi": SATISFACTION,
        "agreement": agreement(),
        "as_of": AS_OF,
        "baseline": YEAR_BEFORE,
        "support": 30,
        "weighted": True,
        "same_instrument": True,
        "open_share": None,
        "reached": (heard(), heard()),
        "control": None,
        "move": Move.BETTER,
    }
    return list(caps(Facts(**{**usual, **changed})))


def holds(**changed):
    return [one.hold for one in held(**changed)]


def test_a_claim_in_order_is_not_capped():
    assert holds() == []


def test_a_claim_with_everything_against_it_has_every_cap():
    found = holds(
        agreement=agreement(registered_on=None, breaks=(Break(on=AS_OF),), others=(START,)),
        support=29,
        weighted=False,
        open_share=0.6,
        reached=(heard(answered=199, representativity=0.7), heard(invited=None)),
        control=control(dot(START, "concern")),
    )
    # How the comparators moved before the start, and what a lot shows, is for the designs to say.
    assert set(found) == CAPS - {Hold.UNLIKE_BEFORE, Hold.LOT_SHOWS_OPPOSITE}


@pytest.mark.parametrize(
    ("registered_on", "capped"), [(date(2025, 7, 1), False), (date(2025, 7, 2), True), (None, True)]
)
def test_a_baseline_that_was_put_on_record_after_the_start_caps(registered_on, capped):
    assert (Hold.NOT_REGISTERED in holds(agreement=agreement(registered_on=registered_on))) is capped


def test_a_project_that_has_no_start_had_nothing_to_put_on_record_before_it():
    assert holds(agreement=agreement(started_on=None, registered_on=None)) == []


def test_a_figure_asked_in_other_words_than_the_baseline_caps():
    assert holds(same_instrument=False) == [Hold.SERIES_BREAK]


@pytest.mark.parametrize(
    ("on", "capped"),
    [(date(2024, 7, 1), False), (date(2024, 7, 2), True), (AS_OF, True), (date(2026, 7, 1), False)],
)
def test_a_break_caps_from_the_day_after_the_baseline_begins_up_to_the_as_of_day(on, capped):
    assert (Hold.SERIES_BREAK in holds(agreement=agreement(breaks=(Break(on=on),)))) is capped


def test_a_break_of_another_kpi_does_not_cap():
    other = agreement(breaks=(Break(on=START, kpis=("clarity",)),))
    assert holds(agreement=other) == []
    same = agreement(breaks=(Break(on=START, kpis=("clarity", "satisfaction")),))
    assert holds(agreement=same) == [Hold.SERIES_BREAK]


def test_without_a_baseline_a_break_caps_from_the_day_after_the_start():
    assert holds(baseline=None, agreement=agreement(breaks=(Break(on=START),))) == []
    assert holds(baseline=None, agreement=agreement(breaks=(Break(on=date(2025, 7, 2)),))) == [Hold.SERIES_BREAK]


def test_without_a_baseline_and_a_start_every_break_so_far_caps():
    early = agreement(started_on=None, breaks=(Break(on=date(2001, 1, 1)),))
    assert holds(baseline=None, agreement=early) == [Hold.SERIES_BREAK]


@pytest.mark.parametrize(
    ("other", "capped"),
    # 92 and 93 days before and after 1 July 2025, by the calendar: July and August have 31 days, September 30.
    [(date(2025, 10, 1), True), (date(2025, 10, 2), False), (date(2025, 3, 31), True), (date(2025, 3, 30), False)],
)
def test_another_project_caps_that_starts_within_about_three_months(other, capped):
    assert (Hold.OTHER_PROJECT in holds(agreement=agreement(others=(date(2020, 1, 1), other)))) is capped


def test_without_a_start_no_other_project_comes_near():
    assert holds(agreement=agreement(started_on=None, others=(START,))) == []


def test_fewer_than_thirty_on_either_side_cap_and_say_how_many_more():
    assert held(support=29) == [Held(hold=Hold.TOO_FEW, found=29, needed=30, more=1)]
    assert held(support=30) == []
    assert held(support=None) == []


def test_more_than_half_of_the_cases_open_cap():
    assert held(kpi=P90, open_share=0.5) == []
    assert held(kpi=P90, open_share=0.51) == [Held(hold=Hold.MANY_OPEN, found=0.51, needed=0.5)]


@pytest.mark.parametrize(
    ("month", "capped"),
    [(date(2025, 5, 1), False), (date(2025, 6, 1), True), (date(2025, 7, 1), True), (date(2025, 8, 1), False)],
)
def test_a_bad_month_of_the_start_or_just_before_it_caps_an_improvement(month, capped):
    assert (Hold.EXTREME_START in holds(control=control(dot(month, "concern")))) is capped


def test_a_start_in_january_looks_at_december_as_well():
    january = agreement(started_on=date(2026, 1, 15), registered_on=date(2025, 12, 1))
    assert holds(agreement=january, control=control(dot(date(2025, 12, 1), "concern"))) == [Hold.EXTREME_START]
    assert holds(agreement=january, control=control(dot(date(2026, 12, 1), "concern"))) == []


def test_only_an_extreme_that_goes_back_the_way_of_the_claim_caps():
    bad, good = control(dot(START, "concern")), control(dot(START, "improvement"))
    assert extreme_start(bad, START, Move.BETTER)
    assert not extreme_start(bad, START, Move.WORSE)
    assert extreme_start(good, START, Move.WORSE)
    assert not extreme_start(good, START, Move.BETTER)
    assert not extreme_start(bad, START, Move.NONE)
    assert not extreme_start(control(dot(START, "ordinary")), START, Move.BETTER)


def test_nothing_is_extreme_without_a_chart_or_a_start():
    assert not extreme_start(None, START, Move.BETTER)
    assert not extreme_start(control(dot(START, "concern")), None, Move.BETTER)


def test_a_response_below_a_fifth_caps_and_says_how_many_answers_more():
    assert held(reached=(heard(answered=200),)) == []
    assert held(reached=(heard(answered=199),)) == [
        Held(hold=Hold.LOW_RESPONSE, found=0.199, needed=0.2, more=1),
    ]


def test_the_lowest_response_of_now_and_the_baseline_counts():
    # By hand: a fifth of 450 is 90, and 60 answered.
    low = Held(hold=Hold.LOW_RESPONSE, found=60 / 450, needed=0.2, more=30)
    assert held(reached=(heard(invited=450, answered=60), heard(answered=190))) == [low]
    assert held(reached=(heard(answered=190), heard(invited=450, answered=60))) == [low]


@pytest.mark.parametrize(
    "reached",
    [
        (),
        (heard(invited=None),),
        (heard(), heard(invited=None)),
        (heard(invited=None), heard()),
        (heard(answered=None),),
        (heard(response=0.5, invited=None),),
    ],
)
def test_a_response_that_is_unknown_on_either_side_caps(reached):
    assert holds(reached=reached) == [Hold.RESPONSE_UNKNOWN]


def test_an_uneven_response_caps_below_eight_tenths():
    assert held(reached=(heard(representativity=0.8), heard(representativity=None))) == []
    uneven = (heard(representativity=0.9), heard(representativity=0.79))
    assert held(reached=uneven) == [Held(hold=Hold.UNEVEN_RESPONSE, found=0.79, needed=0.8)]
    assert held(reached=(heard(representativity=None),)) == []


def test_answers_that_are_not_counted_in_proportion_to_who_came_cap():
    assert holds(weighted=False) == [Hold.UNWEIGHTED]


def test_what_holds_for_answers_does_not_hold_for_cases():
    assert holds(kpi=P90, reached=(), weighted=False) == []
