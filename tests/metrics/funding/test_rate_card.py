"""The rate card against amounts by hand."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.funding.rate_card import CardPayment, RateCard
from tests.metrics.builders import quickly

PRICES = {"entry": Decimal(800), "qualification": Decimal(1300), "job": Decimal("2600.50")}
OUTCOMES = (*PRICES, "n")


def people(*rows: tuple[int | None, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(OUTCOMES, pl.Int64), orient="row")


def card(**changed: Decimal | None) -> RateCard:
    return RateCard(prices=PRICES, **{"cap_per_person": Decimal(5000), "contract_cap": Decimal(9000), **changed})


THREE = people((1, 1, 1, 1), (0, 2, 2, 1), (None, None, None, 1))


def test_the_cap_of_a_person_comes_before_the_cap_of_the_contract():
    # By hand: 800 + 1300 + 2600.50; 2 x 1300 + 2 x 2600.50 is 7801, capped; nothing verified.
    found = card().due(THREE)
    assert found == CardPayment(
        per_person=(Decimal("4700.50"), Decimal(5000), Decimal(0)), total=Decimal("9700.50"), paid=Decimal(9000)
    )


def test_without_caps_all_is_paid():
    found = card(cap_per_person=None, contract_cap=None).due(THREE)
    assert (found.per_person[1], found.paid) == (7801, Decimal("12501.50"))


def test_a_contract_cap_that_is_not_reached_changes_nothing():
    assert card(contract_cap=Decimal(50_000)).due(THREE).paid == Decimal("9700.50")


def test_alike_persons_are_counted_once_for_each():
    # By hand: 3 x 5000 and 2 x 800.
    found = card(contract_cap=None).due(people((0, 2, 2, 3), (1, 0, 0, 2)))
    assert (found.per_person, found.total) == ((5000, 800), 16_600)


def test_an_outcome_may_be_left_out_where_nobody_reached_it():
    found = card().due(people((1, 1, 1, 1)).select("entry", "n"))
    assert found.paid == 800


@pytest.mark.parametrize("rows", [people(), pl.DataFrame(schema={"n": pl.Int64})])
def test_without_persons_nothing_is_due(rows):
    assert card().due(rows) == CardPayment(per_person=(), total=Decimal(0), paid=Decimal(0))


def test_an_outcome_without_an_agreed_price_is_refused():
    with pytest.raises(ValueError, match=r"Not on the rate card: diploma\. There are: entry, qualification, job"):
        card().due(people((1, 1, 1, 1)).rename({"job": "diploma"}))


@pytest.mark.parametrize("row", [(-1, 0, 0, 1), (1, 0, 0, -1)])
def test_fewer_than_no_outcomes_or_persons_are_refused(row):
    with pytest.raises(ValueError, match="found fewer than 0"):
        card().due(people(row))


@pytest.mark.parametrize(
    "changed",
    [
        {"prices": {"entry": Decimal(-1)}},
        {"prices": {"entry": Decimal("0.005")}},
        {"prices": {"n": Decimal(1)}},
        {"cap_per_person": Decimal(-1)},
        {"contract_cap": Decimal("0.001")},
    ],
)
def test_a_card_that_cannot_be_paid_is_refused(changed):
    with pytest.raises(ValueError, match="whole cents"):
        RateCard(**{"prices": PRICES, **changed})


verified = st.lists(st.tuples(*[st.integers(0, 4)] * 3, st.integers(1, 3)), min_size=1, max_size=6)


@quickly
@given(verified, st.integers(0, 3))
def test_one_more_verified_outcome_never_pays_less(rows, which):
    more = [tuple(count + (index == which) for index, count in enumerate(row)) for row in rows]
    before, after = (card().due(people(*given_rows)) for given_rows in (rows, more))
    assert before.paid <= after.paid <= 9000


@quickly
@given(verified)
def test_the_card_is_the_one_of_a_plain_loop(rows):
    prices = list(PRICES.values())
    worth = [min(sum(price * times for price, times in zip(prices, row, strict=False)), 5000) for row in rows]
    total = sum(one * row[-1] for one, row in zip(worth, rows, strict=True))
    found = card().due(people(*rows))
    assert (list(found.per_person), found.total, found.paid) == (worth, total, min(total, 9000))
