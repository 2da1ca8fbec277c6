"""Feeder for finished cases only, the due cohort and the age of open cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from metrics.cohorts import cohort
from metrics.counting import count
from metrics.estimators.completed import completed_percentile
from metrics.estimators.due_cohort import due_outcomes
from metrics.estimators.intervals import wilson, z_of
from metrics.flow.ageing import age_bands, ages, open_cases, standing
from metrics.flow.stock import stock
from metrics.kpi import Cohort
from metrics.records import SCHEMAS, Kind

TOPIC = "07-completed-percentiles-due-cohort-ageing"

NOT_OURS = {"polars_default_nearest": "The quantile that Polars takes by itself, shown to warn of it."}

ALL = ["project"]
OF_THE_FILE = {"start": "received_on", "end": "decided_on", "deadline": "due_on"}
ROW = {"on_time": False, "closed": False, "n": 0, "project": "p"}
"""A row of no cases, so that a month in which nothing was due has its counts too."""


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    kinds = {
        ("deadline_month", "file", "snapshot"): _due,
        ("bands", "file", "snapshot"): _ageing,
        ("days",): _completed,
        ("file", "filter"): _completed,
        ("q", "values"): _quantile,
    }
    return kinds[tuple(sorted(given))](given, asked, folder)


def cases_of(path: Path, *, as_of: date) -> pl.DataFrame:
    """Return the cases of a file with start, end and deadline, as counted records of one project."""
    read = pl.read_csv(path, try_parse_dates=True).rename(OF_THE_FILE, strict=False)
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in SCHEMAS[Kind.CASES].items() if name not in read]
    counts = pl.col("count") if "count" in read.columns else pl.lit(1)
    records = read.with_columns(missing).with_columns(n=counts)
    return count(records, Kind.CASES).with_columns(project=pl.lit("p"), as_of=pl.lit(as_of))


def _due(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    cases = cases_of(folder / given["file"], as_of=date.fromisoformat(given["snapshot"]))
    month = pl.col("day").dt.strftime("%Y-%m") == given["deadline_month"]
    due = cohort(cases, Cohort.DUE).filter(month).select(*ROW)
    counted = due_outcomes(pl.concat([due, pl.DataFrame([ROW])]), ALL)
    row = counted.row(0, named=True)
    found = {
        "due": row["n"],
        "on_time": row["on_time"],
        "closed_late": row["late_closed"],
        "open_past_deadline": row["late_open"],
        "share_on_time": row["on_time"] / row["n"] if row["n"] else None,
        "naive_share_of_closed_only": row["share_of_closed"],
    }
    return found | {name: _wilson(counted, name) for name in asked if name.startswith("wilson")}


def _wilson(counted: pl.DataFrame, name: str) -> list[float | None]:
    low, high = wilson(pl.col("on_time"), pl.col("n"), z=z_of(int(name.removeprefix("wilson")) / 100))
    return list(counted.select(low=low, high=high).row(0))


def _ageing(given: Mapping[str, Any], _asked: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    still_open = open_cases(stock(cases_of(folder / given["file"], as_of=date.fromisoformat(given["snapshot"]))))
    edges = [edge for edge in given["bands"] if edge > 0]
    bands = dict(age_bands(still_open, edges=edges).select("part", "n").iter_rows())
    parts = dict(standing(still_open).select("part", "n").iter_rows())
    row = next(ages(still_open).iter_rows(named=True), {"open": 0, "median_days": None, "oldest_days": None})
    return {
        "open": row["open"],
        "median_age": row["median_days"],
        "max_age": row["oldest_days"],
        "bands": bands,
        "past_own_deadline": parts.get("past_due", 0),
    }


def _quantile(given: Mapping[str, Any], _asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    row = _row([[one, 1] for one in given["values"]], given["q"])
    return {"inverted_cdf": row["value"], "linear": row["linear"], "median_unbiased": row["median_unbiased"]}


def _completed(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    listed = [[one, 1] for one in given.get("days", [])]
    days_count = _filtered(folder / given["file"], given["filter"]) if "file" in given else listed
    percentiles = {name: _percentile(days_count, name, asked[name]) for name in asked if re.fullmatch(r"p[\d.]+", name)}
    return {"n": sum(n for _, n in days_count), **percentiles}


def _percentile(days_count: list[list[float]], name: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    share = float(name.removeprefix("p")) / 100
    row = _row(days_count, share)
    found = {"inverted_cdf": row["value"], "linear": row["linear"], "median_unbiased": row["median_unbiased"]}
    for key in asked:
        if interval := re.fullmatch(r"ci(\d+)_order_statistic", key):
            limited = _row(days_count, share, level=int(interval[1]) / 100)
            found[key] = [limited["low"], limited["high"]]
    return found


def _row(days_count: list[list[float]], share: float, **options: float) -> Mapping[str, Any]:
    schema = {"days": pl.Float64, "n": pl.Int64}
    rows = pl.DataFrame(days_count, schema=schema, orient="row").with_columns(project=pl.lit("p"))
    empty = dict.fromkeys(("value", "linear", "median_unbiased", "low", "high"))
    return next(completed_percentile(rows, ALL, share=share, **options).iter_rows(named=True), empty)


def _filtered(path: Path, words: str) -> list[list[float]]:
    """Return days and number of the finished cases that a filter in words asks for."""
    asked, _, definition = words.partition(";")
    if definition.strip() not in {"", "days=end-start"}:
        raise NotImplementedError(words)
    rows = cases_of(path, as_of=date.max)
    for clause in (one.strip() for one in asked.split(",")):
        rows = rows.filter(_clause(clause))
    took = cohort(rows, Cohort.DECIDED)
    return [list(row) for row in took.select("days", "n").iter_rows()]


def _clause(words: str) -> pl.Expr:
    if words == "closed":
        return pl.col("decided_on").is_not_null()
    if found := re.fullmatch(r"(start|end|deadline) between (\S+) and (\S+)", words):
        return pl.col(OF_THE_FILE[found[1]]).is_between(date.fromisoformat(found[2]), date.fromisoformat(found[3]))
    if found := re.fullmatch(r"channel ?=? ?(\S+)", words):
        return pl.col("channel") == found[1]
    raise NotImplementedError(words)
