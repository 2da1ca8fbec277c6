"""What errors tell: the machine's code, and nothing of a secret, a question or an answer."""

from __future__ import annotations

import json
import logging
import traceback
from dataclasses import replace

import pytest

from connectors.connector import SourceError, SourceRefusedError
from connectors.web.access import Basic, Fixed, Granted, Signed
from connectors.web.client import Web
from connectors.web.reach import Origin
from connectors.web.secret import Secret
from tests.connectors.contract import SECRET
from tests.connectors.lines import answer, listening, saying
from tests.connectors.serving import FAULTS, QUICK, Told, serving

TOKEN = "tok-5f0c-not-to-be-seen"
ASKED = "asked-77d1-not-to-be-seen"
GIVEN = "given-93ab-not-to-be-seen"
NOBODYS = (TOKEN, ASKED, GIVEN, SECRET, "Geheim", "geheim", "Kerkstraat")


def web(url, access=None, **limits):
    access = access or Fixed(secret=Secret(variable="X", value=TOKEN), prefix="Bearer ")
    headers = {"X-Tenant": GIVEN}
    limits = replace(QUICK, **limits)
    return Web(origin=Origin.of(url), access=access, limits=limits, headers=headers, sleep=lambda _: None)


def shown(error):
    """Return all that a log would hold of an error: its chain, its parts and how each is written."""
    chain, one = [], error
    while one is not None:
        chain += [repr(one), str(one), repr(one.args)]
        one = one.__cause__ or one.__context__
    return "\n".join([*chain, *traceback.format_exception(error), str(vars(error))])


def asked_both_ways(client, path="rows"):
    """Ask with a question that nobody may repeat, in the address and in a body; return both errors."""
    for ask in (
        lambda: client.get(path, {"key": ASKED, "name": SECRET}),
        lambda: client.post(path, json.dumps({"key": ASKED, "name": SECRET}).encode()),
    ):
        with pytest.raises(SourceError) as told:
            ask()
        yield told.value


def silent_on_all_that_is_nobodys(errors, caplog):
    for error in errors:
        told = f"{shown(error)}\n{caplog.text}"
        assert not [word for word in NOBODYS if word in told]


BODIES = [
    {"detail": f"{SECRET} {TOKEN} {ASKED} {GIVEN}"},
    {"code": SECRET, "error": f"{TOKEN} is no token"},
    {"code": {"nested": SECRET}, "message": SECRET},
    {"error": {"code": f"{ASKED} {SECRET}", "message": SECRET}},
    [{"code": f"/rows?key={ASKED}", "description": SECRET}],
    [SECRET, TOKEN],
    SECRET,
]


@pytest.mark.parametrize("body", BODIES, ids=map(str, range(len(BODIES))))
@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 429, 500, 503])
def test_an_error_never_repeats_what_an_answer_says(caplog, status, body):
    caplog.set_level(logging.DEBUG, logger="connectors")
    with serving(lambda _: Told(body, status, {"X-Said": TOKEN, "Location": SECRET})) as site:
        errors = list(asked_both_ways(web(site.url)))
    assert [error.status for error in errors] == [status, status]
    assert [error.code for error in errors] == ["", ""]
    silent_on_all_that_is_nobodys(errors, caplog)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_error_of_the_line_never_repeats_what_was_asked(caplog, fault):
    with serving(lambda _: Told({"name": SECRET}), faults=[fault] * 4) as site:
        errors = list(asked_both_ways(web(site.url)))
    silent_on_all_that_is_nobodys(errors, caplog)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        f"{SECRET} {TOKEN}\r\n\r\n".encode(),
        answer(f"<html>{SECRET}</html>".encode(), status=f"200 {TOKEN}"),
        answer(f'"{SECRET}'.encode(), length=900),
        answer(SECRET.encode(), "Content-Encoding: gzip"),
        answer(b"{}", f"Location: https://{TOKEN}:{TOKEN}@other.example/?{ASKED}", status="302 Found"),
        answer(b"{}", f"Location: https://{TOKEN} {SECRET}/", status="302 Found"),
        answer(b"[" + b" " * 5000 + b"]", f"X-{TOKEN}: {TOKEN}"),
        f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{TOKEN}\r\n".encode(),
        f"HTTP/1.1 200 OK\r\n{TOKEN}\r\n: {SECRET}\r\n\r\n".encode(),
    ],
    ids=map(str, range(10)),
)
def test_an_error_of_an_odd_answer_never_repeats_it(caplog, said):
    with listening(saying(said)) as listener:
        errors = list(asked_both_ways(web(f"http://127.0.0.1:{listener.port}", most_bytes=4000)))
    silent_on_all_that_is_nobodys(errors, caplog)


