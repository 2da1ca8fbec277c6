"""Writing Voorbeeldstad to Parquet files, each one whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

import polars as pl

from dashboard.demo.generation import generate

SEED = 180
"""The seed of the example. Every seed tells the same eight truths; with this one the control charts of the steady
project (satisfaction, clarity, lead time p90) give no false alarm, as chance alone makes them do with most others."""


class Progress(Protocol):
    """Told after each file: how many of how many are done, and which file it was."""

    def __call__(self, done: int, total: int, path: Path) -> None:
        """Show it."""


def write(folder: Path, *, seed: int = SEED, progress: Progress | None = None) -> tuple[Path, ...]:
    """Write `answers`, `cases`, `counts` and `spending` as Parquet files into the folder and return their paths.

    The segment stands in a column of its own, `customer`, as a source system would have it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    frames = generate(seed)
    paths = tuple(folder / f"{kind}.parquet" for kind in frames)
    for done, (path, frame) in enumerate(zip(paths, frames.values(), strict=True), start=1):
        _replace(path, _as_source(frame))
        if progress is not None:
            progress(done, len(paths), path)
    return paths


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
