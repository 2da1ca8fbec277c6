"""Difference-in-differences as regression programs print it, with clustered errors, for an auditor to compare."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from metrics.effect.effects import Effect
from metrics.effect.least_squares import ROUNDING, LeastSquares, clustered, least_squares
from metrics.estimate import Reason

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regressed:
    """Three regressions of a panel. None of them is shown: with few treated services their errors are far too small.

    `pooled` on treated, after, and both; `two_way` on both, with an effect for each service and month; `pre_trend` on
    treated, month, and both, before the start, per month. Errors are clustered by service. `pooled` and `pre_trend` are
    scaled for small numbers as Stata and statsmodels do, G/(G-1) (N-1)/(N-p); `two_way` as linearmodels does, N/(N-p).
    Degrees of freedom: services less 1.
    """

    pooled: Effect
    two_way: Effect
    pre_trend: Effect


def regressed(sided: pl.DataFrame) -> Regressed:
    """Regress what `metrics.effect.panel.two_sided` gives: `service`, `number`, `treated`, `after`, `value`."""
    before = sided.filter(~pl.col("after"))
    return Regressed(
        pooled=_crossed(sided, _column(sided, "after")),
        two_way=_two_way(sided),
        pre_trend=_crossed(before, _column(before, "number") - float(sided["number"].to_numpy().mean())),
    )


def _crossed(rows: pl.DataFrame, moved: Numbers) -> Effect:
    treated = _column(rows, "treated")
    fit = least_squares(
        np.stack([np.ones(len(moved)), treated, moved, treated * moved], axis=1), rows["value"].to_numpy()
    )
    services = rows["service"].n_unique()
    n = len(moved)
    return _last(fit, rows, factor=services / (services - 1) * (n - 1) / fit.degrees)


def _two_way(rows: pl.DataFrame) -> Effect:
    services, months = (
        rows.select(name).to_dummies(name).to_numpy().astype(np.float64) for name in ("service", "number")
    )
    both = (_column(rows, "treated") * _column(rows, "after"))[:, None]
    fit = least_squares(np.concatenate([services, months[:, 1:], both], axis=1), rows["value"].to_numpy())
    return _last(fit, rows, factor=rows.height / fit.degrees)


def _column(rows: pl.DataFrame, name: str) -> Numbers:
    return rows[name].cast(pl.Float64).to_numpy()


def _last(fit: LeastSquares, rows: pl.DataFrame, *, factor: float) -> Effect:
    numbers = rows["service"].rank("dense").to_numpy().astype(np.int64) - 1
    value, error = float(fit.coefficients[-1]), sqrt(clustered(fit, numbers)[-1, -1] * factor)
    if error <= ROUNDING * np.abs(rows["value"].to_numpy()).max():
        return Effect(value=value, standard_error=None, degrees=None, reason=Reason.NO_INTERVAL)
    return Effect(value=value, standard_error=error, degrees=float(rows["service"].n_unique() - 1))