def test_a_path_with_a_question_in_it_is_named_without_the_question():
    with serving(lambda _: Told({}, 404)) as site:
        errors = list(asked_both_ways(web(site.url), path=f"rows?key={ASKED}"))
    assert [error.where for error in errors] == ["127.0.0.1, rows"] * 2


@pytest.mark.parametrize("odd", ["\n", "\r\nX: y", "€", "\0", "\x7f"])
def test_a_header_that_cannot_be_sent_is_told_without_its_text(odd):
    access = Fixed(secret=Secret(variable="X", value=f"{TOKEN}{odd}"))
    with (
        serving(lambda _: Told([])) as site,
        pytest.raises(SourceRefusedError, match="header 'Authorization' would hold a line break") as told,
    ):
        web(site.url, access).get("rows")
    assert TOKEN not in shown(told.value)
    assert site.asked == []


@pytest.mark.parametrize(
    "access",
    [
        Fixed(secret=Secret(variable="X", value=TOKEN)),
        Basic(user="ann", secret=Secret(variable="X", value=TOKEN)),
        Signed(secret=Secret(variable="X", value=TOKEN * 2), claims={"iss": "us"}),
        Granted(ask=lambda: (TOKEN, 60.0)),
    ],
    ids=["fixed", "basic", "signed", "granted"],
)
def test_a_client_written_down_shows_no_secret_and_no_token(access):
    access.headers()
    told = repr(web("https://source.example/api", access))
    assert TOKEN not in told
    assert GIVEN not in told


# --- codes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"code": "permission_denied"}, "permission_denied"),
        ({"code": "jwt-expired"}, "jwt-expired"),
        ({"code": "api.v1.limit"}, "api.v1.limit"),
        ({"code": 1404}, "1404"),
        ([{"code": 404, "description": "Not found"}], "404"),
        ([{"code": "404"}, {"code": "500"}], "404"),
        ({"error": {"code": "quota_exceeded"}}, "quota_exceeded"),
        ({"error": {"code": 17}}, "17"),
        ([{"error": {"code": "bad_field"}}], "bad_field"),
        ({"code": "outer", "error": {"code": "inner"}}, "outer"),
        ({"code": SECRET}, ""),
        ({"code": "a b"}, ""),
        ({"code": "<b>"}, ""),
        ({"code": "naïef"}, ""),
        ({"code": "x" * 61}, ""),
        ({"code": "a\nb"}, ""),
        ({"code": "a\n"}, ""),
        ({"code": "123456782"}, ""),
        ({"code": 123456782}, ""),
        ({"code": ""}, ""),
        ({"code": True}, ""),
        ({"code": 1.5}, ""),
        ({"code": None}, ""),
        ({"code": ["x"]}, ""),
        ({"error": "text"}, ""),
        ([], ""),
        ([[{"code": "deep"}]], ""),
        ("code", ""),
        (None, ""),
        (b"code", ""),
        (b"\xff\xfe", ""),
    ],
    ids=repr,
)
@pytest.mark.parametrize("status", [400, 403, 503])
def test_the_machines_code_of_an_error_is_told_where_it_is_one(body, code, status):
    with serving(lambda _: Told(body, status)) as site, pytest.raises(SourceError) as told:
        web(site.url).get("rows")
    assert (told.value.status, told.value.code) == (status, code)
    assert (f"HTTP {status}, {code}" if code else f"HTTP {status}") in told.value.sentence
