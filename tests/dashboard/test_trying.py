"""A try of a source: no more pages than asked for, everything closed behind it, nothing saved."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from connectors import CONNECTORS
from connectors.connector import SourceRefusedError
from connectors.web.secret import Secret
from dashboard.trying import is_local, try_source, try_sources
from metrics.records import Kind
from tests.connectors import limesurvey_site, zgw_site
from tests.connectors.every import NETWORK
from tests.connectors.serving import QUICK, serving

TODAY = date(2026, 11, 23)
CASES = {"record": "cases", "columns": {"source_id": "a", "service": "b", "received_on": "c"}}


def made(kind, **settings):
    injected = {"folder": Path(), "timezone": "UTC", "secret": Secret(variable="X")}
    wanted = {name: one for name, one in injected.items() if name in dict(CONNECTORS)[kind].__dataclass_fields__}
    return TypeAdapter(dict(CONNECTORS)[kind]).validate_python({**settings, **wanted})


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("sqlite:///file.db", True),
        ("duckdb:///rows/*.parquet", True),
        ("postgresql://reader@db.example/register", False),
        ("spark:///folder", False),
    ],
)
def test_a_database_in_a_file_is_local_and_a_server_is_not(url, local):
    counted = {"counted": True, "record": "cases", "columns": {"service": "b", "received_on": "c"}}
    assert is_local(made("sql", url=url, query="SELECT * FROM rows", **counted)) is local


def test_files_are_local_and_every_kind_over_the_network_is_not():
    assert is_local(made("files", path="*.csv", **CASES))
    assert is_local(made("event_log", path="log.xes", service="s", received="a", decided="b"))
    assert [kind for kind, one in NETWORK.items() if is_local(one.connector("http://127.0.0.1:1"))] == []


def test_a_try_stops_where_it_was_told_to_and_says_that_there_may_be_more():
    with serving(NETWORK["zgw"].app()) as site:
        tried = try_source("cases", zgw_site.zgw(site.url), latest=TODAY, most_pages=2)
        pages = [one for one in site.asked if one.path.endswith("/zaken")]
    assert (tried.run.progress.pages, tried.whole) == (2, False)
    assert tried.rows[Kind.CASES].height == 200
    assert len(pages) == 2


def test_a_try_that_reads_all_there_is_says_so():
    with serving(NETWORK["zgw"].app()) as site:
        tried = try_source("cases", zgw_site.zgw(site.url), latest=TODAY, most_pages=None)
    assert tried.whole
    assert tried.rows[Kind.CASES].height == len(zgw_site.recorded_cases())


def test_a_session_is_closed_also_where_a_try_stops_halfway():
    with serving(limesurvey_site.LimeSurveySite()) as site:
        try_source("survey", limesurvey_site.survey(site.url), latest=TODAY, most_pages=1)
        methods = [one.json()["method"] for one in site.asked]
    assert methods.count("get_session_key") == 1
    assert methods[-1] == "release_session_key"


def test_a_source_that_refuses_us_is_an_outcome_and_no_error():
    with serving(NETWORK["zgw"].app()) as site:
        connector = zgw_site.zgw(site.url, password="another secret, long enough for HS256")
        tried = try_source("cases", connector, latest=TODAY, most_pages=3)
    assert isinstance(tried.run.failure, SourceRefusedError)
    assert (tried.whole, dict(tried.rows)) == (False, {})


def test_several_sources_are_tried_side_by_side_and_told_in_their_order():
    # Each system gives its first answer only when the other was asked too.
    both_asked = threading.Barrier(2)

    def waiting(app):
        asked_before = []

        def answer(asked):
            if not asked_before:
                asked_before.append(asked)
                both_asked.wait(timeout=20)
            return app(asked)

        return answer

    patient = replace(QUICK, read_seconds=30, answer_seconds=60)
    with serving(waiting(NETWORK["zgw"].app())) as one, serving(waiting(NETWORK["zgw"].app())) as other:
        connectors = {"b": zgw_site.zgw(other.url, limits=patient), "a": zgw_site.zgw(one.url, limits=patient)}
        tried = try_sources(connectors, latest=TODAY)
    assert [(name, one.run.progress.pages) for name, one in tried.items()] == [("b", 3), ("a", 3)]
