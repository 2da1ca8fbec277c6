"""Counts merged from rows or from any split give the same figures; what counts alone cannot give."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from metrics.cohorts import cohort
from metrics.counting import count
from metrics.estimators.clusters import clustered
from metrics.estimators.intervals import LEVEL, ends_of, wilson, z_of
from metrics.estimators.joint import correlation
from metrics.estimators.mean import Mean
from metrics.estimators.moments import moments, moments_of, t_limits
from metrics.estimators.share import TopShare
from metrics.estimators.survival import WaitingPercentile, curve
from metrics.funding.achievement import Achievement
from metrics.funding.composite import CompositeScore, Dependence, ScorePart, composite, joint_error
from metrics.kpi import Cohort
from metrics.records import SCHEMAS, Checked, Kind, Reason, check, complete

TOPIC = "21-rollups"

_LATEST = date.max
_OPTIONS = {"confidence", "scale"}
_GROUPED = re.compile(r"by_(?P<column>month|channel|segment)(_n_mean)?")
_WITHIN = re.compile(r"share_within_(?P<days>\d+)")
_PERCENTILE = re.compile(r"p(?P<percent>[\d.]+)")
_MEASURES = ("satisfaction", "clarity")

Answered = Mapping[str, Any]


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Answered:
    kinds: Mapping[frozenset[str], Callable[..., Answered]] = {
        frozenset({"rows", "rollup", "measure"}): _exact,
        frozenset({"rows", "measure"}): _repeated,
        frozenset({"rows", "rollup", "snapshot"}): _survival,
        frozenset({"batches"}): _corrected,
        frozenset({"rows", "weights"}): _composite,
    }
    return kinds[frozenset(given) - _OPTIONS](given, asked, folder)


# --- answers: rows against rollup ----------------------------------------------------------------------------------


def _exact(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Answered:
    measure, level = given["measure"], given.get("confidence", LEVEL)
    rows = pl.read_csv(folder / given["rows"]).rename({measure: "value"})
    rollup = pl.read_csv(folder / given["rollup"]).filter(measure=measure).rename({"count": "n"})
    checked = _answers(rows, given)
    whole = count(checked.accepted, Kind.ANSWERS)
    for other in (_answers(rollup, given).accepted, checked.accepted[::-1]):
        _must_be_equal(whole, _merged(other, Kind.ANSWERS), Kind.ANSWERS)
    missing = checked.rejected.filter(column="value", reason=Reason.MISSING.value).height
    seen, top = moments_of(whole), _top(whole)
    answers = {
        "n": seen.n,
        "mean": seen.mean,
        "sd": seen.deviation,
        "se": seen.error,
        "t_interval": t_limits(seen, level=level),
        "top2": top / seen.n if seen.n else None,
        "top2_wilson": ends_of(wilson(pl.lit(top), pl.lit(seen.n), z=z_of(level))),
        "missing": missing,
    }
    return {name: answers[name] if name in answers else _grouped(name, whole) for name in asked}


def _grouped(name: str, counted: pl.DataFrame) -> Answered:
    column = _GROUPED.fullmatch(name)["column"].replace("segment", "segments")
    found = Mean().figures(counted, [column])
    return {label or "": [n, mean] for label, n, mean in found.select(column, "n", "value").rows()}


def _top(counted: pl.DataFrame) -> int:
    detail = TopShare().figures(counted, ["item"])["detail"]
    return sum(json.loads(one)["hits"] for one in detail)


def _answers(frame: pl.DataFrame, given: Mapping[str, Any]) -> Checked:
    """Put rows through the same check that a connector's rows go through."""
    named = frame.with_row_index("line", offset=1).with_columns(
        item=pl.lit(given["measure"]),
        scale=pl.lit(given.get("scale", "1-5")),
        segments=pl.col("segment"),
        answered_on=pl.col("day").str.to_date(),
        source_id=pl.col("line").cast(pl.String),
        file=pl.lit("file.csv"),
    )
    checked = check(complete(named, Kind.ANSWERS), Kind.ANSWERS, latest=_LATEST)
    month = pl.col("answered_on").dt.strftime("%Y-%m").alias("month")
    return Checked(accepted=checked.accepted.with_columns(month), rejected=checked.rejected)


