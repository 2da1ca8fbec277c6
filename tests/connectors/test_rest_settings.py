from __future__ import annotations

import base64
import json
import time
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl

import jwt
import pytest
from pydantic import ValidationError

from connectors.connector import SourceChangedError, SourceRefusedError, Start
from metrics.records import Kind
from tests.connectors.contract import SECRET
from tests.connectors.rest_site import KEY, PLAIN, numbered, paged, read_all, rest, told
from tests.connectors.serving import Told, serving

URL = "https://bron.example/api"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"url": "http://bron.example"}, "is not encrypted"),
        ({"url": "https://ik:geheim@bron.example"}, "holds no user or password"),
        ({"timezone": "Europe/Amsterdm"}, "'Europe/Amsterdm' is no time zone"),
        ({"timezone_of_source": "CEST+1"}, "'CEST+1' is no time zone"),
        ({"rows": "a..b"}, "rows: 'a..b' is no JMESPath"),
        ({"rows": ""}, "rows: '' is no JMESPath"),
        ({"expected": "lenght(rows)"}, "no function 'lenght'. Did you mean 'length'?"),
        ({"columns": {**PLAIN["columns"], "value": "data.q-1"}}, "columns.value: 'data.q-1' is no JMESPath"),
        ({"columns": {**PLAIN["columns"], "chanel": "x"}}, "'chanel' is no column of answers. Did you mean 'channel'?"),
        ({"columns": {"source_id": "id"}}, "cannot be read without value, answered_on"),
        ({"columns": {**PLAIN["columns"], "channel": "contact.e_mail"}}, "'e_mail' holds persons or their words"),
        ({"columns": {**PLAIN["columns"], "value": {"path": "v", "format": "seconds"}}}, "'value' is not a day"),
        ({"segments": {"street": "address.Straat"}}, "holds persons or their words"),
        ({"paging": {"by": "cursor"}}, "by = 'cursor' needs next"),
        ({"paging": {"by": "none", "size": 3, "size_parameter": "n"}}, "size goes with by = 'page' or 'offset'"),
        ({"paging": {"by": "page", "size": 3}}, "size and size_parameter go together"),
        ({"paging": {"by": "page", "size": 0, "size_parameter": "n"}}, "size is 1 or more"),
        ({"access": {"by": "key"}}, "by = 'key' needs header"),
        ({"access": {"by": "basic"}}, "by = 'basic' needs user"),
        ({"access": {"by": "bearer", "user": "x"}}, "user goes with by = 'basic', not with by = 'bearer'"),
        ({"access": {"by": "oauth", "client_id": "x", "token_url": "http://t.example/"}}, "token_url: 'http://t.exam"),
        ({"query": {"api-key": "geheim"}}, "'api-key' looks like a secret"),
        ({"path": "answers?status=*"}, "path: leave out what follows the ? or #"),
        ({"path": "https://bron.example/answers"}, "path: 'https://bron.example/answers' is a whole address"),
        ({"headers": {"Authorization": "Bearer x"}}, "'Authorization' is not yours to set"),
        ({"since_format": "date"}, "since_format 'date' writes no moment"),
        ({"overlap_days": -1}, "overlap_days is 0 or more"),
        ({"wordings": {"path": "s", "items": {"eas": "q"}}}, "there is no item 'eas'"),
        (
            {"wordings": {"path": "s", "items": {"ease": "q"}}, "columns": {**PLAIN["columns"], "question": "q"}},
            "given",
        ),
        ({"patch": "x"}, "Unexpected keyword argument"),
    ],
)
def test_wrong_settings_are_told(settings, sentence):
    with pytest.raises(ValidationError) as wrong:
        rest(**{"url": URL, **PLAIN, **settings})
    assert sentence in str(wrong.value)


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(ValidationError) as wrong:
        rest(URL, **{**PLAIN, "rows": "[", "paging": {"by": "cursor"}, "since_format": "x"})
    assert all(word in str(wrong.value) for word in ("rows:", "needs next", "since_format"))


