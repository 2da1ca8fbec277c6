"""Terms: when they run out, how long they stood still, and which of them the Termijnenwet moves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from metrics.calendars.terms import (
    Suspension,
    Term,
    TermUnit,
    atw_applies,
    needs_ordinary_days,
    raw_end,
    suspended_days,
)
from tests.metrics.builders import quickly

D, W, M = TermUnit.DAYS, TermUnit.WEEKS, TermUnit.MONTHS


def term(count, unit, **changed):
    return Term(count=count, unit=unit, **changed)


def pause(invited, ended):
    return Suspension(invited_on=date(2025, 3, invited), ended_on=None if ended is None else date(2025, 3, ended))


@pytest.mark.parametrize(
    ("count", "unit", "received_on", "end"),
    [
        (3, D, date(2017, 12, 19), date(2017, 12, 22)),
        (8, W, date(2025, 3, 3), date(2025, 4, 28)),
        (3, M, date(2025, 1, 15), date(2025, 4, 15)),
        (1, M, date(2025, 1, 31), date(2025, 2, 28)),
        (1, M, date(2024, 1, 31), date(2024, 2, 29)),
        (1, M, date(2025, 2, 28), date(2025, 3, 28)),
        (2, M, date(2025, 11, 30), date(2026, 1, 30)),
        (3, M, date(2025, 11, 30), date(2026, 2, 28)),
        (12, M, date(2025, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_term_ends_on_the_same_day_of_the_week_or_month_or_on_the_last_one_of_a_shorter_month(
    count, unit, received_on, end
):
    # By the calendar on the wall.
    assert raw_end(term(count, unit), received_on) == end


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 40))
@quickly
def test_weeks_keep_the_day_of_the_week(received_on, weeks):
    end = raw_end(term(weeks, W), received_on)
    assert end.weekday() == received_on.weekday()
    assert (end - received_on).days == 7 * weeks


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 40))
@quickly
def test_months_keep_the_day_of_the_month_where_there_is_one(received_on, months):
    end = raw_end(term(months, M), received_on)
    assert (end.year * 12 + end.month) - (received_on.year * 12 + received_on.month) == months
    last_of_month = (end + timedelta(days=1)).day == 1
    assert end.day == received_on.day or (end.day < received_on.day and last_of_month)


def test_an_extension_is_added_to_the_end():
    permit = term(8, W, extension_weeks=6)
    assert raw_end(permit, date(2025, 3, 3)) == date(2025, 4, 28)
    assert raw_end(permit, date(2025, 3, 3), extended=True) == date(2025, 6, 9)


def test_a_pause_runs_from_the_day_after_the_invitation_up_to_the_day_it_was_answered():
    # By hand: 11 to 23 March.
    assert suspended_days([pause(10, 24)]) == 13


@pytest.mark.parametrize(("invited", "ended"), [(10, 10), (10, 11)])
def test_an_answer_on_the_same_or_the_next_day_pauses_nothing(invited, ended):
    assert suspended_days([pause(invited, ended)]) == 0


def test_a_day_in_two_pauses_counts_once():
    # By hand: 11 to 23 and 21 to 27 March are 11 to 27 March.
    assert suspended_days([pause(10, 24), pause(20, 28)]) == 17


def test_two_pauses_apart_add_up():
    assert suspended_days([pause(3, 6), pause(10, 24)]) == 2 + 13


def test_without_a_pause_no_day_is_lost():
    assert suspended_days([]) == 0


def test_a_pause_that_still_lasts_has_no_length():
    assert suspended_days([pause(3, 6), pause(10, None)]) is None


def test_a_pause_cannot_end_before_it_was_asked_for():
    with pytest.raises(ValueError, match="ended on 2025-03-09, before it was asked for on 2025-03-10"):
        pause(10, 9)


@pytest.mark.parametrize(
    ("count", "unit", "applies"),
    [(90, D, True), (91, D, False), (12, W, True), (13, W, False), (3, M, True), (4, M, False), (26, W, False)],
)
def test_the_termijnenwet_leaves_out_more_than_90_days_12_weeks_or_3_months(count, unit, applies):
    # Art. 4.
    assert atw_applies(term(count, unit)) is applies


def test_a_by_law_or_a_promise_is_outside_the_termijnenwet():
    assert not atw_applies(term(8, W, statutory=False))


def test_8_weeks_extended_by_6_are_each_described_in_less_than_12_weeks_unless_they_are_added_up():
    assert atw_applies(term(8, W, extension_weeks=6), extended=True)
    added_up = term(8, W, extension_weeks=6, extension_lengthens=True)
    assert not atw_applies(added_up, extended=True)
    assert atw_applies(added_up), "it was not extended"


@pytest.mark.parametrize(
    ("count", "unit", "weeks", "applies"),
    [(8, W, 4, True), (8, W, 5, False), (62, D, 4, True), (63, D, 4, False), (2, M, 4, True), (2, M, 5, False)],
)
def test_term_and_extension_added_up_are_held_against_the_limit_of_the_unit(count, unit, weeks, applies):
    # By hand: 62 + 28 = 90 days; a month counts as 30 days, so 60 + 28 and 60 + 35 against 90.
    one = term(count, unit, extension_weeks=weeks, extension_lengthens=True)
    assert atw_applies(one, extended=True) is applies


@pytest.mark.parametrize(
    ("count", "unit", "short"),
    [(2, D, False), (3, D, True), (13, D, True), (14, D, False), (1, W, True), (2, W, False), (1, M, False)],
)
def test_only_a_term_of_3_days_to_a_fortnight_can_lack_ordinary_days(count, unit, short):
    assert needs_ordinary_days(term(count, unit)) is short


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"count": 0}, "a term of 0 weeks has no length"), ({"extension_weeks": -1}, "an extension of -1 weeks")],
)
def test_a_term_has_a_length_and_its_extension_is_not_negative(changed, told):
    with pytest.raises(ValueError, match=told):
        Term(**{"count": 8, "unit": W, **changed})


def test_the_configuration_can_hold_a_term_and_checks_it():
    read = TypeAdapter(Term)
    assert read.validate_python({"count": 8, "unit": "weeks", "extension_weeks": 6}) == term(8, W, extension_weeks=6)
    for wrong in ({"count": 8, "unit": "hours"}, {"count": 0, "unit": "weeks"}, {"unit": "weeks"}):
        with pytest.raises(ValidationError):
            read.validate_python(wrong)
