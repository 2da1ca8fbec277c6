"""Generated answers of a hundred projects over three years, and the programme that reads them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

PROJECTS = 100
FIRST_DAY = date(2023, 10, 1)
LAST_DAY = date(2026, 9, 30)
CHANNELS = ("website", "telefoon", "balie", "post")
_SEED = 7


def answers(rows: int) -> pl.DataFrame:
    """Return answers as a source would hold them: one row an answer, oldest first."""
    rng = np.random.default_rng(_SEED)
    days = np.sort(rng.integers(0, (LAST_DAY - FIRST_DAY).days + 1, rows, dtype=np.int32))
    return pl.DataFrame(
        {
            "source_id": pl.Series(np.arange(rows)).cast(pl.String),
            "service": _picked([f"service-{number}" for number in range(PROJECTS)], rng, rows),
            "channel": _picked(CHANNELS, rng, rows),
            "customer": _picked(("resident", "business"), rng, rows),
            "item": _picked(("satisfaction", "clarity"), rng, rows),
            "value": rng.choice(5, rows, p=[0.05, 0.1, 0.15, 0.4, 0.3]) + 1,
            "answered_on": _days(days),
        },
    )


def changed(frame: pl.DataFrame, rows: int) -> pl.DataFrame:
    """Return rows of the last two months with another value: corrections that arrive late."""
    late = frame.filter(pl.col("answered_on") >= date(2026, 8, 1)).sample(rows, seed=_SEED)
    return late.with_columns(value=pl.col("value") % 5 + 1)


def programme(folder: Path) -> Path:
    """Write the programme of the generated projects and return its path."""
    projects = "\n".join(_project(number) for number in range(PROJECTS))
    path = folder / "programme.toml"
    path.write_text(_HEAD + projects, encoding="utf-8")
    return path


_HEAD = f"""
[programme]
name = "benchmark"
title = {{ nl = "Gegenereerd", en = "Generated" }}
period = "month"
as_of = {LAST_DAY}
made_up = true

[segments.customer]
resident = {{ nl = "inwoner", en = "resident" }}
business = {{ nl = "ondernemer", en = "business" }}

[sources.answers]
kind = "files"
record = "answers"
path = "answers/*.parquet"
constants = {{ scale = "1-5" }}
segments = {{ customer = "customer" }}

[sources.answers.columns]
source_id = "source_id"
service = "service"
channel = "channel"
item = "item"
value = "value"
answered_on = "answered_on"
"""


def _project(number: int) -> str:
    return f"""
[projects.project-{number}]
title = {{ nl = "Project {number}", en = "Project {number}" }}
services = ["service-{number}"]
started_on = 2025-04-01
baseline = {{ start = 2024-04-01, end = 2025-03-31 }}
targets = {{ satisfaction = 0.75, clarity = 0.7 }}
"""


def _picked(names: list[str] | tuple[str, ...], rng: np.random.Generator, rows: int) -> pl.Series:
    codes = pl.Series(rng.integers(0, len(names), rows, dtype=np.uint32))
    return pl.Series(list(names)).gather(codes)


def _days(offsets: np.ndarray) -> pl.Series:
    start = (FIRST_DAY - date(1970, 1, 1)).days
    return pl.Series((offsets + start).astype(np.int32)).cast(pl.Date)
