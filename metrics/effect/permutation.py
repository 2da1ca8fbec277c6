"""Permutation: how often a difference this large comes out if other services had been the treated ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

MOST_COMBINATIONS = 20_000
"""Up to here every combination is tried; above it, as many drawn by lot less one, and the real one."""
SEED = 20_260_101
"""Of the draws, so that an auditor gets the same ones."""
_ROUNDING = 1e-9
"""Sums in another order differ by rounding; what is this close to as large counts as as large."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Permuted:
    """`p_value`: the share of combinations with a difference at least as large, either way; the real one is among them.

    `combinations` is how many were tried: all there are, or a draw where `drawn`. `smallest` is the smallest p that so
    many services can give whatever happens: with groups of the same size every combination has a mirror image.
    """

    p_value: float
    combinations: int
    drawn: bool
    smallest: float


def permuted(treated: Sequence[float], others: Sequence[float]) -> Permuted:
    """Return the permutation test of the difference in mean change between treated and other services."""
    changes, many = np.array([*treated, *others]), len(treated)
    services = len(changes)
    possible = comb(services, many)
    drawn = possible > MOST_COMBINATIONS
    groups = _draws(services, many) if drawn else _all(services, many)
    real = _differences(changes, np.arange(many)[None])[0]
    apart = np.abs(_differences(changes, groups))
    as_large = int((apart >= abs(real) - _ROUNDING * np.abs(changes).max()).sum())
    if drawn:
        return Permuted(
            p_value=(as_large + 1) / MOST_COMBINATIONS,
            combinations=MOST_COMBINATIONS,
            drawn=True,
            smallest=1 / MOST_COMBINATIONS,
        )
    mirrored = 2 if 2 * many == services else 1
    return Permuted(p_value=as_large / possible, combinations=possible, drawn=False, smallest=mirrored / possible)


def _all(services: int, many: int) -> NDArray[np.int64]:
    places = chain.from_iterable(combinations(range(services), many))
    return np.fromiter(places, dtype=np.int64).reshape(-1, many)


def _draws(services: int, many: int) -> NDArray[np.int64]:
    order = np.random.default_rng(SEED).random((MOST_COMBINATIONS - 1, services)).argsort(axis=1)
    return order[:, :many].astype(np.int64)


def _differences(changes: Numbers, groups: NDArray[np.int64]) -> Numbers:
    many = groups.shape[1]
    treated = changes[groups].sum(axis=1)
    return np.asarray(treated / many - (changes.sum() - treated) / (len(changes) - many))
