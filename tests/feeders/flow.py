"""Feeder for flow: open cases by day, rates and advice, and Little's law on a window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from feeders.completed_and_due import cases_of
from metrics.counting import count
from metrics.flow.advice import load, pressure, relief_outflow, target_mean_wait, target_outflow, target_queue
from metrics.flow.little import little
from metrics.flow.stock import moves, open_on, stock
from metrics.records import SCHEMAS, Kind

TOPIC = "09-flow"

ADVICE = {
    ("inflow", "outflow"): lambda one: load(one["inflow"], one["outflow"]),
    ("mean_wait", "target_wait"): lambda one: pressure(one["mean_wait"], one["target_wait"]),
    ("inflow", "open", "periods", "target_open"): lambda one: relief_outflow(
        one["inflow"], one["open"], target_open=one["target_open"], periods=one["periods"]
    ),
}
CHOICES = {"factor": "factor", "cv_inflow": "cv_inflow", "cv_outflow": "cv_outflow"}
MOVES = {"file", "opened", "closed"}


def answer(given: Mapping[str, Any], _asked: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    if not MOVES & set(given):
        return {"value": pl.select(_advised(given)).item()}
    cases = _cases(given, folder)
    if "window" in given:
        return _little(cases, given)
    days = _days(cases, given)
    found = open_on(moves(stock(cases)), pl.DataFrame({"day": days}).with_columns(project=pl.lit("p")))
    return {"dates": [f"{day}" for day in found["day"]], "open": found["open"].to_list()}


def _advised(given: Mapping[str, Any]) -> pl.Expr:
    numbers = {name: pl.lit(value) for name, value in given.items() if name not in CHOICES}
    choices = {CHOICES[name]: value for name, value in given.items() if name in CHOICES}
    names = tuple(sorted(numbers))
    if names in ADVICE and not choices:
        return ADVICE[names](numbers)
    if names == ("target_wait",):
        return target_mean_wait(numbers["target_wait"], **choices)
    if names == ("inflow", "target_wait"):
        advice = target_outflow if set(choices) & {"cv_inflow", "cv_outflow"} else target_queue
        return advice(numbers["inflow"], numbers["target_wait"], **choices)
    raise NotImplementedError(sorted(given))


def _cases(given: Mapping[str, Any], folder: Path) -> pl.DataFrame:
    if "file" in given:
        return cases_of(folder / given["file"], as_of=date.max)
    moves = {"received_on": given["opened"], "decided_on": given["closed"]}
    rows = pl.DataFrame(moves, schema={"received_on": pl.String, "decided_on": pl.String})
    read = rows.with_columns(pl.all().str.to_date(), n=pl.lit(1))
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in SCHEMAS[Kind.CASES].items() if name not in read]
    counted = count(read.with_columns(missing), Kind.CASES)
    return counted.with_columns(project=pl.lit("p"), as_of=pl.lit(date.max))


def _days(cases: pl.DataFrame, given: Mapping[str, Any]) -> list[date]:
    """Return the days asked for: those given, each day of a run, or the ends of the quarters that the cases cover."""
    if "dates" in given:
        return [date.fromisoformat(day) for day in given["dates"]]
    if "from" in given:
        start, end = date.fromisoformat(given["from"]), date.fromisoformat(given["to"])
        return [start + timedelta(days=day) for day in range((end - start).days + 1)]
    first, last = cases["received_on"].min(), max(cases["received_on"].max(), cases["decided_on"].max())
    days = pl.DataFrame({"day": pl.date_range(first, last, eager=True)})
    quarter_ends = days.filter(pl.col("day").dt.offset_by("1d").dt.truncate("1q") > pl.col("day"))
    return quarter_ends["day"].to_list()


def _little(cases: pl.DataFrame, given: Mapping[str, Any]) -> Mapping[str, Any]:
    since, until = (date.fromisoformat(day) for day in given["window"])
    # Events count from after the first moment to the last one, which are the starts of two days.
    window = {"project": ["p"], "period_start": [since + timedelta(days=1)], "period_end": [until]}
    row = little(stock(cases), pl.DataFrame(window)).row(0, named=True)
    return {
        "window_days": row["window_days"],
        "time_average_open": row["mean_open"],
        "arrivals_per_day": row["arrivals_per_day"],
        "mean_residence_in_window_days": row["mean_residence_days"],
        "arrivals": row["arrivals"],
        "open_at_end": row["open_at_end"],
        "case_days": row["open_days"],
        "check_case_days_by_overlap": row["case_days"],
        "naive_mean_duration_of_closed_in_window": row["mean_ended_days"],
    }
