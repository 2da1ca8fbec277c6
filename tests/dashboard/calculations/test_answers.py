"""Calculations on answers: the figures of the examples by another road, and what is refused."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from dashboard.calculations.answers import METHODS

BY_NAME = {one.name: one for one in METHODS}


def calculated(name, **given):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **given}))


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_the_outcome_of_the_example_can_be_written_as_json(method):
    result = method.run(method.given.model_validate(method.example))
    assert json.loads(json.dumps(result)) == result


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_a_key_that_a_method_does_not_know_is_refused(method):
    with pytest.raises(ValidationError, match="confidense"):
        method.given.model_validate({**method.example, "confidense": 0.9})


def test_the_share_of_the_example_has_the_limits_that_newcombe_published():
    # Newcombe 1998, table I: method 3 for Wilson, method 5 for Clopper-Pearson.
    result = calculated("share")
    assert [round(one, 4) for one in result["wilson"]] == [0.2553, 0.3662]
    assert [round(one, 4) for one in result["clopper_pearson"]] == [0.2527, 0.3676]
    assert result["share"] == pytest.approx(81 / 263)


def test_less_confidence_is_narrower_in_all_four_intervals():
    usual, less = calculated("share"), calculated("share", confidence=0.9)
    for name in ("wilson", "jeffreys", "clopper_pearson", "agresti_coull"):
        assert usual[name][0] < less[name][0] < less[name][1] < usual[name][1]


def test_a_share_of_nobody_is_absent_and_not_0():
    assert set(calculated("share", hits=0, n=0).values()) == {None}


@pytest.mark.parametrize("wrong", [{"hits": 300}, {"hits": -1}, {"hits": 1.5}, {"confidence": 1}, {"confidence": 95}])
def test_more_hits_than_answers_and_other_nonsense_is_refused(wrong):
    with pytest.raises(ValidationError):
        calculated("share", **wrong)


def test_the_mean_of_the_example_is_that_of_statsmodels_and_its_bootstrap_that_of_scipy():
    # statsmodels DescrStatsW.tconfint_mean; scipy.stats.bootstrap, 20 000 draws.
    result = calculated("mean")
    assert (result["n"], result["mean"]) == (435, pytest.approx(3.79540229885))
    assert result["t"] == pytest.approx([3.70575193177, 3.88505266593])
    assert result["bootstrap"] == pytest.approx([3.70344827586, 3.88275862069])
    assert result["shown"]["low"] == pytest.approx(result["t"][0])
    assert result["share_at_the_one_answer"] is None


def test_what_is_shown_stays_on_the_scale_where_the_formula_does_not():
    result = calculated("mean", counts={"1": 1, "5": 2})
    assert result["t"][0] < 1
    assert (result["shown"]["low"], result["shown"]["high"]) == (1.0, 5.0)


def test_equal_answers_fall_back_on_the_share_that_gave_them():
    result = calculated("mean", counts={"4": 25, "5": 0})
    assert (result["mean"], result["t"], result["bootstrap"]) == (4.0, None, None)
    # By hand: Wilson of 25 of 25 begins at 1 / (1 + z^2 / 25).
    assert result["share_at_the_one_answer"] == [pytest.approx(1 / (1 + 1.959964**2 / 25)), 1.0]
    assert result["shown"]["reason"] == "no_interval"


def test_no_answers_have_no_mean():
    result = calculated("mean", counts={})
    assert (result["n"], result["mean"], result["t"], result["shown"]) == (0, None, None, None)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"scale": "1-7"}, "give one of 1-5"),
        ({"counts": {"6": 1}}, "runs from 1 to 5"),
        ({"counts": {"4": -1}}, "greater"),
    ],
)
def test_an_answer_outside_the_scale_is_refused(wrong, told):
    with pytest.raises(ValidationError, match=told):
        calculated("mean", **wrong)


def test_the_score_of_the_example_is_the_one_by_hand():
    # By hand: 103 answers, centre 30 / 103 = 0.291262, half 1.959964 * 0.0769151.
    result = calculated("nps")
    assert (result["n"], result["score"]) == (100, 30.0)
    assert result["adjusted_wald"] == pytest.approx([14.051, 44.201], abs=1e-3)
    # By hand: (100 * 70 - 30^2) / 100 / 99 = 0.616162; 1.984217 * sqrt(0.616162 / 100) = 0.155753.
    assert result["trinomial_t"] == pytest.approx([14.4247, 45.5753], abs=1e-4)


def test_nobody_who_answered_has_no_score():
    result = calculated("nps", promoters=0, passives=0, detractors=0)
    assert (result["score"], result["adjusted_wald"], result["trinomial_t"]) == (None, None, None)


def test_the_difference_of_the_example_has_newcombes_published_limits():
    # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10.
    result = calculated("share-difference")
    assert result["difference"] == pytest.approx(0.2)
    assert [round(one, 4) for one in result["newcombe"]] == [0.0524, 0.3339]


def test_a_difference_with_nobody_is_absent():
    assert calculated("share-difference", before={"hits": 0, "n": 0}) == {"difference": None, "newcombe": None}


def test_the_difference_of_two_means_is_welchs_and_the_one_from_the_two_intervals():
    result = calculated("mean-difference")
    # By hand: 0.3 -+ 1.972017 * sqrt(0.02); from the intervals 0.3 -+ 1.984217 * 0.1 * sqrt(2).
    assert result["difference"] == pytest.approx(0.3)
    assert result["welch"] == pytest.approx([0.0211146, 0.5788854], abs=1e-6)
    assert result["degrees_of_freedom"] == pytest.approx(198)
    assert result["from_the_two_intervals"] == pytest.approx([0.0193893, 0.5806107], abs=1e-6)


@pytest.mark.parametrize(
    "before", [{"n": 1, "mean": 3.7, "standard_deviation": None}, {"n": 9, "mean": 3.7, "standard_deviation": 0}]
)
def test_a_mean_without_spread_has_no_interval_to_combine(before):
    result = calculated("mean-difference", before=before)
    assert result["difference"] == pytest.approx(0.3)
    assert result["from_the_two_intervals"] is None


def test_a_single_answer_has_no_standard_deviation_whatever_is_written():
    result = calculated("mean-difference", before={"n": 1, "mean": 3.7, "standard_deviation": 1})
    assert (result["welch"], result["p"], result["degrees_of_freedom"]) == (None, None, None)


@pytest.mark.parametrize(
    "now", [{"n": 0, "mean": 4, "standard_deviation": 1}, {"n": 9, "mean": 4, "standard_deviation": -1}]
)
def test_a_mean_of_nothing_and_a_negative_spread_are_refused(now):
    with pytest.raises(ValidationError):
        calculated("mean-difference", now=now)
