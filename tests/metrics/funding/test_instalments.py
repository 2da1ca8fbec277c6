"""Instalments against amounts by hand, and the rules that nothing is asked back and nothing is paid twice."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from metrics.funding.instalments import Instalment, instalments
from tests.metrics.builders import quickly


def thousands(*amounts: int | None) -> list[Decimal | None]:
    return [None if amount is None else Decimal(1000 * amount) for amount in amounts]


def test_what_was_paid_too_much_is_not_asked_back_but_made_up_for():
    found = instalments(thousands(30, 55, 52, 80))
    assert [one.payment for one in found] == thousands(30, 25, 0, 25)
    assert [one.overpaid for one in found] == thousands(0, 0, 3, 0)
    assert [one.paid for one in found] == thousands(30, 55, 55, 80)


def test_over_payment_is_carried_on_as_long_as_it_lasts():
    # By hand: 20 too much after the second period, 15 after the third.
    found = instalments(thousands(50, 30, 35, 60))
    assert [one.payment for one in found] == thousands(50, 0, 0, 10)
    assert [one.overpaid for one in found] == thousands(0, 20, 15, 0)


def test_a_period_without_a_figure_moves_nothing():
    first, second, third = instalments(thousands(30, None, 40))
    assert second == Instalment(entitlement=None, payment=None, paid=first.paid, overpaid=None)
    assert third.payment == 10_000


def test_what_was_paid_before_counts():
    (found,) = instalments(thousands(30), paid=Decimal(12_000))
    assert (found.payment, found.paid) == (18_000, 30_000)


def test_entitlements_are_paid_in_whole_cents():
    assert [one.payment for one in instalments([Decimal("0.005"), Decimal("0.014")])] == [Decimal("0.01"), 0]


def test_without_periods_nothing_is_paid():
    assert instalments([]) == ()


@quickly
@given(st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=12))
def test_all_that_is_paid_is_the_highest_entitlement_there_ever_was(entitlements):
    # Second method: payments can only follow the entitlement up.
    found = instalments(entitlements)
    assert sum(one.payment for one in found) == found[-1].paid == max(entitlements)
    assert min(one.payment for one in found) >= 0
