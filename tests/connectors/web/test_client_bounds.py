"""The client: bounded in time and size, on connections that are used again, and in threads that share it."""

from __future__ import annotations

import gzip
import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from connectors.connector import SourceChangedError, SourceUnavailableError
from connectors.web.access import Fixed, Granted
from connectors.web.client import Web
from connectors.web.reach import Origin
from connectors.web.secret import Secret
from tests.connectors.lines import answer, hear, listening, saying
from tests.connectors.serving import QUICK, Told, serving

TOKEN = "tok-5f0c-not-to-be-seen"


def web(url, *, limits=QUICK, pauses=None, **more):
    access = more.pop("access", Fixed(secret=Secret(variable="X", value=TOKEN)))
    sleep = (lambda _: None) if pauses is None else pauses.append
    return Web(origin=Origin.of(url), access=access, limits=limits, sleep=sleep, **more)


def at(listener, **more):
    return web(f"http://127.0.0.1:{listener.port}", **more)


def tokens():
    made = []

    def ask():
        made.append(f"token-{len(made) + 1}")
        return made[-1], 3600.0

    return made, Granted(ask=ask)


def chunked(body, *headers):
    pieces = [body[at : at + 5000] for at in range(0, len(body), 5000)]
    lines = ["HTTP/1.1 200 OK", "Transfer-Encoding: chunked", *headers, "", ""]
    coded = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return "\r\n".join(lines).encode() + coded + b"0\r\n\r\n"


@pytest.mark.parametrize("packed", [answer, chunked])
def test_a_small_answer_that_unpacks_to_a_large_one_is_stopped_at_the_limit(packed):
    bomb = gzip.compress(b" " * 300_000_000, compresslevel=9)
    limits = replace(QUICK, most_bytes=1_000_000, read_seconds=5)
    with listening(saying(packed(bomb, "Content-Encoding: gzip"))) as listener:
        tracemalloc.start()
        try:
            with pytest.raises(
                SourceChangedError, match=r"larger than 1,000,000 bytes\. Ask for smaller pages"
            ) as told:
                at(listener, limits=limits).get("rows")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert told.value.status == 200
    assert peak < 10_000_000
    assert len(listener.heard) == 1


@pytest.mark.parametrize(("size", "fits"), [(1000, True), (1001, False)])
def test_an_answer_may_be_as_large_as_the_limit(size, fits):
    with listening(saying(answer(b"[" + b" " * (size - 2) + b"]"))) as listener:
        asking = at(listener, limits=replace(QUICK, most_bytes=1000))
        if fits:
            assert asking.get("rows").data == []
        else:
            with pytest.raises(SourceChangedError, match="larger than 1,000 bytes"):
                asking.get("rows")


@pytest.mark.parametrize("packed", [answer, chunked])
def test_a_packed_answer_is_unpacked(packed):
    with listening(saying(packed(gzip.compress(b'{"rows": 2}'), "Content-Encoding: gzip"))) as listener:
        assert at(listener).get("rows").data == {"rows": 2}


def trickling(before, piece):
    def script(line, listener):
        hear(line, listener)
        line.sendall(before)
        for _ in range(400):
            line.sendall(piece)
            time.sleep(0.05)

    return script


@pytest.mark.parametrize(
    ("before", "piece"),
    [
        (answer(b"", length=100_000), b" "),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (answer(b"\x1f\x8b\x08\x08\0\0\0\0\0\0", "Content-Encoding: gzip", length=100_000), b"n"),
    ],
    ids=["body", "body-without-length", "chunks", "head", "continue", "packed-without-content"],
)
def test_a_trickle_ends_when_the_whole_answer_has_taken_long_enough(before, piece):
    limits = replace(QUICK, attempts=2, read_seconds=0.5, answer_seconds=0.6)
    begun = time.monotonic()
    with (
        listening(trickling(before, piece)) as listener,
        pytest.raises(SourceUnavailableError, match=r"one answer took longer than 0\.6 seconds"),
    ):
        at(listener, limits=limits).get("rows")
    assert len(listener.heard) == 2
    assert 1.1 < time.monotonic() - begun < 3


def test_a_large_answer_that_keeps_coming_is_read_whole():
    body = b"[" + b"1," * 4_000_000 + b"1]"
    with listening(saying(answer(body))) as listener:
        found = at(listener, limits=replace(QUICK, read_seconds=5)).get("rows")
    assert found.body == body


# --- connections ----------------------------------------------------------------------------------------------------


def echoing(line, listener):
    while hear(line, listener):
        number = listener.heard[-1].partition(b"n=")[2].partition(b" ")[0]
        line.sendall(answer(b'{"n": %b}' % (number or b"0"), last=False))


def test_requests_one_after_another_share_a_connection():
    with listening(echoing) as listener:
        asking = at(listener)
        assert [asking.get("rows", {"n": one}).data["n"] for one in range(1, 21)] == list(range(1, 21))
    assert listener.connections == 1


def test_a_connection_that_the_other_side_has_closed_is_opened_anew_without_a_pause():
    pauses = []
    with listening(saying(answer(b"[1]", last=False))) as listener:
        asking = at(listener, pauses=pauses)
        for _ in range(3):
            assert asking.get("rows").data == [1]
            time.sleep(0.05)
    assert (listener.connections, pauses) == (3, [])


def test_threads_that_share_a_client_each_get_their_own_answer(caplog):
    def app(asked):
        time.sleep(0.001 * (int(asked.query["n"]) % 7))
        return Told({"n": int(asked.query["n"]), "of": asked.headers["authorization"]})

    with serving(app) as site, ThreadPoolExecutor(8) as threads:
        asking = web(site.url, limits=replace(QUICK, read_seconds=5))
        found = list(threads.map(lambda one: asking.get("rows", {"n": one}).data, range(400)))
    assert found == [{"n": one, "of": TOKEN} for one in range(400)]
    assert len(site.asked) == 400
    assert caplog.text == ""


def test_threads_of_which_the_token_ends_renew_it_once():
    made, access = tokens()
    good, together = {"token-1"}, threading.Barrier(8)

    def app(asked):
        if asked.path == "/late" and asked.headers["authorization"] == "Bearer token-1":
            together.wait(5)
            good.discard("token-1")
            good.add("token-2")
        return Told([]) if asked.headers["authorization"][7:] in good else Told({}, 401)

    with serving(app) as site, ThreadPoolExecutor(8) as threads:
        asking = web(site.url, access=access, limits=replace(QUICK, read_seconds=5))
        asking.get("early")
        list(threads.map(lambda _: asking.get("late").data, range(8)))
    assert made == ["token-1", "token-2"]
