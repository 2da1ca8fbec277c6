"""Rows as no source should send them: each real row with something taken out, put in or changed at random."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator

_STRANGE = (
    *(None, "", " ", 0, -1, 1e308, 2**63, True, [], {}, [[]], {"a": {}}),
    *("null", "NaN", "2026-13-45", "\x00", "é" * 5000),
)


def mutated(rows: list, number: int, *, seed: int) -> Iterator[object]:
    """Yield so many rows, each a real one with one to three changes; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    for _ in range(number):
        row = copy.deepcopy(chance.choice(rows))
        for _ in range(chance.randint(1, 3)):
            row = _changed(row, chance)
        yield row


def _changed(row: object, chance: random.Random) -> object:
    if not isinstance(row, dict) or not row or chance.random() < 0.02:
        return chance.choice(_STRANGE)
    name = chance.choice(list(row))
    if isinstance(row[name], dict) and chance.random() < 0.6:
        return {**row, name: _changed(row[name], chance)}
    changes = (_without, _swapped, _with_strange, _spelled)
    return chance.choice(changes)(row, name, chance)


def _without(row: dict, name: str, _: random.Random) -> dict:
    return {key: value for key, value in row.items() if key != name}


def _swapped(row: dict, name: str, chance: random.Random) -> dict:
    return {**row, name: row[chance.choice(list(row))]}


def _with_strange(row: dict, name: str, chance: random.Random) -> dict:
    return {**row, name: chance.choice(_STRANGE)}


def _spelled(row: dict, name: str, chance: random.Random) -> dict:
    text = str(row[name])
    place = chance.randint(0, len(text))
    return {**row, name: text[:place] + chance.choice(["", "x", "\n", "é", "9" * 40]) + text[place + 1 :]}
