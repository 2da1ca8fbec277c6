"""Newcombe's interval of the difference of two independent shares."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from metrics.estimators.differences import newcombe
from metrics.estimators.intervals import LEVEL, ends_of, z_of

TOPIC = "02-share-difference"


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    hits_now, n_now, hits_before, n_before = (given[name] for name in ("x1", "n1", "x2", "n2"))
    limits = newcombe(
        *(pl.lit(one) for one in (hits_now, n_now, hits_before, n_before)), z=z_of(given.get("confidence", LEVEL))
    )
    answers = {
        "diff": hits_now / n_now - hits_before / n_before if n_now and n_before else None,
        "newcombe": ends_of(limits),
    }
    return {name: answers[name] for name in asked}
