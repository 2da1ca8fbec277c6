"""Complementary hiding: what to hide besides the secrets of a table, so that none of them can be worked out."""

from __future__ import annotations

from collections.abc import Iterator

from metrics.disclosure.aims import Aim, Counted, aims
from metrics.disclosure.numbers import Numbers, Pattern, hidden_of, numbers
from metrics.disclosure.partners import burden, completed
from metrics.disclosure.proof import Examined, Exposed, examined
from metrics.disclosure.tables import Hidden, Secret, Table
from metrics.disclosure.unknowns import unknowns


def suppress(table: Table) -> Hidden:
    """Return what to hide of a table: its secrets, and what would give them away.

    First the partners that every sum asks for by itself. Then linear programmes look at all sums together: for each
    secret that cannot be proved uncertain enough (`Aim`) one more cell is hidden, the cheapest of those that hold it
    back, and so on. Every round hides something, so it ends, at the latest when everything is hidden.
    """
    known = numbers(table)
    few = known.persons | ~known.shown
    pattern = completed(known, Pattern(counts=few, figures=few | known.figure))
    settled: set[Aim] = set()
    while True:
        looks = list(_looks(known, pattern, [aim for aim in aims(known, pattern) if aim not in settled]))
        found = [one for look in looks for one in look.exposed]
        if not found:
            return hidden_of(table, pattern)
        # Hiding more only leaves more open: what is safe once stays safe.
        settled.update(aim for look in looks for aim in look.settled)
        for position, level in sorted({_cheapest(known, pattern, one) for one in found}):
            pattern = pattern.along_with([position], level)
        pattern = completed(known, pattern)


def _looks(known: Numbers, pattern: Pattern, wanted: list[Aim]) -> Iterator[Examined]:
    for system in unknowns(known, pattern) if wanted else ():
        inside = {*system.persons_of.tolist(), *system.hits_of.tolist()}
        mine = [aim for aim in wanted if aim.position in inside]
        if mine:
            yield examined(known, pattern, system=system, wanted=mine)


def _cheapest(known: Numbers, pattern: Pattern, one: Exposed) -> tuple[int, Secret]:
    """Return the cheapest cell that gives a secret more room: a number for a number, else a figure if there is one."""
    preferred = Secret.PERSONS if one.aim.counted is Counted.PERSONS else Secret.FIGURE
    level = preferred if preferred in one.useful else next(iter(one.useful))
    hidden = pattern.at(level)
    return min(one.useful[level].tolist(), key=lambda position: burden(known, hidden, position)), level
