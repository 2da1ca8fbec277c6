"""Calculations of behaviour: each example by hand, and what is refused."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from dashboard.calculations.behaviour import METHODS

BY_NAME = {one.name: one for one in METHODS}


def calculated(name, **changed):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **changed}))


def rounded(found, *names, digits=3):
    return tuple(round(found[name], digits) for name in names)


def test_the_repeats_of_the_example_are_counted_on_complete_follow_up():
    # By hand: 20 of 80, Wilson 0.168 to 0.355; 15 are too young; 20 of all 95. With the young ones seen until day 10,
    # the curve falls once, on day 3, by 20 of 95.
    found = calculated("repeat-contact")
    assert (found["contacts"], found["repeats"], found["left_out"], found["same_day"]) == (80, 20, 15, 0)
    assert rounded(found, "value", "low", "high") == (0.25, 0.168, 0.355)
    assert rounded(found, "all_share", "share_by_kaplan_meier") == (round(20 / 95, 3),) * 2


def test_few_residents_widen_the_range():
    # By hand: Wilson for 5 of 20.
    assert rounded(calculated("repeat-contact", residents=20), "low", "high") == (0.112, 0.469)


def test_contacts_that_are_all_too_young_have_no_share_and_a_reason():
    found = calculated("repeat-contact", contacts=[{"gap_days": None, "follow_up_days": 3, "n": 40}])
    assert (found["value"], found["status"], found["reason"]) == (None, "undefined", "follow_up_too_short")
    assert found["share_by_kaplan_meier"] is None


def test_no_contacts_have_no_share():
    found = calculated("repeat-contact", contacts=[{"gap_days": 1, "follow_up_days": 30, "n": 0}])
    assert (found["value"], found["status"], found["share_by_kaplan_meier"]) == (None, "no_data", None)


def test_the_completion_of_the_example_and_its_steps_are_those_worked_out_by_hand():
    # 760 of 1200; limits by statsmodels; 190 of 1200 and 180 of 1010 stopped.
    found = calculated("completion")
    assert rounded(found, "value", "low", "high") == (0.633, 0.606, 0.660)
    assert (found["known_ends"], found["completed"], found["failed"]) == (1200, 760, 440)
    assert [one["lost"] for one in found["drop_off"]] == [190, 180]


def test_saved_drafts_give_bounds():
    # By hand: 300 of 420; 300 and 380 of 500.
    found = calculated("completion", started=500, sent=300, refused=0, saved=80, steps=[])
    assert rounded(found, "value", "lowest", "highest") == (0.714, 0.6, 0.76)


def test_more_ends_than_starts_are_told():
    assert calculated("completion", started=10)["reason"] == "more_ends_than_starts"


def test_the_rate_of_the_example_has_the_limits_of_the_table():
    # 30 of 200; 20.24 and 42.83 for a count of 30 (Pearson and Hartley 1966).
    found = calculated("contacts-per-hundred")
    assert rounded(found, "value", "low", "high", digits=2) == (15.0, 10.12, 21.41)
    assert (found["contacts"], found["cases"]) == (30, 200)


@pytest.mark.parametrize("one", METHODS, ids=lambda one: one.name)
def test_an_outcome_is_ready_for_json(one):
    found = one.run(one.given.model_validate(one.example))
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("repeat-contact", {"contacts": []}),
        ("repeat-contact", {"contacts": [{"gap_days": -1, "follow_up_days": 30}]}),
        ("repeat-contact", {"contacts": [{"gap_days": 1}]}),
        ("repeat-contact", {"residents": 0}),
        ("repeat-contact", {"within_days": 2.5}),
        ("completion", {"started": -1}),
        ("completion", {"submitted": 3}),
        ("completion", {"steps": [10, -2]}),
        ("contacts-per-hundred", {"cases": None}),
    ],
)
def test_a_wrong_input_is_refused(name, changed):
    with pytest.raises(ValidationError):
        calculated(name, **changed)
