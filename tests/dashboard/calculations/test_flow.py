"""Calculations of flow: each example by hand or as published, and what is refused."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from dashboard.calculations.flow import METHODS

BY_NAME = {one.name: one for one in METHODS}


def calculated(name, **changed):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **changed}))


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_what_comes_out_is_ready_for_json(method):
    assert json.loads(json.dumps(calculated(method.name)))


def test_the_flow_of_the_example_is_the_one_worked_out_by_hand():
    # Three came and one went in two weeks; the stock on day 7 and 15 is that of the tests of NHSRwaitinglist.
    found = calculated("flow")
    (period,) = found["periods"]
    assert (period["inflow"], period["outflow"], period["open_before"], period["open"]) == (3, 1, 0, 2)
    assert (period["load"], period["inflow_per_week"], period["weeks_in_stock"]) == (3.0, 1.5, 4.0)
    assert [row["open"] for row in found["stock"]] == [2, 1]


def test_the_ageing_of_the_example_is_the_one_worked_out_by_hand():
    # On 20 January two are open, of 10 and of 4 days; the term of the first ran out two days ago.
    found = calculated("ageing")
    assert found["ages"] == [{"open": 2, "median_days": 7.0, "oldest_days": 10}]
    assert [(row["part"], row["n"]) for row in found["bands"]] == [("0-7", 1), ("8-14", 1), (">14", 0)]
    assert [row["n"] for row in found["terms"]] == [1, 0, 1, 0]
    assert found["past_due"] == [{"open": 1, "oldest_days": 10, "late_days": 2}]


def test_the_stock_of_the_example_adds_up_in_both_ways():
    # By hand, from the end of 1 to that of 20 January: 7 days, 11 days, 10 days and 4 days.
    found = calculated("little")
    assert (found["window_days"], found["arrivals"], found["case_days"], found["holds"]) == (19, 3, 32, True)
    assert found["mean_open"] == pytest.approx(found["arrivals_per_day"] * found["mean_residence_days"])


def test_a_day_on_which_nothing_had_come_yet_has_no_stock_to_average():
    assert (
        calculated("little", as_of="2023-01-31", period={"start": "2023-01-01", "end": "2023-01-31"})["open_days"] == 0
    )


def test_the_advice_of_the_example_is_that_of_the_paper():
    # Fong and others (2022).
    found = calculated("queue-advice")
    assert (found["target_mean_wait"], found["target_open"]) == (13, 390)
    assert (found["load"], found["pressure"], found["relief_outflow"]) == pytest.approx((30 / 27, 126 / 52, 795 / 13))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("flow", {"cases": [{"received_on": "2024-01-09", "ended_on": "2024-01-08"}]}),
        ("flow", {"periods": [{"start": "2024-01-09", "end": "2024-01-08"}]}),
        ("ageing", {"last_days": [14, 7]}),
        ("ageing", {"last_days": []}),
        ("little", {"period": {"start": "2024-01-02", "end": "2024-01-21"}}),
        ("queue-advice", {"target_wait": 0}),
        ("queue-advice", {"inflow": -1}),
    ],
)
def test_a_wrong_input_is_refused(name, wrong):
    with pytest.raises(ValidationError):
        calculated(name, **wrong)
