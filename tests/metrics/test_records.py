"""Records: the one check that accepts or rejects rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.records import ORIGIN, REJECTED, SCHEMAS, Kind, Reason, check, complete, empty, no_rejections
from tests.metrics.builders import delivered, only, quickly

LATEST = date(2026, 6, 30)
USUAL = {
    Kind.ANSWERS: {},
    Kind.CASES: {},
    Kind.COUNTS: {"source_id": "a", "service": "s", "n": 1, "event": "e", "happened_on": LATEST},
    Kind.SPENDING: {"source_id": "a", "project": "p", "booked_on": LATEST, "amount": Decimal("1.50")},
    Kind.PUBLISHED: {
        "source_id": "a",
        "service": "s",
        "item": "satisfaction",
        "percent": 84.0,
        "published_for": date(2026, 6, 1),
    },
}


def checked(kind, *rows):
    return check(delivered(kind, *({**USUAL[kind], **row} for row in rows)), kind, latest=LATEST)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_good_row_of_every_kind_is_accepted_as_it_is(kind):
    outcome = checked(kind, {})
    assert outcome.accepted.schema == SCHEMAS[kind]
    assert outcome.accepted.height == 1
    assert outcome.rejected.schema == REJECTED
    assert outcome.rejected.is_empty()


@pytest.mark.parametrize(
    ("kind", "row", "column", "reason", "found", "allowed"),
    [
        (Kind.ANSWERS, {"source_id": None}, "source_id", Reason.MISSING, None, ""),
        (Kind.ANSWERS, {"service": "  "}, "service", Reason.MISSING, "  ", ""),
        (Kind.ANSWERS, {"value": None}, "value", Reason.MISSING, None, ""),
        (Kind.ANSWERS, {"answered_on": None}, "answered_on", Reason.MISSING, None, ""),
        (Kind.ANSWERS, {"value": 6}, "value", Reason.OUTSIDE_SCALE, "6", "1-5"),
        (Kind.ANSWERS, {"value": 0}, "value", Reason.OUTSIDE_SCALE, "0", "1-5"),
        (Kind.ANSWERS, {"scale": "1-7"}, "scale", Reason.UNKNOWN_VALUE, "1-7", "1-5, 1-10, 0-10, yes-no"),
        (Kind.ANSWERS, {"n": -1}, "n", Reason.NEGATIVE, "-1", "0"),
        (Kind.ANSWERS, {"question": "x" * 81}, "question", Reason.TOO_LONG, None, "80"),
        (
            Kind.ANSWERS,
            {"answered_on": date(1970, 1, 1)},
            "answered_on",
            Reason.TOO_EARLY,
            "1970-01-01",
            "1990-01-01",
        ),
        (
            Kind.ANSWERS,
            {"answered_on": date(2026, 7, 1)},
            "answered_on",
            Reason.IN_THE_FUTURE,
            "2026-07-01",
            "2026-06-30",
        ),
        (
            Kind.CASES,
            {"decided_on": date(2026, 1, 4)},
            "decided_on",
            Reason.DECIDED_BEFORE_RECEIVED,
            "2026-01-04",
            "2026-01-05",
        ),
        (
            Kind.CASES,
            {"first_decided_on": date(2026, 1, 4)},
            "first_decided_on",
            Reason.DECIDED_BEFORE_RECEIVED,
            "2026-01-04",
            "2026-01-05",
        ),
        (Kind.CASES, {"outcome": "lost"}, "outcome", Reason.UNKNOWN_VALUE, "lost", "decided, withdrawn, transferred"),
        (Kind.CASES, {"suspended_days": -3}, "suspended_days", Reason.NEGATIVE, "-3", "0"),
        (Kind.COUNTS, {"gap_days": -1}, "gap_days", Reason.NEGATIVE, "-1", "0"),
        (Kind.PUBLISHED, {"percent": 101.0}, "percent", Reason.OUTSIDE_SCALE, "101.0", "0-100"),
        (Kind.PUBLISHED, {"percent": float("nan")}, "percent", Reason.MISSING, "NaN", ""),
        (Kind.SPENDING, {"amount": None}, "amount", Reason.MISSING, None, ""),
    ],
)
def test_a_broken_row_is_kept_with_where_it_stood_and_why(kind, row, column, reason, found, allowed):
    outcome = checked(kind, {"source_id": "good"}, {"source_id": "bad", **row})
    assert outcome.accepted["source_id"].to_list() == ["good"]
    assert only(outcome.rejected) == {
        "record": kind.value,
        "file": "file.csv",
        "line": 2,
        "column": column,
        "reason": reason,
        "found": found,
        "allowed": allowed,
    }


def test_a_due_day_may_lie_ahead_and_the_day_of_receipt_may_not():
    ahead = {"due_on": date(2026, 9, 1), "service_due_on": date(2026, 8, 1)}
    assert checked(Kind.CASES, ahead).accepted.height == 1
    assert only(checked(Kind.CASES, {"received_on": date(2026, 7, 1)}).rejected)["reason"] == Reason.IN_THE_FUTURE


def test_a_decision_on_the_day_of_receipt_is_accepted():
    assert checked(Kind.CASES, {"decided_on": date(2026, 1, 5)}).accepted.height == 1


def test_a_count_of_zero_is_a_count():
    assert checked(Kind.ANSWERS, {"n": 0}).accepted["n"].to_list() == [0]


def test_the_first_broken_rule_names_the_reason():
    row = only(checked(Kind.ANSWERS, {"service": None, "value": 9}).rejected)
    assert (row["column"], row["reason"]) == ("service", Reason.MISSING)


def test_of_two_different_rows_with_one_key_the_last_stays_and_the_key_is_not_repeated():
    outcome = checked(Kind.ANSWERS, {"value": 1}, {"value": 2})
    assert outcome.accepted["value"].to_list() == [2]
    row = only(outcome.rejected)
    assert (row["line"], row["reason"], row["found"], row["allowed"]) == (
        1,
        Reason.REPEATED_KEY,
        None,
        "source_id + item",
    )


def test_an_identical_copy_is_dropped_without_a_word():
    outcome = checked(Kind.CASES, {}, {}, {"source_id": "other"})
    assert (outcome.accepted.height, outcome.rejected.height) == (2, 0)


def test_one_respondent_may_answer_about_two_items():
    assert checked(Kind.ANSWERS, {"item": "satisfaction"}, {"item": "clarity"}).accepted.height == 2


def test_what_a_source_does_not_know_is_null_and_a_row_stands_for_one():
    frame = complete(pl.DataFrame({"source_id": ["a"]}), Kind.CASES)
    assert frame.schema == pl.Schema({**SCHEMAS[Kind.CASES], **ORIGIN})
    row = only(frame)
    assert (row["n"], row["decided_on"], row["reopened"]) == (1, None, None)


@pytest.mark.parametrize("kind", list(Kind))
def test_an_empty_frame_can_be_checked(kind):
    outcome = check(empty(kind), kind, latest=LATEST)
    assert (outcome.accepted.height, outcome.rejected.height) == (0, 0)
    assert no_rejections().schema == REJECTED


row = st.fixed_dictionaries(
    {
        "source_id": st.sampled_from(["a", "b", "c", None]),
        "value": st.integers(-1, 7),
        "n": st.integers(-1, 3),
        "answered_on": st.sampled_from([date(1970, 1, 1), date(2026, 1, 1), date(2026, 7, 1), None]),
    },
)


@quickly
@given(st.lists(row, max_size=20))
def test_every_row_is_accepted_rejected_or_an_identical_copy_of_one_that_is(rows):
    outcome = checked(Kind.ANSWERS, *rows)
    frame = delivered(Kind.ANSWERS, *rows)
    lines = set(frame["line"]) - set(outcome.rejected["line"])
    assert outcome.rejected["line"].n_unique() == outcome.rejected.height
    kept = frame.filter(pl.col("line").is_in(lines)).select(SCHEMAS[Kind.ANSWERS].names()).unique()
    assert kept.sort(pl.all()).equals(outcome.accepted.sort(pl.all()))
