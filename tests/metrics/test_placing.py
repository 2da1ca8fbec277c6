"""Placing months in periods: every month in its period, and in the baseline where it lies in that."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from metrics.periods import Grain
from metrics.placing import PERIOD, grid, placed

FACTS = pl.DataFrame(
    {
        "project": ["p"],
        "first": [date(2025, 11, 20)],
        "as_of": [date(2026, 5, 10)],
        "baseline_start": [date(2025, 12, 1)],
        "baseline_end": [date(2026, 1, 31)],
    }
)


def months(*numbers):
    days = [date(2025 + (number > 12), (number - 1) % 12 + 1, 1) for number in numbers]
    return pl.DataFrame({"project": "p", "month": days, "n": range(len(days))})


@pytest.mark.parametrize(
    ("grain", "start", "end"),
    [
        (Grain.MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        (Grain.QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
        (Grain.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        (Grain.ALL, date(2025, 11, 20), date(2026, 5, 10)),
    ],
)
def test_a_month_outside_the_baseline_stands_in_its_own_period(grain, start, end):
    found = placed(months(14), FACTS, grain)
    assert found.select(PERIOD).rows() == [("p", grain.value, start, end)]
    assert found.columns == ["project", "n", "grain", "period_start", "period_end"]


def test_a_month_of_the_baseline_stands_there_as_well():
    found = placed(months(11, 12, 13, 14), FACTS, Grain.MONTH)
    assert sorted(found.filter(grain="baseline")["n"]) == [1, 2]
    assert sorted(found.filter(grain="month")["n"]) == [0, 1, 2, 3]


def test_a_project_without_a_baseline_has_months_only():
    none = FACTS.with_columns(baseline_start=pl.lit(None, dtype=pl.Date), baseline_end=pl.lit(None, dtype=pl.Date))
    assert placed(months(12), none, Grain.MONTH)["grain"].to_list() == ["month"]


def test_what_belongs_to_no_known_project_is_nowhere():
    assert placed(months(12).with_columns(project=pl.lit("q")), FACTS, Grain.MONTH).is_empty()


@pytest.mark.parametrize(
    ("grain", "periods"),
    [
        (Grain.MONTH, [(11, 30), (12, 31), (1, 31), (2, 28), (3, 31), (4, 30), (5, 31)]),
        (Grain.QUARTER, [(10, 31), (1, 31), (4, 30)]),
        (Grain.YEAR, [(1, 31), (1, 31)]),
    ],
)
def test_the_grid_runs_from_the_first_record_to_the_as_of_day(grain, periods):
    found = grid(FACTS, grain)
    # The month in which each period starts, and its last day.
    assert [(start.month, end.day) for start, end in found.select("period_start", "period_end").rows()] == periods
    assert set(found["grain"]) == {grain.value}
