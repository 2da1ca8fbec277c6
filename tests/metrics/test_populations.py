"""Populations: which rows belong together, and that none gets lost on the way."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from metrics.kpi import Cohort
from metrics.kpis import KPIS, kpi
from metrics.populations import key_of, populations
from metrics.records import Kind
from tests.metrics.builders import (
    answers,
    cases,
    counted_by_kind,
    counts,
    decided,
    only,
    pick,
    quickly,
    satisfied,
    scope,
    seen,
)

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
SATISFACTION, MEAN, P50, P90 = (
    kpi(name) for name in ("satisfaction", "satisfaction_mean", "lead_time_p50", "lead_time_p90")
)


def found_in(*frames, kpis=KPIS, scopes=None):
    return populations(scopes or [scope()], counted_by_kind(*frames), kpis)


def of(which, *frames, **asked):
    return found_in(*frames, **asked)[key_of(which)]


def test_kpis_that_look_at_the_same_rows_share_them():
    assert key_of(SATISFACTION) == key_of(MEAN)
    assert key_of(P50) == key_of(P90)
    assert len(found_in(answers(*satisfied(1, 1)), kpis=[SATISFACTION, MEAN])) == 1


def test_a_kind_of_record_that_was_not_counted_has_no_population():
    assert {key[0] for key in found_in(answers(*satisfied(1, 1)))} == {Kind.ANSWERS}
    assert found_in() == {}


def test_what_stands_beside_other_figures_only_is_not_broken_down():
    rows = cases(*decided(3, 4, channel="desk", segments="customer=resident"))
    contrast, whole = (of(kpi(name), rows) for name in ("completed_p50", "lead_time_p50"))
    assert contrast.cohort is Cohort.DECIDED
    assert contrast.places.select("channel", "segments").unique().rows() == [(None, None)]
    assert contrast.cells["breakdown"].to_list() == ["all"]
    assert whole.places.select("channel", "segments").rows() == [("desk", "customer=resident")]
    assert set(whole.cells["breakdown"]) == {"all", "channel=desk", "customer=resident"}


def test_one_kpi_that_is_broken_down_breaks_down_the_rows_that_it_shares():
    rows = cases(*decided(3, 4, channel="desk"))
    contrast = kpi("completed_p50")
    whole = [one for one in KPIS if key_of(one) == key_of(P50)]
    assert of(contrast, rows, kpis=[contrast, *whole]).cells["breakdown"].to_list() == ["all"]
    assert of(P50, rows, kpis=[contrast, *whole]).cells.height == 2


def test_rows_can_be_asked_of_some_months_with_something_beside():
    rows = answers(*satisfied(9, 1), *satisfied(4, 4, answered_on=FEBRUARY, channel="desk"))
    population = of(SATISFACTION, rows)
    months = pl.DataFrame({"project": ["p"], "month": [FEBRUARY], "side": ["after"]})
    assert population.joint().select("month", "channel", "value", "n").sort("month", "value").rows() == [
        (JANUARY, "website", 1, 1),
        (JANUARY, "website", 5, 9),
        (FEBRUARY, "desk", 1, 4),
        (FEBRUARY, "desk", 5, 4),
    ]
    for of_some in (population.joint(months), population.everybody(months)):
        assert of_some.select("month", "side", "value", "n").sort("value").rows() == [
            (FEBRUARY, "after", 1, 4),
            (FEBRUARY, "after", 5, 4),
        ]


def test_the_facts_tell_of_every_project_with_records_since_when_there_are_any():
    two = [scope(norm_days=56), scope(project="q", services=("parking",)), scope(project="r", services=("none",))]
    rows = answers(*satisfied(1, 1, answered_on=date(2026, 1, 20)), *satisfied(1, 1, service="parking"))
    facts = of(SATISFACTION, rows, scopes=two).facts
    assert facts.select("project", "first", "newest_on", "norm_days").sort("project").rows() == [
        ("p", JANUARY, date(2026, 1, 20), 56),
        ("q", JANUARY, date(2026, 1, 15), None),
    ]


def test_contacts_where_no_cases_are_recorded_are_held_against_nothing():
    contacts = counts({"event": "contact", "n": 40}, {"event": "contact", "n": 20, "channel": "website"})
    assert set(of(kpi("contacts_per_hundred"), contacts).rows["event"]) == {"contact"}
    assert pick(seen(contacts), "contacts_per_hundred", JANUARY)["value"] is None


def test_contacts_are_held_against_the_cases_received_by_the_as_of_day():
    received = cases({"received_on": date(2026, 1, 5), "n": 50}, {"received_on": date(2026, 1, 9), "n": 30})
    row = pick(seen(counts({"event": "contact", "n": 40}), received), "contacts_per_hundred", JANUARY)
    assert row["value"] == 50


rows_of_answers = st.lists(
    st.fixed_dictionaries(
        {
            "value": st.integers(1, 5),
            "n": st.integers(1, 40),
            "channel": st.sampled_from([None, "website", "desk"]),
            "segments": st.sampled_from([None, "customer=resident", "customer=business;district=north"]),
            "answered_on": st.dates(date(2026, 1, 1), date(2026, 4, 30)),
        },
    ),
    min_size=1,
    max_size=12,
)


@quickly
@given(rows_of_answers)
def test_every_answer_is_somewhere_and_nowhere_twice(rows):
    population = of(SATISFACTION, answers(*rows))
    for month in {row["answered_on"].replace(day=1) for row in rows}:
        given_then = [row for row in rows if row["answered_on"].replace(day=1) == month]
        joint = population.joint().filter(month=month)
        assert joint["n"].sum() == population.everybody().filter(month=month)["n"].sum()
        assert joint["n"].sum() == sum(row["n"] for row in given_then)
        for channel in (None, "website", "desk"):
            through = joint.filter(pl.col("channel").eq_missing(pl.lit(channel)))
            assert through["n"].sum() == sum(row["n"] for row in given_then if row["channel"] == channel)


@quickly
@given(rows_of_answers)
def test_somebody_in_two_segments_counts_in_each(rows):
    population = of(SATISFACTION, answers(*rows))
    wanted = population.cells.filter(breakdown="district=north").join(population.broken, on="cell")
    assert wanted["n"].sum() == sum(row["n"] for row in rows if "district" in (row["segments"] or ""))


def test_a_population_without_a_single_row_is_empty_and_sound():
    later = only(of(P50, cases({"received_on": date(2026, 6, 30)})).facts.select("project", "first"))
    assert later == {"project": "p", "first": date(2026, 6, 30)}
    empty = of(SATISFACTION, answers())
    assert empty.joint().is_empty()
    assert empty.everybody().is_empty()
    assert empty.facts.is_empty()


DAY = st.dates(date(2025, 11, 1), date(2026, 7, 31))
CASE = st.fixed_dictionaries(
    {
        "received_on": DAY,
        "decided_on": st.none() | DAY,
        "outcome": st.sampled_from([None, "decided", "withdrawn", "transferred"]),
        "channel": st.sampled_from([None, "desk", "website"]),
        "segments": st.sampled_from([None, "customer=resident", "customer=resident;area=north"]),
        "n": st.integers(1, 5),
    }
)


@quickly
@given(st.lists(CASE, max_size=25))
def test_cases_received_are_the_same_by_themselves_and_made_of_all_that_arrived(rows):
    # By a second method: without KPIs of all that arrived, those received are taken from the records themselves.
    orderly = [row for row in rows if row["decided_on"] is None or row["decided_on"] >= row["received_on"]]
    by_itself, derived = (of(P50, cases(*orderly), kpis=kpis) for kpis in ([P50], KPIS))
    for content in ("joint", "everybody"):
        one, other = (getattr(found, content)() for found in (by_itself, derived))
        assert_frame_equal(one.select(other.columns), other, check_row_order=False)
    for content in ("facts", "places", "cells"):
        # The numbers of places and cells are labels, and may have holes.
        one, other = (getattr(found, content).drop("place", "cell", strict=False) for found in (by_itself, derived))
        assert_frame_equal(one, other, check_row_order=False)


def test_a_service_of_two_projects_counts_in_both():
    rows = cases(*decided(3, 4, 5))
    found = of(P50, rows, scopes=[scope(project="p"), scope(project="q")])
    assert found.everybody().group_by("project").agg(pl.col("n").sum()).sort("project").rows() == [("p", 3), ("q", 3)]


def test_cases_of_a_service_without_a_project_count_nowhere():
    rows = cases(*decided(3, 4), *decided(5, service="elsewhere"))
    assert of(P50, rows).everybody()["n"].sum() == 2
