"""Threads: work on several things at once, where the work itself runs outside the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


_MOST = 4
"""More at a time ask for more room, and what each does runs on several processors by itself."""


def side_by_side(make: Callable[[Given], Made], given: Iterable[Given]) -> Sequence[Made]:
    """Return what is made of each, in the order given; a few at a time, no more than there are processors."""
    with ThreadPoolExecutor(min(_MOST, os.cpu_count() or 1)) as threads:
        return list(threads.map(make, given))
