"""Ordinary least squares, clustered errors, and what the residuals tell about their order in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

Numbers = NDArray[np.float64]

ROUNDING = 1e-11
"""What is left of the values is no spread but rounding up to this fraction of the largest of them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeastSquares:
    """One fit: `coefficients` p, `covariance` p x p (one variance, no correlation), `residuals` n, `degrees` n - p."""

    design: Numbers
    coefficients: Numbers
    covariance: Numbers
    residuals: Numbers
    degrees: int

    @property
    def standard_errors(self) -> Numbers:
        """The standard errors of the coefficients."""
        return np.sqrt(np.diagonal(self.covariance))


def least_squares(design: Numbers, values: Numbers) -> LeastSquares:
    """Fit values (n) on a design (n x p) of full rank with n > p."""
    n, p = design.shape
    if n <= p or np.linalg.matrix_rank(design) < p:
        message = f"{n} values do not determine {p} coefficients of this design"
        raise ValueError(message)
    orthogonal, triangle = np.linalg.qr(design)
    coefficients = np.linalg.solve(triangle, orthogonal.T @ values)
    residuals = _without_rounding(values - design @ coefficients, values)
    back = np.linalg.inv(triangle)
    return LeastSquares(
        design=design,
        coefficients=coefficients,
        covariance=back @ back.T * (residuals @ residuals / (n - p)),
        residuals=residuals,
        degrees=n - p,
    )


def _without_rounding(residuals: Numbers, values: Numbers) -> Numbers:
    rounding = bool(np.abs(residuals).max() <= ROUNDING * np.abs(values).max())
    return np.zeros_like(residuals) if rounding else residuals


def clustered(fit: LeastSquares, clusters: NDArray[np.int64]) -> Numbers:
    """Return the covariance of the coefficients where errors go together within a cluster (numbered from 0).

    Liang and Zeger (1986), without any factor for small numbers. With few clusters on one side it is far too small.
    """
    scores = np.zeros((int(clusters.max()) + 1, fit.design.shape[1]))
    np.add.at(scores, clusters, fit.design * fit.residuals[:, None])
    bread = np.linalg.inv(fit.design.T @ fit.design)
    return np.asarray(bread @ scores.T @ scores @ bread)


def durbin_watson(residuals: Numbers) -> float | None:
    """Return Durbin and Watson's statistic: about 2 without correlation from one to the next, near 0 with much."""
    total = float(np.square(residuals).sum())
    return float(np.square(np.diff(residuals)).sum()) / total if total > 0 else None


def ljung_box(residuals: Numbers, lags: int) -> float | None:
    """Return Ljung and Box's p: the chance of such correlations up to `lags` apart if there are none."""
    n = len(residuals)
    centred = residuals - residuals.mean()
    total = float(np.square(centred).sum())
    if total == 0 or lags >= n:
        return None
    apart = range(1, lags + 1)
    squared = [(float(centred[lag:] @ centred[:-lag]) / total) ** 2 / (n - lag) for lag in apart]
    return float(chdtrc(lags, n * (n + 2) * sum(squared)))
