"""Calculations of control charts: each example by hand, and what the models refuse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from dashboard.calculations.variation import METHODS

BY_NAME = {method.name: method for method in METHODS}
DECIDED = {"on": "2025-02-01", "reason": "second desk", "who": "steering group", "decided_on": "2025-03-04"}


def calculated(name: str, **changed: Any) -> Mapping[str, Any]:
    method = BY_NAME[name]
    return method.run(method.given(**{**method.example, **changed}))


@pytest.mark.parametrize("name", BY_NAME)
def test_what_comes_out_is_ready_for_json(name):
    assert json.loads(json.dumps(calculated(name))) == calculated(name)


def test_the_example_of_an_xmr_chart_has_one_point_outside():
    # By hand: twelve points of mean 10 and ranges of 2, so limits of 10 -/+ 5.32; 16 lies outside, 4 under both.
    found = calculated("xmr-chart")
    (group,), latest = found["groups"], found["latest"]
    assert (group["mean"], group["mean_range"], group["n"], group["baseline_n"]) == (10, 2, 13, 12)
    assert (found["points"][0]["low"], found["points"][0]["high"]) == pytest.approx((4.68, 15.32))
    assert (latest["variation"], latest["since"], latest["assurance"]) == ("improvement", "2026-01-01", "pass")
    assert [point["signal"] for point in found["points"]] == [*["none"] * 12, "outside"]
    assert found["notices"] == []


def test_a_rebase_begins_a_group_and_is_told_when_points_are_few():
    found = calculated("xmr-chart", rebases=[DECIDED])
    assert [group["group"] for group in found["groups"]] == [0, 1]
    told = {"code": "rebase_few_points", "on": "2025-02-01", "points_before": 1, "points_after": 12}
    assert found["notices"] == [told]


def test_a_month_that_is_left_out_is_a_gap_unless_points_follow_each_other_anyhow():
    points = [{"period": f"2025-{month}-01", "value": value} for month, value in (("01", 1), ("02", 2), ("04", 4))]
    assert calculated("xmr-chart", points=points)["latest"]["missing_periods"] == 1
    assert calculated("xmr-chart", points=points, every=None)["latest"]["missing_periods"] == 0


def test_without_points_there_is_nothing_to_tell():
    assert calculated("xmr-chart", points=[]) == {"latest": None, "groups": [], "points": [], "notices": []}
    assert calculated("chart-kind", points=[]) == {"kind": None}


def test_the_example_of_a_p_chart_has_narrower_limits_where_more_were_asked():
    # By hand: 480 of 600 is 0.8; 3 x sqrt(0.16 / 100) = 0.12 and 3 x sqrt(0.16 / 400) = 0.06.
    ends = [(point["low"], point["high"]) for point in calculated("p-chart")["points"]]
    assert ends == [pytest.approx(pair) for pair in ((0.68, 0.92), (0.68, 0.92), (0.74, 0.86))]


def test_a_laney_chart_is_wider_and_says_by_how_much():
    # By hand: 0, 2.5 and -1.25 standard deviations make ranges of 2.5 and 3.75.
    found = calculated("p-chart", laney=True)
    assert found["groups"][0]["sigma_z"] == pytest.approx(3.125 / 1.128)
    assert found["points"][2]["low"] == pytest.approx(0.8 - 0.06 * 3.125 / 1.128)


def test_the_example_of_a_u_chart_has_its_last_point_outside():
    # By hand: 40 over 10 is 4; 4 + 3 x sqrt(4 / 2) = 8.24, and 20 over 2 is 10.
    found = calculated("u-chart")
    assert found["points"][2]["high"] == pytest.approx(4 + 3 * 2**0.5)
    assert (found["latest"]["variation"], found["latest"]["since"]) == ("concern", "2025-03-01")


def test_the_example_of_small_samples_of_different_sizes_gets_a_p_chart():
    # By hand: 20, 50 and 40 average 36.7, and 20 lies 45 % from that.
    found = calculated("chart-kind")
    assert (found["kind"], found["denominator"], found["unevenness"]) == ("p", 40, pytest.approx(5 / 11))


def test_forty_charts_give_less_than_one_to_a_few_latest_signals_by_chance():
    # By hand: 40 x .016, .054 and .183.
    found = calculated("false-alarms")["expected"]
    assert [one["latest_point"] for one in found] == pytest.approx([0.64, 2.16, 7.32])
    assert [one["any_point"] for one in found] == pytest.approx([7.4, 18.28, 32.36])


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("xmr-chart", {"points": [{"period": "2025-01-01", "value": "many"}]}),
        ("xmr-chart", {"points": [{"period": "January", "value": 1}]}),
        ("xmr-chart", {"points": [{"period": "2025-01-01", "value": float("nan")}]}),
        ("xmr-chart", {"better": "sideways"}),
        ("xmr-chart", {"every": "week"}),
        ("xmr-chart", {"fixed_points": 0}),
        ("xmr-chart", {"rebases": [{"on": "2025-02-01"}]}),
        ("xmr-chart", {"colour": "red"}),
        ("p-chart", {"points": [{"period": "2025-01-01", "numerator": -1, "denominator": 10}]}),
        ("u-chart", {"points": [{"period": "2025-01-01", "numerator": 1, "denominator": float("inf")}]}),
        ("chart-kind", {"counts": "both"}),
        ("false-alarms", {"charts": -1}),
        ("false-alarms", {"charts": 1.5}),
    ],
)
def test_a_wrong_input_is_refused(name, wrong):
    method = BY_NAME[name]
    with pytest.raises(ValidationError):
        method.given(**{**method.example, **wrong})


def test_a_rebase_without_a_reason_is_refused():
    with pytest.raises(ValueError, match="reason is empty"):
        calculated("xmr-chart", rebases=[{**DECIDED, "reason": ""}])


def test_more_than_there_were_is_refused():
    with pytest.raises(ValueError, match="1 rows count less than nothing, or more than there were"):
        calculated("p-chart", points=[{"period": "2025-01-01", "numerator": 11, "denominator": 10}])