# --- access -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("access", "name", "value"),
    [
        ({"by": "bearer"}, "authorization", f"Bearer {KEY}"),
        ({"by": "basic", "user": "ik"}, "authorization", "Basic " + base64.b64encode(f"ik:{KEY}".encode()).decode()),
        ({"by": "key", "header": "X-API-TOKEN"}, "x-api-token", KEY),
        ({"by": "key", "header": "Authorization", "prefix": "Token "}, "authorization", f"Token {KEY}"),
    ],
)
def test_the_secret_goes_along_as_the_source_asks(access, name, value):
    with serving(paged(numbered(3), by="none")) as site:
        read_all(rest(site.url, **PLAIN, access=access, headers={"Accept-Crs": "EPSG:4326"}))
    assert site.asked[0].headers[name] == value
    assert site.asked[0].headers["accept-crs"] == "EPSG:4326"


def test_an_open_source_needs_no_secret_and_another_says_which_is_missing():
    with serving(paged(numbered(3), by="none")) as site:
        read_all(rest(site.url, **PLAIN, secret=None))
        with pytest.raises(SourceRefusedError, match="UITKOMST_SECRET_IT"):
            read_all(rest(site.url, **PLAIN, secret=None, access={"by": "bearer"}))


def test_a_token_that_we_sign_ourselves_holds_the_claims():
    key = "k" * 32
    with serving(paged(numbered(3), by="none")) as site:
        read_all(rest(site.url, **PLAIN, secret=key, access={"by": "jwt", "claims": {"client_id": "uitkomst"}}))
    sent = site.asked[0].headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(sent, key, algorithms=["HS256"])
    assert claims["client_id"] == "uitkomst"
    assert abs(claims["iat"] - time.time()) < 60


class Desk:
    """Gives tokens that the source accepts three times each."""

    def __init__(self, rows):
        self.given, self.used, self.asked = [], {}, []
        self.rows = paged(rows, by="page")

    def tokens(self, asked):
        self.asked.append(asked)
        form = dict(parse_qsl(asked.body.decode()))
        in_header = asked.headers.get("authorization", "") == "Basic " + base64.b64encode(f"me:{KEY}".encode()).decode()
        if form["grant_type"] != "client_credentials" or not (in_header or form.get("client_secret") == KEY):
            return Told({"error": "invalid_client", "error_description": KEY}, 400)
        self.given.append(f"t{len(self.given)}")
        return Told({"access_token": self.given[-1], "expires_in": 3600})

    def source(self, asked):
        token = asked.headers["authorization"].removeprefix("Bearer ")
        self.used[token] = self.used.get(token, 0) + 1
        return self.rows(asked) if token in self.given and self.used[token] <= 3 else Told(b"", 401)


@pytest.mark.parametrize("client_in", ["body", "header"])
def test_a_granted_token_that_expires_half_way_is_renewed(client_in):
    desk = Desk(numbered(75))
    with serving(desk.tokens) as host, serving(desk.source) as site:
        access = {"by": "oauth", "client_id": "me", "token_url": f"{host.url}/realms/a/token", "scope": "read"}
        access["client_in"] = client_in
        batches = read_all(rest(site.url, **PLAIN, access=access, paging={"by": "page"}))
    assert sum(frame.height for batch in batches for frame in batch.frames.values()) == 75
    assert len(desk.given) == 3
    assert {asked.path for asked in desk.asked} == {"/realms/a/token"}
    assert dict(parse_qsl(desk.asked[0].body.decode()))["scope"] == "read"


def test_a_secret_that_the_token_host_does_not_know_is_a_refusal_that_repeats_nothing():
    desk = Desk(numbered(5))
    with serving(desk.tokens) as host, serving(desk.source) as site:
        access = {"by": "oauth", "client_id": "me", "token_url": f"{host.url}/token"}
        with pytest.raises(SourceRefusedError, match="gives no token") as refused:
            read_all(rest(site.url, secret="wrong-secret", **PLAIN, access=access))
    assert "wrong-secret" not in str(refused.value)
    assert KEY not in str(refused.value)
    assert not site.asked


