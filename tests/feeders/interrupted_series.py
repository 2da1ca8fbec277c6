"""Interrupted time series: segmented regressions of a series of values, and of counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from math import isclose
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from metrics.effect.autoregression import autoregressions, log_likelihood
from metrics.effect.counts import rate_change
from metrics.effect.effects import Effect
from metrics.effect.least_squares import LeastSquares, durbin_watson, least_squares, ljung_box
from metrics.effect.monthly_series import MonthlySeries
from metrics.effect.segments import LEVEL, SLOPE, TREND, Segments
from metrics.estimate import NotReported

TOPIC = "12-interrupted-time-series"

_COMPARISON_ONLY = (
    "Given for comparison only, as the cases say: on series of this length it raises false alarms in 13-36 %."
)
NOT_OURS = {
    "se_newey_west": _COMPARISON_ONLY,
    "se_newey_west_no_small_sample_correction": _COMPARISON_ONLY,
    "r_sandwich_NeweyWest_adjust_TRUE_agrees": "Says that two other programs agree on it.",
}

TOLERANCES = {"reml_ar1_r_nlme": "tolerance_reml"}

_NAMED = {"const": 0, "time": TREND, "level": LEVEL, "slope": SLOPE}
_WAVE = re.compile(r"(sin|cos)_?(\d+)")
_INTERVAL = re.compile(r"(level|slope|effect_at_last_point)_ci\d+")
_CONFIDENCE = re.compile(r"ci(\d+)")
_LAGS = re.compile(r"ljung_box_p_lag(\d+)")

_MIDDLE = 1e-6
"""How close the middle of an interval must come to our estimate: the tolerance of these cases."""
_AT_THE_TOP = 0.02
"""A log-likelihood this near the highest is at most a fifth of a standard error away."""


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Any:
    if "file" in given:
        return _counted(given, asked, folder)
    if "order" in given:
        return _by_maximum_likelihood(given, asked)
    return _segmented(given, asked)


def also_right(path: Sequence[str], given: Mapping[str, Any], expected: Any, got: Any) -> bool:
    if not path and "file" in given:
        # The input does not say which regression of the counts is asked for; each is one.
        return any(_same(expected, one) for one in got)
    if not path and "order" in given:
        return _at_the_top(given, expected, got[0])
    # An interval by a method that is not ours; the estimate in the middle of it must be.
    other = _INTERVAL.fullmatch(path[-1]) and isinstance(expected, list) and isinstance(got, float)
    return bool(other) and abs(sum(expected) / 2 - got) <= _MIDDLE


def _refuse_others(given: Mapping[str, Any], known: Sequence[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        message = f"no feeder knows {', '.join(unknown)}"
        raise ValueError(message)


def _segmented(given: Mapping[str, Any], asked: Mapping[str, Any]) -> Mapping[str, Any]:
    _refuse_others(given, ("values", "pre_points", "lags", "harmonics", "slope_change", "period"))
    kept = [at for at, value in enumerate(given["values"]) if value is not None]
    n, before = len(kept), sum(at < given["pre_points"] for at in kept)
    segments = Segments(
        slope_change=given.get("slope_change", True),
        seasonal_pairs=given.get("harmonics") or 0,
        period=given.get("period") or 12,
    )
    known = {"n": n, "pre": before, "post": n - before, "lags": given.get("lags")}
    months = np.array([kept], dtype=np.int64) + 1
    values = np.array([given["values"][at] for at in kept], dtype=np.float64)
    try:
        design = segments.design(months, np.array([before]))
        fit = least_squares(design[0], values)
    except (ValueError, IndexError):
        # Too few values, or none on a side: undefined.
        return {name: known.get(name) for name in asked}
    latest = segments.effect_at_latest(design)
    estimates = {
        "level": float(fit.coefficients[LEVEL]),
        "slope": float(fit.coefficients[SLOPE]) if segments.slope_change else None,
        "effect_at_last_point": float(latest[0] @ fit.coefficients),
    }
    known |= {
        "params": {name: float(fit.coefficients[_column(name, segments)]) for name in asked.get("params") or {}},
        "se_ols": {name: float(fit.standard_errors[_column(name, segments)]) for name in asked.get("se_ols") or {}},
        "effect_at_last_point": estimates["effect_at_last_point"],
        "durbin_watson": durbin_watson(fit.residuals),
        **{name: _ljung_box(fit, lags[1]) for name in asked if (lags := _LAGS.fullmatch(name))},
        **{name: estimates[middle[1]] for name in asked if (middle := _INTERVAL.fullmatch(name))},
    }
    if "reml_ar1_r_nlme" in asked:
        known["reml_ar1_r_nlme"] = _reml(design, values, months, segments, asked["reml_ar1_r_nlme"])
    return {name: known[name] for name in asked if name not in NOT_OURS}


def _column(name: str, segments: Segments) -> int:
    wave = _WAVE.fullmatch(name)
    if wave is None:
        return _NAMED[name]
    waves = segments.columns - 2 * segments.seasonal_pairs
    return waves + 2 * (int(wave[2]) - 1) + ("sin", "cos").index(wave[1])


def _ljung_box(fit: LeastSquares, lags: str) -> float | None:
    return ljung_box(fit.residuals, int(lags))


def _reml(
    design: Any, values: Any, months: Any, segments: Segments, asked: Mapping[str, Any] | None
) -> Mapping[str, Any] | None:
    if asked is None:
        return None
    fits = autoregressions(design, values[None], months=months, lowest=-1.0)
    found: dict[str, Any] = {"rho": float(fits.correlation[0])}
    for name in asked:
        if name == "rho":
            continue
        what = next(one for one in _NAMED if one in name.split("_"))
        if what == "slope" and not segments.slope_change:
            found[name] = None
            continue
        effect = Effect(
            value=float(fits.coefficients[0, _NAMED[what]]),
            standard_error=float(fits.covariance[0, _NAMED[what], _NAMED[what]] ** 0.5),
            degrees=float(fits.degrees),
        )
        interval = _CONFIDENCE.search(name)
        found[name] = effect.limits(int(interval[1]) / 100) if interval else _told(name.removesuffix(what), effect)
    return found


def _told(prefix: str, effect: Effect) -> float | None:
    return {"": effect.value, "se_": effect.standard_error, "p_": effect.p_value}[prefix]


def _step_only(given: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    if given["order"] != [1, 0, 0]:
        message = f"no feeder for errors of order {given['order']}"
        raise ValueError(message)
    n = len(given["values"])
    months = np.arange(1, n + 1)[None]
    design = Segments(slope_change=False).design(months, np.array([given["pre_points"]]))
    return np.delete(design, TREND, axis=2), np.array([given["values"]], dtype=np.float64), months


def _by_maximum_likelihood(given: Mapping[str, Any], asked: Mapping[str, Any]) -> Any:
    _refuse_others(given, ("values", "pre_points", "order"))
    unknown = [name for name in asked if name not in {"level", "ar1"} and not _INTERVAL.fullmatch(name)]
    if unknown:
        message = f"no feeder knows {unknown[0]}"
        raise ValueError(message)
    design, values, months = _step_only(given)
    fits = autoregressions(design, values, months=months, lowest=-1.0, restricted=False)
    return [{"level": float(fits.coefficients[0, 1]), "ar1": float(fits.correlation[0])}]


def _at_the_top(given: Mapping[str, Any], expected: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    """Tell whether what another program found is as likely as what we found, which is the most likely there is.

    statsmodels' SARIMAX stops after 50 rounds and says itself that it has not arrived. Its interval, by the product of
    gradients, is not ours; the level in the middle of it must be.
    """
    theirs = {**got, **expected}
    heights = [_height(given, level=one["level"], rho=one["ar1"]) for one in (theirs, got)]
    middles = [sum(ends) / 2 for name, ends in expected.items() if _INTERVAL.fullmatch(name)]
    centred = all(abs(middle - theirs["level"]) <= _MIDDLE for middle in middles)
    return centred and heights[1] - _AT_THE_TOP <= heights[0] <= heights[1]


def _height(given: Mapping[str, Any], *, level: float, rho: float) -> float:
    design, values, months = _step_only(given)
    before = values - level * design[:, :, 1]
    return float(log_likelihood(design[:, :, :1], before, months=months, correlation=np.array([rho]))[0])


def _counted(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Any:
    _refuse_others(given, ("file",))
    rows = pl.read_csv(folder / given["file"])
    months = [date(year, month, 1) for year, month in rows.select("year", "month").iter_rows()]
    series = MonthlySeries(
        months=tuple(months),
        values=tuple(rows["aces"].cast(pl.Float64)),
        started_on=months[rows["smokban"].to_list().index(1)],
    )
    level = next((int(named[1]) / 100 for name in asked if (named := _CONFIDENCE.fullmatch(name))), 0.95)
    found = []
    for pairs in range(3):
        for overdispersed in (False, True):
            segments = Segments(slope_change=False, seasonal_pairs=pairs)
            change = rate_change(
                series, rows["stdpop"].to_list(), segments=segments, overdispersed=overdispersed, level=level
            )
            if not isinstance(change, NotReported):
                found.append({**asdict(change), f"ci{level:.0%}".rstrip("%"): [change.low, change.high]})
    return found


def _same(expected: Any, got: Mapping[str, Any]) -> bool:
    pairs = [
        pair
        for name, value in expected.items()
        for pair in (zip(value, got[name], strict=True) if isinstance(value, list) else [(value, got[name])])
    ]
    return all(isclose(one, other, rel_tol=0, abs_tol=1e-4) for one, other in pairs)
