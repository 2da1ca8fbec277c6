"""Net benefit against numbers by hand and draws from the normal distribution."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.funding.net_benefit import CostAndEffect, acceptability_curve, net_benefit
from tests.metrics.builders import quickly

KNOWN = CostAndEffect(effect=1250, effect_error=230, cost=Decimal(500_000))


def three_and_four(correlation: float) -> CostAndEffect:
    return CostAndEffect(effect=10, effect_error=3, cost=Decimal(5), cost_error=4, correlation=correlation)


def test_net_benefit_is_worth_less_cost_and_its_error_that_of_the_effect():
    # By hand: 600 x 1,250 - 500,000, and 600 x 230.
    found = net_benefit(KNOWN, Decimal(600))
    assert (found.net_benefit, found.error) == (250_000, pytest.approx(138_000))
    # By table: P(Z < 1.81) = .965.
    assert found.worth_probability == pytest.approx(0.965, abs=5e-4)
    assert (found.low, found.high) == pytest.approx((250_000 - 1.959964 * 138_000, 250_000 + 1.959964 * 138_000))


@pytest.mark.parametrize(("correlation", "error"), [(0, 5), (1, 1), (-1, 7)])
def test_a_cost_that_rises_with_the_effect_makes_the_net_benefit_surer(correlation, error):
    # By hand: 3 and 4 make 5 apart, 1 where they go together and 7 where they go against each other.
    assert net_benefit(three_and_four(correlation), Decimal(1)).error == pytest.approx(error)


def test_where_the_errors_cancel_out_there_is_nothing_left_to_be_unsure_of():
    known = CostAndEffect(effect=10, effect_error=0.1, cost=Decimal(5), cost_error=0.3, correlation=1)
    found = net_benefit(known, Decimal(3))
    assert found.error == pytest.approx(0, abs=1e-8)


def test_without_uncertainty_there_is_no_probability():
    known = CostAndEffect(effect=10, effect_error=0, cost=Decimal(5))
    found = net_benefit(known, Decimal(1))
    assert (found.net_benefit, found.low, found.high, found.worth_probability) == (5, 5, 5, None)


def test_at_the_price_that_an_outcome_costs_the_odds_are_even():
    # By hand: 500,000 / 1,250 = 400.
    assert net_benefit(KNOWN, Decimal(400)).worth_probability == pytest.approx(0.5)


def test_the_acceptability_curve_goes_up_with_the_price():
    curve = acceptability_curve(KNOWN, [Decimal(200), Decimal(400), Decimal(600)])
    assert [one.value_per_outcome for one in curve] == [200, 400, 600]
    assert curve[0].worth_probability < curve[1].worth_probability < curve[2].worth_probability
    assert curve[2] == net_benefit(KNOWN, Decimal(600))


@pytest.mark.parametrize("changed", [{"effect_error": -1}, {"cost_error": -1}, {"correlation": 1.1}])
def test_what_cannot_be_an_error_or_a_correlation_is_refused(changed):
    with pytest.raises(ValueError, match="Errors are 0 or more"):
        CostAndEffect(**{"effect": 1, "effect_error": 1, "cost": Decimal(1), **changed})


@quickly
@given(st.floats(-0.9, 0.9), st.floats(0.2, 3))
def test_the_probability_is_the_share_of_draws_above_zero(correlation, price):
    # Second method: 40,000 pairs from a bivariate normal distribution.
    known = three_and_four(correlation)
    spread = [[9, 12 * correlation], [12 * correlation, 16]]
    effect, cost = np.random.default_rng(3).multivariate_normal([10, 5], spread, size=40_000).T
    found = net_benefit(known, Decimal(str(price)))
    assert found.worth_probability == pytest.approx((price * effect - cost > 0).mean(), abs=0.015)
