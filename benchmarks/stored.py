"""Generated records of many projects over three years, with the columns that the store takes.

They are counted ones: each row has an n of its own.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from metrics.records import SCHEMAS, Kind

FIRST_DAY, LAST_DAY = date(2023, 10, 1), date(2026, 9, 30)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
CHANNELS = ("website", "telephone", "desk", "post")


def answers(rows: int, projects: int, chance: np.random.Generator) -> pl.DataFrame:
    """Return answers to two items, spread evenly over the services of the projects (`service-0` and on)."""
    days = np.sort(chance.integers(0, DAYS, rows, dtype=np.int32))
    frame = pl.DataFrame(
        {
            "source_id": pl.Series(np.arange(rows)).cast(pl.String),
            "service": _picked([f"service-{number}" for number in range(projects)], chance, rows),
            "channel": _picked(CHANNELS, chance, rows),
            "segments": _picked(("customer=resident", "customer=business"), chance, rows),
            "n": pl.Series(chance.integers(1, 4, rows)),
            "item": _picked(("satisfaction", "clarity"), chance, rows),
            "value": chance.choice(5, rows, p=[0.05, 0.1, 0.15, 0.4, 0.3]) + 1,
            "scale": pl.repeat("1-5", rows, eager=True),
            "answered_on": _dates(days),
        },
    )
    return _whole(frame, Kind.ANSWERS)


def cases(rows: int, projects: int, chance: np.random.Generator) -> pl.DataFrame:
    """Return cases that took a month or so; what would be decided after the last day is open."""
    received = np.sort(chance.integers(0, DAYS, rows, dtype=np.int32))
    days = np.floor(30 * np.exp(0.45 * chance.standard_normal(rows))).astype(np.int32)
    decided = received + days
    frame = pl.DataFrame(
        {
            "source_id": pl.Series(np.arange(rows)).cast(pl.String),
            "service": _picked([f"service-{number}" for number in range(projects)], chance, rows),
            "channel": _picked(CHANNELS, chance, rows),
            "segments": _picked(("customer=resident", "customer=business"), chance, rows),
            "n": pl.Series(chance.integers(1, 4, rows)),
            "received_on": _dates(received),
            "decided_on": _dates(decided),
            "due_on": _dates(received + 56),
        },
    ).with_columns(decided_on=pl.when(pl.col("decided_on") <= LAST_DAY).then("decided_on"))
    known = frame.with_columns(outcome=pl.when(pl.col("decided_on").is_not_null()).then(pl.lit("decided")))
    return _whole(known, Kind.CASES)


def counts(projects: int) -> pl.DataFrame:
    """Return customers and invitations by month and channel."""
    months = pl.DataFrame({"happened_on": pl.date_range(FIRST_DAY, LAST_DAY, "1mo", eager=True)})
    services = pl.DataFrame({"service": [f"service-{number}" for number in range(projects)]})
    channels = pl.DataFrame({"channel": list(CHANNELS)})
    events = pl.DataFrame({"event": ["customer", "invitation"], "n": [600, 560]})
    crossed = months.join(services, how="cross").join(channels, how="cross").join(events, how="cross")
    named = crossed.with_columns(source_id=pl.int_range(pl.len()).cast(pl.String), segments=pl.lit("customer=resident"))
    return _whole(named, Kind.COUNTS)


def _whole(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMAS[kind].items() if name not in frame]
    return frame.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in SCHEMAS[kind].items())


def _picked(names: list[str] | tuple[str, ...], chance: np.random.Generator, rows: int) -> pl.Series:
    return pl.Series(list(names)).gather(pl.Series(chance.integers(0, len(names), rows, dtype=np.uint32)))


def _dates(offsets: np.ndarray) -> pl.Series:
    start = (FIRST_DAY - date(1970, 1, 1)).days
    return pl.Series((offsets + start).astype(np.int32)).cast(pl.Date)
