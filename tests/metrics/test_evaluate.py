"""Evaluation: which rows of evidence there are, and what each says of its period."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from metrics.counting import count
from metrics.estimate import Reason, Status
from metrics.evaluate import EVIDENCE, evaluate
from metrics.kpis import KPIS
from metrics.periods import Grain, Period
from metrics.records import Kind
from tests.metrics.builders import (
    AS_OF,
    answers,
    cases,
    contacts_and_forms,
    decided,
    ends,
    only,
    pick,
    quickly,
    satisfied,
    scope,
    seen,
)

JANUARY, FEBRUARY, MARCH, JUNE = (date(2026, month, 1) for month in (1, 2, 3, 6))
BASELINE = Period(start=date(2025, 10, 1), end=date(2025, 12, 31))


def periods(evidence, kpi="satisfaction"):
    rows = evidence.filter(pl.col("kpi") == kpi, pl.col("breakdown") == "all")
    return rows.select("grain", "period_start", "period_end").rows()


def starts(evidence, **where):
    return evidence.filter(pl.col(name) == value for name, value in where.items())["period_start"].to_list()


def test_evidence_has_its_schema_and_no_row_without_records():
    found = evaluate([scope()], {}, kpis=KPIS, grain=Grain.MONTH)
    assert found.schema == EVIDENCE
    assert found.is_empty()
    assert seen(answers()).is_empty()


def test_a_project_without_any_record_of_a_kpi_has_no_row_of_it():
    evidence = seen(answers(*satisfied(9, 9)), scopes=[scope(), scope(project="q", services=("parking",))])
    assert set(evidence["project"]) == {"p"}
    assert set(evidence["kpi"]) == {"satisfaction", "satisfaction_mean", "satisfaction_weighted"}


def test_every_kpi_is_evaluated_with_its_version_and_method():
    terms = {"due_on": date(2026, 2, 15), "service_due_on": date(2026, 2, 1)}
    rows = [*decided(*[30] * 20, **terms), {"received_on": date(2026, 1, 9)}]
    asked = [*satisfied(9, 9), *satisfied(9, 9, item="clarity"), *satisfied(9, 9, item="recommend", scale="0-10")]
    evidence = seen(answers(*asked), cases(*rows), contacts_and_forms(), scopes=[scope(norm_days=56)])
    known = {kpi.name: (kpi.version, kpi.estimator.method) for kpi in KPIS}
    found = evidence.select("kpi", "kpi_version", "method").unique().rows()
    assert {name: (version, method) for name, version, method in found} == known


def test_a_series_runs_from_the_first_record_to_the_as_of_day_without_a_hole():
    evidence = seen(answers(*satisfied(9, 9), *satisfied(9, 9, answered_on=date(2026, 4, 2))))
    assert [start.month for _, start, _ in periods(evidence)] == [1, 2, 3, 4, 5, 6]
    gaps = evidence.filter(kpi="satisfaction", breakdown="all", status=Status.NO_DATA.value)
    assert [start.month for start in gaps["period_start"]] == [2, 3, 5, 6]


def test_a_channel_that_was_silent_in_a_month_has_a_gap_of_its_own():
    rows = [*satisfied(9, 9), *satisfied(9, 9, channel="desk", answered_on=date(2026, 2, 2))]
    evidence = seen(answers(*rows))
    website = pick(evidence, "satisfaction", FEBRUARY, breakdown="channel=website")
    desk = pick(evidence, "satisfaction", JANUARY, breakdown="channel=desk")
    assert website["status"] == desk["status"] == Status.NO_DATA
    assert pick(evidence, "satisfaction", FEBRUARY)["n"] == 18


def test_a_month_in_which_nothing_fell_due_says_so():
    rows = [{"due_on": date(2026, 2, 1), "n": 20}, {"due_on": date(2026, 4, 1), "n": 20}]
    row = pick(seen(cases(*rows)), "on_time", MARCH)
    assert (row["status"], row["reason"], ends(row)) == (Status.NO_DATA, Reason.NOTHING_DUE, (None, None, None))


@pytest.mark.parametrize(
    ("grain", "start", "end"),
    [
        (Grain.MONTH, date(2026, 2, 1), date(2026, 2, 28)),
        (Grain.QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
        (Grain.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        (Grain.ALL, date(2026, 2, 1), AS_OF),
    ],
)
def test_a_record_counts_in_the_period_that_holds_its_day(grain, start, end):
    evidence = seen(answers(*satisfied(9, 9, answered_on=date(2026, 2, 28))), grain=grain)
    assert periods(evidence)[0] == (grain.value, start, end)


def test_period_all_is_one_row_from_the_first_record_to_the_as_of_day_for_every_breakdown():
    rows = [*decided(*[30] * 20), *decided(*[30] * 20, received_on=date(2026, 3, 3), channel="desk")]
    evidence = seen(cases(*rows), grain=Grain.ALL).filter(kpi="lead_time_p50")
    assert set(evidence.select("period_start", "period_end").rows()) == {(date(2026, 1, 5), AS_OF)}
    assert dict(evidence.select("breakdown", "n").iter_rows()) == {
        "all": 40,
        "channel=desk": 20,
        "channel=website": 20,
    }


def test_a_period_that_has_not_ended_on_the_as_of_day_is_running():
    rows = answers(*satisfied(9, 9), *satisfied(9, 9, answered_on=date(2026, 6, 10)))
    last = pick(seen(rows), "satisfaction", JUNE)
    assert last["warnings"] == []
    halfway = seen(rows, scopes=[scope(as_of=date(2026, 6, 15))])
    assert pick(halfway, "satisfaction", JUNE)["warnings"] == ["running"]
    assert pick(halfway, "satisfaction", JANUARY)["warnings"] == []
    assert seen(rows, scopes=[scope(as_of=date(2026, 6, 15))], grain=Grain.ALL)["warnings"].to_list() == [[]] * 6


def test_an_answer_after_an_as_of_day_in_the_middle_of_a_month_is_not_in_it():
    rows = answers(*satisfied(9, 9, answered_on=date(2026, 6, 10)), *satisfied(7, 7, answered_on=date(2026, 6, 20)))
    assert pick(seen(rows, scopes=[scope(as_of=date(2026, 6, 15))]), "satisfaction", JUNE)["n"] == 18


def test_the_baseline_is_a_row_beside_the_months_that_it_holds():
    rows = [
        *satisfied(30, 10, answered_on=date(2025, 9, 30)),
        *satisfied(30, 10, answered_on=date(2025, 10, 1)),
        *satisfied(10, 30, answered_on=date(2025, 12, 31)),
        *satisfied(30, 10),
    ]
    evidence = seen(answers(*rows), scopes=[scope(baseline=BASELINE)])
    row = pick(evidence, "satisfaction", grain="baseline")
    assert (row["period_start"], row["period_end"]) == (BASELINE.start, BASELINE.end)
    assert (row["value"], row["n"]) == (0.5, 80)
    assert pick(evidence, "satisfaction", date(2025, 10, 1), grain="month")["n"] == 40


def test_a_baseline_of_cases_received_in_it_follows_them_up_to_the_as_of_day():
    early = decided(*[100] * 20, received_on=date(2025, 12, 1))
    evidence = seen(cases(*early), scopes=[scope(baseline=BASELINE)])
    assert pick(evidence, "lead_time_p50", grain="baseline")["value"] == 100


def test_there_is_no_baseline_row_without_records_in_it():
    assert starts(seen(answers(*satisfied(9, 9)), scopes=[scope(baseline=BASELINE)]), grain="baseline") == []


def test_a_service_of_two_projects_counts_for_both_each_with_its_own_norm():
    rows = cases(*decided(*range(1, 101)))
    both = [scope(norm_days=30), scope(project="q", norm_days=60)]
    evidence = seen(rows, scopes=both, grain=Grain.ALL).filter(kpi="lead_time_within_norm", breakdown="all")
    assert dict(evidence.select("project", pl.col("value").round(9)).iter_rows()) == {"p": 0.3, "q": 0.6}


def test_the_services_of_a_project_are_taken_together():
    rows = answers(*satisfied(9, 1), *satisfied(1, 9, service="parking"))
    row = pick(seen(rows, scopes=[scope(services=("passports", "parking"))]), "satisfaction", JANUARY)
    assert (row["value"], row["n"]) == (0.5, 20)


def test_two_projects_seen_on_two_days_each_see_their_own_cases():
    rows = cases(*decided(*[30] * 20), *decided(*[30] * 20, received_on=date(2026, 4, 4)))
    two = [scope(as_of=date(2026, 3, 31)), scope(project="q")]
    found = seen(rows, scopes=two, grain=Grain.ALL).filter(kpi="lead_time_p50", breakdown="all")
    assert dict(found.select("project", "n").iter_rows()) == {"p": 20, "q": 40}


def test_an_answer_of_somebody_in_two_segments_counts_once_for_everybody_and_in_each():
    rows = satisfied(9, 9, segments="customer=resident;district=north")
    found = seen(answers(*rows)).filter(kpi="satisfaction", period_start=JANUARY)
    assert dict(found.select("breakdown", "n").iter_rows()) == {
        "all": 18,
        "channel=website": 18,
        "customer=resident": 18,
        "district=north": 18,
    }


@pytest.mark.parametrize(("fresh_within_days", "status"), [(30, Status.OK), (29, Status.STALE)])
def test_a_figure_is_stale_when_its_newest_record_lies_further_back_than_allowed(fresh_within_days, status):
    # From 1 to 31 January are 30 days.
    rows = answers(*satisfied(200, 200, answered_on=JANUARY))
    found = seen(rows, scopes=[scope(fresh_within_days=fresh_within_days)])
    row = pick(found, "satisfaction", JANUARY)
    assert (row["status"], row["value"], row["newest_on"]) == (status, 0.5, JANUARY)


def test_an_old_month_is_not_stale_where_newer_records_came():
    rows = answers(*satisfied(200, 200, answered_on=JANUARY), *satisfied(200, 200, answered_on=date(2026, 6, 29)))
    assert pick(seen(rows, scopes=[scope(fresh_within_days=20)]), "satisfaction", JANUARY)["status"] == Status.OK


def test_a_gap_stays_a_gap_and_a_baseline_a_baseline_however_late_the_source():
    rows = answers(*satisfied(200, 200, answered_on=date(2025, 10, 1)))
    evidence = seen(rows, scopes=[scope(fresh_within_days=5, baseline=BASELINE)])
    assert pick(evidence, "satisfaction", JUNE)["status"] == Status.NO_DATA
    assert pick(evidence, "satisfaction", grain="baseline")["status"] == Status.OK


def test_a_decision_shows_that_the_source_is_alive():
    rows = cases(*decided(*[150] * 20), *decided(*[200] * 20))
    # Received on 5 January; the first twenty decided on 4 June, the others after the as-of day.
    assert pick(seen(rows, grain=Grain.ALL), "lead_time_p50")["newest_on"] == date(2026, 6, 4)


RECEIPT = {
    date(2011, 1, 31): {
        "cases": (409, 199),
        "lead_time": (55, 84, 113, 0.574),
        "completed": (50, 63, 69, 0.738),
    },
    date(2011, 6, 30): {
        "cases": (939, 228),
        "lead_time": (54, 99, 122, 0.595),
        "completed": (51, 80, 96, 0.662),
    },
}
"""The receipt log as in the issue and measures.md 2.1: Kaplan-Meier by lifelines and R, finished cases by numpy."""


@pytest.mark.parametrize("day", list(RECEIPT))
def test_the_receipt_log_as_seen_then(public, day):
    project = scope(services=("omgevingsvergunning",), as_of=day, norm_days=56)
    evidence = seen(public[Kind.CASES], scopes=[project], grain=Grain.ALL)
    values = dict(evidence.filter(breakdown="all").select("kpi", pl.col("value").round(3)).iter_rows())
    row = pick(evidence, "lead_time_p90")
    assert {
        "cases": (row["n"], row["n"] - row["support"]),
        **{
            name: tuple(values[f"{name}_{part}"] for part in ("p50", "p85", "p90", "within_norm"))
            for name in ("lead_time", "completed")
        },
    } == RECEIPT[day]


rows_of_answers = st.lists(
    st.fixed_dictionaries(
        {
            "value": st.integers(1, 5),
            "n": st.integers(0, 40),
            "channel": st.sampled_from([None, "website", "desk"]),
            "answered_on": st.dates(date(2026, 1, 1), date(2026, 4, 30)),
        },
    ),
    min_size=1,
    max_size=12,
)


@quickly
@given(rows_of_answers, st.data())
def test_evidence_is_the_same_however_the_counted_rows_were_split(rows, data):
    parts = [data.draw(st.integers(0, row["n"])) for row in rows]
    split = [
        *({**row, "n": part} for row, part in zip(rows, parts, strict=True)),
        *({**row, "n": row["n"] - part} for row, part in zip(rows, parts, strict=True)),
    ]
    counted = [{Kind.ANSWERS: count(answers(*given_rows), Kind.ANSWERS)} for given_rows in (rows, split)]
    once, twice = (evaluate([scope()], one, kpis=KPIS, grain=Grain.MONTH) for one in counted)
    assert_frame_equal(once, twice)


@quickly
@given(rows_of_answers)
def test_every_usable_figure_lies_in_its_interval_and_every_absent_one_is_null_with_a_reason(rows):
    for row in seen(answers(*rows)).iter_rows(named=True):
        usable = row["status"] in {Status.OK, Status.INDICATIVE, Status.STALE}
        assert (row["value"] is not None) == usable
        assert usable or row["reason"] is not None
        assert row["low"] is None or row["low"] <= row["value"] <= row["high"]


@quickly
@given(rows_of_answers)
def test_channels_add_up_to_everybody_where_none_is_hidden(rows):
    evidence = seen(answers(*rows)).filter(kpi="satisfaction")
    for month in evidence.partition_by("period_start", as_dict=True).values():
        if month["n"].null_count() == 0:
            channels = month.filter(pl.col("breakdown").str.starts_with("channel="))
            assert channels["n"].sum() == only(month.filter(breakdown="all"))["n"]


def test_figures_do_not_hang_on_how_many_groups_are_looked_at_together(monkeypatch):
    rows = [
        *(row for month in range(1, 7) for row in decided(*range(5, 40), received_on=date(2026, month, 3))),
        *decided(4, 8, 15, 16, received_on=JANUARY, channel="desk"),
    ]
    asked = [
        row for month in range(1, 7) for row in satisfied(30, 12, answered_on=date(2026, month, 5), channel="desk")
    ]
    found = []
    for most in (10**6, 7, 1):
        monkeypatch.setattr("metrics.evaluate._SLICE", most)
        found.append(seen(answers(*asked), cases(*rows), scopes=[scope(baseline=BASELINE, norm_days=20)]))
    whole, some, one_by_one = (evidence.sort(evidence.columns[:6]) for evidence in found)
    assert_frame_equal(some, whole)
    assert_frame_equal(one_by_one, whole)
