"""Calculations of decisions: each example by hand or by another package, and what is refused."""

from __future__ import annotations

import json
import math

import pytest
from pydantic import ValidationError

from dashboard.calculations.decisions import METHODS

BY_NAME = {one.name: one for one in METHODS}


def calculated(name, **changed):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **changed}))


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_what_comes_out_is_ready_for_json(method):
    assert json.loads(json.dumps(calculated(method.name)))


def test_the_percentiles_of_the_example_are_those_of_numpy_and_scipy():
    # numpy.quantile with inverted_cdf, linear and median_unbiased; scipy.stats.quantile_test.
    found = calculated("completed-percentiles")
    assert found["n"] == 12
    middle, _, most = found["percentiles"]
    assert (middle["value"], middle["linear"], middle["median_unbiased"]) == pytest.approx((7, 7.5, 7.5))
    assert (middle["low"], middle["high"]) == (2.0, 14.0)
    assert (most["value"], most["linear"], most["low"], most["high"]) == (20.0, pytest.approx(19.4), 8.0, None)


def test_the_outcomes_of_the_example_are_those_worked_out_by_hand():
    # Of five one is decided on day 3; of the four left one is decided and one withdraws on day 5, one is open on day 7;
    # the last is decided on day 8: 1/5 + 4/5 x 1/4 = 2/5, and 2/5 + 2/5 x 1 = 4/5.
    found = calculated("competing-outcomes")
    shares = {(row["outcome"], row["days"]): row["share"] for row in found["outcomes"]}
    assert shares == {
        ("decided", 5): pytest.approx(0.4),
        ("decided", 8): pytest.approx(0.8),
        ("withdrawn", 5): pytest.approx(0.2),
        ("withdrawn", 8): pytest.approx(0.2),
    }
    assert [row["share"] for row in found["still_open"]] == pytest.approx([0.4, 0.0])
    # Nothing is censored before day 5, so that the error is the binomial one.
    assert found["outcomes"][0]["standard_error"] == pytest.approx(math.sqrt(0.4 * 0.6 / 5))


def test_cases_that_are_all_open_have_no_outcomes_and_are_still_open():
    found = calculated("competing-outcomes", cases=[{"days": 9, "ended": None, "n": 4}])
    assert found["outcomes"] == []
    assert [row["share"] for row in found["still_open"]] == [1.0, 1.0]


def test_the_due_cohort_of_the_example_counts_open_cases_as_late():
    # By hand: 85 of 102; Wilson by scipy.stats.binomtest; without the open ones it would be 85 of 87.
    found = calculated("due-cohort")
    assert (found["n"], found["on_time"], found["late_closed"], found["late_open"]) == (102, 85, 2, 15)
    assert (found["share"], found["share_of_closed"]) == pytest.approx((85 / 102, 85 / 87))
    assert (round(found["low"], 4), round(found["high"], 4)) == (0.7492, 0.8933)


def test_where_nothing_was_due_there_is_no_share():
    found = calculated("due-cohort", period={"start": "2020-01-01", "end": "2020-01-31"})
    assert (found["n"], found["share"], found["share_of_closed"]) == (0, None, None)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("completed-percentiles", {"cases": [{"days": 3.5}]}),
        ("completed-percentiles", {"cases": []}),
        ("competing-outcomes", {"cases": [{"days": 3, "ended": ""}]}),
        ("competing-outcomes", {"at_days": []}),
        ("due-cohort", {"period": {"start": "2026-03-31", "end": "2026-03-01"}}),
        ("due-cohort", {"as_of": "spring"}),
    ],
)
def test_a_wrong_input_is_refused(name, wrong):
    with pytest.raises(ValidationError):
        calculated(name, **wrong)
