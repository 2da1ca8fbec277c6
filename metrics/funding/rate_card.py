"""The rate card: a price for each verified outcome, with a cap for a person and one for the contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from metrics.funding.payment import NOTHING, cents


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPayment:
    """What a rate card pays: for each row of persons what one of them is worth, all together, and after the cap."""

    per_person: tuple[Decimal, ...]
    total: Decimal
    paid: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCard:
    """Prices of outcomes, in whole cents. The cap of a person comes first, then that of the contract; None is none."""

    prices: Mapping[str, Decimal]
    cap_per_person: Decimal | None = None
    contract_cap: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse an amount below 0 or with parts of a cent, and an outcome by the name of the count of persons."""
        wrong = [amount for amount in self._amounts() if amount < NOTHING or amount != cents(amount)]
        if wrong or "n" in self.prices:
            message = f"Prices and caps are 0 or more, in whole cents, and no outcome is called n; found {self}."
            raise ValueError(message)

    def _amounts(self) -> Iterator[Decimal]:
        yield from self.prices.values()
        yield from (cap for cap in (self.cap_per_person, self.contract_cap) if cap is not None)

    def due(self, people: pl.DataFrame) -> CardPayment:
        """Return what is due for persons and their verified outcomes.

        `people` is counted: `n` alike persons a row, and for each outcome how often it was verified for one of
        them; null is not verified. An outcome that is not on the card is an error: nobody agreed on a price.
        """
        outcomes = [name for name in people.columns if name != "n"]
        self._check(people, outcomes)
        prices = [pl.col(name).fill_null(0) * pl.lit(cents(self.prices[name])) for name in outcomes]
        each = pl.sum_horizontal(pl.lit(NOTHING), *prices)
        if self.cap_per_person is not None:
            each = each.clip(upper_bound=cents(self.cap_per_person))
        worth = people.select(each=each, all=each * pl.col("n"))
        total = cents(Decimal(worth["all"].sum()))
        paid = total if self.contract_cap is None else min(total, cents(self.contract_cap))
        return CardPayment(per_person=tuple(cents(one) for one in worth["each"]), total=total, paid=paid)

    def _check(self, people: pl.DataFrame, outcomes: list[str]) -> None:
        unknown = sorted(set(outcomes) - set(self.prices))
        if unknown:
            message = f"Not on the rate card: {', '.join(unknown)}. There are: {', '.join(self.prices)}."
            raise ValueError(message)
        if people.select(pl.any_horizontal(pl.all() < 0).any()).item():
            message = "An outcome was verified 0 times or more, for 0 persons or more; found fewer than 0."
            raise ValueError(message)
