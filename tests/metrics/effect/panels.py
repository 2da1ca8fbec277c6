"""Panels of services for the tests of effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from metrics.effect.monthly_series import month_of
from metrics.effect.panel import PANEL

FIRST = 2024 * 12
START = date(2024, 5, 1)

# Before and after: 61.5 to 70.5, 56 to 66; 65 to 66, 70 to 72, 56 to 55.
TREATED = ((True, [60, 62, 61, 63, 70, 69, 71, 72]), (True, [56, 55, 57, 56, 66, 65, 67, 66]))
OTHERS = (
    (False, [65, 64, 66, 65, 66, 65, 67, 66]),
    (False, [70, 71, 69, 70, 72, 73, 72, 71]),
    (False, [55, 57, 56, 56, 56, 54, 55, 55]),
)


def panel(*services: tuple[bool, Sequence[float | None]]) -> pl.DataFrame:
    """Return services, each treated or not, with their values from January 2024 on; the start is in May."""
    rows = [
        (f"service-{number:02}", month_of(FIRST + at), treated, value)
        for number, (treated, values) in enumerate(services)
        for at, value in enumerate(values)
    ]
    return pl.DataFrame(rows, schema=PANEL, orient="row")
