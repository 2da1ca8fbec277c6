"""How many answers it takes until a share is known well enough, or until a difference would be seen."""

from __future__ import annotations

from math import ceil, sqrt

from scipy.special import ndtri

from metrics.estimators.intervals import LEVEL, Z, z_of

POWER = 0.80
"""The chance of seeing a difference that is really there, by convention (Cohen 1988)."""

_TOLERANCE = 1e-9
"""A whole number may come out as 385.0000000001, which must not become 386."""


def answers_for_width(share: float, half_width: float, *, z: float = Z) -> int:
    """Return the number of answers from which the Wilson interval of this share reaches at most `half_width` away.

    To either side, a fraction: 0.05 is 5 points. That the further end lies at h, in the formula of the interval
    solved for n: z^2 ((p (1 - p) + 2 h |1/2 - p|) / h^2 - 1).
    """
    wanted = share * (1 - share) + 2 * half_width * abs(0.5 - share)
    return max(1, ceil(z**2 * (wanted / half_width**2 - 1) - _TOLERANCE))


def answers_for_target(share: float, target: float, *, power: float = POWER, level: float = LEVEL) -> int | None:
    """Return the number of answers with which a true `share` would be told from the target; None where they are equal.

    One share against a fixed value, two-sided (Fleiss, Levin and Paik 2003, formula 2.18, without the continuity
    correction): ((z_a sqrt(t (1 - t)) + z_b sqrt(p (1 - p))) / (p - t))^2.
    """
    if share == target:
        return None
    chance = z_of(level) * sqrt(target * (1 - target)) + float(ndtri(power)) * sqrt(share * (1 - share))
    return max(1, ceil((chance / (share - target)) ** 2 - _TOLERANCE))


def answers_for_difference(
    share: float,
    baseline: float,
    *,
    n_baseline: int,
    power: float = POWER,
    level: float = LEVEL,
) -> int | None:
    """Return the number of answers now with which a true `share` would be told from that of the baseline.

    Two independent shares of which the first is counted already (`baseline` on `n_baseline` answers), two-sided:
    p (1 - p) / (d^2 / (z_a + z_b)^2 - b (1 - b) / n_b), d being the difference; after Fleiss, Levin and Paik (2003),
    section 4.2, with the variances not pooled. None where they are equal, and where the baseline itself is too
    uncertain: then no number of answers is enough.
    """
    if n_baseline < 1:
        return None
    allowed = ((share - baseline) / (z_of(level) + float(ndtri(power)))) ** 2
    left = allowed - baseline * (1 - baseline) / n_baseline
    return None if left <= 0 else max(1, ceil(share * (1 - share) / left - _TOLERANCE))


def more_answers(needed: int | None, n: int) -> int | None:
    """Return how many answers are still to come; 0 where there are enough, None where no number is enough."""
    return None if needed is None else max(0, needed - n)
