"""Calculations of payment: what a contract pays for a result, and how often chance alone decides it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

import polars as pl
from pydantic import Field, FiniteFloat

from dashboard.calculations.method import Given, Method, Result
from metrics.funding.instalments import instalments
from metrics.funding.operating_curve import operating_curve
from metrics.funding.payment import LinearPayment, PaymentStep, StepPayment, tranche_test
from metrics.funding.rate_card import RateCard
from metrics.kpi import Direction

_DIRECTIONS = {"higher": Direction.UP, "lower": Direction.DOWN}

_Money = Annotated[Decimal, Field(ge=0)]
_Count = Annotated[int, Field(ge=0)]
_Share = Annotated[Decimal, Field(ge=0, le=1)]


class GivenStep(Given):
    """`from_`, written "from": the threshold, which is enough itself. `amount`: what is due from there on."""

    from_: Annotated[Decimal, Field(alias="from")]
    amount: _Money


class GivenSteps(Given):
    """`result`: the figure, null for none. `steps`: the schedule. `better`: whether higher or lower is better."""

    result: Decimal | None
    steps: tuple[GivenStep, ...]
    better: Literal["higher", "lower"] = "higher"


class GivenLine(Given):
    """`result`: the figure, null for none. `full`: what is due at the target; nothing at the baseline.

    `floor`: the least that is due, even below the baseline. `cap`: the most; `full` unless agreed otherwise.
    """

    result: Decimal | None
    baseline: Decimal
    target: Decimal
    full: _Money
    floor: _Money = Decimal(0)
    cap: _Money | None = None


class GivenTranche(Given):
    """`hits` of `n` against a `threshold` (a fraction). `amount`: what the tranche pays."""

    hits: _Count
    n: _Count
    threshold: _Share
    amount: _Money


class GivenPerson(Given):
    """`verified`: how often each outcome was verified for one person. `n`: how many persons are alike."""

    verified: Mapping[str, _Count]
    n: _Count = 1


class GivenCard(Given):
    """`prices`: of each outcome. `people`: and their outcomes. Caps in the same currency, null for none."""

    prices: Mapping[str, _Money]
    people: tuple[GivenPerson, ...]
    cap_per_person: _Money | None = None
    contract_cap: _Money | None = None


class GivenEntitlements(Given):
    """`entitlements`: since the start, as computed after each period, null for none. `paid`: before the first."""

    entitlements: tuple[_Money | None, ...]
    paid: _Money = Decimal(0)


class GivenTest(Given):
    """`answers`: numbers of answers. `true_shares`: what the share could truly be. `threshold`: from where is paid."""

    answers: tuple[Annotated[int, Field(ge=1)], ...]
    true_shares: tuple[Annotated[FiniteFloat, Field(ge=0, le=1)], ...]
    threshold: _Share


def _plain(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)


def _steps(given: GivenSteps) -> Result:
    steps = tuple(PaymentStep(threshold=one.from_, amount=one.amount) for one in given.steps)
    schedule = StepPayment(steps=steps, direction=_DIRECTIONS[given.better])
    return {"payment": _plain(schedule.due(given.result))}


def _line(given: GivenLine) -> Result:
    schedule = LinearPayment(
        baseline=given.baseline,
        target=given.target,
        full=given.full,
        floor=given.floor,
        cap=given.cap,
    )
    return {"payment": _plain(schedule.due(given.result))}


def _tranche(given: GivenTranche) -> Result:
    found = tranche_test(given.hits, given.n, threshold=given.threshold, amount=given.amount)
    if found is None:
        return {"share": None, "bound": None, "paid_on_share": None, "paid_on_bound": None}
    return {
        "share": float(found.point),
        "bound": float(found.bound),
        "paid_on_share": float(found.paid_on_point),
        "paid_on_bound": float(found.paid_on_bound),
    }


def _card(given: GivenCard) -> Result:
    card = RateCard(prices=given.prices, cap_per_person=given.cap_per_person, contract_cap=given.contract_cap)
    outcomes = dict.fromkeys(outcome for person in given.people for outcome in person.verified)
    rows = [(*(person.verified.get(outcome) for outcome in outcomes), person.n) for person in given.people]
    found = card.due(pl.DataFrame(rows, schema=dict.fromkeys([*outcomes, "n"], pl.Int64), orient="row"))
    return {
        "per_person": [float(one) for one in found.per_person],
        "total": float(found.total),
        "paid": float(found.paid),
    }


def _instalments(given: GivenEntitlements) -> Result:
    periods = [
        {"payment": _plain(one.payment), "paid": float(one.paid), "overpaid": _plain(one.overpaid)}
        for one in instalments(given.entitlements, paid=given.paid)
    ]
    return {"periods": periods}


def _chances(given: GivenTest) -> Result:
    return {"chances": operating_curve(given.answers, given.true_shares, threshold=given.threshold).to_dicts()}


METHODS = (
    Method(
        name="payment-steps",
        what="What a schedule in steps pays for a result.",
        given=GivenSteps,
        run=_steps,
        example={"result": 75, "steps": [{"from": 70, "amount": 25_000}, {"from": 75, "amount": 60_000}]},
    ),
    Method(
        name="payment-line",
        what="What a schedule along the line from baseline to target pays for a result.",
        given=GivenLine,
        run=_line,
        example={"result": 72.5, "baseline": 65, "target": 80, "full": 100_000},
    ),
    Method(
        name="payment-tranche",
        what="Whether a tranche is released on a share, and whether it is on the lower bound of that share.",
        given=GivenTranche,
        run=_tranche,
        example={"hits": 156, "n": 200, "threshold": 0.75, "amount": 50_000},
    ),
    Method(
        name="payment-rate-card",
        what="What a price list of verified outcomes pays, with a cap for a person and one for the contract.",
        given=GivenCard,
        run=_card,
        example={
            "prices": {"entry": 800, "job": 2600},
            "people": [{"verified": {"entry": 1, "job": 2}}, {"verified": {"entry": 1}, "n": 3}],
            "cap_per_person": 5000,
            "contract_cap": 7000,
        },
    ),
    Method(
        name="payment-instalments",
        what="What is paid each period when the entitlement since the start is computed anew each time.",
        given=GivenEntitlements,
        run=_instalments,
        example={"entitlements": [30_000, 55_000, 52_000, 80_000]},
    ),
    Method(
        name="payment-chances",
        what="How often a payment test pays for a service of which the true share is known.",
        given=GivenTest,
        run=_chances,
        example={"answers": [50, 200], "true_shares": [0.7, 0.75, 0.8], "threshold": 0.75},
    ),
)
