"""Instalments: what is paid each period, when what one is entitled to in all is computed anew each time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from metrics.funding.payment import NOTHING, cents


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One period: the entitlement since the start, what is paid now, what has been paid with it, and the rest.

    `payment` and `overpaid` are None where the entitlement is not known; then nothing moves. `overpaid` is what was
    paid beyond the entitlement: it is not asked back, the next payments make up for it.
    """

    entitlement: Decimal | None
    payment: Decimal | None
    paid: Decimal
    overpaid: Decimal | None


def instalments(entitlements: Iterable[Decimal | None], *, paid: Decimal = NOTHING) -> tuple[Instalment, ...]:
    """Return the instalments for a run of periods; `paid` is what was paid before the first of them."""
    return tuple(_each(entitlements, cents(paid)))


def _each(entitlements: Iterable[Decimal | None], paid: Decimal) -> Iterator[Instalment]:
    for given in entitlements:
        if given is None:
            yield Instalment(entitlement=None, payment=None, paid=paid, overpaid=None)
            continue
        entitlement = cents(given)
        payment = max(entitlement - paid, NOTHING)
        paid += payment
        yield Instalment(entitlement=entitlement, payment=payment, paid=paid, overpaid=paid - entitlement)
