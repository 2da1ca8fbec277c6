from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from connectors.connector import SourceRefusedError, Start
from metrics.records import Kind
from tests.connectors.contract import SECRET, ConnectorContract, Sample
from tests.connectors.rest_site import REDMINE, ids, issues, read_all, redmine, rest, told
from tests.connectors.serving import Told, serving

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def local_day(text: str) -> date:
    return datetime.fromisoformat(text).astimezone(AMSTERDAM).date()


@pytest.fixture
def rows():
    return issues()


@pytest.fixture
def site(rows):
    with serving(redmine(rows)) as one:
        yield one


class TestContract(ConnectorContract):
    @pytest.fixture
    def sample(self, rows, site):
        rows[10]["created_on"] = SECRET
        rows[20]["tracker"]["name"] = "Rijbewijs"
        rows[30]["custom_fields"][1]["value"] = "Fax"
        return Sample(connector=rest(site.url, **REDMINE), rows=237, broken=3)


def test_the_whole_site_is_read_as_it_stands(rows, site):
    batches = read_all(rest(site.url, **REDMINE))
    found = {
        row["source_id"]: row for batch in batches for row in batch.frames[Kind.CASES].drop("file", "line").to_dicts()
    }
    for row in rows:
        closed = row["status"]["is_closed"]
        case = found.pop(str(row["id"]))
        assert case["service"] == {"Paspoort": "passports"}.get(row["tracker"]["name"], "reports")
        assert case["channel"] == {"Balie": "desk", "Web": "web"}.get(row["custom_fields"][1]["value"])
        assert case["received_on"] == local_day(row["created_on"])
        assert case["decided_on"] == (local_day(row["closed_on"]) if closed else None)
        assert case["due_on"] == (date.fromisoformat(row["due_date"]) if row["due_date"] else None)
        assert case["outcome"] == {"Afgehandeld": "decided", "Afgewezen": "withdrawn"}.get(row["status"]["name"])
        assert case["reopened"] == (True if row["closed_on"] and not closed else None)
    assert not found
    assert told(batches, "rows_expected") == [{"expected": 237, "found": 237}]


def test_a_reopened_issue_is_open_although_its_closing_date_stays(rows, site):
    reopened = [str(row["id"]) for row in rows if row["closed_on"] and not row["status"]["is_closed"]]
    frames = [batch.frames[Kind.CASES] for batch in read_all(rest(site.url, **REDMINE))]
    open_cases = [one for frame in frames for one in frame.filter(pl.col("decided_on").is_null())["source_id"]]
    assert len(reopened) > 5
    assert set(reopened) <= set(open_cases)


def test_without_status_only_open_issues_come(rows, site):
    query = {"sort": "id"}
    assert len(ids(read_all(rest(site.url, **{**REDMINE, "query": query})))) == sum(
        not row["status"]["is_closed"] for row in rows
    )


def test_a_thousand_rows_asked_and_a_hundred_given_loses_nothing_and_is_told(rows, site):
    paging = {**REDMINE["paging"], "size": 1000}
    for settings in ({"paging": paging}, {"paging": paging, "expected": None}):
        batches = read_all(rest(site.url, **{**REDMINE, **settings}))
        assert sorted(ids(batches)) == sorted(str(row["id"]) for row in rows)
        assert told(batches, "rows_a_page_cut") == [{"asked": 1000, "answered": 100}]


def test_an_issue_made_between_two_pages_neither_repeats_nor_hides_another():
    def made(rows, number):
        if number == 2:
            rows.append({**issues(1)[0], "id": 5000})

    with serving(redmine(issues(), on_request=made)) as site:
        batches = read_all(rest(site.url, **REDMINE))
    assert len(ids(batches)) == len(set(ids(batches))) == 238
    assert told(batches, "rows_expected") == [{"expected": 238, "found": 238}]


def test_only_what_changed_since_the_last_run_is_asked_for_with_a_day_of_overlap(rows, site):
    since = datetime(2026, 2, 20, 8, tzinfo=AMSTERDAM)
    batches = read_all(rest(site.url, **REDMINE), Start(since=since))
    assert site.asked[0].query["updated_on"] == ">=2026-02-19T07:00:00Z"
    assert sorted(ids(batches)) == sorted(str(r["id"]) for r in rows if r["updated_on"] >= "2026-02-19T07:00:00Z")


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_without_words_is_told_as_a_refusal_and_not_tried_twice(status):
    with serving(lambda _: Told(b"", status)) as site, pytest.raises(SourceRefusedError) as refused:
        read_all(rest(site.url, **REDMINE))
    assert len(site.asked) == 1
    assert f"HTTP {status}" in str(refused.value)


def test_the_key_goes_in_a_header_and_in_no_address(site):
    connector = rest(site.url, **REDMINE)
    pages = list(connector.fetch(Start()))
    assert all("rest-key" not in str(asked.query) + asked.path for asked in site.asked)
    assert all("rest-key" not in page.name + (page.resume or "") + repr(connector) for page in pages)


def test_no_word_of_a_person_leaves_the_answers(site):
    connector = rest(site.url, **REDMINE)
    pages = list(connector.fetch(Start()))
    batches = [connector.parse(page) for page in pages]
    assert SECRET in pages[0].body.decode()
    assert all(SECRET not in page.name + (page.resume or "") for page in pages)
    for batch in batches:
        kept = [*batch.frames.values(), batch.rejected]
        assert all(SECRET not in str(frame.rows()) for frame in kept)


def test_an_interrupted_run_goes_on_behind_the_last_page(rows, site):
    connector = rest(site.url, **{**REDMINE, "paging": {**REDMINE["paging"], "size": 40}})
    whole = Counter(ids(read_all(connector)))
    pages = list(connector.fetch(Start()))
    assert len(pages) == 6
    for kept in range(1, len(pages)):
        before = ids(connector.parse(page) for page in pages[:kept])
        after = read_all(connector, Start(after=pages[kept - 1].resume))
        assert Counter([*before, *ids(after)]) == whole
        assert told(after, "rows_expected") == [{"expected": len(rows), "found": len(rows)}]


def test_an_interrupted_run_asks_since_the_same_moment_as_it_began(site):
    connector = rest(site.url, **{**REDMINE, "paging": {**REDMINE["paging"], "size": 10}})
    since = datetime(2026, 2, 20, 8, tzinfo=AMSTERDAM)
    first = next(iter(connector.fetch(Start(since=since))))
    next(iter(connector.fetch(Start(since=datetime(2026, 3, 20, tzinfo=UTC), after=first.resume))))
    assert [asked.query["updated_on"] for asked in site.asked] == [">=2026-02-19T07:00:00Z"] * 2
    assert site.asked[1].query["offset"] == "10"


def test_after_a_change_of_settings_an_interrupted_run_begins_anew(site):
    first = next(iter(rest(site.url, **REDMINE).fetch(Start())))
    changed = rest(site.url, **{**REDMINE, "query": {"status_id": "*", "sort": "id", "tracker_id": "1"}})
    for after in (first.resume, "no token of ours", "{}"):
        next(iter(changed.fetch(Start(after=after))))
        assert site.asked[-1].query["offset"] == "0"
