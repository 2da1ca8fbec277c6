"""The first lines of the program `uitkomst`: what must be said before any library is loaded."""

from __future__ import annotations

import os
from collections.abc import MutableMapping, Sequence

_ALLOCATOR = "_RJEM_MALLOC_CONF"
"""Where the memory allocator inside Polars (jemalloc) looks, once, when the library is loaded."""

_TUNING = "narenas:2,dirty_decay_ms:3000,oversize_threshold:0"
"""Keep what is given back for some seconds, in two pools rather than four for each processor.

An evaluation makes and drops large columns all the time: asking the operating system for each anew took an eighth of
its time.
"""


def tune_memory(environment: MutableMapping[str, str]) -> None:
    """Say how memory is to be kept; what an operator has said already stays. Only before Polars is loaded."""
    environment.setdefault(_ALLOCATOR, _TUNING)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    tune_memory(os.environ)  # noqa: TID251 - of the process itself; the settings are read later
    from dashboard.cli import main as run  # noqa: PLC0415 - loads Polars, so not before the line above

    return run(argv)
