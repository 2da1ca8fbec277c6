"""Post-stratification to known totals, raking to margins, and standardisation to a fixed mix."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from metrics.records import SCALES
from metrics.weighting.post_stratified import post_stratified, stratum_weights
from metrics.weighting.raking import raked, raking_weights
from metrics.weighting.scores import mean_scores, top_scores
from metrics.weighting.strata import cells

TOPIC = "05-weighting"

_POPULATION = "population_by_"
_OF_ALL = ["all"]
_STANDARDISED = re.compile(r"(\w+)_standardised_to_\w+_mix")


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    del folder
    found = _standardised(given, asked) if "table" in given else _weighted(given)
    return {name: found[name] for name in asked}


def _weighted(given: Mapping[str, Any]) -> Mapping[str, Any]:
    margins = {
        name.removeprefix(_POPULATION): _volumes(name.removeprefix(_POPULATION), volumes)
        for name, volumes in given.items()
        if name.startswith(_POPULATION)
    }
    _refuse_others(given, ("answers", "scale", *(_POPULATION + name for name in margins)))
    rows = _answers(given, list(margins))
    mean, mean_weights = _figures(mean_scores(rows), margins)
    top, _ = _figures(top_scores(rows), margins)
    return {
        "unweighted_mean": _crude(mean_scores(rows), list(margins)),
        "weighted_mean": mean["value"],
        "se_mean": mean["linearised_error"],
        "se_mean_conditional_textbook": mean["standard_error"],
        "unweighted_top2": _crude(top_scores(rows), list(margins)),
        "weighted_top2": top["value"],
        "se_top2": top["linearised_error"],
        "se_top2_conditional_textbook": top["standard_error"],
        "kish_effective_n": mean["n_eff"],
        "weight_ratio": mean["weight_ratio"],
        **_listed(mean_weights, margins),
    }


def _answers(given: Mapping[str, Any], strata: Sequence[str]) -> pl.DataFrame:
    schema = {**dict.fromkeys(strata, pl.String), "value": pl.Int64, "count": pl.Int64}
    rows = pl.DataFrame([{name: one[name] for name in schema} for one in given["answers"]], schema=schema)
    highest = max(rows["value"].to_list(), default=0)
    scale = given.get("scale") or ("1-5" if highest <= SCALES["1-5"][1] else "1-10")
    return rows.rename({"count": "n"}).with_columns(all=pl.lit("all"), scale=pl.lit(scale))


def _volumes(name: str, volumes: Mapping[str, int]) -> pl.DataFrame:
    schema = {name: pl.String, "volume": pl.Float64}
    return pl.DataFrame(list(volumes.items()), schema=schema, orient="row").with_columns(all=pl.lit("all"))


def _figures(scored: pl.DataFrame, margins: Mapping[str, pl.DataFrame]) -> tuple[Mapping[str, Any], pl.DataFrame]:
    """Return the weighted figure, and the cells with their weights."""
    strata = list(margins)
    if len(strata) == 1:
        rows = cells(scored, margins[strata[0]], by=_OF_ALL, strata=strata)
        return _only(post_stratified(rows, _OF_ALL)), stratum_weights(rows)
    rows = cells(scored, _own_volumes(scored), by=_OF_ALL, strata=strata)
    return _only(raked(rows, margins, by=_OF_ALL)), raking_weights(rows, margins, by=_OF_ALL)


def _crude(scored: pl.DataFrame, strata: Sequence[str]) -> float | None:
    """Return the figure at the mix of the answers themselves."""
    rows = cells(scored, _own_volumes(scored), by=_OF_ALL, strata=strata)
    return _only(post_stratified(rows, _OF_ALL)).get("value")


def _own_volumes(scored: pl.DataFrame) -> pl.DataFrame:
    return scored.rename({"n": "volume"}).drop("score", "value")


def _listed(rows: pl.DataFrame, margins: Mapping[str, pl.DataFrame]) -> Mapping[str, Any]:
    strata = list(margins)
    if len(strata) == 1:
        (name,) = strata
        nobody = dict.fromkeys(margins[name][name])
        return {f"weights_per_{name}": nobody | dict(rows.select(name, "weight").iter_rows())}
    ordered = rows.filter(pl.col("n") > 0).sort(list(reversed(strata))).select(*strata, x="weight")
    return {"weights": ordered.to_dicts()}


def _standardised(given: Mapping[str, Any], asked: Mapping[str, Any]) -> Mapping[str, Any]:
    _refuse_others(given, ("table", "standard"))
    if not given["table"]:
        return dict.fromkeys(asked)
    table = pl.DataFrame(given["table"])
    sides = [name.removeprefix("ok_") for name in table.columns if name.startswith("ok_")]
    found = {f"crude_{side}": _crude(_side(table, side), ["channel"]) for side in sides}
    for name in asked:
        named = _STANDARDISED.fullmatch(name)
        if named:
            rows = cells(_side(table, named[1]), _mix(table, given["standard"]), by=_OF_ALL, strata=["channel"])
            figure = _only(post_stratified(rows, _OF_ALL))
            found |= {name: figure.get("value"), "se_standardised": figure.get("plug_in_error")}
    return found


def _side(table: pl.DataFrame, side: str) -> pl.DataFrame:
    """Return the counted answers of one side."""
    n, ok = pl.col(f"n_{side}"), pl.col(f"ok_{side}")
    scored = [(1.0, ok), (0.0, n - ok)]
    return pl.concat(
        table.select("channel", n=count, score=pl.lit(score), all=pl.lit("all"), value=pl.lit(score))
        for score, count in scored
    )


def _mix(table: pl.DataFrame, standard: str | Mapping[str, float]) -> pl.DataFrame:
    if isinstance(standard, Mapping):
        return _volumes("channel", standard).drop("all")
    side = standard.removesuffix(" mix")
    if side in {"pooled", "combined"}:
        return table.select("channel", volume=pl.sum_horizontal(pl.selectors.starts_with("n_")))
    return table.select("channel", volume=f"n_{side}")


def _refuse_others(given: Mapping[str, Any], known: Sequence[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        message = f"no feeder for {', '.join(unknown)}"
        raise ValueError(message)


def _only(frame: pl.DataFrame) -> Mapping[str, Any]:
    """Return the only row, or one without any figure where nobody answered."""
    rows = frame.rows(named=True)
    return rows[0] if rows else dict.fromkeys(frame.columns)
