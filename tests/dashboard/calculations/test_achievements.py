"""The calculations of achievement, by hand."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dashboard.calculations.achievements import METHODS

BY_NAME = {method.name: method for method in METHODS}


def calculated(name: str, **given):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **given}))


def test_half_way_from_56_to_28_days_is_50_percent():
    # By hand: 49 days is a quarter of the way, 35 three quarters.
    expected = {"percent": 50, "low": 25, "high": 75, "met": None, "certain": None}
    assert calculated("achievement") == expected


def test_a_target_that_is_the_baseline_is_met_or_not():
    found = calculated("achievement", target=56)
    assert (found["percent"], found["met"], found["certain"]) == (None, True, True)


def test_a_score_is_the_weighted_mean_with_its_interval():
    # By hand: .5 x 90 + .3 x 40 + .2 x 10; half-widths .5 x 20, .3 x 20 and .2 x 30, squared and added: 172.
    found = calculated("composite-score")
    assert found["value"] == pytest.approx(59)
    assert found["high"] - found["value"] == pytest.approx(172**0.5)


def test_parts_of_the_same_answers_have_the_widest_interval():
    # By hand: 10 + 6 + 6.
    found = calculated("composite-score", same_answers=True)
    assert found["high"] - found["value"] == pytest.approx(22)


def test_a_part_without_a_figure_and_a_line_that_was_held_are_named():
    parts = [
        {"name": "satisfaction", "weight": 0.5, "percent": 90},
        {"name": "lead time", "weight": 0.3, "line_held": True},
        {"name": "clarity", "weight": 0.2},
    ]
    found = calculated("composite-score", parts=parts)
    # By hand: .5 of .7 has a figure, which is too little.
    assert (found["reason"], found["of_what_is_present"]) == ("too_little_weight", 90)
    assert found["present"] == pytest.approx(0.5 / 0.7)
    assert (found["missing"], found["set_apart"]) == (("clarity",), ("lead time",))


def test_a_range_holds_every_choice_of_weights():
    # By hand: without the first part, 10 weighs at most .9 against 40: 13; without the last 40 at least .1: 85.
    found = calculated("score-range")
    assert (found["choices_low"], found["choices_high"]) == (pytest.approx(13), pytest.approx(85))
    assert found["low"] < 13
    assert found["high"] > 85


def test_places_depend_on_the_weights():
    # By hand: the first project leads from a weight of .45 on, in 10 of the 17 weightings.
    found = calculated("rank-ranges")["projects"]
    assert found["fast"] == {"best": 1, "worst": 2, "first_share": pytest.approx(10 / 17)}


def test_a_project_with_a_gap_leaves_nothing_to_rank():
    assert calculated("rank-ranges", projects={"fast": [100, None], "clear": [0, 80]}) == {"projects": None}


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("achievement", {"better": "sideways"}),
        ("achievement", {"result": float("nan")}),
        ("achievement", {"baseline_standard_error": -1}),
        ("composite-score", {"parts": [{"name": "clarity", "weight": -1}]}),
        ("composite-score", {"mean": "median"}),
        ("score-range", {"parts": [{"weight": 1}]}),
        ("rank-ranges", {"projects": {"fast": ["much"]}}),
    ],
)
def test_what_makes_no_sense_is_refused(name, wrong):
    with pytest.raises(ValidationError):
        calculated(name, **wrong)
