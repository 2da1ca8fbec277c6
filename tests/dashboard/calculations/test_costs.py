"""The calculations of cost, by hand."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from dashboard.calculations.costs import METHODS

BY_NAME = {method.name: method for method in METHODS}


def calculated(name: str, **given):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **given}))


def test_the_cost_of_an_outcome_is_all_that_was_spent_over_all_outcomes():
    assert calculated("cost-per-outcome") == {"cost_per_outcome": 40}
    assert calculated("cost-per-outcome", outcomes=0) == {"cost_per_outcome": None}


def test_the_cost_of_an_extra_outcome_turns_the_interval_over():
    # By hand: 5 points of 25,000 cases are 1,250; 3.2 and 6.8 points are 800 and 1,700.
    assert calculated("cost-per-extra-outcome") == {
        "extra_outcomes": 1250,
        "cost_per_extra_outcome": pytest.approx(400),
        "low": pytest.approx(294.117647),
        "high": pytest.approx(625),
        "kind": "bounded",
    }


def test_where_nothing_may_have_been_gained_there_is_no_upper_end():
    found = calculated("cost-per-extra-outcome", low=-0.01)
    assert (found["kind"], found["high"]) == ("no_upper_limit", None)


def test_an_uncertain_cost_without_error_is_a_known_one():
    # By hand: 500,000 over 1,250 +- 1.96 x 230.
    found = calculated("uncertain-cost-per-extra-outcome", cost_standard_error=0)
    assert (found["ratio"], found["form"]) == (400, "bounded")
    assert (found["low"], found["high"]) == pytest.approx(
        (500_000 / (1250 + 450.79), 500_000 / (1250 - 450.79)), rel=1e-5
    )


def test_an_effect_of_exactly_nothing_has_no_cost():
    found = calculated("uncertain-cost-per-extra-outcome", extra_outcomes=0, extra_outcomes_standard_error=0)
    assert found == {"ratio": None, "form": None, "low": None, "high": None}


def test_a_ratio_counts_every_unit_with_its_number():
    # By hand: 100 + 50 + 150 + 3 x 60 over 0 + 2 + 2 + 3 x 3.
    found = calculated("cost-ratio")
    assert (found["ratio"], found["n"], found["form"]) == (pytest.approx(480 / 13), 6, "bounded")
    for low, high in ((found["low"], found["high"]), found["bootstrap"]):
        assert low < found["ratio"] < high


def test_a_ratio_of_one_unit_has_no_limits():
    found = calculated("cost-ratio", units=[{"cost": 100, "outcomes": 5}])
    assert found == {"ratio": 20, "n": 1, "form": None, "low": None, "high": None, "bootstrap": None}


def test_net_benefit_is_worth_less_cost_at_each_value():
    # By hand: 1,250 x 200, 400 and 600, less 500,000; at the cost of one the odds are even.
    curve = calculated("net-benefit")["curve"]
    assert [one["net_benefit"] for one in curve] == [-250_000, 0, 250_000]
    assert curve[1]["worth_probability"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("cost-per-outcome", {"cost": -1}),
        ("cost-per-outcome", {"outcomes": 2.5}),
        ("cost-per-extra-outcome", {"cases": -1}),
        ("uncertain-cost-per-extra-outcome", {"correlation": 2}),
        ("cost-ratio", {"units": [{"cost": 100}]}),
        ("net-benefit", {"values_per_outcome": [-1]}),
    ],
)
def test_what_makes_no_sense_is_refused(name, wrong):
    with pytest.raises(ValidationError):
        calculated(name, **wrong)


def test_an_interval_that_does_not_hold_its_effect_is_refused():
    with pytest.raises(ValueError, match="low <= value <= high"):
        calculated("cost-per-extra-outcome", low=0.06)
