"""Hiding more cells until no sum, taken by itself, gives a hidden cell away."""

from __future__ import annotations

import numpy as np

from metrics.disclosure.numbers import Marks, Numbers, Pattern, Whole
from metrics.disclosure.primary import telling
from metrics.disclosure.tables import Secret


def completed(numbers: Numbers, pattern: Pattern) -> Pattern:
    """Return the pattern with the cheapest partners for what a single sum would give away.

    Two rules for each sum. Nothing hidden stands alone in it: subtraction would give it. And what is left when the
    shown parts are subtracted from a shown total is a group that could itself be shown, with room for each secret in
    it. Where nothing more can be hidden in a sum, it stays as it is.
    """
    levels = [Secret.PERSONS] if numbers.hits is None else [Secret.PERSONS, Secret.FIGURE]
    waiting = dict.fromkeys(range(len(numbers.members)))
    while waiting:
        row, _ = waiting.popitem()
        for level in levels:
            partner = _partner(numbers, pattern, row, level)
            if partner is not None:
                pattern = pattern.along_with([partner], level)
                waiting |= dict.fromkeys((row, *numbers.sums_of[partner]))
    return pattern


def burden(numbers: Numbers, hidden: Marks, position: int) -> tuple[bool, int, int, int]:
    """Return what it costs to hide a cell besides those hidden, to compare with others.

    First the sums in which nothing is hidden yet, for each needs a partner; then the persons. A cell without anybody
    comes last: that nobody is there may be known. The position decides between equals.
    """
    touched = sum(not any(hidden[one] for one in numbers.members[row]) for row in numbers.sums_of[position])
    return bool(numbers.n[position] == 0), touched, int(numbers.n[position]), position


def _partner(numbers: Numbers, pattern: Pattern, row: int, level: Secret) -> int | None:
    """Return the cheapest cell to hide in a sum that gives something away, or None."""
    hidden = pattern.at(level)
    if not _gives_away(numbers, hidden, row, level):
        return None
    shown = [one for one in numbers.members[row] if not hidden[one]]
    return min(shown, key=lambda one: burden(numbers, hidden, one), default=None)


def _gives_away(numbers: Numbers, hidden: Marks, row: int, level: Secret) -> bool:
    total, *_ = members = numbers.members[row]
    left = np.array([one for one in members if hidden[one]], dtype=np.int64)
    secret = numbers.persons if level is Secret.PERSONS else numbers.persons | numbers.figure
    if not (numbers.shown | secret)[left].any():
        return False
    if len(left) == 1:
        return True
    if hidden[total]:
        return False
    if level is Secret.PERSONS or numbers.hits is None:
        return _persons_known(numbers, left)
    return _figure_known(numbers, left, numbers.hits[left])


def _persons_known(numbers: Numbers, left: Whole) -> bool:
    """Whether the number of persons left is too small, or the reasons that are shown with the cells give one away.

    The reasons tell that some hold fewer than `fewest` and the others at least as many: 6 persons in two cells, one of
    each sort, are 1 and 5.
    """
    n = numbers.n[left]
    fewest, persons = numbers.fewest, int(n.sum())
    told_few = numbers.persons[left] & numbers.shown[left]
    told_many = ~told_few & numbers.shown[left] & (n > 0)
    if persons < fewest or not told_few.any():
        return persons < fewest
    least_few = int(numbers.n[numbers.persons].min() > 0)
    least = np.where(told_few, least_few, np.where(told_many, fewest, 0)).sum()
    most = np.where(told_few, fewest - 1, persons).sum()
    return bool(persons in (least, most))


def _figure_known(numbers: Numbers, left: Whole, hits: Whole) -> bool:
    """Whether the share of those left may not be shown, or holds a secret too tightly.

    The hits of one cell among those left can vary by the smallest of four: its own persons, those of the others, all
    hits and all misses.
    """
    n = numbers.n[left]
    if telling(n.sum(), hits.sum()):
        return True
    one_sided = min(hits.sum(), (n - hits).sum())
    withheld = n[numbers.figure[left]]
    room = np.minimum(np.minimum(withheld, n.sum() - withheld), one_sided)
    return bool((room < 1).any() or (one_sided < 1 and numbers.persons[left].any()))
