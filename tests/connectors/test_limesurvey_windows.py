"""LimeSurvey: what is asked of it, in windows of ids, and going on after a break."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from connectors.connector import EVERYTHING, Start
from metrics.records import Kind, Reason
from tests.connectors.limesurvey_site import (
    ITEMS,
    SURVEY,
    Kept,
    LimeSurveySite,
    error_of,
    participants,
    rows,
    rows_like_recorded,
    rows_of,
    spread,
    survey,
)
from tests.connectors.serving import QUICK, serving

PERSONAL = ("token", "ipaddr", "refurl", "TOEL", "KANAAL[other]", "startlanguage", "seed")


@pytest.fixture
def site():
    return LimeSurveySite()


@pytest.fixture
def served(site):
    with serving(site) as one:
        yield one


# --- what is asked for --------------------------------------------------------------------------------------------


def test_only_columns_of_the_named_questions_are_asked_for_and_only_complete_responses(site, served):
    list(survey(served.url).fetch(EVERYTHING))
    fields = ["id", "submitdate", *(f"{SURVEY}X1X{column}" for column in ("1", "2", "3", "8EERLIJK", "4"))]
    for _, language, completion, heading, response, *_, wanted, _ in site.exports:
        assert (language, completion, heading, response) == ("nl", "complete", "code", "short")
        assert wanted in (fields, ["id"])


def test_the_settings_of_a_survey_that_name_people_are_not_asked_for(served):
    list(survey(served.url).fetch(EVERYTHING))
    asked = [one.json() for one in served.asked if b"get_survey_properties" in one.body]
    assert [call["params"][2] for call in asked] == [["active", "datestamp", "language"]]


def test_tokens_addresses_and_referrers_come_in_no_page(site, served):
    site.surveys = {202606: Kept(rows_of("e01"), participants=participants())}
    pages = list(survey(served.url, survey=202606).fetch(EVERYTHING))
    assert all(name.encode() not in page.body for page in pages for name in PERSONAL)
    assert b"192.0.2.17" not in b"".join(page.body for page in pages)


def test_partial_responses_that_a_server_gives_all_the_same_are_rejected_for_they_have_no_day(site, served):
    site._file = _everything(site)
    batches = [survey(served.url).parse(page) for page in survey(served.url).fetch(EVERYTHING)]
    rejected = pl.concat(batch.rejected for batch in batches)
    assert set(zip(rejected["column"], rejected["reason"], strict=True)) == {("answered_on", Reason.MISSING)}
    partial = [row for row in rows_of("41") if not row["submitdate"]]
    answered = [row for row in partial if any(row[item["question"]] for item in ITEMS.values())]
    assert rejected.height == len(answered)


def _everything(site):
    original = site._file

    def everything(sid, kept, asked):
        return original(sid, kept, [*asked[:2], "completed", *asked[3:]])

    return everything


# --- windows ------------------------------------------------------------------------------------------------------


def test_ids_are_asked_in_windows_of_two_thousand(site, served):
    site.surveys[SURVEY] = spread(20)
    names = [page.name for page in survey(served.url).fetch(EVERYTHING)]
    windows = [f"survey {SURVEY}, responses {n * 2000 + 1}-{(n + 1) * 2000}" for n in range(4)]
    assert names == [*windows, f"survey {SURVEY}, counts"]
    assert len(rows(survey(served.url))) == len(rows_like_recorded())


@pytest.mark.parametrize("kept", [spread(1, first=900_001), spread(3_000, first=4_000), spread(100_000)])
def test_gaps_in_the_ids_are_passed_over_with_one_list_of_ids(site, served, kept):
    site.surveys[SURVEY] = kept
    assert len(rows(survey(served.url))) == len(rows_like_recorded())
    assert sum(1 for asked in site.exports if asked[7] == ["id"]) == 1


def test_a_run_that_was_cut_after_any_page_goes_on_behind_it_and_misses_nothing(site, served):
    site.surveys[SURVEY] = spread(20)
    connector = survey(served.url)
    pages = list(connector.fetch(EVERYTHING))
    whole = rows(connector)
    assert len(pages) == 5
    for cut in range(1, len(pages) + 1):
        before = {
            row
            for page in pages[:cut]
            for row in connector.parse(page).frames[Kind.ANSWERS].drop("file", "line").iter_rows()
        }
        assert before | rows(connector, Start(after=pages[cut - 1].resume)) == whole


def test_a_partial_response_that_is_completed_later_is_read_in_the_next_run(site, served):
    site.surveys[SURVEY] = Kept(rows_of("41")[:3])
    before = rows(survey(served.url))
    row = site.surveys[SURVEY].rows[1]
    assert row["submitdate"] is None
    row["submitdate"] = "2026-11-22 09:00:00"
    new = rows(survey(served.url), Start(since=None)) - before
    assert {one[0] for one in new} == {f"{SURVEY}-2"}


def test_rows_that_come_and_go_while_we_read_are_neither_doubled_nor_do_others_get_lost(site, served):
    site.surveys[SURVEY] = spread(20)
    whole = {(row[0], row[5]) for row in rows(survey(served.url))}
    site.exports.clear()

    def moved(number):
        kept = site.surveys[SURVEY]
        if number == 2:
            kept.rows = [row for row in kept.rows if row["id"] > 200]
            kept.rows.append({**kept.rows[-2], "id": 7_001})

    site.moved = moved
    connector = survey(served.url)
    found = [
        (row[0], row[5])
        for page in connector.fetch(EVERYTHING)
        for row in connector.parse(page).frames[Kind.ANSWERS].iter_rows()
    ]
    assert max(Counter(found).values()) == 1
    assert whole <= set(found)


def test_more_windows_than_allowed_are_told(site, served):
    site.surveys[SURVEY] = spread(20)
    limits = replace(QUICK, most_pages=2)
    assert "more than 2 windows of 2,000" in str(error_of(survey(served.url, limits=limits)))


def test_a_server_that_does_not_keep_to_windows_is_told_and_read_no_further(site, served):
    site.surveys[SURVEY] = spread(20)
    original = site._file
    site._file = lambda sid, kept, asked: original(sid, kept, [*asked[:5], None, None, *asked[7:]])
    assert "gives other responses than we ask for" in str(error_of(survey(served.url)))
