"""The calculations of payment, by hand."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError

from dashboard.calculations.payments import METHODS

BY_NAME = {method.name: method for method in METHODS}


def calculated(name: str, **given):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **given}))


@pytest.mark.parametrize(("result", "due"), [(69.99, 0), (70, 25_000), (75, 60_000), (None, None)])
def test_a_threshold_itself_is_enough(result, due):
    assert calculated("payment-steps", result=result) == {"payment": due}


def test_where_lower_is_better_the_steps_go_down():
    steps = [{"from": 56, "amount": 100}, {"from": 42, "amount": 300}]
    assert calculated("payment-steps", result=42, steps=steps, better="lower") == {"payment": 300}


@pytest.mark.parametrize(("result", "due"), [(60, 0), (72.5, 50_000), (85, 100_000), (None, None)])
def test_half_of_the_way_pays_half(result, due):
    assert calculated("payment-line", result=result) == {"payment": due}


def test_a_floor_and_a_cap_are_kept():
    # By hand: 85 points is four thirds of the way.
    assert calculated("payment-line", result=60, floor=10_000) == {"payment": 10_000}
    assert calculated("payment-line", result=85, cap=120_000) == {"payment": 120_000}
    assert calculated("payment-line", result=85, cap=150_000) == {"payment": 133_333.33}


def test_a_tranche_is_above_the_line_but_not_surely():
    # Wilson's equation, by hand: (.78 - .72826) = 1.6449 x the root of .72826 x .27174 / 200.
    found = calculated("payment-tranche")
    assert found == {
        "share": 0.78,
        "bound": pytest.approx(0.72826, abs=1e-5),
        "paid_on_share": 50_000,
        "paid_on_bound": 0,
    }


def test_of_nobody_there_is_no_share():
    found = calculated("payment-tranche", hits=0, n=0)
    assert found == {"share": None, "bound": None, "paid_on_share": None, "paid_on_bound": None}


def test_caps_apply_to_the_person_and_then_to_the_contract():
    # By hand: 800 + 5,200 is capped at 5,000; three persons more at 800.
    assert calculated("payment-rate-card") == {"per_person": [5000, 800], "total": 7400, "paid": 7000}


def test_without_people_nothing_is_due():
    assert calculated("payment-rate-card", people=[]) == {"per_person": [], "total": 0, "paid": 0}


def test_what_was_paid_too_much_is_made_up_for():
    found = calculated("payment-instalments")["periods"]
    assert [one["payment"] for one in found] == [30_000, 25_000, 0, 25_000]
    assert [one["overpaid"] for one in found] == [0, 0, 3000, 0]


def test_a_chance_is_a_sum_of_binomial_probabilities():
    # Second method: 38 of 50 or more, added up one by one.
    row = calculated("payment-chances")["chances"][0]
    expected = sum(math.comb(50, hits) * 0.7**hits * 0.3 ** (50 - hits) for hits in range(38, 51))
    assert (row["n"], row["true_share"], row["paid_on_point"]) == (50, 0.7, pytest.approx(expected))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("payment-steps", {"steps": [{"from": 70, "amount": -1}]}),
        ("payment-line", {"full": "much"}),
        ("payment-tranche", {"threshold": 75}),
        ("payment-rate-card", {"people": [{"verified": {"job": -1}}]}),
        ("payment-instalments", {"entitlements": [-5]}),
        ("payment-chances", {"answers": [0]}),
        ("payment-chances", {"true_shares": [float("nan")]}),
    ],
)
def test_what_makes_no_sense_is_refused(name, wrong):
    with pytest.raises(ValidationError):
        calculated(name, **wrong)


@pytest.mark.parametrize(
    ("name", "wrong", "why"),
    [
        ("payment-steps", {"steps": [{"from": 70, "amount": 5}, {"from": 75, "amount": 4}]}, "never pays less"),
        ("payment-line", {"target": 65}, "Agree on a step"),
        ("payment-tranche", {"hits": 201}, "0 <= hits <= n"),
        ("payment-rate-card", {"prices": {"entry": 800}}, "Not on the rate card: job"),
    ],
)
def test_what_a_contract_cannot_say_is_refused_with_the_reason(name, wrong, why):
    with pytest.raises(ValueError, match=why):
        calculated(name, **wrong)
