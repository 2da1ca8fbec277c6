"""Calculations of lead time: each example by hand, and what is refused."""

from __future__ import annotations

import json
import math

import pytest
from pydantic import ValidationError

from dashboard.calculations.lead_time import METHODS

BY_NAME = {one.name: one for one in METHODS}


def calculated(name, **changed):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **changed}))


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_what_comes_out_is_ready_for_json(method):
    assert json.loads(json.dumps(calculated(method.name)))


def test_the_curve_of_the_example_is_the_one_worked_out_by_hand():
    # Ten cases: 4 decided on day 5, then 3 of the 6 that are left on day 8 with 2 last seen, then the last one.
    found = calculated("kaplan-meier")
    assert (found["n"], found["closed"], found["open"]) == (10, 8, 2)
    assert [(row["days"], row["at_risk"], round(row["waiting"], 9)) for row in found["curve"]] == [
        (5, 10, 0.6),
        (8, 6, 0.3),
        (20, 1, 0.0),
    ]
    assert [(row["share"], row["days"], row["high"]) for row in found["percentiles"]] == [
        (0.5, 8.0, None),
        (0.85, 20.0, None),
        (0.9, 20.0, None),
    ]


def test_the_share_and_the_mean_of_the_example_are_those_worked_out_by_hand():
    found = calculated("kaplan-meier")
    (within,), (mean,) = found["within"], found["means"]
    # Within 7 days: 0.4, with the binomial error sqrt(0.6 x 0.4 / 10); up to day 20: 5 + 3 x 0.6 + 12 x 0.3.
    assert (within["share"], within["standard_error"]) == pytest.approx((0.4, math.sqrt(0.024)))
    width = 1.959963984540054 * math.sqrt(0.024) / 0.6 / math.log(0.6)
    assert (within["low"], within["high"]) == pytest.approx((1 - 0.6 ** math.exp(width), 1 - 0.6 ** math.exp(-width)))
    assert (mean["mean"], mean["followed"]) == (pytest.approx(10.4), True)


def test_a_lower_confidence_gives_a_narrower_range():
    (wide,), (narrow,) = (calculated("kaplan-meier", level=level)["within"] for level in (0.95, 0.8))
    assert wide["low"] < narrow["low"] < narrow["high"] < wide["high"]


def test_the_mix_of_the_example_is_the_weighted_sum_worked_out_by_hand():
    # Website stands at 1/2 on day 7, desk too: 1/2, with the error sqrt(9/16 x 1/80 + 1/16 x 1/40).
    found = calculated("kaplan-meier-at-a-fixed-mix")
    (within,) = found["within"]
    assert (within["share"], within["standard_error"]) == pytest.approx((0.5, math.sqrt(0.00859375)))
    assert [row["days"] for row in found["percentiles"]] == [7.0, 9.0, 20.0]


def test_a_mix_with_a_stratum_without_cases_has_no_figures():
    found = calculated("kaplan-meier-at-a-fixed-mix", mix={"website": 1, "post": 1})
    assert found["curve"] == []
    assert [row["days"] for row in found["percentiles"]] == [None, None, None]
    assert found["within"][0]["share"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"cases": []},
        {"cases": [{"days": -1, "closed": True}]},
        {"cases": [{"days": 3, "closed": True, "n": 0}]},
        {"cases": [{"days": 3}]},
        {"shares": [1.0]},
        {"level": 95},
        {"norm": 56},
    ],
)
def test_a_wrong_input_is_refused(wrong):
    with pytest.raises(ValidationError):
        calculated("kaplan-meier", **wrong)


def test_a_weight_of_nothing_is_refused():
    with pytest.raises(ValidationError):
        calculated("kaplan-meier-at-a-fixed-mix", mix={"website": 0})
