"""Difference-in-differences, from a panel or from four means; pilot against control."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from metrics.effect.clustered import Regressed, regressed
from metrics.effect.effects import Effect
from metrics.effect.panel import (
    DifferenceInDifferences,
    change_of_cells,
    difference_in_differences,
    two_sided,
)
from metrics.effect.pilot import compared_means

TOPIC = "13-difference-in-differences"

_CONFIDENCE = re.compile(r"(.+)_ci(\d+)")
_CELL = re.compile(r"(.+)_(before|after)(_se)?")


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    if "file" in given:
        return _panel(given, asked, folder)
    if set(given) == {"pilot", "control"}:
        return _pilot(given, asked)
    if all(_CELL.fullmatch(name) for name in given):
        return _cells(given, asked)
    message = f"no feeder knows {', '.join(sorted(given))}"
    raise ValueError(message)


def _cells(given: Mapping[str, Any], asked: Mapping[str, Any]) -> Mapping[str, Any]:
    # The group that is named first is the treated one.
    groups = list(dict.fromkeys(cell[1] for name in given if (cell := _CELL.fullmatch(name))))
    treated, others = ((given[f"{group}_before"], given[f"{group}_after"]) for group in groups)
    errors = [value for name, value in given.items() if name.endswith("_se")]
    effect = change_of_cells(treated, others, errors=errors)
    return {name: {"did": effect.value, "se": effect.standard_error}[name] for name in asked}


def _panel(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    unknown = set(given) - {"file", "pre_months"}
    if unknown:
        message = f"no feeder knows {', '.join(sorted(unknown))}"
        raise ValueError(message)
    read = pl.read_csv(folder / given["file"])
    first = read["month"].min()
    rows = read.select(
        pl.col("service").cast(pl.String),
        month=_date(pl.col("month") - first),
        treated=pl.col("treated") == 1,
        value=pl.col("y").cast(pl.Float64),
    )
    start = date(2000 + given["pre_months"] // 12, given["pre_months"] % 12 + 1, 1)
    collapsed = difference_in_differences(rows, start)
    compared = _regressed(rows, start)
    known = _collapsed(collapsed) | _printed(compared)
    effects = {
        "cluster": None if compared is None else compared.pooled,
        "collapsed_welch": collapsed.effect if isinstance(collapsed, DifferenceInDifferences) else None,
    }
    return {name: _limits(name, effects) if _CONFIDENCE.fullmatch(name) else known[name] for name in asked}


def _date(number: pl.Expr) -> pl.Expr:
    return pl.date(2000 + number // 12, number % 12 + 1, 1)


def _regressed(rows: pl.DataFrame, start: date) -> Regressed | None:
    try:
        return regressed(two_sided(rows, start))
    except ValueError:
        # A side or a group is missing: undefined.
        return None


def _collapsed(found: Any) -> dict[str, Any]:
    known = isinstance(found, DifferenceInDifferences)
    return {
        "collapsed_diff": found.effect.value if known else None,
        "collapsed_welch_p": found.effect.p_value if known else None,
        "collapsed_welch_df": found.effect.degrees if known else None,
        "permutation_p_two_sided": found.permuted.p_value if known else None,
        "permutations": found.permuted.combinations if known else None,
    }


def _printed(compared: Regressed | None) -> dict[str, Any]:
    known = compared is not None
    return {
        "did": compared.pooled.value if known else None,
        "cluster_se": compared.pooled.standard_error if known else None,
        "twfe": compared.two_way.value if known else None,
        "twfe_cluster_se": compared.two_way.standard_error if known else None,
        "pretrend_gap_per_month": compared.pre_trend.value if known else None,
        "pretrend_p": compared.pre_trend.p_value if known else None,
    }


def _limits(name: str, effects: Mapping[str, Effect | None]) -> tuple[float, float] | None:
    what, percent = _CONFIDENCE.fullmatch(name).groups()
    effect = effects[what]
    return None if effect is None else effect.limits(int(percent) / 100)


def _pilot(given: Mapping[str, Any], asked: Mapping[str, Any]) -> Mapping[str, Any]:
    values = [{"pilot": side == "pilot", "value": value} for side in given for value in given[side]]
    rows = pl.DataFrame(values, schema={"pilot": pl.Boolean, "value": pl.Float64}).with_columns(n=pl.lit(1))
    found = compared_means(rows)
    known = {"diff": found.value, "df": found.degrees, "p": found.p_value, "mannwhitney_p": found.mann_whitney_p}
    for name in asked:
        if interval := _CONFIDENCE.fullmatch(name):
            wanted = compared_means(rows, level=int(interval[2]) / 100)
            known[name] = None if wanted.low is None else (wanted.low, wanted.high)
    return {name: known[name] for name in asked}
