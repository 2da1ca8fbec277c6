"""Volumes: how many really came, by cases, and by customers where there are none."""

from __future__ import annotations

from datetime import date

import polars as pl

from metrics.volumes import VOLUMES, volumes

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def rows(*given, **columns):
    schema = {"project": pl.String, "month": pl.Date, "channel": pl.String, "segments": pl.String, "n": pl.Int64}
    frame = pl.DataFrame(given, schema=schema, orient="row")
    return frame.with_columns(pl.lit(value).alias(name) for name, value in columns.items())


def customers(*given):
    return rows(*given, event="customer")


def told(found):
    assert found.schema == VOLUMES
    return sorted(found.rows(), key=str)


def test_nothing_is_known_of_who_came_without_records():
    assert told(volumes(None, None)) == []


def test_cases_are_added_up_by_month_channel_and_segments():
    found = volumes(
        rows(
            ("p", JANUARY, "desk", None, 3),
            ("p", JANUARY, "desk", None, 4),
            ("p", JANUARY, "desk", "customer=resident", 5),
            ("p", FEBRUARY, None, None, 6),
        ),
        None,
    )
    assert told(found) == [
        ("p", JANUARY, "desk", "customer=resident", 5),
        ("p", JANUARY, "desk", None, 7),
        ("p", FEBRUARY, None, None, 6),
    ]


def test_only_customers_count_among_what_happened():
    counts = pl.concat([customers(("p", JANUARY, "desk", None, 8)), rows(("p", JANUARY, "desk", None, 90), event="x")])
    assert told(volumes(None, counts)) == [("p", JANUARY, "desk", None, 8)]


def test_customers_stand_in_only_for_a_project_without_cases():
    found = volumes(
        rows(("p", JANUARY, "desk", None, 3)),
        customers(
            ("p", JANUARY, "website", None, 50), ("p", FEBRUARY, "desk", None, 60), ("q", JANUARY, None, None, 7)
        ),
    )
    assert told(found) == [("p", JANUARY, "desk", None, 3), ("q", JANUARY, None, None, 7)]
