"""Writing Voorbeeldstad to Parquet files, each one whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import polars as pl

from dashboard.demo.generation import generate
from metrics.estimators.events import CUSTOMER, INVITATION, Event
from metrics.records import Kind

SEED = 180
"""The seed of the example. Every seed is made with the same eight truths; with this one the control charts of the
steady project end in ordinary months, which chance does not always grant."""


_COUNTS = {
    "counts": (CUSTOMER, INVITATION),
    "contacts": (Event.CONTACT, Event.CONTACT_UNLINKED),
    "forms": (Event.FORM_START, Event.FORM_END, Event.FORM_REFUSED, Event.FORM_SAVED),
}
"""Counts come from three systems, a file each, by the events that it knows."""

FILES = (Kind.ANSWERS, Kind.CASES, *_COUNTS, Kind.SPENDING)
"""The names of the files, without their ending, in the order in which they are written."""


class Progress(Protocol):
    """Told after each file: how many of how many are done, and which file it was."""

    def __call__(self, done: int, total: int, path: Path) -> None:
        """Show it."""


def write(folder: Path, *, seed: int = SEED, progress: Progress | None = None) -> tuple[Path, ...]:
    """Write the records as Parquet files (`FILES`) into the folder and return their paths.

    The segment stands in a column of its own, `customer`, as a source system would have it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frames = generate(seed)
    paths = tuple(folder / f"{name}.parquet" for name in FILES)
    for done, (name, path) in enumerate(zip(FILES, paths, strict=True), start=1):
        frame = _counts_of(frames, name) if name in _COUNTS else frames[Kind(name)]
        _replace(path, _as_source(frame))
        if progress is not None:
            progress(done, len(paths), path)
    return paths


def _counts_of(frames: Mapping[Kind, pl.DataFrame], name: str) -> pl.DataFrame:
    return frames[Kind.COUNTS].filter(pl.col("event").is_in(list(_COUNTS[name])))


def _as_source(frame: pl.DataFrame) -> pl.DataFrame:
    filled = frame.select(column for column in frame if column.null_count() < len(column))
    if "segments" not in filled.columns:
        return filled
    return filled.with_columns(customer=pl.col("segments").str.strip_prefix("customer=")).drop("segments")


def _replace(path: Path, frame: pl.DataFrame) -> None:
    # A reader, or a run that is killed, sees the old file or the new one, never half of it; two runs at once
    # do not write into each other's file.
    unfinished = path.with_suffix(f".{os.getpid()}.unfinished")
    try:
        frame.write_parquet(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
