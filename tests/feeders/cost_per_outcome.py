"""Feeds the cases about the cost of an outcome and whether a project is worth its money."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from metrics.funding.bootstrap import BootstrapMethod, bootstrap_ratio
from metrics.funding.cost import CostKind, Gain, cost_per_extra, paired_ratio
from metrics.funding.fieller import RatioForm, RatioLimits
from metrics.funding.net_benefit import CostAndEffect, NetBenefit, acceptability_curve

TOPIC = "16-cost-per-outcome"

TOLERANCES = {f"{method.value}{level}": "bootstrap_tolerance" for method in BootstrapMethod for level in range(1, 100)}

# The reference says a kind with its explanation.
KINDS = {
    CostKind.BOUNDED: "bounded",
    CostKind.NO_UPPER_LIMIT: "no upper limit: the extra outcomes may be zero",
    CostKind.UNDEFINED: "undefined",
}


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    if "budget" in given:
        return _extra(given, asked)
    if "numerator" in given:
        return _paired(given, asked)
    if "value_per_outcome" in given:
        return _worth(given)
    message = f"no feeder for {sorted(given)}"
    raise ValueError(message)


def also_right(path: tuple[str, ...], _given: Mapping[str, Any], expected: Any, got: Any) -> bool:
    """Where nothing was gained the reference may give its reason behind the name of the kind."""
    return path[-1] == "kind" and got == KINDS[CostKind.UNDEFINED] and str(expected).startswith(got)


def _extra(given: Mapping[str, Any], asked: Mapping[str, Any]) -> Mapping[str, Any]:
    low, high = given["effect_ci"]
    found = cost_per_extra(Decimal(str(given["budget"])), Gain(value=given["extra_outcomes"], low=low, high=high))
    ends = [found.low, math.inf if found.kind is CostKind.NO_UPPER_LIMIT else found.high]
    # An absent interval is asked for as one null or as two.
    absent = found.kind is CostKind.UNDEFINED and not isinstance(asked.get("interval"), list)
    return {"point": found.point, "interval": None if absent else ends, "kind": KINDS[found.kind]}


def _paired(given: Mapping[str, Any], asked: Mapping[str, Any]) -> Mapping[str, Any]:
    rows = pl.DataFrame(
        {"numerator": given["numerator"], "denominator": given["denominator"], "n": given.get("n")},
        schema={"numerator": pl.Float64, "denominator": pl.Float64, "n": pl.Int64},
    ).with_columns(pl.col("n").fill_null(1))
    found: dict[str, Any] = {"ratio": paired_ratio(rows).ratio, "n": paired_ratio(rows).n}
    for name in asked:
        match = re.fullmatch(r"(fieller|bca|percentile)(\d+)", name)
        if match is None:
            continue
        level = int(match[2]) / 100
        if match[1] == "fieller":
            limits = paired_ratio(rows, level=level).limits
            found[name] = _ends(limits)
            found["kind"] = limits and limits.form.value
        else:
            found[name] = bootstrap_ratio(rows, method=BootstrapMethod(match[1]), level=level)
    return found


def _ends(limits: RatioLimits | None) -> list[float] | None:
    if limits is None or limits.form in {RatioForm.COMPLEMENT, RatioForm.EVERYTHING}:
        return None
    return [-math.inf if limits.low is None else limits.low, math.inf if limits.high is None else limits.high]


def _worth(given: Mapping[str, Any]) -> Mapping[str, Any]:
    known = CostAndEffect(
        effect=given["effect"],
        effect_error=given["se_effect"],
        cost=Decimal(str(given["cost"])),
        cost_error=given.get("se_cost", 0),
        correlation=given.get("rho", 0),
    )
    values = given["value_per_outcome"]
    if isinstance(values, list):
        curve = [_laid_out(one) for one in acceptability_curve(known, [Decimal(str(value)) for value in values])]
        return {name: [one[name] for one in curve] for name in ("net_benefit", "se", "prob_worth")}
    (found,) = acceptability_curve(known, [Decimal(str(values))])
    return _laid_out(found)


def _laid_out(found: NetBenefit) -> Mapping[str, Any]:
    return {"net_benefit": found.net_benefit, "se": found.error, "prob_worth": found.worth_probability}
