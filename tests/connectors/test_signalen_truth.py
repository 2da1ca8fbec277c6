"""Signalen: the figures that SQL found in the database behind the recordings."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from metrics.records import Kind, check
from tests.connectors import signalen_site as site
from tests.connectors.serving import serving
from tests.connectors.test_signalen import CHANNELS, SERVICES, kept, notices, read, signalen


@pytest.fixture
def url():
    with serving(site.Signalen()) as served:
        yield served.url


@pytest.fixture
def everything(url):
    """Every melding, parts and wholes: those that count by one setting with those that count by the other."""
    both = [kept(read(signalen(url, count=count)), Kind.CASES) for count in ("parents", "children")]
    return pl.concat([both[0], both[1].filter(pl.col("n") > 0)]).unique("source_id", maintain_order=True)


def test_all_334_meldingen_are_read_with_the_304_that_are_handled_and_16_cancelled(everything, latest):
    totals = site.TRUTH["totals"]
    assert everything.height == totals["meldingen"] == 334
    outcomes = Counter(everything["outcome"].to_list())
    assert outcomes["decided"] == totals["afgehandeld"]
    assert outcomes["withdrawn"] == totals["geannuleerd"]
    assert check(everything, Kind.CASES, latest=latest).rejected.is_empty()


def test_by_month_of_the_last_close_so_many_are_handled_as_in_the_database(everything):
    decided = everything.filter(pl.col("outcome") == "decided")["decided_on"].dt.strftime("%Y-%m")
    expected = {row["maand"]: row["n"] for row in site.TRUTH["closed_vs_deadline_last_close"]}
    assert dict(Counter(decided.to_list())) == expected


def test_by_day_so_many_are_on_time_as_the_recorded_moments_say(everything):
    # The database compares moments and we days: who is late by hours on the day itself is on time for us.
    handled = [row for row in site.meldingen() if row["status"]["state"] == "o"]
    exact = Counter(_month(row) for row in handled if _closed(row) <= _deadline(row))
    assert exact == {row["maand"]: row["op_tijd"] for row in site.TRUTH["closed_vs_deadline_last_close"]}
    same_day = Counter(_month(row) for row in handled if _closed(row).date() == _deadline(row).date() and _late(row))
    on_time = everything.filter(pl.col("outcome") == "decided", pl.col("decided_on") <= pl.col("due_on"))
    assert Counter(on_time["decided_on"].dt.strftime("%Y-%m").to_list()) == exact + same_day


def _month(row):
    return row["status"]["created_at"][:7]


def _closed(row):
    return datetime.fromisoformat(row["status"]["created_at"])


def _deadline(row):
    return datetime.fromisoformat(row["category"]["deadline"])


def _late(row):
    return _closed(row) > _deadline(row)


def test_by_month_and_source_so_many_come_in_as_in_the_database(everything):
    rows = site.TRUTH["per_created_month_source"]
    expected = {(row["maand"], CHANNELS[row["source"]]): row["n"] for row in rows}
    months = everything["received_on"].dt.strftime("%Y-%m").to_list()
    assert dict(Counter(zip(months, everything["channel"].to_list(), strict=True))) == expected


def test_the_zip_gives_all_54_satisfied_and_31_dissatisfied_answers_by_month(url, latest):
    answers = kept(read(signalen(url)), Kind.ANSWERS)
    assert check(answers, Kind.ANSWERS, latest=latest).accepted.height == site.TRUTH["kto_totals"]["antwoorden"] == 85
    assert Counter(answers["value"].to_list()) == {1: 54, 0: 31}
    given = Counter(zip(answers["answered_on"].dt.strftime("%Y-%m"), answers["value"], strict=True))
    for row in site.TRUTH["kto_per_submitted_month"]:
        assert (given[row["maand"], 1], given[row["maand"], 0]) == (row["tevreden"], row["ontevreden"])
    assert answers["service"].null_count() == answers["channel"].null_count() == 0
    assert answers["source_id"].n_unique() == 85


def test_an_answer_has_the_service_and_channel_of_its_melding(url):
    answers = kept(read(signalen(url)), Kind.ANSWERS).with_columns(melding=pl.col("source_id").str.extract(r"^(\d+)"))
    meldingen = {str(row["id"]): row for row in site.meldingen()}
    for number, service, channel in answers.select("melding", "service", "channel").iter_rows():
        category = meldingen[number]["category"]
        slugs = f"{category['main_slug']}/{category['sub_slug']}"
        assert service == SERVICES.get(slugs, SERVICES.get(category["main_slug"]))
        assert channel == CHANNELS[meldingen[number]["source"]]


def test_without_the_zip_the_last_forms_give_54_and_26_and_it_is_said_that_these_flatter(url):
    batches = read(signalen(url, dump=False))
    answers = kept(batches, Kind.ANSWERS)
    assert Counter(answers["value"].to_list()) == {1: 54, 0: 26}
    assert set(answers["question"]) == {"signalen-last-form"}
    assert set(kept(read(signalen(url)), Kind.ANSWERS)["question"]) == {"signalen-every-form"}
    assert "signalen_last_forms_flatter" in notices(batches)


def test_how_many_reporters_were_asked_and_answered_is_told(url):
    assert notices(read(signalen(url)))["signalen_invitations"] == {"invited": 222, "answered": 80}


def test_a_melding_is_reopened_where_its_statuses_say_that_it_went_on_after_a_close(url):
    by_melding: dict[str, list] = {}
    for row in sorted(site.dumped("statuses"), key=lambda row: row["created_at"]):
        by_melding.setdefault(row["_signal_id"], []).append(row["state"] in ("o", "a"))
    expected = {key: any(a and not b for a, b in pairwise(states)) for key, states in by_melding.items()}
    cases = kept(read(signalen(url, count="children")), Kind.CASES)
    assert dict(cases.select("source_id", "reopened").iter_rows()) == expected
    assert sum(expected.values()) == 29


def test_by_month_of_the_first_close_so_many_are_handled_as_in_the_database(everything):
    expected = {row["maand"]: row["n"] for row in site.TRUTH["closed_vs_deadline_first_close"]}
    handled = everything.filter(pl.col("outcome").ne_missing("withdrawn"))["first_decided_on"].drop_nulls()
    assert dict(Counter(handled.dt.strftime("%Y-%m").to_list())) == expected


def test_by_day_of_the_first_close_so_many_are_on_time_as_the_recorded_moments_say(everything):
    # As for the last close: the database compares moments and we days.
    closes = {}
    for row in sorted(site.dumped("statuses"), key=lambda row: int(row["id"]), reverse=True):
        if row["state"] == "o":
            closes[row["_signal_id"]] = datetime.fromisoformat(row["created_at"]).astimezone(
                ZoneInfo("Europe/Amsterdam")
            )
    deadlines = {str(row["id"]): _deadline(row) for row in site.meldingen()}
    exact = Counter(f"{at:%Y-%m}" for melding, at in closes.items() if at <= deadlines[melding])
    assert exact == {row["maand"]: row["op_tijd"] for row in site.TRUTH["closed_vs_deadline_first_close"]}
    same_day = Counter(
        f"{at:%Y-%m}"
        for melding, at in closes.items()
        if deadlines[melding] < at and at.date() == deadlines[melding].date()
    )
    on_time = everything.filter(
        pl.col("outcome").ne_missing("withdrawn"), pl.col("first_decided_on") <= pl.col("due_on")
    )
    assert Counter(on_time["first_decided_on"].dt.strftime("%Y-%m").to_list()) == exact + same_day


def test_the_first_close_is_the_last_but_where_it_was_opened_again(everything):
    closed = everything.filter(pl.col("decided_on").is_not_null())
    once, again = closed.filter(~pl.col("reopened")), closed.filter("reopened")
    assert once["first_decided_on"].equals(once["decided_on"])
    assert (again["first_decided_on"] <= again["decided_on"]).all()
    assert again.filter(pl.col("first_decided_on") < pl.col("decided_on")).height > 10


def test_without_statuses_only_a_status_that_says_so_tells_that_it_was_reopened(url):
    batches = read(signalen(url, dump=False))
    cases = kept(batches, Kind.CASES)
    assert set(cases["reopened"]) == {True, None}
    assert cases["reopened"].sum() == 10
    assert "signalen_reopened_unknown" in notices(batches)


def test_days_are_local_and_a_deadline_is_that_of_the_melding_itself(url):
    row = kept(read(signalen(url)), Kind.CASES).row(by_predicate=pl.col("source_id") == "2", named=True)
    assert row["received_on"] == date(2025, 11, 24)
    assert row["decided_on"] == date(2025, 12, 22)
    assert row["due_on"] == date(2025, 12, 15)
