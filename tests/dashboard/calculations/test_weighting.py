"""The calculations on weighting: what comes out of each example, by hand or by a second method."""

from __future__ import annotations

import json
import math

import pytest
from pydantic import ValidationError

from dashboard.calculations.weighting import METHODS
from metrics.weighting.cautions import Caution, Unweighted

BY_NAME = {method.name: method for method in METHODS}


def run(name, **changed):
    method = BY_NAME[name]
    given = {key: value for key, value in {**method.example, **changed}.items() if value is not None}
    return method.run(method.given.model_validate(given))


def refused(name, **changed):
    with pytest.raises(ValidationError) as told:
        run(name, **changed)
    return str(told.value)


@pytest.mark.parametrize("name", BY_NAME)
def test_every_example_gives_a_result_that_can_be_written_as_json(name):
    assert json.loads(json.dumps(run(name), allow_nan=False))


@pytest.mark.parametrize("name", BY_NAME)
def test_a_key_that_a_method_does_not_know_is_refused(name):
    assert "Extra inputs are not permitted" in refused(name, surprise=1)


def test_a_share_counts_each_channel_in_proportion_to_its_cases():
    found = run("post-stratified")
    # By hand: .6 x .8 + .4 x .6; weights 600/500 and 400/50; conditional variance .36 x .16/499 + .16 x .24/49.
    assert found["value"] == pytest.approx(0.72, abs=1e-12)
    assert found["weights"] == [
        {"channel": "desk", "n": 50, "weight": 8.0},
        {"channel": "website", "n": 500, "weight": 1.2},
    ]
    error = math.sqrt(0.36 * 0.16 / 499 + 0.16 * 0.24 / 49)
    assert found["standard_error"] == pytest.approx(error, abs=1e-12)
    n, z = 0.72 * 0.28 / error**2, 1.959963984540054
    assert found["n_interval"] == pytest.approx(n, abs=1e-9)
    half = z * math.sqrt(0.72 * 0.28 / n + z**2 / 4 / n**2) / (1 + z**2 / n)
    centre = (0.72 + z**2 / 2 / n) / (1 + z**2 / n)
    assert (found["low"], found["high"]) == pytest.approx((centre - half, centre + half), abs=1e-9)


def test_an_average_takes_the_answers_themselves_as_scores():
    found = run("post-stratified", answers={"website": {"4": 10, "5": 10}, "desk": {"1": 5, "2": 5}}, kind="mean")
    assert found["value"] == pytest.approx(0.6 * 4.5 + 0.4 * 1.5, abs=1e-12)


def test_a_channel_that_nobody_answered_at_leaves_no_figure():
    found = run("post-stratified", cases={"website": 600, "desk": 300, "post": 100})
    assert (found["value"], found["low"]) == (None, None)
    assert found["weights"][1] == {"channel": "post", "n": 0, "weight": None}


def test_without_any_answer_every_outcome_is_absent():
    assert set(run("post-stratified", answers={})) == set(run("post-stratified"))
    assert run("post-stratified", answers={})["value"] is None
    assert run("raked", cells=[])["value"] is None


def test_raked_weights_fit_both_totals():
    found = run("raked")
    assert found["reason"] is None
    for name, totals in (
        ("channel", {"website": 600, "desk": 400}),
        ("segment", {"resident": 700, "business": 300}),
    ):
        for level, total in totals.items():
            stood_for = sum(row["n"] * row["weight"] for row in found["weights"] if row[name] == level)
            assert stood_for == pytest.approx(total, abs=1e-6)
    # By hand, from the weights: the answers that count, 40, 15, 12 and 5 of 1000 cases.
    good = {("website", "resident"): 40, ("website", "business"): 15, ("desk", "resident"): 12, ("desk", "business"): 5}
    value = sum(row["weight"] * good[row["channel"], row["segment"]] for row in found["weights"]) / 1000
    assert found["value"] == pytest.approx(value, abs=1e-9)


def test_raking_to_totals_that_differ_is_told_by_name():
    found = run("raked", cases_by_segment={"resident": 700, "business": 301})
    assert (found["value"], found["reason"]) == (None, Unweighted.MARGINS_DIFFER)


def test_a_rise_that_is_mix_alone_disappears_when_the_mix_is_held():
    found = run("standardised-difference")
    # By hand: 140/200 to 156/200, and .8 and .6 in both channels on both sides.
    assert found["crude_difference"] == pytest.approx(0.08, abs=1e-12)
    assert found["held_difference"] == pytest.approx(0, abs=1e-12)
    assert (found["leads"], found["warnings"]) == ("held", [Caution.MIX_REVERSES])


def test_the_response_gives_the_limits_for_everybody_who_was_invited():
    found = run("response")
    # By hand: 160 of 800, 128 of 160 satisfied: between 128 and 128 + 640 of 800.
    assert (found["response"], found["coverage"]) == (0.2, 0.8)
    assert (found["lowest"], found["highest"]) == pytest.approx((0.16, 0.96))
    assert [row["channel"] for row in found["channels"]] == ["desk", "website"]
    assert found["channels"][0]["response"] == 0.2


def test_invitations_that_were_not_counted_are_unknown():
    found = run("response", channels={"website": {"answered": 10, "satisfied": 8}})
    assert (found["invited"], found["response"], found["customers"]) == (None, None, None)


def test_the_widest_gap_is_that_of_the_worst_channel():
    found = run("widest-gap")
    # By hand: desk 30/50, everybody 430/550.
    assert (found["worst"], found["difference"]) == ("desk", pytest.approx(0.6 - 430 / 550, abs=1e-12))


@pytest.mark.parametrize("name", ["post-stratified", "widest-gap"])
def test_a_share_takes_no_other_scores_than_0_and_1(name):
    assert "a share has a score of 4; give 1" in refused(name, answers={"desk": {"4": 5}})


def test_neither_side_of_a_difference_in_shares_takes_other_scores():
    assert "a share has a score of 4" in refused("standardised-difference", now={"desk": {"4": 5}})
    assert "a share has a score of 3" in refused("standardised-difference", before={"desk": {"3": 5}})
    cell = {"channel": "desk", "segment": "resident", "answers": {"2": 5}}
    assert "a share has a score of 2" in refused("raked", cells=[cell])


def test_more_satisfied_than_answered_is_refused():
    channels = {"website": {"answered": 10, "satisfied": 11}}
    assert "satisfied is 11 and answered is 10" in refused("response", channels=channels)


@pytest.mark.parametrize("changed", [{"cases": {"desk": -1}}, {"kind": "median"}, {"confidence": 1.0}])
def test_counts_below_zero_and_kinds_that_do_not_exist_are_refused(changed):
    assert refused("post-stratified", **changed)
