"""Words that errors of several connectors share."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(found: str, allowed: Iterable[str]) -> str:
    """Name the nearest right word, and all the others."""
    names = list(allowed)
    near = get_close_matches(found, names, n=1, cutoff=0.6)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    return f"{hint}There are: {', '.join(names) or 'none'}."
