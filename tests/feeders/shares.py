"""Intervals of one share."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from metrics.estimators.intervals import LEVEL, agresti_coull, clopper_pearson, ends_of, jeffreys, wilson, z_of

TOPIC = "01-shares"


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    hits, n = pl.lit(given["successes"]), pl.lit(given["n"])
    level = given.get("confidence", LEVEL)
    answers = {
        "n": given["n"],
        "share": given["successes"] / given["n"] if given["n"] else None,
        "wilson": ends_of(wilson(hits, n, z=z_of(level))),
        "jeffreys": ends_of(jeffreys(hits, n, level=level)),
        "clopper_pearson": ends_of(clopper_pearson(hits, n, level=level)),
        "agresti_coull": ends_of(agresti_coull(hits, n, z=z_of(level))),
    }
    return {name: answers[name] for name in asked}


def also_right(path: tuple[str, ...], given: Mapping[str, Any], _expected: Any, got: Any) -> bool:
    """Jeffreys at nobody and everybody: the reference accepts the 0 and 1 of Brown, Cai and DasGupta too."""
    nobody = path == ("jeffreys", "0") and given["successes"] == 0 and got == 0.0
    everybody = path == ("jeffreys", "1") and given["successes"] == given["n"] and got == 1.0
    return nobody or everybody
