"""p, u and Laney charts as qicharts2 prints them, with Minitab's sigma z beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from metrics.variation.charts import Charts
from metrics.variation.proportions import proportion_chart, rate_chart
from metrics.variation.runs import runs

TOPIC = "11-p-u-laney-charts"

CHARTS = {
    "p": (proportion_chart, False),
    "pp": (proportion_chart, True),
    "u": (rate_chart, False),
    "up": (rate_chart, True),
}
KNOWN = {"numerator", "denominator", "chart", "freeze"}
BY = ["series"]
ANY_DAY = date(2020, 1, 1)


def answer(given: Mapping[str, Any], _asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    unknown = set(given) - KNOWN
    if unknown:
        message = f"a p or u case with {unknown}"
        raise ValueError(message)
    charts = _charts(given, screen=True)
    tested = runs(charts.points, BY).row(0, named=True) if charts.points.height else {}
    return {
        "value": charts.points["value"].to_list(),
        "centre": charts.points["mean"].to_list(),
        "lower": charts.points["low"].to_list(),
        "upper": charts.points["high"].to_list(),
        # The package says no where there are no limits to be outside of.
        "outside": charts.points["outside"].fill_null(value=False).to_list(),
        "longest_run": tested.get("longest_run"),
        "n_crossings": tested.get("crossings"),
        "runs_signal": tested.get("runs_signal"),
        "sigma_z": _sigma_z(charts),
        "sigma_z_unscreened": _sigma_z(_charts(given, screen=False)),
    }


def _charts(given: Mapping[str, Any], *, screen: bool) -> Charts:
    draw, laney = CHARTS[given["chart"]]
    numbers = {name: given[name] for name in ("numerator", "denominator")}
    points = pl.DataFrame(numbers, schema=dict.fromkeys(numbers, pl.Float64), strict=False).with_columns(
        series=pl.lit("only"),
        period_start=pl.Series(
            [ANY_DAY + timedelta(days=day) for day in range(len(given["numerator"]))], dtype=pl.Date
        ),
        fixed_points=pl.lit(given.get("freeze"), dtype=pl.Int64),
    )
    return draw(points, BY, grain=None, laney=laney, screen=screen, cautious=False)


def _sigma_z(charts: Charts) -> float | None:
    return charts.groups["sigma_z"].item() if charts.groups.height else None
