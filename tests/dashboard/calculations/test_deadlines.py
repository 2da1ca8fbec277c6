"""Calculations of days: each example by hand, and what is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dashboard.calculations.deadlines import METHODS
from metrics.calendars.decrees import UnknownYearError

BY_NAME = {one.name: one for one in METHODS}


def calculated(name, **changed):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **changed}))


def test_the_deadline_of_the_example_is_the_one_worked_out_by_hand():
    # 3 March and 8 weeks is 28 April; 11 to 23 March is 13 days; 11 May is a Sunday.
    assert calculated("deadline") == {
        "end_of_term": "2025-04-28",
        "suspended_days": 13,
        "termijnenwet_applies": True,
        "extended": False,
        "extension_void": False,
        "due": "2025-05-12",
    }


def test_while_a_pause_lasts_there_is_no_deadline():
    found = calculated("deadline", suspensions=[{"asked": "2025-03-10", "completed": None}])
    assert (found["suspended_days"], found["due"]) == (None, None)


@pytest.mark.parametrize(
    ("lengthens", "due"),
    # By hand: 14 weeks after 3 March is Whit Monday 9 June.
    [(False, "2025-06-10"), (True, "2025-06-09")],
)
def test_an_extension_is_added_and_may_take_the_term_out_of_the_termijnenwet(lengthens, due):
    changed = {"suspensions": [], "extension_weeks": 6, "extended_on": "2025-04-01", "extension_lengthens": lengthens}
    assert calculated("deadline", **changed)["due"] == due


def test_an_extension_after_the_term_is_told_to_be_too_late():
    found = calculated("deadline", suspensions=[], extension_weeks=6, extended_on="2025-04-29")
    assert (found["extended"], found["extension_void"], found["due"]) == (False, True, "2025-04-28")


def test_a_promise_of_the_service_ends_in_the_weekend_too():
    # By hand: 28 April and 13 days.
    assert calculated("deadline", statutory=False)["due"] == "2025-05-11"


def test_the_working_days_of_the_example_are_those_counted_on_a_calendar():
    # 17 weekdays, of which King's Day, 5 May, Ascension Day and the equated Friday are free.
    assert calculated("working-days") == {"calendar_days": 25, "working_days": 13}
    assert calculated("working-days", calendar="working")["working_days"] == 14


def test_the_legal_days_of_2026_are_those_of_the_law_and_its_decree():
    # Easter is on 5 April 2026; the decree names 2 January and 15 May.
    told = "01-01 01-02 04-03 04-06 04-27 05-05 05-14 05-15 05-25 12-25 12-26"
    assert calculated("legal-days", year=2026) == {"days": [f"2026-{day}" for day in told.split()]}


def test_a_year_without_a_known_decree_says_what_to_do():
    with pytest.raises(UnknownYearError, match="Add the decree of that year"):
        calculated("legal-days", year=2021)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("deadline", {"term": 0}),
        ("deadline", {"unit": "hours"}),
        ("deadline", {"received": "3 March"}),
        ("deadline", {"extension_weeks": -1}),
        ("deadline", {"suspensions": [{"asked": "2025-03-10"}]}),
        ("deadline", {"due": "2025-05-12"}),
        ("working-days", {"calendar": "lunar"}),
        ("working-days", {"closed": None}),
        ("legal-days", {"year": "this one"}),
    ],
)
def test_a_wrong_input_is_refused(name, changed):
    with pytest.raises(ValidationError):
        calculated(name, **changed)


@pytest.mark.parametrize(
    ("name", "changed", "told"),
    [
        ("working-days", {"closed": "2026-04-01"}, "before it was opened"),
        ("deadline", {"suspensions": [{"asked": "2025-03-10", "completed": "2025-03-09"}]}, "before it was asked for"),
    ],
)
def test_days_in_the_wrong_order_are_told(name, changed, told):
    with pytest.raises(ValueError, match=told):
        calculated(name, **changed)
