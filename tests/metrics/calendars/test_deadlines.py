"""Deadlines: the last day of a term as the law moves it, for one case and for a column of cases."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.calendars.deadlines import deadline, deadlines
from metrics.calendars.decrees import UnknownYearError
from metrics.calendars.terms import Term, TermUnit
from tests.metrics.builders import only, quickly

COOLING_OFF = Term(count=3, unit=TermUnit.DAYS)
PERMIT = Term(count=8, unit=TermUnit.WEEKS, extension_weeks=6)
LONG = Term(count=26, unit=TermUnit.WEEKS)
PROMISE = Term(count=8, unit=TermUnit.WEEKS, statutory=False)

SCHEMA = {"received_on": pl.Date, "suspended_days": pl.Int64, "extended_on": pl.Date}
ADDED = ("term_due_on", "extended", "extension_void")


def due(term, received_on, **options):
    return deadline(term, received_on, **options).due_on


def column(term, *rows):
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return deadlines(frame, term).select(ADDED).rows()


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        # Art. 1, by the calendar on the wall: an ordinary Thursday; 5 May; Ascension Day with the equated Friday after
        # it; the equated 2 January; a Saturday.
        (date(2025, 2, 6), date(2025, 4, 3)),
        (date(2026, 3, 10), date(2026, 5, 6)),
        (date(2026, 3, 19), date(2026, 5, 18)),
        (date(2025, 11, 7), date(2026, 1, 5)),
        (date(2025, 5, 10), date(2025, 7, 7)),
    ],
)
def test_a_term_that_ends_on_a_free_day_ends_on_the_next_ordinary_one(received_on, due_on):
    assert due(PERMIT, received_on) == due_on


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        # Three days for thought after a house is bought, as estate agents tell their clients: Monday to Thursday, and
        # so on; on Wednesday the third day is a Saturday, on Friday only Monday is ordinary.
        (date(2026, 6, 1), date(2026, 6, 4)),
        (date(2026, 6, 2), date(2026, 6, 5)),
        (date(2026, 6, 3), date(2026, 6, 8)),
        (date(2026, 6, 4), date(2026, 6, 8)),
        (date(2026, 6, 5), date(2026, 6, 9)),
        (date(2026, 6, 6), date(2026, 6, 9)),
        (date(2026, 6, 7), date(2026, 6, 10)),
        # By hand, Christmas 2017: 22 December is ordinary, then nothing until the 27th.
        (date(2017, 12, 21), date(2017, 12, 27)),
        (date(2017, 12, 22), date(2017, 12, 28)),
    ],
)
def test_a_term_of_three_days_contains_two_ordinary_days(received_on, due_on):
    assert due(COOLING_OFF, received_on) == due_on


def test_a_term_of_two_days_need_not_contain_two_ordinary_days():
    # By hand: received on Friday, it ends on Sunday and moves to Monday.
    assert due(Term(count=2, unit=TermUnit.DAYS), date(2026, 6, 5)) == date(2026, 6, 8)


@pytest.mark.parametrize("term", [LONG, PROMISE])
def test_a_term_outside_the_termijnenwet_ends_on_a_saturday(term):
    saturday = date(2025, 1, 4)
    assert due(term, saturday) == saturday + timedelta(weeks=term.count)


def test_a_term_outside_the_termijnenwet_is_known_in_any_year():
    assert due(LONG, date(2021, 1, 4)) == date(2021, 7, 5)
    assert column(LONG, (date(2021, 1, 4), 0, None)) == [(date(2021, 7, 5), False, False)]


def test_a_pause_moves_the_end_before_the_law_does():
    # By hand: 28 April and 13 days is Sunday 11 May.
    found = deadline(PERMIT, date(2025, 3, 3), suspended_days=13)
    assert (found.raw_end, found.suspended_days, found.due_on) == (date(2025, 4, 28), 13, date(2025, 5, 12))


def test_while_the_clock_stands_still_there_is_no_deadline():
    found = deadline(PERMIT, date(2025, 3, 3), suspended_days=None)
    assert (found.raw_end, found.suspended_days, found.due_on) == (date(2025, 4, 28), None, None)
    assert column(PERMIT, (date(2025, 3, 3), None, None)) == [(None, False, False)]


def test_an_extension_on_the_last_day_counts_and_a_day_later_it_comes_too_late():
    received_on, last = date(2025, 3, 3), date(2025, 4, 28)
    in_time = deadline(PERMIT, received_on, extended_on=last)
    assert (in_time.extended, in_time.extension_void, in_time.due_on) == (True, False, date(2025, 6, 10))  # Whit Monday
    late = deadline(PERMIT, received_on, extended_on=last + timedelta(days=1))
    assert (late.extended, late.extension_void, late.raw_end, late.due_on) == (False, True, last, last)


def test_a_term_that_cannot_be_extended_is_not():
    term = Term(count=8, unit=TermUnit.WEEKS)
    received_on, last, soon = date(2025, 3, 3), date(2025, 4, 28), date(2025, 3, 4)
    found = deadline(term, received_on, extended_on=soon)
    assert (found.extended, found.extension_void, found.due_on) == (False, True, last)
    assert column(term, (received_on, 0, soon)) == [(last, False, True)]


def test_a_due_day_that_the_source_gave_stays_beside_ours():
    given_on = date(2025, 4, 1)
    frame = pl.DataFrame([(date(2025, 3, 3), 0, None)], schema=SCHEMA, orient="row").with_columns(due_on=given_on)
    assert deadlines(frame, PERMIT).select("due_on", "term_due_on").row(0) == (given_on, date(2025, 4, 28))


def test_a_pause_gives_more_time_to_extend():
    found = deadline(PERMIT, date(2025, 3, 3), suspended_days=13, extended_on=date(2025, 5, 12))
    assert (found.extended, found.raw_end, found.due_on) == (True, date(2025, 6, 9), date(2025, 6, 23))  # 22 is Sunday


def test_an_extension_while_the_clock_stands_still_is_in_time():
    found = deadline(PERMIT, date(2025, 3, 3), suspended_days=None, extended_on=date(2026, 3, 3))
    assert (found.extended, found.extension_void, found.due_on) == (True, False, None)
    assert column(PERMIT, (date(2025, 3, 3), None, date(2026, 3, 3))) == [(None, True, False)]


def test_an_extension_that_lengthens_the_term_takes_it_out_of_the_termijnenwet():
    # By hand: 14 weeks after Monday 3 March is Whit Monday.
    lengthened = Term(count=8, unit=TermUnit.WEEKS, extension_weeks=6, extension_lengthens=True)
    asked = {"extended_on": date(2025, 4, 1)}
    assert (
        deadline(lengthened, date(2025, 3, 3), **asked).atw_applies,
        due(lengthened, date(2025, 3, 3), **asked),
    ) == (
        False,
        date(2025, 6, 9),
    )
    assert column(lengthened, (date(2025, 3, 3), 0, date(2025, 4, 1))) == [(date(2025, 6, 9), True, False)]


@pytest.mark.parametrize(
    ("term", "received_on", "year"),
    [
        (PERMIT, date(2020, 1, 15), 2020),
        (PERMIT, date(2021, 11, 20), 2022),
        (PERMIT, date(2028, 12, 1), 2029),
        (Term(count=1, unit=TermUnit.DAYS), date(2028, 12, 29), 2029),  # Saturday 30 December moves past New Year
        (COOLING_OFF, date(2022, 12, 29), 2022),  # Friday 30 December must be judged to count two ordinary days
    ],
)
def test_a_day_in_a_year_without_a_known_decree_is_not_judged(term, received_on, year):
    for ask in (lambda: due(term, received_on), lambda: column(term, (received_on, 0, None))):
        with pytest.raises(UnknownYearError) as told:
            ask()
        assert told.value.year == year


def test_a_weekend_of_an_unknown_year_that_rolls_into_a_known_one_needs_no_decree():
    # Saturday 31 December 2022 is no end of a term whatever was decreed; Monday 2 January 2023 is.
    received_on = date(2022, 12, 30)
    assert due(Term(count=1, unit=TermUnit.DAYS), received_on) == date(2023, 1, 2)
    assert column(Term(count=1, unit=TermUnit.DAYS), (received_on, 0, None)) == [(date(2023, 1, 2), False, False)]


def test_no_cases_have_no_deadlines():
    assert column(PERMIT) == []


def test_a_column_keeps_what_the_cases_had():
    frame = pl.DataFrame([("a", date(2025, 3, 3), 0, None)], schema={"case": pl.String, **SCHEMA}, orient="row")
    assert only(deadlines(frame, PERMIT)) == {
        "case": "a",
        "received_on": date(2025, 3, 3),
        "suspended_days": 0,
        "extended_on": None,
        "term_due_on": date(2025, 4, 28),
        "extended": False,
        "extension_void": False,
    }


terms = st.builds(
    Term,
    count=st.integers(1, 30),
    unit=st.sampled_from(TermUnit),
    extension_weeks=st.sampled_from([0, 0, 4, 6]),
    statutory=st.sampled_from([True, True, False]),
    extension_lengthens=st.booleans(),
)
near_the_decrees = st.dates(date(2016, 9, 1), date(2029, 3, 1)) | st.dates(date(2022, 12, 15), date(2023, 1, 10))
case = st.tuples(near_the_decrees, st.none() | st.integers(0, 80), st.none() | st.integers(0, 150))


@quickly
@given(terms, st.lists(case, min_size=1, max_size=8))
def test_a_column_of_deadlines_is_what_one_case_after_the_other_gives(term, cases):
    rows = [(day, paused, None if later is None else day + timedelta(days=later)) for day, paused, later in cases]
    try:
        found = [deadline(term, day, suspended_days=paused, extended_on=extended) for day, paused, extended in rows]
    except UnknownYearError:
        with pytest.raises(UnknownYearError):
            column(term, *rows)
    else:
        assert column(term, *rows) == [(one.due_on, one.extended, one.extension_void) for one in found]
