"""Proof that secrets are safe; for those that are not, which cells would give them more room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from metrics.disclosure.aims import Aim, weights
from metrics.disclosure.audit import TOLERANCE
from metrics.disclosure.numbers import Marks, Matrix, Numbers, Pattern, Whole
from metrics.disclosure.programme import Extreme, LinearProgramme
from metrics.disclosure.tables import Secret
from metrics.disclosure.unknowns import Unknowns, Values

_AT_A_TIME = 4
"""So many exposed secrets are enough to go on with: what is hidden for one often makes many others safe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposed:
    """A secret that is not safe, and the positions of the cells that would give it more room if hidden too.

    By what to hide of them: the number and with it everything, or the figure alone.
    """

    aim: Aim
    useful: dict[Secret, Whole]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What a look at the secrets of a system gave: those that are exposed, and those that need no further look.

    The others were not looked at one by one, for what is hidden for the exposed ones may well settle them too.
    """

    exposed: tuple[Exposed, ...]
    settled: frozenset[Aim]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """What the search for a system of unknowns goes by: a row of `rows` and a width `needed` for each secret."""

    numbers: Numbers
    pattern: Pattern
    system: Unknowns
    programme: LinearProgramme
    rows: Matrix
    needed: Values


def examined(numbers: Numbers, pattern: Pattern, *, system: Unknowns, wanted: Sequence[Aim]) -> Examined:
    """Look at the secrets of a system until a few are found that more hiding would make safer.

    Every solution of a linear programme is a table that is possible. Two in which a secret differs enough prove that it
    is safe, whatever they were made for: a few settle most secrets at once, and only the rest is looked at one by one.
    """
    search = _Search(
        numbers=numbers,
        pattern=pattern,
        system=system,
        programme=LinearProgramme(system),
        rows=weights(system, wanted),
        needed=np.array([aim.needed for aim in wanted]) - TOLERANCE,
    )
    seen = _pushed(search)
    found: list[Exposed] = []
    for index in np.flatnonzero(_all_narrow(search, seen)).tolist():
        seen, useful = _looked_at(search, seen, index)
        if useful:
            found.append(Exposed(aim=wanted[index], useful=useful))
        if len(found) == _AT_A_TIME:
            break
    narrow = _all_narrow(search, seen)
    settled = frozenset(aim for index, aim in enumerate(wanted) if not narrow[index])
    return Examined(exposed=tuple(found), settled=settled)


def _pushed(search: _Search) -> Values:
    """Return the lowest and highest of every secret in possible tables that are made for many secrets at once.

    No number lies far from the true one in them, so that the room goes to many.
    """
    seen = np.stack([search.rows @ search.system.true] * 2)
    for signs in _directions(search.rows.shape[0]):
        narrow = _all_narrow(search, seen)
        towards = (signs * narrow) @ search.rows
        for sign in (1.0, -1.0):
            seen = _with(seen, search, search.programme.nearby(sign * towards, reach=search.numbers.fewest))
        if _all_narrow(search, seen).sum() in (0, narrow.sum()):
            break
    return seen


def _directions(count: int) -> Iterator[Values]:
    """Yield directions in which to push secrets at once: all the same way, then so that any two part at some time."""
    numbered = np.arange(count)
    yield np.ones(count)
    for bit in range((count - 1).bit_length()):
        yield np.where(numbered >> bit & 1, 1.0, -1.0)


def _with(seen: Values, search: _Search, end: Extreme) -> Values:
    """Return the lowest and highest of every secret once this is seen as well."""
    found = search.rows @ end.values
    return np.stack([np.minimum(seen[0], found), np.maximum(seen[1], found)])


def _looked_at(search: _Search, seen: Values, index: int) -> tuple[Values, dict[Secret, Whole]]:
    """Return what was seen after a look at one secret, and what would give it more room where that is needed.

    First the way that has more room by nature: up for a count of few, down for hits that are most of a known number.
    Where that leaves it narrow, the other way.
    """
    if not _narrow(search, seen, index):
        return seen, {}
    row = search.rows[[index]]
    limit = search.system.most[row.indices[row.data > 0]].sum()
    first = -row if limit >= 2 * (row @ search.system.true)[0] else row
    seen, useful = _pushed_alone(search, seen, index, towards=first)
    if not _narrow(search, seen, index):
        return seen, {}
    seen, other = _pushed_alone(search, seen, index, towards=-first)
    return seen, (useful or other) if _narrow(search, seen, index) else {}


def _pushed_alone(search: _Search, seen: Values, index: int, *, towards: Matrix) -> tuple[Values, dict[Secret, Whole]]:
    # Further than all persons together nothing goes that is bounded at all.
    reach = int(search.numbers.n.sum()) + search.numbers.fewest
    end = search.programme.nearby(towards.toarray()[0], reach=reach)
    seen = _with(seen, search, end)
    return seen, _useful(search, end) if _narrow(search, seen, index) else {}


def _all_narrow(search: _Search, seen: Values) -> Marks:
    narrow: Marks = np.ptp(seen, axis=0) < search.needed
    return narrow


def _narrow(search: _Search, seen: Values, index: int) -> bool:
    return bool(_all_narrow(search, seen)[index])


def _useful(search: _Search, end: Extreme) -> dict[Secret, Whole]:
    """Return the shown cells whose number, or whose hits, hold an extreme back: those of sums with a price in it.

    That hits are no more than a number that is shown needs no look: with all hits hidden it leaves them their room.
    """
    numbers = search.numbers
    price = np.zeros(2 * len(numbers.members))
    price[search.system.rows] = end.prices
    useful = {}
    for level, part in zip((Secret.PERSONS, Secret.FIGURE), np.split(price, 2), strict=True):
        held = abs(numbers.sums.T @ part) > TOLERANCE
        useful[level] = np.flatnonzero(held & ~search.pattern.at(level))
    return {level: positions for level, positions in useful.items() if len(positions)}
