"""Calculations around a target: the figures of the examples by another road, and what is refused."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError
from scipy import stats

from dashboard.calculations.targets import METHODS

BY_NAME = {one.name: one for one in METHODS}
MEAN = {"n": 120, "mean": 3.9, "standard_deviation": 0.95}


def calculated(name, **given):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **given}))


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_the_outcome_of_the_example_can_be_written_as_json(method):
    result = method.run(method.given.model_validate(method.example))
    assert json.loads(json.dumps(result)) == result


def test_eighty_of_a_hundred_are_likely_to_meet_three_quarters():
    # SciPy: beta.sf(0.75, 80.5, 20.5), beta.ppf and binomtest.
    result = calculated("target-probability")
    assert result["probability"] == pytest.approx(stats.beta.sf(0.75, 80.5, 20.5))
    assert result["likelihood"] == "likely"
    assert result["one_sided_lower_95"] == pytest.approx(stats.beta.ppf(0.05, 80.5, 20.5))
    assert result["one_sided_upper_95"] == pytest.approx(stats.beta.ppf(0.95, 80.5, 20.5))
    assert result["exact_test_p"] == pytest.approx(stats.binomtest(80, 100, 0.75, alternative="greater").pvalue)


def test_where_less_is_better_the_probability_is_the_other_part():
    up, down = calculated("target-probability"), calculated("target-probability", better="down")
    assert up["probability"] + down["probability"] == pytest.approx(1)


def test_a_mean_has_the_probability_and_bounds_of_student():
    result = calculated("target-probability", share=None, mean=MEAN, target=3.8)
    error = 0.95 / 120**0.5
    assert result["probability"] == pytest.approx(stats.t.cdf(0.1 / error, 119))
    assert result["one_sided_lower_95"] == pytest.approx(3.9 - stats.t.ppf(0.95, 119) * error)
    assert result["exact_test_p"] is None


def test_a_single_answer_has_no_probability_and_no_word_for_it():
    result = calculated(
        "target-probability", share=None, target=3.8, mean={"n": 1, "mean": 4, "standard_deviation": None}
    )
    assert set(result.values()) == {None}


def test_a_share_decided_by_a_day_exactly_on_target_is_unclear():
    waiting = {"waiting": 0.1, "variance": 0.001}
    result = calculated("target-probability", share=None, target=0.9, waiting=waiting)
    assert (result["probability"], result["likelihood"]) == (pytest.approx(0.5), "unclear")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"share": None}, "give one of share, mean and waiting"),
        ({"mean": MEAN}, "give one of share, mean and waiting"),
        ({"target": 75}, "0.8 for 80 %"),
        ({"better": "higher"}, "up"),
        ({"share": {"hits": 9, "n": 8}}, "no more hits than answers"),
    ],
)
def test_a_target_that_cannot_be_judged_is_refused(wrong, told):
    with pytest.raises(ValidationError, match=told):
        calculated("target-probability", **wrong)


def test_the_answers_that_the_example_still_needs():
    # By hand: 1.959964^2 * 99 = 380.3; ((z_a sqrt(0.24) + z_b / 2) / 0.1)^2 = 190.2; and against 200 of 500
    # 0.25 / (0.1^2 / 2.801585^2 - 0.24 / 500) = 314.8.
    assert calculated("answers-needed") == {
        "to_be_narrow": {"needed": 381, "more": 281},
        "to_tell_from_target": {"needed": 191, "more": 91},
        "to_tell_from_baseline": {"needed": 315, "more": 215},
    }


def test_what_is_not_asked_and_what_no_number_reaches_is_absent():
    result = calculated("answers-needed", half_width=None, target=None, baseline={"hits": 0, "n": 0})
    assert all(one == {"needed": None, "more": None} for one in result.values())


@pytest.mark.parametrize("wrong", [{"share": 50}, {"half_width": 0}, {"target": 1}, {"n": -1}])
def test_a_share_in_percent_and_a_width_of_zero_are_refused(wrong):
    with pytest.raises(ValidationError):
        calculated("answers-needed", **wrong)
