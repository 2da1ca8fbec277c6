"""The client: tried again within bounds, bounded in time and size, and never a word of theirs or ours in an error."""

from __future__ import annotations

import gzip
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from connectors.connector import SourceChangedError, SourceRefusedError, SourceUnavailableError
from connectors.web.access import Fixed, Granted
from connectors.web.client import Web
from connectors.web.reach import Origin
from connectors.web.secret import Secret
from tests.connectors.lines import answer, hear, listening, saying
from tests.connectors.serving import QUICK, Told, serving

TOKEN = "tok-5f0c-not-to-be-seen"
PATIENT = replace(QUICK, attempts=5, first_pause_seconds=1, longest_pause_seconds=60)


def web(url, *, limits=QUICK, pauses=None, **more):
    access = more.pop("access", Fixed(secret=Secret(variable="X", value=TOKEN)))
    sleep = (lambda _: None) if pauses is None else pauses.append
    return Web(origin=Origin.of(url), access=access, limits=limits, sleep=sleep, **more)


def at(listener, **more):
    return web(f"http://127.0.0.1:{listener.port}", **more)


def failing(*statuses, headers=None, body=None):
    """Answer with each status in turn, and then with the number of requests so far."""
    left = list(statuses)
    so_far = []

    def app(_):
        so_far.append(1)
        return Told(body or {}, left.pop(0), headers or {}) if left else Told(len(so_far))

    return app


# --- tried again ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_with_pauses_that_double(status):
    pauses = []
    with serving(failing(*[status] * 4)) as site:
        assert web(site.url, limits=PATIENT, pauses=pauses).get("rows").data == 5
    assert pauses == [1, 2, 4, 8]


def test_pauses_stop_growing_at_the_longest():
    pauses = []
    with serving(failing(*[503] * 4)) as site:
        web(site.url, limits=replace(PATIENT, longest_pause_seconds=3), pauses=pauses).get("rows")
    assert pauses == [1, 2, 3, 3]


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_attempts_are_counted_and_the_last_failure_is_told(attempts):
    pauses = []
    with (
        serving(lambda _: Told({"code": "overloaded"}, 503)) as site,
        pytest.raises(SourceUnavailableError, match=r"rows: it answered with HTTP 503, overloaded\.") as told,
    ):
        web(site.url, limits=replace(QUICK, attempts=attempts), pauses=pauses).get("rows")
    assert (told.value.status, told.value.code) == (503, "overloaded")
    assert (len(site.asked), len(pauses)) == (attempts, attempts - 1)


@pytest.mark.parametrize("status", [400, 404, 405, 409, 410, 422, 501, 304, 206 + 100])
def test_what_will_not_pass_is_asked_once(status):
    with (
        serving(lambda _: Told({}, status)) as site,
        pytest.raises(SourceChangedError, match=f"HTTP {status}") as told,
    ):
        web(site.url, limits=PATIENT).get("rows")
    assert (told.value.status, told.value.code, len(site.asked)) == (status, "", 1)


def test_a_status_that_this_source_gives_for_our_mistakes_is_asked_once():
    with serving(lambda _: Told({}, 500)) as site, pytest.raises(SourceChangedError, match="HTTP 500"):
        web(site.url, limits=PATIENT, permanent=frozenset({500})).get("rows")
    assert len(site.asked) == 1


def seconds_from_now(seconds):
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("told", "pause"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("3600", 60),
        ("9" * 500, 60),
        ("0", 1),
        ("-5", 1),
        ("1.5", 1),
        ("soon", 1),
        ("", 1),
        ("nan", 1),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 60),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 60),
        ("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", 1),
        ("Fri, 99 Foo 2026 99:99:99 GMT", 1),
        (",", 1),
    ],
)
def test_retry_after_makes_a_pause_longer_up_to_the_longest_and_never_shorter(told, pause):
    pauses = []
    with serving(failing(429, headers={"Retry-After": told})) as site:
        web(site.url, limits=PATIENT, pauses=pauses).get("rows")
    assert pauses == [pause]


def test_retry_after_may_be_a_moment():
    pauses = []
    with serving(failing(503, headers={"Retry-After": seconds_from_now(30)})) as site:
        web(site.url, limits=PATIENT, pauses=pauses).get("rows")
    assert pauses == [pytest.approx(29, abs=2)]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("drop", "no answer: the connection broke off"),
        ("stall", "no answer: it fell silent"),
        ("truncated", "breaks off or is no JSON"),
        ("html", "a web page came instead of data"),
        ("502", "HTTP 502"),
    ],
)
def test_each_fault_is_asked_again_and_told_when_it_stays(fault, words):
    with serving(lambda _: Told({"rows": [1]}), faults=[fault]) as site:
        assert web(site.url).get("rows").data == {"rows": [1]}
        site.faults.extend([fault] * 2)
        with pytest.raises(SourceUnavailableError, match=words):
            web(site.url).get("rows")
    assert len(site.asked) == 4


