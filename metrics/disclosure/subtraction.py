"""What anybody can work out with a subtraction: the group, the persons or the period that was left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A number of persons and the mean of what they gave; a share is a mean as well."""

    n: int
    mean: float


def remaining(total: Group, shown: Sequence[Group]) -> Group | None:
    """Return the group that is in the total and in none of the groups shown, or None where nobody is left.

    Numbers of persons add up, and so do means times persons.
    """
    n = total.n - sum(one.n for one in shown)
    points = total.n * total.mean - sum(one.n * one.mean for one in shown)
    return Group(n=n, mean=points / n) if n > 0 else None


def behind_share(n: int, share: float) -> tuple[int, int]:
    """Return how many of `n` persons a share, given rounded or not, stands for, and how many it leaves."""
    hits = round(n * share)
    return hits, n - hits


def between_totals(running: Sequence[int | None], shown: Sequence[int | None]) -> dict[int, int]:
    """Return the hidden periods that running totals give away, by position from 0.

    `running` has the total up to and including each period, `shown` the number of the period itself; None where hidden.
    One hidden period between two totals is their difference less the periods that are shown.
    """
    known = [(-1, 0), *((place, total) for place, total in enumerate(running) if total is not None)]
    found = {}
    for (before, lower), (until, upper) in pairwise(known):
        inside = range(before + 1, until + 1)
        hidden = [place for place in inside if shown[place] is None]
        if len(hidden) == 1:
            found[hidden[0]] = upper - lower - sum(shown[place] or 0 for place in inside)
    return found
