"""Calculations of effect: the figures of the examples by another road, and what is refused."""

from __future__ import annotations

import json
from math import sqrt

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.stats import mannwhitneyu, ttest_ind
from scipy.stats import t as student

from dashboard.calculations.effect import METHODS

BY_NAME = {one.name: one for one in METHODS}


def calculated(name, **given):
    method = BY_NAME[name]
    return method.run(method.given.model_validate({**method.example, **given}))


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_the_outcome_of_the_example_can_be_written_as_json(method):
    result = method.run(method.given.model_validate(method.example))
    assert json.loads(json.dumps(result, allow_nan=False)) == result


@pytest.mark.parametrize("method", METHODS, ids=lambda one: one.name)
def test_a_key_that_a_method_does_not_know_is_refused(method):
    with pytest.raises(ValidationError, match="started_at"):
        method.given.model_validate({**method.example, "started_at": "2025-01-01"})


def test_before_and_after_compares_the_same_calendar_months():
    result = calculated("before-after")
    # By hand: September is left out, March is the last complete month; January to March occur on both sides.
    assert result["months_after"] == ["2025-01-01", "2025-02-01", "2025-03-01"]
    assert result["months_before"] == ["2024-01-01", "2024-02-01", "2024-03-01"]
    assert not result["season_differs"]
    expected = ttest_ind([3] * 60 + [4] * 150, [3] * 60 + [4] * 90, equal_var=False)
    assert result["average"]["value"] == pytest.approx((180 + 600) / 210 - (180 + 360) / 150)
    assert result["average"]["p_value"] == pytest.approx(expected.pvalue)
    assert result["satisfied"]["value"] == pytest.approx(150 / 210 - 90 / 150)


def test_before_and_after_without_a_share_or_without_months_says_so():
    assert calculated("before-after", satisfied_from=None)["satisfied"] is None
    nothing = calculated("before-after", months=[])
    assert (nothing["average"], nothing["satisfied"]) == (None, None)


def test_lead_time_before_and_after_is_worked_out_by_hand():
    found = calculated("before-after-lead-time")["decided_within_norm"]
    # By hand: 60 of 100 and 40 of 100 within 56 days, all of them followed that long.
    assert (found["before"], found["after"], found["value"]) == pytest.approx((0.4, 0.6, 0.2))
    assert found["low"] < 0.2 < found["high"]


def test_an_interrupted_series_is_that_of_least_squares_where_months_are_not_alike():
    result = calculated("interrupted-series")
    values = np.array(BY_NAME["interrupted-series"].example["values"], dtype=float)
    months = np.arange(1, 25)
    after = months > 12
    design = np.stack([np.ones(24), months, after, np.where(after, months - 12, 0)], axis=1)
    coefficients, (squares,), *_ = np.linalg.lstsq(design, values)
    covariance = np.linalg.inv(design.T @ design) * squares / 20
    # The errors of this example alternate: there is no correlation to correct for, and numpy gives the same.
    assert result["autocorrelation"] == 0
    weights = np.array([0, 0, 1, 12])
    effect, error = weights @ coefficients, sqrt(weights @ covariance @ weights)
    found = result["effect_in_last_month"]
    assert (found["value"], found["standard_error"]) == pytest.approx((effect, error))
    assert (found["low_99"], found["high_99"]) == pytest.approx(
        (effect - student.ppf(0.995, 20) * error, effect + student.ppf(0.995, 20) * error)
    )
    assert result["ordinary_least_squares"]["coefficients"] == pytest.approx(coefficients.tolist())
    assert result["ordinary_least_squares"]["standard_errors"] == pytest.approx(np.sqrt(np.diag(covariance)).tolist())
    assert result["counterfactual"]["values"][-1] == pytest.approx(coefficients[0] + 24 * coefficients[1])
    assert result["counterfactual"]["months"][0] == "2024-01-01"
    assert (result["placebo_rank"], result["placebo_starts"], result["beyond_own_trend"]) == (1, 9, True)


def test_a_series_that_is_too_short_gives_no_effect_but_the_reason():
    assert calculated("interrupted-series", values=[60, 62, 61]) == {
        "effect_in_last_month": None,
        "status": "too_few",
        "reason": "short_series",
        "months": 3,
    }


def test_interrupted_counts_give_a_ratio_or_the_reason_why_not():
    result = calculated("interrupted-counts")
    assert result["low"] < result["rate_ratio"] < result["high"]
    # With as many customers each month, ten times as many of them all change nothing but the rate itself.
    assert calculated("interrupted-counts", exposure=[10_000] * 20)["rate_ratio"] == pytest.approx(result["rate_ratio"])
    assert calculated("interrupted-counts", counts=[0] * 20) == {
        "rate_ratio": None,
        "status": "undefined",
        "reason": "nothing_recorded",
    }