def test_nothing_that_listens_is_told_after_all_attempts():
    with listening(hear) as listener:
        pass
    pauses = []
    with pytest.raises(SourceUnavailableError, match="nothing listens there"):
        at(listener, limits=PATIENT, pauses=pauses).get("rows")
    assert pauses == [1, 2, 4, 8]


def test_a_host_that_does_not_pick_up_is_left_after_the_time_to_connect():
    # Of a queue of none a second caller hears nothing.
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        with socket.create_connection(busy.getsockname()), socket.socket() as second:
            second.setblocking(0)
            second.connect_ex(busy.getsockname())
            begun = time.monotonic()
            limits = replace(QUICK, attempts=1, connect_seconds=0.3)
            with pytest.raises(SourceUnavailableError, match="too long to connect"):
                web(f"http://127.0.0.1:{busy.getsockname()[1]}", limits=limits).get("rows")
            assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (answer(b'{"rows": [', length=40), "broke off"),
        (answer(b'{"rows": [1]}', length=5), "no JSON"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1, 2\r\n", "broke off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "broke off"),
        (b"HTTP/1.1 200 OK\r\n", "broke off|no JSON"),
        (b"no HTTP at all\r\n\r\n", "broke off"),
        (answer(b"not packed", "Content-Encoding: gzip"), "cannot be unpacked"),
        (answer(gzip.compress(b"[1, 2, 3]" * 99)[:-20], "Content-Encoding: gzip"), "no JSON|cannot be unpacked"),
        (answer(b""), "no JSON"),
        (answer(b"", status="204 No Content"), "no JSON"),
        (answer(b"[" * 100_000), "no JSON"),
        (answer(b'{"a": NaN}'), "no JSON"),
    ],
)
def test_half_an_answer_is_asked_for_again_and_then_told_as_unavailable(said, words):
    with listening(saying(said)) as listener, pytest.raises(SourceUnavailableError, match=words):
        at(listener).get("rows")
    assert len(listener.heard) == QUICK.attempts


def test_bytes_behind_an_answer_are_not_taken_for_the_next():
    def script(line, listener):
        while hear(line, listener):
            line.sendall(answer(b"[1]", last=False) + answer(b"[666]", last=False))

    with listening(script) as listener:
        asking = at(listener)
        assert [asking.get("rows").data for _ in range(5)] == [[1]] * 5


def test_what_is_no_json_is_given_as_it_came_where_that_was_asked():
    with serving(lambda _: Told(b"PK\x03\x04", 200, {"Content-Type": "application/zip; x=y"})) as site:
        got, posted = web(site.url).get("zip", json=False), web(site.url).post("zip", b"", json=False)
    assert (got.body, got.content_type, got.data) == (b"PK\x03\x04", "application/zip", None)
    assert posted.body == got.body


def test_a_source_may_say_no_in_a_way_of_its_own_before_the_status_is_looked_at():
    def special(found):
        if found.status == 500:
            raise SourceChangedError(found.where, "this means that we asked it wrongly.")

    with serving(lambda _: Told({}, 500)) as site, pytest.raises(SourceChangedError, match="asked it wrongly"):
        web(site.url, special=special).get("rows")
    assert len(site.asked) == 1


# --- refused --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403])
def test_a_password_that_is_refused_is_not_tried_again(status):
    with (
        serving(lambda _: Told({"code": "bad_login"}, status)) as site,
        pytest.raises(SourceRefusedError, match=f"not let in .HTTP {status}, bad_login.. Renew the secret") as told,
    ):
        web(site.url, limits=PATIENT).get("rows")
    assert (told.value.status, told.value.code, len(site.asked)) == (status, "bad_login", 1)


def tokens():
    made = []

    def ask():
        made.append(f"token-{len(made) + 1}")
        return made[-1], 3600.0

    return made, Granted(ask=ask)


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_is_refused_is_renewed_once(status):
    made, access = tokens()
    with serving(lambda _: Told({}, status)) as site, pytest.raises(SourceRefusedError):
        web(site.url, limits=PATIENT, access=access).get("rows")
    assert made == ["token-1", "token-2"]
    assert [one.headers["authorization"] for one in site.asked] == ["Bearer token-1", "Bearer token-2"]


def test_a_token_that_ends_half_way_is_renewed_and_the_reading_goes_on():
    made, access = tokens()
    good = {"token-1"}

    def app(asked):
        if asked.query["page"] == "3":
            good.discard("token-1")
            good.add("token-2")
        return Told(int(asked.query["page"])) if asked.headers["authorization"][7:] in good else Told({}, 401)

    with serving(app) as site:
        asking = web(site.url, access=access)
        assert [asking.get("rows", {"page": page}).data for page in range(1, 6)] == [1, 2, 3, 4, 5]
    assert made == ["token-1", "token-2"]
    assert len(site.asked) == 6
