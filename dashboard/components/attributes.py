"""Attributes: the aria-* and data-* of an element, by the names that follow the dash."""

from __future__ import annotations

from typing import Any


def aria(**values: str) -> dict[str, Any]:
    """Return aria attributes: `aria(label="…")` is `aria-label`."""
    return {f"aria-{name}": value for name, value in values.items()}


def data(**values: str) -> dict[str, Any]:
    """Return data attributes: `data(label="…")` is `data-label`."""
    return {f"data-{name}": value for name, value in values.items()}
