"""Reading a ZGW system: lists, pages, rights, tokens, and going on where an interrupted run stopped."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import polars as pl
import pytest

from connectors.connector import (
    EVERYTHING,
    SourceChangedError,
    SourceRefusedError,
    SourceUnavailableError,
    Start,
)
from connectors.web.client import Limits
from metrics.records import Kind
from tests.connectors.contract import read
from tests.connectors.serving import QUICK, Told, serving
from tests.connectors.test_zgw import BEZW, KLACHT, case, frame_of, notices_of, typed_as
from tests.connectors.zgw_site import SERVICES, OpenZaak, recorded_cases, recorded_types, zgw

SINCE = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
"""Half past midnight on 21 November in Amsterdam: 30 days and one before that day is 21 October."""


def rows_of(connector, start=EVERYTHING) -> pl.DataFrame:
    """What is kept after a run: of each case what was read last."""
    frame = frame_of([connector.parse(page) for page in connector.fetch(start)])
    return frame.drop("file", "line").unique("source_id", keep="last").sort("source_id")


def asked_for(site, path="/zaken/api/v1/zaken") -> list[dict]:
    return [one.query for one in site.asked if one.path == path]


@pytest.mark.parametrize(("size", "pages"), [(1000, 2), (500, 2), (90, 7), (100, 7), (None, 7)])
def test_everything_is_read_in_pages_of_any_size(size, pages):
    with serving(OpenZaak()) as site:
        connector = zgw(site.url, page_size=size)
        assert len(list(connector.fetch(EVERYTHING))) == pages
        assert rows_of(connector).height == 623


def test_the_order_is_one_that_does_not_shift_and_every_request_names_a_coordinate_system():
    with serving(OpenZaak()) as site:
        read(zgw(site.url))
        assert {one["ordering"] for one in asked_for(site)} == {"identificatie"}
        assert {one.headers["accept-crs"] for one in site.asked} == {"EPSG:4326"}


def test_the_next_page_is_asked_at_our_own_address_though_the_source_calls_itself_otherwise():
    # The site's `next` names openzaak.inside, which does not exist: only its query is followed.
    with serving(OpenZaak()) as site:
        read(zgw(site.url, page_size=500))
        assert [one.get("page") for one in asked_for(site)] == [None, "2"]


def test_persons_roles_and_single_cases_are_never_asked_for():
    with serving(OpenZaak()) as site:
        read(zgw(site.url))
        list(zgw(site.url).fetch(Start(since=SINCE)))
        assert {one.path for one in site.asked} == {
            "/zaken/api/v1/zaken",
            "/catalogi/api/v1/zaaktypen",
            "/catalogi/api/v1/resultaattypen",
        }
        assert {one.method for one in site.asked} == {"GET"}


def test_a_size_of_page_that_is_cut_in_silence_is_told_and_nothing_is_missed():
    with serving(OpenZaak(most=50)) as site:
        batches = read(zgw(site.url, page_size=100))
    assert notices_of(batches)["page_size_cut"] == [{"asked": 100, "given": 50}]
    assert notices_of(batches)["rows_expected"] == [{"expected": 623, "found": 623}]


@pytest.mark.parametrize("knows", [frozenset(), frozenset({"expand"}), frozenset({"pageSize"})])
def test_a_product_that_refuses_a_parameter_is_asked_without_it(knows):
    with serving(OpenZaak(knows=knows)) as site:
        batches = read(zgw(site.url, page_size=500))
    assert frame_of(batches).height == 623
    assert ("outcomes_not_told" in notices_of(batches)) == ("expand" not in knows)
    assert ("page_size_cut" in notices_of(batches)) == ("pageSize" not in knows)


def test_what_a_product_refuses_is_tried_once_a_run():
    with serving(OpenZaak(knows=frozenset())) as site:
        list(zgw(site.url).fetch(Start(since=SINCE)))
        firsts = [one for one in asked_for(site) if "page" not in one]
        # Four ways to ask for the first list, one for the second and one for the third.
        assert len(firsts) == 6


def test_a_count_that_does_not_match_what_came_is_told():
    site_of = OpenZaak()

    def short(asked):
        told = site_of(asked)
        if asked.path.endswith("/zaken"):
            told.body["count"] += 7
        return told

    with serving(short) as site:
        batches = read(zgw(site.url))
    assert notices_of(batches)["rows_expected"] == [{"expected": 630, "found": 623}]


def test_rows_that_shift_while_we_read_are_kept_once():
    cases = recorded_cases()
    first = dict(cases[0], uuid="00000000-0000-4000-8000-000000000000", identificatie="ZAAK-0000")
    site_of = OpenZaak(cases=cases)
    site_of.before_page = lambda page: cases.append(first) if page == 3 and first not in cases else None
    with serving(site_of) as site:
        frame = frame_of(read(zgw(site.url)))
    # The last row of page 2 comes again as the first of page 3; the new one itself lies behind us.
    assert frame.height == 623
    assert frame["source_id"].n_unique() == 623


def test_a_row_that_comes_again_with_something_new_is_read_again():
    with serving(OpenZaak(cases=[case(einddatum=None), case()])) as site:
        frame = frame_of(read(zgw(site.url)))
    assert frame["decided_on"].is_null().to_list() == [True, False]


def test_with_a_last_run_only_what_can_have_changed_is_asked_for():
    cases = recorded_cases()
    with serving(OpenZaak(cases=cases)) as site:
        found = set(rows_of(zgw(site.url), Start(since=SINCE))["source_id"])
        firsts = [one for one in asked_for(site) if "page" not in one]
    assert [one.get("einddatum__isnull") for one in firsts] == ["true", None, None]
    assert [one.get("einddatum__gt") for one in firsts] == [None, "2026-10-21", None]
    assert [one.get("registratiedatum__gt") for one in firsts] == [None, None, "2026-10-21"]
    # By hand: open, or closed or registered from 22 October on, which is 30 days before 21 November.
    expected = {
        one["uuid"]
        for one in cases
        if one["einddatum"] is None or one["einddatum"] >= "2026-10-22" or one["registratiedatum"] >= "2026-10-22"
    }
    assert found == expected
    assert 79 < len(found) < 623


def test_a_case_that_was_reopened_is_open_again_after_the_next_run():
    cases = recorded_cases()
    closed = next(one for one in cases if one["einddatum"] == "2026-01-02")
    with serving(OpenZaak(cases=cases)) as site:
        connector = zgw(site.url)
        before = rows_of(connector)
        closed["einddatum"] = None
        later = rows_of(connector, Start(since=SINCE))
    assert before.filter(pl.col("source_id") == closed["uuid"])["decided_on"].is_not_null().all()
    assert later.filter(pl.col("source_id") == closed["uuid"])["decided_on"].to_list() == [None]


@pytest.mark.parametrize("since", [None, SINCE])
def test_a_run_that_stops_goes_on_behind_its_last_page(since):
    with serving(OpenZaak()) as site:
        connector = zgw(site.url, page_size=40)
        pages = list(connector.fetch(Start(since=since)))
        whole = rows_of(connector, Start(since=since))
        for number in range(0, len(pages), 3):
            kept = pages[: number + 1]
            rest = list(connector.fetch(Start(since=since, after=kept[-1].resume)))
            assert len(kept) + len(rest) == len(pages)
            frames = [connector.parse(page).frames[Kind.CASES] for page in (*kept, *rest)]
            again = pl.concat(frames).drop("file", "line").unique("source_id", keep="last").sort("source_id")
            assert again.equals(whole)


def test_a_run_that_was_whole_has_nothing_left_to_read():
    with serving(OpenZaak()) as site:
        connector = zgw(site.url)
        *_, last = connector.fetch(EVERYTHING)
        assert list(connector.fetch(Start(after=last.resume))) == []


def test_a_run_goes_on_at_the_start_of_its_list_when_the_page_is_gone():
    cases = recorded_cases()
    with serving(OpenZaak(cases=cases)) as site:
        connector = zgw(site.url)
        sixth = list(connector.fetch(EVERYTHING))[5]
        del cases[150:]
        rest = list(connector.fetch(Start(after=sixth.resume)))
    assert [page.name for page in rest] == ["zaken, page 1", "zaken, page 2"]


@pytest.mark.parametrize("after", ["all|page=3", "open", "nowhere|page=2"])
def test_a_place_that_is_in_no_list_of_this_run_is_where_the_run_begins(after):
    with serving(OpenZaak()) as site:
        first, *_ = zgw(site.url).fetch(Start(since=SINCE, after=after))
    assert first.name == "zaken, open, page 1"


def test_a_token_that_expires_half_way_is_renewed():
    with serving(OpenZaak(expired_at=frozenset({5}))) as site:
        assert frame_of(read(zgw(site.url))).height == 623
        assert len(site.asked) == 2 + 7 + 1


@pytest.mark.parametrize(
    ("app", "changed", "words"),
    [
        (OpenZaak(), {"password": "quite another secret, and long enough"}, "secret is not the one"),
        (OpenZaak(), {"client_id": "somebody-else"}, "does not know this `client_id`"),
        (OpenZaak(expired_at=frozenset({1, 2})), {}, "clocks of this machine and of the source differ"),
        (OpenZaak(may_read_catalogue=False), {}, "catalogi.lezen"),
        (OpenZaak(), {"password": None}, "UITKOMST_SECRET_ZAKEN"),
    ],
)
def test_each_refusal_says_who_must_do_what(app, changed, words):
    with serving(app) as site, pytest.raises(SourceRefusedError, match=words):
        read(zgw(site.url, **changed))


def test_a_right_to_the_catalogue_that_is_missing_says_what_it_costs():
    with serving(OpenZaak(may_read_catalogue=False)) as site, pytest.raises(SourceRefusedError) as refused:
        read(zgw(site.url))
    assert "permission_denied" in refused.value.sentence
    assert "neither the names of their zaaktypen nor their norms" in refused.value.sentence


def test_an_application_that_sees_fewer_case_types_than_the_catalogue_has_is_told():
    with serving(OpenZaak(visible=frozenset({KLACHT}))) as site:
        batches = read(zgw(site.url, expected_at_least=600))
    assert frame_of(batches).height == 165
    told = notices_of(batches)
    assert told["zaaktype_without_cases"] == [{"zaaktype": "ZT-PARK"}, {"zaaktype": "ZT-BEZW"}]
    assert told["fewer_than_expected"] == [{"expected": 600, "found": 165}]


def test_an_application_that_sees_all_is_told_nothing_of_it():
    with serving(OpenZaak()) as site:
        told = notices_of(read(zgw(site.url, expected_at_least=600)))
    assert not {"zaaktype_without_cases", "fewer_than_expected", "page_size_cut", "outcomes_not_told"} & told.keys()


def test_fewer_than_expected_is_told_of_a_run_of_changes_too():
    with serving(OpenZaak(visible=frozenset({BEZW}))) as site:
        connector = zgw(site.url, expected_at_least=600)
        batches = [connector.parse(page) for page in connector.fetch(Start(since=SINCE))]
    assert notices_of(batches)["fewer_than_expected"] == [{"expected": 600, "found": 128}]
    assert "rows_expected" not in notices_of(batches)


def test_a_server_error_that_does_not_pass_is_asked_for_a_few_times_and_no_more():
    with serving(OpenZaak(broken=True)) as site:
        with pytest.raises(SourceUnavailableError, match="HTTP 500"):
            read(zgw(site.url))
        assert len(site.asked) == QUICK.attempts


@pytest.mark.parametrize("fault", ["drop", "stall", "429", "502", "truncated", "html"])
def test_what_fails_once_is_asked_for_again(fault):
    with serving(OpenZaak(), faults=["ok", "ok", "ok", fault]) as site:
        assert frame_of(read(zgw(site.url))).height == 623


def test_a_page_that_points_at_itself_ends_the_run():
    def same(asked):
        query = "&".join(f"{name}={value}" for name, value in asked.query.items())
        return Told({"count": 1, "next": f"https://elsewhere/?{query}", "results": []})

    with serving(same) as site, pytest.raises(SourceChangedError, match="this one again"):
        read(zgw(site.url))


def test_a_list_without_end_stops_at_the_limit():
    limits = Limits(most_pages=3)
    with serving(OpenZaak()) as site, pytest.raises(SourceChangedError, match="more than 3 pages"):
        read(zgw(site.url, limits=limits))


@pytest.mark.parametrize("body", [{"results": {}}, [], {"count": 3}, "zaken"])
def test_an_answer_without_a_list_is_no_zgw_system(body):
    with serving(lambda _: Told(body)) as site, pytest.raises(SourceChangedError, match="no list `results`"):
        read(zgw(site.url))


def test_both_apis_may_lie_at_paths_of_their_own():
    site_of = OpenZaak()

    def moved(asked):
        paths = {"/town/zrc/zaken": "/zaken/api/v1/zaken", "/town/ztc/zaaktypen": "/catalogi/api/v1/zaaktypen"}
        return site_of(type(asked)(asked.method, paths[asked.path], asked.query, asked.headers, asked.body))

    with serving(moved) as site:
        assert frame_of(read(zgw(f"{site.url}/town", zaken="zrc", catalogi="ztc", outcomes={}))).height == 623


def test_a_catalogue_of_many_pages_is_read_to_its_end():
    many = [
        {
            **recorded_types()[1],
            "url": typed_as(f"00000000-0000-4000-8000-{number:012d}"),
            "identificatie": f"Z{number}",
        }
        for number in range(250)
    ]
    last = many[-1]
    site_of = OpenZaak(cases=[case(zaaktype=last["url"])], types=many)
    with serving(site_of) as site:
        assert frame_of(read(zgw(site.url, services={"Z249": "last"}, outcomes={})))["service"].to_list() == ["last"]
        assert len(asked_for(site, "/catalogi/api/v1/zaaktypen")) == 3


def test_two_runs_at_once_do_not_touch_each_other():
    with serving(OpenZaak()) as site:
        connector, found = zgw(site.url), []
        runs = [threading.Thread(target=lambda: found.append(rows_of(connector).height)) for _ in range(2)]
        for run in runs:
            run.start()
        for run in runs:
            run.join()
    assert found == [623, 623]


def test_services_that_name_one_service_twice_come_together():
    with serving(OpenZaak()) as site:
        frame = frame_of(read(zgw(site.url, services=dict.fromkeys(SERVICES, "all"))))
    assert frame["service"].unique().to_list() == ["all"]