def _merged(records: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Count the odd and the even rows apart, and add up what comes out."""
    odd = pl.int_range(pl.len()) % 2 == 1
    newest = {Kind.ANSWERS: "answered_on", Kind.CASES: "received_on"}[kind]
    parts = [count(records.filter(half), kind) for half in (odd, ~odd)]
    again = pl.concat(parts).drop([newest], strict=False).rename({"newest": newest})
    return count(again, kind)


def _must_be_equal(one: pl.DataFrame, other: pl.DataFrame, kind: Kind) -> None:
    keys = [name for name in one.columns if name in SCHEMAS[kind] or name == "month"]
    assert_frame_equal(one.select(keys).sort(keys), other.select(keys).sort(keys))


# --- what counts cannot give ---------------------------------------------------------------------------------------


def _repeated(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Answered:
    rows = (
        pl.read_csv(folder / given["rows"])
        .select(respondent="resident", value=pl.col(given["measure"]).cast(pl.Int64), n=pl.lit(1, dtype=pl.Int64))
        .drop_nulls("value")
    )
    found = clustered(rows, []).row(0, named=True)
    answers = {
        "se_iid_from_rollup": moments_of(rows).error,
        "se_clustered_by_resident": found["clustered_error"],
        "design_effect": found["design_effect"],
        "effective_n": found["effective_n"],
        "residents": found["respondents"],
        "answers": found["n"],
        "mean": found["mean"],
    }
    return {name: answers[name] for name in asked}


def _composite(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Answered:
    """Errors of a weighted sum of the measures on one form; only forms that answer all of them count."""
    weights = dict(zip(_MEASURES, given["weights"], strict=True))
    forms = pl.read_csv(folder / given["rows"]).select(pl.col(_MEASURES).cast(pl.Int64)).drop_nulls()
    rows = forms.group_by(_MEASURES).agg(n=pl.len().cast(pl.Int64))
    errors = {name: moments_of(rows.select("n", value=name)).error for name in _MEASURES}
    answers = {
        "n": rows["n"].sum(),
        "correlation": correlation(rows, *_MEASURES),
        "se_composite_from_rows": joint_error(rows, weights),
        "se_composite_if_independent": _of_parts(errors, weights, Dependence.INDEPENDENT),
        "se_composite_upper_bound": _of_parts(errors, weights, Dependence.UNKNOWN),
    }
    return {name: answers[name] for name in asked}


def _of_parts(errors: Mapping[str, float], weights: Mapping[str, float], dependence: Dependence) -> float:
    """Let the composite combine parts at 0 whose ends lie one standard error off; its weights add up to 1."""
    parts = [
        ScorePart(name=name, weight=weight, achieved=Achievement(percent=0.0, low=-errors[name], high=errors[name]))
        for name, weight in weights.items()
    ]
    score = composite(parts, dependence=dependence)
    assert isinstance(score, CompositeScore)
    return score.high * math.fsum(weights.values())


# --- cases ---------------------------------------------------------------------------------------------------------


def _survival(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Answered:
    as_of = date.fromisoformat(given["snapshot"])
    rows, rollup = (
        _cases(pl.read_csv(folder / given[name], try_parse_dates=True).rename({"count": "n"}, strict=False))
        for name in ("rows", "rollup")
    )
    whole = count(rows, Kind.CASES)
    for other in (rollup, rows[::-1]):
        _must_be_equal(whole, _merged(other, Kind.CASES), Kind.CASES)
    known = cohort(whole.with_columns(as_of=as_of), Cohort.RECEIVED).with_columns(group=pl.lit(1))
    return {name: _of_cases(name, known) for name in asked}


def _cases(frame: pl.DataFrame) -> pl.DataFrame:
    named = frame.with_row_index("line", offset=1).with_columns(
        service=pl.lit("service"),
        received_on=pl.col("start"),
        decided_on=pl.col("end"),
        source_id=pl.col("line").cast(pl.String),
        file=pl.lit("file.csv"),
    )
    return check(complete(named, Kind.CASES), Kind.CASES, latest=_LATEST).accepted


def _of_cases(name: str, known: pl.DataFrame) -> Any:
    if name in {"n", "open", "closed"}:
        part = {"n": True, "open": ~pl.col("closed"), "closed": pl.col("closed")}[name]
        return known.filter(part)["n"].sum()
    if known.is_empty():
        return None
    if within := _WITHIN.fullmatch(name):
        reached = curve(known, ["group"]).filter(pl.col("days") <= int(within["days"]))
        return 1 - reached["waiting"].last() if reached.height else 0.0
    percent = float(_PERCENTILE.fullmatch(name)["percent"])
    value = WaitingPercentile(percent / 100).figures(known, ["group"])["value"].item()
    return math.inf if value is None else value


# --- corrections ---------------------------------------------------------------------------------------------------


def _corrected(given: Mapping[str, Any], asked: Mapping[str, Any], _folder: Path) -> Answered:
    """Merge batches in both orders; a cell in which nothing is left is gone."""
    names = ["item", "channel", "day", "value", "n"]
    merged = [_added(batches, names) for batches in (given["batches"], given["batches"][::-1])]
    assert_frame_equal(*merged)
    left = merged[0]
    answers = {
        "merged": [list(row) for row in left.select(names).rows()],
        "n": left["n"].sum(),
        "mean": moments(left, []).item(0, "mean"),
    }
    return {name: answers[name] for name in asked}


def _added(batches: Sequence[Sequence[Sequence[Any]]], names: Sequence[str]) -> pl.DataFrame:
    schema = {"item": pl.String, "channel": pl.String, "day": pl.String, "value": pl.Int64, "n": pl.Int64}
    frames = [pl.DataFrame(batch, schema=schema, orient="row") for batch in batches]
    rows = pl.concat([pl.DataFrame(schema=schema), *frames])
    # This rollup is kept by day, which stands where the month usually does.
    kept = rows.with_columns(answered_on=pl.col("day").str.to_date(), month=pl.col("day"), service=pl.lit("service"))
    counted = count(complete(kept, Kind.ANSWERS).with_columns(kept["month"]), Kind.ANSWERS)
    return counted.rename({"month": "day"}).select(names).filter(pl.col("n") != 0).sort(names[:-1])
