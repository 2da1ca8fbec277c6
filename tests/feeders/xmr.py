"""XmR charts as NHSRplotthedots prints them: its words and its layout around our own charts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from metrics.kpi import Direction
from metrics.variation.charts import Assurance, Charts
from metrics.variation.rebase import rebased
from metrics.variation.signals import Mark, Side, Signal
from metrics.variation.xmr import xmr

TOPIC = "10-xmr-plot-the-dots"

DIRECTIONS = {"increase": Direction.UP.value, "decrease": Direction.DOWN.value, "neutral": None}
KNOWN = {
    *("dates", "values", "improvement_direction", "target"),
    *("rebase_dates", "fix_after_n_points", "screen_outliers"),
}
BY = ["series"]

TYPES = {
    (Signal.OUTSIDE, Side.ABOVE): "Above UCL",
    (Signal.OUTSIDE, Side.BELOW): "Below LCL",
    (Signal.TREND, Side.INCREASING): "7 Point Trend (Increasing)",
    (Signal.TREND, Side.DECREASING): "7 Point Trend (Decreasing)",
    (Signal.TWO_OF_THREE, Side.ABOVE): "2 in 3 Above CL",
    (Signal.TWO_OF_THREE, Side.BELOW): "2 in 3 Below CL",
    (Signal.SHIFT, Side.ABOVE): "7 Points Above CL",
    (Signal.SHIFT, Side.BELOW): "7 Points Below CL",
    (Signal.NONE, None): "Common Cause",
    # The package has no word for a period without a value.
    (None, None): "Common Cause",
}
POINT_TYPES = {
    Mark.IMPROVEMENT: "special_cause_improvement",
    Mark.CONCERN: "special_cause_concern",
    Mark.ORDINARY: "common_cause",
    None: "common_cause",
}
NEUTRAL_TYPES = {
    Side.ABOVE: "special_cause_neutral_high",
    Side.INCREASING: "special_cause_neutral_high",
    Side.BELOW: "special_cause_neutral_low",
    Side.DECREASING: "special_cause_neutral_low",
}
ASSURANCES = {
    Assurance.PASS: "consistent_pass",
    Assurance.FAIL: "consistent_fail",
    Assurance.INCONSISTENT: "inconsistent",
    None: None,
}
RELATIVE = {Side.ABOVE: 1, Side.BELOW: -1, None: 0}


def answer(given: Mapping[str, Any], _asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    unknown = set(given) - KNOWN
    if unknown:
        message = f"an XmR case with {unknown}"
        raise ValueError(message)
    charts = xmr(_points(given), BY, grain=None, screen=given.get("screen_outliers", True))
    points = charts.points.to_dicts()
    types = [_point_type(point) for point in points]
    return {
        "groups": _groups(charts),
        "special_cause_type": [TYPES[point["signal"], point["side"]] for point in points],
        "point_type": types,
        "outside_limits": [point["outside"] for point in points],
        "close_to_limits": [point["near_limit"] for point in points],
        "relative_to_mean": [None if point["value"] is None else RELATIVE[point["side_of_mean"]] for point in points],
        "latest_variation": types[-1] if types else None,
        "assurance": ASSURANCES[charts.series["assurance"].item()] if types else None,
    }


def also_right(path: tuple[str, ...], given: Mapping[str, Any], expected: Any, got: Any) -> bool:
    """Limits that collapse on the mean are undefined in the product, so nothing is said of the target.

    The reference says so itself, at `zero-variance-noscreen`; the package answers "inconsistent" to limits that it
    could not compute.
    """
    never_moved = len({value for value in given["values"] if value is not None}) == 1
    return path == ("assurance",) and (expected, got) == ("inconsistent", None) and never_moved


def _points(given: Mapping[str, Any]) -> pl.DataFrame:
    values = [None if value is None else float(value) for value in given["values"]]
    points = pl.DataFrame(
        {"period_start": [date.fromisoformat(day) for day in given["dates"]], "value": values},
        schema={"period_start": pl.Date, "value": pl.Float64},
    ).with_columns(
        series=pl.lit("only"),
        direction=pl.lit(DIRECTIONS[given.get("improvement_direction", "increase")], dtype=pl.String),
        target=pl.lit(given.get("target"), dtype=pl.Float64),
        fixed_points=pl.lit(given.get("fix_after_n_points"), dtype=pl.Int64),
    )
    days = [date.fromisoformat(day) for day in given.get("rebase_dates") or []]
    return rebased(points, BY, rebases=pl.DataFrame({"on": days}, schema={"on": pl.Date}))


def _point_type(point: Mapping[str, Any]) -> str:
    return NEUTRAL_TYPES[point["side"]] if point["mark"] == Mark.NEUTRAL else POINT_TYPES[point["mark"]]


def _groups(charts: Charts) -> list[Mapping[str, Any]]:
    limits = charts.points.group_by("group", maintain_order=True).agg(pl.col("low", "high").first())
    return [
        {
            "rebase_group": group["group"],
            "mean": group["mean"],
            "lpl": group["low"],
            "upl": group["high"],
            "n": group["n"],
            "short_group_warning": group["trial"],
        }
        for group in charts.groups.join(limits, on="group", maintain_order="left").to_dicts()
    ]
