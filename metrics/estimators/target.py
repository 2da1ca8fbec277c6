"""Probability that a target is met now, given what was seen, and the one-sided bounds of a share."""

from __future__ import annotations

from enum import StrEnum
from itertools import chain
from math import inf, log, sqrt

from scipy.special import bdtr, bdtrc, betainc, betaincc, betaincinv, ndtr, stdtr

from metrics.estimators.intervals import JEFFREYS, MONEY_LEVEL
from metrics.estimators.moments import Moments
from metrics.kpi import Direction


class Likelihood(StrEnum):
    """How likely it is that the target is met, in five steps; `dashboard.wording` has the words."""

    ALMOST_CERTAIN = "almost_certain"
    LIKELY = "likely"
    UNCLEAR = "unclear"
    UNLIKELY = "unlikely"
    ALMOST_EXCLUDED = "almost_excluded"


_AT_LEAST = ((0.95, Likelihood.ALMOST_CERTAIN), (0.80, Likelihood.LIKELY))
_AT_MOST = ((0.05, Likelihood.ALMOST_EXCLUDED), (0.20, Likelihood.UNLIKELY))


def likelihood(probability: float) -> Likelihood:
    """Return the step of a probability: from 0.95 almost certain, from 0.8 likely; below a half the mirror image."""
    high = (step for least, step in _AT_LEAST if probability >= least)
    low = (step for most, step in _AT_MOST if probability <= most)
    return next(chain(high, low), Likelihood.UNCLEAR)


def share_probability(hits: int, n: int, *, target: float, direction: Direction, fewest: int = 1) -> float | None:
    """Return the probability that the true share is at least (`UP`) or at most (`DOWN`) the target, a fraction.

    From Jeffreys' posterior Beta(hits + 1/2, n - hits + 1/2). None for fewer than `fewest` answers: what is shown
    asks `metrics.disclosure.primary.FEWEST_SHOWN`, an auditor may ask from one on. It is about now, not a forecast.
    """
    if n < max(fewest, 1):
        return None
    beyond = betaincc if direction is Direction.UP else betainc
    return float(beyond(hits + JEFFREYS, n - hits + JEFFREYS, min(max(target, 0.0), 1.0)))


def share_bounds(hits: int, n: int, *, level: float = MONEY_LEVEL) -> tuple[float, float] | None:
    """Return the central interval of Jeffreys' posterior: each end is a one-sided bound, 95 % by default.

    The ends at nobody and everybody are those of the posterior, as a one-sided statement needs them, and not the 0
    and 1 of `intervals.jeffreys`. None without answers.
    """
    if n < 1:
        return None
    tail = (1 - level) / 2
    low, high = (float(betaincinv(hits + JEFFREYS, n - hits + JEFFREYS, share)) for share in (tail, 1 - tail))
    return low, high


def exact_tail(hits: int, n: int, *, target: float, direction: Direction) -> float | None:
    """Return how often chance alone gives so many hits, or more (`UP`; fewer: `DOWN`), were the true share the target.

    The one-sided exact binomial test. None without answers.
    """
    if n < 1:
        return None
    return float(bdtrc(hits - 1, n, target) if direction is Direction.UP else bdtr(hits, n, target))


def mean_probability(seen: Moments, *, target: float, direction: Direction, fewest: int = 1) -> float | None:
    """Return the probability that the true mean is at least (`UP`) or at most (`DOWN`) the target.

    Student's t around the mean, which is the posterior under a flat prior. None for fewer than `fewest` answers, for
    a single one, and where all are the same. Its one-sided bounds are the ends of `moments.t_limits`.
    """
    if seen.mean is None or not seen.error or seen.n < fewest:
        return None
    beyond = (seen.mean - target) / seen.error
    return float(stdtr(seen.n - 1, beyond if direction is Direction.UP else -beyond))


def waiting_probability(waiting: float, variance: float, *, target: float, direction: Direction) -> float | None:
    """Return the probability that the true share decided by a day is at least (`UP`) or at most the target.

    `waiting` is the Kaplan-Meier share still waiting on that day, `variance` Greenwood's variance of that share.
    Normal on the complementary log-log scale, log(-log S), as the limits of the curve are. "9 out of 10 within 56
    days" is a target of 0.9 for the share decided by day 56. None where nobody or everybody is decided: there the
    curve has no limits.
    """
    if not 0 < waiting < 1 or variance <= 0:
        return None
    error = sqrt(variance) / (waiting * abs(log(waiting)))
    beyond = (_cloglog(waiting) - _cloglog(1 - target)) / error
    return float(ndtr(beyond if direction is Direction.UP else -beyond))


def _cloglog(waiting: float) -> float:
    if waiting <= 0:
        return inf
    return -inf if waiting >= 1 else log(-log(waiting))