def test_a_token_host_that_gives_no_token_is_told():
    with serving(lambda _: Told({"token": "x"})) as host, serving(paged([], by="none")) as site:
        access = {"by": "oauth", "client_id": "me", "token_url": f"{host.url}/token"}
        with pytest.raises(SourceChangedError, match="without an access_token"):
            read_all(rest(site.url, **PLAIN, access=access))


# --- the question -------------------------------------------------------------------------------------------

SINCE = datetime(2026, 3, 10, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("settings", "start", "asked"),
    [
        ({}, Start(since=SINCE), "2026-03-09T00:30:00Z"),
        ({"overlap_days": 0}, Start(since=SINCE), "2026-03-10T00:30:00Z"),
        ({"since_format": "%d-%m-%Y %H:%M"}, Start(since=SINCE), "09-03-2026 01:30"),
        ({"since_format": "%Y-%m-%d", "timezone_of_source": "America/New_York"}, Start(since=SINCE), "2026-03-08"),
        ({"since_format": "seconds"}, Start(since=SINCE), str(int(SINCE.timestamp()) - 86400)),
        ({"since_format": "milliseconds"}, Start(since=SINCE), str((int(SINCE.timestamp()) - 86400) * 1000)),
        ({}, Start(), None),
        ({"earliest": "2025-01-01"}, Start(), "2024-12-31T23:00:00Z"),
        ({"earliest": "2025-01-01"}, Start(since=SINCE), "2026-03-09T00:30:00Z"),
    ],
)
def test_the_moment_since_which_is_asked_is_written_as_the_source_wants_it(settings, start, asked):
    query = {"from": "{since}", "fixed": True, "n": 3}
    with serving(paged(numbered(3), by="none")) as site:
        read_all(rest(site.url, **PLAIN, query=query, **settings), start)
    sent = site.asked[0].query
    assert sent.get("from") == asked
    assert (sent["fixed"], sent["n"]) == ("true", "3")


def test_until_is_the_moment_of_this_run_and_stands_inside_a_longer_text():
    query = {"query": json.dumps({"t": {"$gt": "{since}", "$lt": "{until}"}}), "field": ["a", "b"]}
    with serving(paged(numbered(3), by="none")) as site:
        read_all(rest(site.url, **PLAIN, query=query), Start(since=SINCE))
    sent = json.loads(site.asked[0].query["query"])["t"]
    assert sent["$gt"] == "2026-03-09T00:30:00Z"
    assert abs((datetime.now(tz=UTC) - datetime.fromisoformat(sent["$lt"])).total_seconds()) < 60


# --- cells --------------------------------------------------------------------------------------------------


def answers(*rows, **settings):
    with serving(lambda _: Told({"rows": list(rows)})) as site:
        (batch,) = read_all(rest(site.url, **{**PLAIN, **settings}))
    return batch


def days_of(*cells, source="UTC", **rule):
    columns = {**PLAIN["columns"], "answered_on": {"path": "day", **rule}}
    rows = [{"id": place, "day": cell, "score": 3} for place, cell in enumerate(cells)]
    batch = answers(*rows, columns=columns, timezone_of_source=source)
    return batch.frames[Kind.ANSWERS]["answered_on"].to_list(), batch.rejected["line"].to_list()


def test_a_moment_without_an_offset_is_that_of_a_clock_in_the_zone_of_the_source():
    cells = ["2026-03-01T23:30:00", "2026-03-01 23:30", "2026-03-01T23:30:00.123", "2026-03-01", "2026-03-01T23:30:00Z"]
    second, first = date(2026, 3, 2), date(2026, 3, 1)
    assert days_of(*cells) == ([second, second, second, first, second], [])
    assert days_of(*cells, source="Europe/Amsterdam") == ([first, first, first, first, second], [])
    assert days_of("01-03-2026 23:30", "x", format="%d-%m-%Y %H:%M") == ([second], [2])
    assert days_of("2026-03-29T02:30:00", source="Europe/Amsterdam")[1] == []


