from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from config.load import connectors_of, load_programme
from connectors.connector import EVERYTHING
from metrics.records import DAY, check


@pytest.fixture(scope="session")
def public():
    """The real records of `examples/public`, by kind, read through their connectors."""
    path = Path(__file__).parents[2] / "examples" / "public" / "programme.toml"
    found = {}
    for connector in connectors_of(load_programme(path), path).values():
        for page in connector.fetch(EVERYTHING):
            for kind, frame in connector.parse(page).frames.items():
                accepted = check(frame, kind, latest=date(2026, 6, 30)).accepted
                month = pl.col(DAY[kind]).dt.strftime("%Y-%m").alias("month")
                found.setdefault(kind, []).append(accepted.with_columns(month))
    return {kind: pl.concat(frames) for kind, frames in found.items()}
