"""Mean of answers from how often each was given, with its t and bootstrap interval."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from metrics.estimators.bootstrap import bootstrap_mean
from metrics.estimators.intervals import LEVEL
from metrics.estimators.moments import moments_of, t_limits

TOPIC = "03-mean-scores"
TOLERANCES = {"bca_bootstrap": "bootstrap_tolerance"}


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    counts = {int(value): n for value, n in given["value_counts"].items()}
    rows = pl.DataFrame(list(counts.items()), schema={"value": pl.Int64, "n": pl.Int64}, orient="row")
    level = given.get("confidence", LEVEL)
    seen = moments_of(rows)
    answers = {
        "n": seen.n,
        "mean": seen.mean,
        "sd": seen.deviation,
        "se": seen.error,
        "t_interval": t_limits(seen, level=level),
        "zero_variance": seen.variance == 0,
        "bca_bootstrap": bootstrap_mean(counts, level=level) if "bca_bootstrap" in asked else None,
    }
    return {name: answers[name] for name in asked}