def test_a_moment_that_no_calendar_has_stays_as_it_was_and_the_end_of_time_is_no_day_beyond_it():
    cells = ["9999-12-31T23:59:59", "0001-01-01T00:00:00", "2026-02-30T10:00:00", "262142-12-31T23:59", "é" * 500]
    assert days_of(*cells) == ([date(9999, 12, 31), date(1, 1, 1)], [3, 4, 5])
    assert days_of(*cells, source="America/New_York")[0] == [date(9999, 12, 31), date(1, 1, 1)]


def test_moments_counted_from_1970_are_days_and_what_is_none_is_rejected():
    assert days_of(1772407800, "1772407800", 1772407800.5, format="seconds") == ([date(2026, 3, 2)] * 3, [])
    assert days_of(1772407800000, 1e300, -5, 2**63, "morgen", None, format="milliseconds") == (
        [date(2026, 3, 2), None],
        [2, 3, 4, 5],
    )


def test_an_object_in_the_place_of_a_label_or_an_id_is_none():
    columns = {**PLAIN["columns"], "channel": "channel"}
    rows = [{**row, "channel": "web", "part": "noord"} for row in numbered(5)]
    rows[1]["channel"], rows[2]["channel"] = {"naam": SECRET}, [SECRET]
    rows[3]["part"], rows[4]["id"] = {"naam": SECRET}, {"naam": SECRET}
    batch = answers(*rows, columns=columns, segments={"district": "part"})
    assert batch.frames[Kind.ANSWERS]["source_id"].to_list() == ["0"]
    assert batch.rejected.select("line", "column", "reason").rows() == [
        (2, "channel", "unknown_value"),
        (3, "channel", "unknown_value"),
        (4, "segments", "unknown_value"),
        (5, "source_id", "unknown_value"),
    ]
    assert SECRET not in str(batch.rejected.rows())


def test_an_id_may_be_made_of_several_paths():
    columns = {**PLAIN["columns"], "source_id": ["form.id", "id"]}
    batch = answers(*({**row, "form": {"id": 7}} for row in numbered(2)), columns=columns)
    assert batch.frames[Kind.ANSWERS]["source_id"].to_list() == ["7|0", "7|1"]


def test_a_function_that_does_not_work_on_a_row_rejects_that_row_alone():
    columns = {**PLAIN["columns"], "value": "length(scores)"}
    batch = answers(
        *({**row, "scores": [1, 2]} for row in numbered(2)), {"id": 7, "day": "2026-03-01"}, columns=columns
    )
    assert batch.frames[Kind.ANSWERS]["value"].to_list() == [2, 2]
    assert batch.rejected.select("line", "reason").rows() == [(3, "not_a_number")]


def test_a_row_that_is_no_object_is_rejected_as_unreadable():
    batch = answers(*numbered(1), None, SECRET, [SECRET])
    assert batch.rejected.select("line", "reason").rows() == [(place, "unreadable_row") for place in (2, 3, 4)]


def test_a_path_to_nothing_is_told_and_a_path_to_null_is_not():
    rows = [{**row, "channel": None} for row in numbered(3)]
    columns = {**PLAIN["columns"], "channel": "channel"}
    assert told([answers(*rows, columns=columns)], "nothing_at_path") == []
    (notice,) = told([answers(*rows, columns={**columns, "channel": "chanel"})], "nothing_at_path")
    assert notice == {"file": "answers", "setting": "columns.channel", "path": "chanel"}


def test_counts_without_an_id_are_known_by_what_they_say():
    settings = {
        "record": "counts",
        "columns": {"happened_on": "day", "n": "n", "event": {"path": "kind", "map": {"bel": "contact"}}},
        "constants": {"service": "passports"},
    }
    batch = answers(
        {"day": "2026-03-01", "n": 3, "kind": "bel"}, {"day": "2026-03-02", "n": 4, "kind": "bel"}, **settings
    )
    frame = batch.frames[Kind.COUNTS]
    assert frame["n"].to_list() == [3, 4]
    assert frame["source_id"].n_unique() == 2