def test_difference_in_differences_of_the_example_is_worked_out_by_hand():
    result = calculated("difference-in-differences")
    # By hand: passports 61.5 to 70.5; permits 65 to 66, parking 70 to 72, benefits 56 to 55.
    assert result["changes"] == {"benefits": -1, "parking": 2, "passports": 9, "permits": 1}
    assert result["effect"]["value"] == pytest.approx(9 - 2 / 3)
    assert (result["permutation_p"], result["smallest_possible_p"]) == (0.25, 0.25)
    assert (result["status"], result["more_than_comparable"]) == ("indicative", False)
    assert result["by_regression"]["two_way_fixed_effects"]["value"] == pytest.approx(9 - 2 / 3)


def test_a_panel_without_comparators_gives_no_effect_but_the_reason():
    alone = BY_NAME["difference-in-differences"].example["services"][:1]
    assert calculated("difference-in-differences", services=alone) == {
        "effect": None,
        "status": "too_few",
        "reason": "few_services",
        "services": 1,
    }


def test_a_panel_with_one_month_before_has_no_pre_trend_to_regress():
    short = [{**one, "values": one["values"][3:]} for one in BY_NAME["difference-in-differences"].example["services"]]
    result = calculated("difference-in-differences", services=short, first_month="2024-04-01")
    assert (result["pre_trend_per_month"], result["drift"], result["by_regression"]) == (None, None, None)
    assert result["effect"]["value"] is not None


def test_four_means_give_the_difference_of_card_and_krueger():
    result = calculated("difference-in-differences-of-means")["effect"]
    # Card and Krueger 1994, table 3, from rounded means: 2.75; independent errors give 1.80.
    assert round(result["value"], 2) == 2.75
    assert round(result["standard_error"], 2) == 1.80
    assert calculated("difference-in-differences-of-means", standard_errors=None)["effect"]["low"] is None


def test_the_means_of_a_pilot_are_compared_as_scipy_does():
    result = calculated("pilot-means")
    pilot, control = [3] * 3 + [4] * 9 + [5] * 8, [2] * 3 + [3] * 10 + [4] * 8 + [5]
    welch = ttest_ind(pilot, control, equal_var=False)
    assert (result["difference"], result["p"]) == pytest.approx((4.25 - 73 / 22, welch.pvalue))
    assert result["mann_whitney_p"] == pytest.approx(mannwhitneyu(pilot, control).pvalue)
    assert (result["lost_of_pilot"], result["lost_of_control"]) == pytest.approx((2 / 22, 1 / 23))
    assert result["low_loss"]


def test_the_shares_of_a_pilot_have_the_interval_that_newcombe_published():
    # Newcombe 1998b, table II, example (a): 56 of 70 against 48 of 80, method 10.
    result = calculated("pilot-shares")
    assert [round(result[name], 4) for name in ("difference", "low", "high")] == [0.2, 0.0524, 0.3339]


def test_who_was_measured_was_assigned_unless_told_otherwise():
    result = calculated("pilot-shares", pilot={"hits": 5, "n": 10}, control={"hits": 5, "n": 10})
    assert (result["lost_of_pilot"], result["lost_of_control"]) == (0, 0)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("before-after", {"baseline_end": "2023-12-31"}),
        ("before-after", {"months": [{"month": "2024-01-01", "counts": {"3": -1}}]}),
        ("before-after", {"confidence": 95}),
        ("before-after-lead-time", {"before": [{"days": -3, "closed": True, "n": 1}]}),
        ("interrupted-series", {"values": [1.0, float("nan")]}),
        ("interrupted-series", {"seasonal_pairs": 6}),
        ("interrupted-counts", {"exposure": [1000] * 19}),
        ("interrupted-counts", {"exposure": [0] * 20}),
        ("interrupted-counts", {"counts": [1.5] * 20}),
        ("difference-in-differences", {"services": [{"service": "a", "treated": True, "values": ["x"]}]}),
        ("difference-in-differences", {"services": [{"service": "a", "treated": True, "values": [1]}] * 2}),
        ("difference-in-differences-of-means", {"standard_errors": [1.0, 2.0]}),
        ("pilot-means", {"pilot": {"counts": {"3": 10}, "assigned": 9}}),
        ("pilot-shares", {"pilot": {"hits": 11, "n": 10}}),
        ("pilot-shares", {"control": {"hits": 5, "n": 10, "assigned": 9}}),
    ],
)
def test_nonsense_is_refused_by_the_model(name, wrong):
    with pytest.raises(ValidationError):
        calculated(name, **wrong)
