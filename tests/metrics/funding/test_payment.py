"""Payments against amounts by hand, and the rule that a better result never pays less."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.funding.payment import (
    LinearPayment,
    PaidOn,
    PaymentStep,
    StepPayment,
    TrancheTest,
    cents,
    exact,
    measured_share,
    tranche_test,
)
from metrics.kpi import Direction
from tests.metrics.builders import quickly


def steps(*pairs: tuple[str, str], direction: Direction = Direction.UP) -> StepPayment:
    made = tuple(PaymentStep(threshold=Decimal(threshold), amount=Decimal(amount)) for threshold, amount in pairs)
    return StepPayment(steps=made, direction=direction)


def line(**changed: str) -> LinearPayment:
    usual = {"baseline": "65", "target": "80", "full": "100000"}
    return LinearPayment(**{name: Decimal(value) for name, value in {**usual, **changed}.items()})


THREE = steps(("70", "25000"), ("75", "60000"), ("80", "100000"))


@pytest.mark.parametrize(
    ("result", "due"),
    [("69.99", 0), ("70", 25_000), ("74.99", 25_000), ("75", 60_000), ("80", 100_000), ("99", 100_000)],
)
def test_a_threshold_is_reached_by_the_threshold_itself(result, due):
    assert THREE.due(Decimal(result)) == due


def test_the_order_in_which_steps_are_written_does_not_matter():
    assert steps(("80", "100000"), ("70", "25000")).due(Decimal(71)) == 25_000


def test_where_lower_is_better_fewer_days_reach_more_steps():
    fewer = steps(("56", "100"), ("42", "300"), direction=Direction.DOWN)
    assert [fewer.due(Decimal(days)) for days in (57, 56, 43, 42, 10)] == [0, 100, 100, 300, 300]


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param((("70", "500"), ("80", "400")), id="a better result pays less"),
        pytest.param((("70", "500"), ("70", "600")), id="two amounts for one threshold"),
        pytest.param((("70", "-1"),), id="below nothing"),
    ],
)
def test_steps_that_make_no_sense_are_refused(pairs):
    with pytest.raises(ValueError, match="a better result never pays less"):
        steps(*pairs)


def test_without_steps_nothing_is_due():
    assert steps().due(Decimal(80)) == 0


@pytest.mark.parametrize(("result", "due"), [("60", 0), ("65", 0), ("72.5", 50_000), ("80", 100_000), ("85", 100_000)])
def test_a_line_pays_in_proportion_between_baseline_and_target(result, due):
    # By hand: 7.5 of 15 points is half.
    assert line().due(Decimal(result)) == due


def test_a_line_where_lower_is_better_pays_for_fewer_days():
    # By hand: 49 days is a quarter of the way from 56 to 28.
    assert line(baseline="56", target="28").due(Decimal(49)) == 25_000


def test_a_floor_is_due_for_any_result_and_a_cap_is_never_passed():
    agreed = line(floor="10000", cap="120000")
    # By hand: 82.5 points is 116.67 % of the way, 90 points 166.67 %.
    assert [agreed.due(Decimal(result)) for result in ("50", "82.5", "90")] == [
        10_000,
        Decimal("116666.67"),
        120_000,
    ]


def test_half_a_cent_is_paid_up():
    # By hand: 1 of 200 of one euro is half a cent; Python's own rounding would give nothing.
    assert line(baseline="0", target="200", full="1").due(Decimal(1)) == Decimal("0.01")
    assert cents(Decimal("0.025")) == Decimal("0.03")


def test_a_line_without_length_is_refused():
    with pytest.raises(ValueError, match="Agree on a step"):
        line(target="65")


@pytest.mark.parametrize("changed", [{"floor": "-1"}, {"floor": "100001"}, {"cap": "-1"}, {"full": "-5", "cap": "5"}])
def test_amounts_out_of_order_are_refused(changed):
    with pytest.raises(ValueError, match="0 <= floor <= cap"):
        line(**changed)


def test_without_a_figure_no_payment_is_named():
    assert (THREE.due(None), line().due(None)) == (None, None)


def test_a_measured_result_reaches_a_threshold_that_it_misses_by_a_floating_point_hair():
    # In floating point .1 + .7 is .7999999999999999.
    assert exact(0.1 + 0.7) == Decimal("0.8")
    assert exact(1e22) == Decimal("1e22")


def test_a_tranche_on_the_bound_waits_until_it_is_sure():
    # statsmodels proportion_confint(156, 200, alpha=.10, method="wilson"): .728259259007.
    found = tranche_test(156, 200, threshold=Decimal("0.75"), amount=Decimal(50_000))
    assert found == TrancheTest(
        point=Decimal("0.78"),
        bound=Decimal("0.728259259"),
        paid_on_point=Decimal(50_000),
        paid_on_bound=Decimal(0),
    )


def test_a_tranche_on_the_bound_is_paid_where_it_is_sure():
    # By hand: 161 lies (.805 - .75) / .0306 = 1.80 standard errors above the threshold, 160 only 1.63; it takes 1.645.
    first, last = (tranche_test(hits, 200, threshold=Decimal("0.75"), amount=Decimal(5)) for hits in (161, 160))
    assert (first.paid_on_bound, last.paid_on_bound) == (5, 0)


def test_a_share_that_is_the_threshold_reaches_it():
    # In floating point .29 x 100 is 28.999999999999996.
    assert tranche_test(29, 100, threshold=Decimal("0.29"), amount=Decimal(5)).paid_on_point == 5


def test_the_bound_is_the_share_from_which_the_measured_one_is_just_a_quantile_away():
    # Second method: Wilson's own equation (p - b)^2 = z^2 b (1 - b) / n, z = 1.2815516 for one-sided 90 %.
    bound = float(measured_share(156, 200, paid_on=PaidOn.BOUND, level=0.8))
    assert 0.78 - bound == pytest.approx(1.2815516 * (bound * (1 - bound) / 200) ** 0.5, abs=1e-7)


def test_of_nothing_there_is_no_share_and_no_payment():
    assert tranche_test(0, 0, threshold=Decimal("0.75"), amount=Decimal(5)) is None
    assert [measured_share(0, 0, paid_on=paid_on) for paid_on in PaidOn] == [None, None]


@pytest.mark.parametrize("hits", [-1, 11])
def test_counts_that_cannot_be_are_refused(hits):
    with pytest.raises(ValueError, match="0 <= hits <= n"):
        measured_share(hits, 10, paid_on=PaidOn.POINT)


def test_a_line_can_be_paid_on_the_bound():
    agreed = line(baseline="0.65", target="0.80")
    on_point, on_bound = (agreed.due(measured_share(156, 200, paid_on=paid_on)) for paid_on in PaidOn)
    # By hand: .13 / .15 and .078259259 / .15 of the way.
    assert (on_point, on_bound) == (Decimal("86666.67"), Decimal("52172.84"))


results = st.decimals(-50, 150, places=3)
amounts = st.decimals(0, 100_000, places=2)


@quickly
@given(st.dictionaries(results, amounts, max_size=5), results, results)
def test_steps_never_pay_less_for_a_better_result(pairs, one, other):
    rising = zip(sorted(pairs), sorted(pairs.values()), strict=True)
    schedule = StepPayment(steps=tuple(PaymentStep(threshold=threshold, amount=amount) for threshold, amount in rising))
    assert schedule.due(min(one, other)) <= schedule.due(max(one, other))


@quickly
@given(results, results, results, results, amounts)
def test_a_line_never_pays_less_for_a_better_result_and_stays_between_nothing_and_full(
    baseline, target, one, other, full
):
    if baseline == target:
        return
    schedule = LinearPayment(baseline=baseline, target=target, full=full)
    worse, better = sorted((one, other), reverse=target < baseline)
    assert 0 <= schedule.due(worse) <= schedule.due(better) <= cents(full)


@quickly
@given(st.integers(1, 60), st.data())
def test_whoever_is_paid_on_the_bound_is_paid_on_the_point(n, data):
    hits = data.draw(st.integers(0, n))
    threshold = data.draw(st.decimals(0, 1, places=2))
    found = tranche_test(hits, n, threshold=threshold, amount=Decimal(7))
    assert found.bound <= found.point
    assert found.paid_on_bound <= found.paid_on_point
