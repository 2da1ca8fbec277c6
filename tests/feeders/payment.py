"""Feeds the cases about what a contract pays for a result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from metrics.estimators.intervals import MONEY_LEVEL
from metrics.funding.instalments import instalments
from metrics.funding.payment import LinearPayment, PaymentStep, StepPayment, tranche_test
from metrics.funding.rate_card import RateCard
from metrics.kpi import Direction

TOPIC = "17-payment"

DIRECTIONS = {"higher": Direction.UP, "lower": Direction.DOWN}


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    (kind,) = KINDS.keys() & given.keys()
    return KINDS[kind](given, asked)


def _money(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _steps(given: Mapping[str, Any], _asked: Mapping[str, Any]) -> Mapping[str, Any]:
    steps = [PaymentStep(threshold=_money(threshold), amount=_money(amount)) for threshold, amount in given["steps"]]
    schedule = StepPayment(steps=tuple(steps), direction=DIRECTIONS[given.get("better", "higher")])
    return {"payment": _plain(schedule.due(_money(given["result"])))}


def _line(given: Mapping[str, Any], _asked: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        schedule = LinearPayment(
            baseline=_money(given["baseline"]),
            target=_money(given["target"]),
            full=_money(given["max_payment"]),
            floor=_money(given.get("floor", 0)),
            cap=_money(given.get("cap")),
        )
    except ValueError:
        # What cannot be agreed on pays nothing that one could name.
        return {"payment": None}
    return {"payment": _plain(schedule.due(_money(given["result"])))}


def _tranche(given: Mapping[str, Any], _asked: Mapping[str, Any]) -> Mapping[str, Any]:
    found = tranche_test(
        given["successes"],
        given["n"],
        threshold=_money(given["threshold"]),
        amount=_money(given["amount"]),
        level=given.get("confidence", MONEY_LEVEL),
    )
    return {
        "point": found and _plain(found.point),
        "lower_bound": found and _plain(found.bound),
        "paid_on_point": found and _plain(found.paid_on_point),
        "paid_on_bound": found and _plain(found.paid_on_bound),
    }


def _card(given: Mapping[str, Any], _asked: Mapping[str, Any]) -> Mapping[str, Any]:
    card = RateCard(
        prices={outcome: _money(price) for outcome, price in given["card"].items()},
        cap_per_person=_money(given.get("cap_per_person")),
        contract_cap=_money(given.get("contract_cap")),
    )
    outcomes = dict.fromkeys([*given["card"], *(outcome for person in given["people"] for outcome in person or {})])
    columns = {outcome: [(person or {}).get(outcome) for person in given["people"]] for outcome in outcomes}
    people = pl.DataFrame(
        {**columns, "n": [1] * len(given["people"])},
        schema=dict.fromkeys([*outcomes, "n"], pl.Int64),
    )
    found = card.due(people)
    return {
        "per_person": [float(one) for one in found.per_person],
        "total_uncapped": float(found.total),
        "paid": float(found.paid),
    }


def _cumulative(given: Mapping[str, Any], asked: Mapping[str, Any]) -> Mapping[str, Any]:
    periods = instalments([_money(value) for value in given["cumulative_entitlement"]])
    found: dict[str, Any] = {
        "payments": [_plain(one.payment) for one in periods],
        "total_paid": float(sum((one.payment or Decimal(0) for one in periods), Decimal(0))),
    }
    for name in asked:
        if match := re.fullmatch(r"overpaid_after_period_(\d+)", name):
            found[name] = _plain(periods[int(match[1]) - 1].overpaid)
    return found


KINDS = {
    "steps": _steps,
    "max_payment": _line,
    "successes": _tranche,
    "card": _card,
    "cumulative_entitlement": _cumulative,
}
