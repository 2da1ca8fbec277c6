"""Open311: what is read of a city, what is rejected, and what people are told."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import polars as pl
import pytest
from pydantic import ValidationError

from benchmarks.pages_of.open311 import connector as benchmark
from benchmarks.pages_of.open311 import pages as synthetic
from connectors.connector import EVERYTHING, Page, SourceChangedError, SourceRefusedError, SourceUnavailableError, Start
from connectors.open311.answers import checked
from metrics.records import Kind, check
from tests.connectors.contract import SECRET, ConnectorContract, Sample, read
from tests.connectors.mutating import mutated
from tests.connectors.open311_site import ROWS, TRUTH, City, many, open311
from tests.connectors.serving import serving


def cases(batches) -> pl.DataFrame:
    return pl.concat([batch.frames[Kind.CASES] for batch in batches])


def rejected(batches) -> pl.DataFrame:
    return pl.concat([batch.rejected for batch in batches])


def told(batches, code: str) -> list[dict]:
    return [dict(one.particulars) for batch in batches for one in batch.notices if one.code == code]


def page_of(rows, *, cut=False) -> Page:
    body = json.dumps({"head": {"cut": cut}, "requests": rows}).encode()
    return Page(name="requests", body=body)


@pytest.fixture
def city():
    with serving(City()) as site:
        yield site


class TestContract(ConnectorContract):
    @pytest.fixture
    def sample(self, city):
        broken = sum(TRUTH["rejected"].values())
        return Sample(connector=open311(city.url), rows=TRUTH["cases"] + broken, broken=broken)


class TestWhatIsRead:
    def test_the_whole_city_gives_exactly_what_was_counted_by_hand(self, city):
        batches = read(open311(city.url))
        found = cases(batches)
        assert found.height == TRUTH["cases"]
        assert found["decided_on"].null_count() == TRUTH["open"]
        assert dict(found["service"].value_counts().iter_rows()) == TRUTH["by_service"]
        days = {
            row["source_id"]: [
                str(day) if (day := row[name]) else None for name in ("received_on", "decided_on", "due_on")
            ]
            for row in found.iter_rows(named=True)
        }
        assert days == TRUTH["days"]
        assert sum(one["rows"] for one in told(batches, "other_services_left_out")) == TRUTH["other_services"]

    def test_what_cannot_be_read_is_rejected_with_its_column_and_reason(self, city):
        found = rejected(read(open311(city.url)))
        assert Counter(f"{row['column']} {row['reason']}" for row in found.iter_rows(named=True)) == TRUTH["rejected"]

    def test_a_closed_request_without_a_day_of_closing_does_not_look_open(self, city):
        batch = open311(city.url).parse(page_of([row for row in ROWS if row["service_request_id"] == "638356"]))
        assert batch.frames[Kind.CASES].is_empty()
        assert batch.rejected.select("column", "reason").rows() == [("decided_on", "missing")]

    def test_an_unknown_status_is_told_with_the_statuses_there_are(self, city):
        batch = open311(city.url).parse(page_of([row for row in ROWS if row["service_request_id"] == "638357"]))
        assert batch.rejected.select("found", "allowed").rows() == [("in progress", "open, closed; YYYY-MM-DD")]

    def test_the_day_of_closing_is_told_to_be_a_proxy(self, city):
        batches = read(open311(city.url))
        assert sum(one["closings"] for one in told(batches, "closing_is_proxy")) == TRUTH["closed"]

    def test_channels_are_unknown_unless_all_come_by_one(self, city):
        assert cases(read(open311(city.url)))["channel"].null_count() == TRUTH["cases"]
        assert set(cases(read(open311(city.url, channel="website")))["channel"]) == {"website"}

    def test_one_service_may_stand_for_all_codes_that_are_not_named(self, city):
        batches = read(open311(city.url, service="other"))
        assert cases(batches)["service"].value_counts().sort("service").rows() == [
            ("other", TRUTH["other_services"]),
            ("potholes", TRUTH["by_service"]["potholes"]),
            ("sidewalks", TRUTH["by_service"]["sidewalks"]),
        ]
        assert not told(batches, "other_services_left_out")

    def test_only_the_named_codes_are_asked_for_where_that_is_wanted(self, city):
        batches = read(open311(city.url, only_services=True))
        assert cases(batches).height == TRUTH["cases"]
        assert not told(batches, "other_services_left_out")
        assert {asked.query["service_code"] for asked in city.asked} == {"006,007"}

    def test_most_closings_on_one_day_are_told(self, city):
        rows = many(80, first=datetime(2026, 1, 5, tzinfo=UTC), minutes=600)
        moved = [{**row, "status": "closed", "updated_datetime": "2026-03-01T12:00:00Z"} for row in rows]
        connector = open311(city.url)
        (one,) = told([connector.parse(page_of(moved))], "closings_on_one_day")
        assert (one["day"], one["closings"], one["of"]) == ("2026-03-01", 80, 80)
        assert not told([connector.parse(page_of(rows))], "closings_on_one_day")


class TestPersons:
    def test_nothing_that_a_resident_wrote_is_read_or_told(self, city):
        connector = open311(city.url, service="other")
        pages = list(connector.fetch(EVERYTHING))
        batches = [connector.parse(page) for page in pages]
        shown = [*(page.name for page in pages), str([batch.notices for batch in batches])]
        shown += [frame.write_csv() for batch in batches for frame in (batch.rejected, *batch.frames.values())]
        assert not [word for word in (*re.findall(r"[A-Z]\w+", SECRET), "94122", "37.76") if word in " ".join(shown)]

    def test_words_of_an_error_are_not_repeated(self):
        with serving(City(key="right")) as site, pytest.raises(SourceRefusedError) as error:
            read(open311(site.url, key="wrong-key", api_key=True))
        assert "wrong-key" not in str(error.value)
        with serving(City(shape=lambda _: [{"code": 400, "description": SECRET}])) as site:
            with pytest.raises(SourceChangedError, match="400") as error:
                read(open311(site.url))
            assert SECRET not in str(error.value)

    def test_a_key_goes_along_only_where_it_is_wanted_and_stands_in_no_page(self):
        with serving(City(key="right")) as site:
            pages = list(open311(site.url, key="right", api_key=True).fetch(EVERYTHING))
            assert pages
            assert not [page for page in pages if "right" in page.name or b'"right"' in page.body]
        with serving(City()) as site:
            read(open311(site.url, key="right"))
            assert not [asked for asked in site.asked if "api_key" in asked.query]


class TestShapes:
    @pytest.mark.parametrize(
        "shape",
        [
            lambda rows: {"service_requests": rows},
            lambda rows: {"service_requests": {"request": rows}},
            lambda rows: {"requests": rows},
            lambda rows: rows[0] if len(rows) == 1 else rows,
            lambda rows: {"requests": [{"request": [{name: [one] for name, one in row.items()} for row in rows]}]},
        ],
        ids=["named list", "list in an object", "other name", "single object", "FixMyStreet"],
    )
    def test_other_shapes_of_a_list_are_read_too(self, shape):
        with serving(City(shape=shape)) as site:
            assert cases(read(open311(site.url, window_days=7))).height == TRUTH["cases"]

    def test_an_object_that_holds_no_requests_is_told(self):
        with serving(City(shape=lambda _: {"hello": "world"})) as site, pytest.raises(SourceChangedError, match="url"):
            read(open311(site.url))

    @pytest.mark.parametrize(
        "body", [[{"code": 403, "description": "no"}], {"errors": [{"code": "403"}]}], ids=["list", "named"]
    )
    def test_an_error_inside_an_answer_that_says_all_is_well_is_raised(self, body):
        with pytest.raises(SourceRefusedError):
            checked(body, where="here")

    def test_an_empty_answer_is_no_fault(self):
        assert checked([], where="here") == checked({}, where="here") == []

    def test_a_server_of_xml_alone_is_told_as_that(self):
        with serving(City(only="xml")) as site, pytest.raises(SourceChangedError, match="XML only"):
            read(open311(site.url))

    def test_xml_in_answer_to_a_question_for_json_is_told_as_that(self):
        def app(_):
            return City(only="xml")(type("Asked", (), {"path": "/v2/requests.xml"}))

        with serving(app) as site, pytest.raises(SourceChangedError, match="XML only"):
            read(open311(site.url))

    def test_an_answer_that_breaks_off_is_asked_for_again(self):
        with serving(City(), faults=["truncated"]) as site:
            assert cases(read(open311(site.url))).height == TRUTH["cases"]

    def test_a_web_page_in_stead_of_data_is_told(self):
        with serving(City(), faults=["html"] * 9) as site, pytest.raises(SourceUnavailableError):
            read(open311(site.url))

    def test_a_jurisdiction_goes_along(self):
        with serving(City(jurisdiction="city.gov")) as site:
            assert cases(read(open311(site.url, jurisdiction_id="city.gov"))).height == TRUTH["cases"]
            with pytest.raises(SourceChangedError, match="400"):
                read(open311(site.url))

    def test_a_server_that_refuses_zones_is_asked_without(self):
        with serving(City(refuses_zones=True)) as site:
            with pytest.raises(SourceChangedError, match="400"):
                read(open311(site.url))
            assert cases(read(open311(site.url, omit_zone=True))).height == TRUTH["cases"]


class TestRuns:
    def test_a_later_run_reads_again_what_can_still_be_open(self, city):
        since = datetime(2026, 6, 30, 9, tzinfo=UTC)
        found = cases(open311(city.url, follow_days=60).parse(page) for page in
                      open311(city.url, follow_days=60).fetch(Start(since=since)))  # fmt: skip
        # 60 days before is 1 May: closed since, and open then and now.
        assert set(found["source_id"]) == {"638350", "638351"}

    def test_of_older_requests_the_days_are_read_on_which_open_ones_came_in(self):
        rows = many(200, first=datetime(2025, 1, 1, 20, tzinfo=UTC), minutes=24 * 60)
        open_on = (date(2025, 1, 3), date(2025, 1, 8), date(2025, 3, 1), date(2026, 5, 20))
        start = Start(since=datetime(2026, 6, 30, 9, tzinfo=UTC), open_on=open_on)
        with serving(City(rows=rows)) as site:
            connector = open311(site.url, first_day="2025-01-01", follow_days=60)
            pages = list(connector.fetch(start))
            found = cases(connector.parse(page) for page in pages)
            # 3 to 8 January are near enough for one question; 20 May 2026 is within the 60 days.
            days = [*(date(2025, 1, day) for day in range(3, 9)), date(2025, 3, 1)]
            assert sorted(found["received_on"]) == days
            again = list(connector.fetch(replace(start, after=pages[0].resume)))
            assert [page.name for page in again] == [page.name for page in pages[1:]]

    def test_going_on_behind_any_page_gives_the_same_requests(self):
        rows = many(300, first=datetime(2026, 1, 5, tzinfo=UTC), minutes=400)
        with serving(City(rows=rows, cap=50)) as site:
            connector = open311(site.url)
            pages = list(connector.fetch(EVERYTHING))
            whole = set(cases(connector.parse(page) for page in pages)["source_id"])
            for place in range(0, len(pages), 5):
                rest = connector.fetch(Start(after=pages[place].resume))
                both = [connector.parse(page) for page in (*pages[: place + 1], *rest)]
                assert set(cases(both)["source_id"]) == whole == {row["service_request_id"] for row in rows}

    def test_no_question_spans_more_than_ninety_days_in_the_week_the_clock_changes_too(self, city):
        read(open311(city.url, first_day="2025-03-01"))
        spans = [
            datetime.fromisoformat(asked.query["end_date"]) - datetime.fromisoformat(asked.query["start_date"])
            for asked in city.asked
        ]
        assert max(spans) <= timedelta(days=90)

    def test_no_question_without_a_zone_spans_more_than_ninety_days_when_the_clock_changes(self, city):
        read(open311(city.url, first_day="2025-12-15", omit_zone=True))
        spans = [
            datetime.fromisoformat(asked.query["end_date"]) - datetime.fromisoformat(asked.query["start_date"])
            for asked in city.asked
        ]
        assert max(spans) <= timedelta(days=90)


class TestSettings:
    def test_the_block_in_the_documentation_works(self):
        text = (Path(__file__).parents[2] / "docs" / "sources" / "open311.md").read_text()
        ((_, block),) = tomllib.loads(text.partition("```toml")[2].partition("```")[0])["sources"].items()
        assert block.pop("kind") == "open311"
        url = block.pop("url")
        assert open311("https://city.example", url=url, **block).services["006"] == "sidewalks"

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"services": {}}, "which service each code is"),
            ({"services": {"006": " "}}, "no name of a service"),
            ({"services": {}, "service": "all", "only_services": True}, "only_services"),
            ({"window_days": 91}, "1 to 90"),
            ({"follow_days": 0}, "follow_days"),
            ({"cap": 0}, "cap"),
            ({"timezone": "Mars"}, "no time zone"),
            ({"url": "http://city.example"}, "not encrypted"),
            ({"first_day": "long ago"}, "first_day"),
            ({"servces": {}}, "servces"),
        ],
    )
    def test_a_wrong_setting_is_told(self, changed, sentence):
        with pytest.raises(ValidationError, match=sentence):
            open311("https://city.example", **changed)

    def test_all_that_is_wrong_is_told_at_once(self):
        with pytest.raises(ValidationError, match=r"(?s)no time zone.*which service.*1 to 90.*url"):
            open311("ftp://city", services={}, window_days=0, timezone="Mars")


def test_a_hundred_thousand_broken_rows_give_records_or_rejected_rows():
    connector = open311("https://city.example")
    total = 0
    broken = mutated(ROWS, 100_000, seed=311)
    while rows := list(islice(broken, 5_000)):
        batch = connector.parse(page_of(rows))
        frame = batch.frames[Kind.CASES]
        left_out = sum(one["rows"] for one in told([batch], "other_services_left_out"))
        checked_rows = check(frame, Kind.CASES, latest=date(2026, 12, 31))
        assert checked_rows.rejected["column"].is_in(["decided_on", "received_on", "due_on", "source_id"]).all()
        assert SECRET not in batch.rejected.write_csv()
        total += frame.height + batch.rejected.height + left_out
    assert total == 100_000


def test_the_pages_of_the_benchmark_are_read_whole():
    batches = [benchmark("https://city.example").parse(page) for page in synthetic(rows=250, size=100)]
    assert (cases(batches).height, rejected(batches).height) == (250, 0)
