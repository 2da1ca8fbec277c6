"""Reach: a source is asked at its own address alone, over a line that is checked before anything is said."""

from __future__ import annotations

import socket
import time
import traceback
from dataclasses import replace

import pytest

from connectors.connector import SourceChangedError, SourceUnavailableError
from connectors.web.access import Fixed
from connectors.web.client import Web
from connectors.web.reach import Origin, pool
from connectors.web.secret import Secret
from tests.connectors.contract import SECRET
from tests.connectors.lines import answer, certificate, hear, listening, saying
from tests.connectors.serving import QUICK, Told, serving

TOKEN = "tok-5f0c-not-to-be-seen"
METADATA = "169.254.169.254"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("own"))


def web(url, **more):
    secret = Secret(variable="X", value=TOKEN)
    return Web(origin=Origin.of(url), access=Fixed(secret=secret), limits=QUICK, sleep=lambda _: None, **more)


# --- configured addresses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://source.example/api", "not encrypted. Write https"),
        ("http://10.0.0.1/api", "not encrypted"),
        ("http://localhost.example/api", "not encrypted"),
        ("http://[64:ff9b::7f00:1]/api", "not encrypted"),
        ("ftp://source.example/api", "no address. Write it as 'https://host/path'"),
        ("source.example/api", "no address"),
        ("https:///api", "no address"),
        ("https://source.example:port/", "no address"),
        ("https://source.example:99999/", "no address"),
        ("https://[::1/", "no address"),
        ("https://not a host/", "no address"),
        ("https://good.example\\evil.example/", "no address"),
        ("", "no address"),
    ],
)
def test_an_address_that_cannot_be_is_refused(url, words):
    with pytest.raises(ValueError, match=words):
        Origin.of(url)


@pytest.mark.parametrize("url", ["http://localhost:1/", "http://127.0.0.1:1/", "http://[::1]:1/", "https://a_b.nl/"])
def test_http_is_for_this_machine_and_https_for_all(url):
    Origin.of(url)


@pytest.mark.parametrize("before", [f"user:{TOKEN}@", f"{TOKEN}@", f":{TOKEN}@"])
def test_an_address_with_a_user_or_a_password_is_refused_without_repeating_it(before):
    with pytest.raises(ValueError, match="no user or password") as told:
        Origin.of(f"https://{before}source.example/api")
    assert TOKEN not in str(told.value)


@pytest.mark.parametrize("behind", [f"?key={TOKEN}", f"#{TOKEN}"])
def test_an_address_with_a_question_is_refused_without_repeating_it(behind):
    with pytest.raises(ValueError, match="leave out what follows") as told:
        Origin.of(f"https://source.example/api{behind}")
    assert TOKEN not in str(told.value)


@pytest.mark.parametrize(
    "host",
    [
        METADATA,
        "169.254.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",  # noqa: S104 - that it is refused
        "224.0.0.1",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[fd00:ec2::254]",
        "[fd20:ce::254]",
        "[::]",
        "[ff02::1]",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[::169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::1]",
    ],
)
def test_an_address_that_no_source_has_is_refused_however_it_is_written(host):
    with pytest.raises(ValueError, match="an address that no source has"):
        Origin.of(f"https://{host}/")


def test_an_address_is_put_together_from_what_was_checked():
    assert Origin.of("https://Source.Example/api/v1/").url("/rows") == "https://source.example:443/api/v1/rows"
    assert Origin.of("http://[::1]:8080").url("rows") == "http://[::1]:8080/rows"


@pytest.mark.parametrize(
    ("url", "held"),
    [
        ("https://source.example/other", True),
        ("https://SOURCE.example:443/", True),
        ("http://source.example/", False),
        ("https://source.example:8443/", False),
        ("https://source.example.evil.example/", False),
        ("https://source.example@evil.example/", False),
        ("//evil.example/", False),
        ("", False),
    ],
)
def test_an_origin_holds_its_own_scheme_host_and_port_alone(url, held):
    assert Origin.of("https://source.example/api").holds(url) is held


# --- where a name leads ---------------------------------------------------------------------------------------------


def leads(monkeypatch, *addresses):
    """Let every name resolve to the first of these addresses at the first question, and so on."""
    known = socket.getaddrinfo
    left = list(addresses)

    def resolved(_host, port, *more, **named):
        return known(left.pop(0) if len(left) > 1 else left[0], port, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


@pytest.mark.parametrize(
    "address", [METADATA, "100.100.100.200", "fe80::1", f"::ffff:{METADATA}", "64:ff9b::a9fe:a9fe"]
)
@pytest.mark.parametrize("url", ["https://source.example", "http://localhost"])
def test_a_name_that_leads_to_an_address_that_no_source_has_is_not_even_called(monkeypatch, address, url):
    leads(monkeypatch, address)
    called = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, where: called.append(where))
    with pytest.raises(SourceChangedError, match="leads to an address that no source has"):
        web(url).get("rows")
    assert called == []


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_name_that_leads_elsewhere_the_second_time_hears_nothing_of_us(monkeypatch, own, scheme):
    # The line itself says where it went: no answer of a name server comes between.
    context = own.context if scheme == "https" else None
    with listening(hear, context=context) as listener:
        monkeypatch.setattr(socket.socket, "getpeername", lambda _: (METADATA, 80))
        with pytest.raises(SourceChangedError, match=f"localhost led to {METADATA}"):
            web(f"{scheme}://localhost:{listener.port}").get("rows")
        until = time.monotonic() + 2
        while not listener.connections and time.monotonic() < until:
            time.sleep(0.01)
    assert listener.connections >= 1
    assert listener.heard == []


def test_before_a_handshake_nothing_is_said_to_a_forbidden_address(monkeypatch):
    with listening(lambda line, listener: listener.heard.append(line.recv(9))) as listener:
        monkeypatch.setattr(socket.socket, "getpeername", lambda _: (f"::ffff:{METADATA}", 80, 0, 0))
        with pytest.raises(SourceChangedError, match="no source has"):
            web(f"https://localhost:{listener.port}").get("rows")
    assert b"".join(listener.heard) == b""


def test_nothing_goes_unencrypted_to_another_machine_that_is_called_localhost(monkeypatch):
    leads(monkeypatch, "10.1.2.3")
    called = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, where: called.append(where))
    with pytest.raises(SourceChangedError, match=r"localhost led to 10\.1\.2\.3"):
        web("http://localhost:1").get("rows")
    assert called == []


def test_a_name_that_is_not_known_is_told_as_unavailable(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(SourceUnavailableError, match="its name is not known here"):
        web("https://source.example").get("rows")


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_proxy_of_the_environment_is_used(monkeypatch, own, variable, scheme):
    context = own.context if scheme == "https" else None
    with listening(saying(answer())) as proxy, listening(saying(answer(b"[7]")), context=context) as source:
        monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        url = f"{scheme}://127.0.0.1:{source.port}"
        assert web(url, connections=pool(ca_file=str(own.file))).get("rows").data == [7]
    assert proxy.connections == 0


# --- certificates ---------------------------------------------------------------------------------------------------


def test_a_certificate_that_nobody_signed_is_refused_at_once_and_nothing_is_sent(own):
    with (
        listening(saying(answer()), context=own.context) as listener,
        pytest.raises(SourceUnavailableError, match=r"certificate is not trusted \(self-signed certificate\)"),
    ):
        web(f"https://localhost:{listener.port}").get("rows")
    assert listener.heard == []
    assert listener.connections == 1


def test_a_certificate_that_a_file_names_is_trusted(own):
    with listening(saying(answer(b'{"rows": 3}')), context=own.context) as listener:
        found = web(f"https://localhost:{listener.port}", connections=pool(ca_file=str(own.file))).get("rows")
    assert found.data == {"rows": 3}
    assert TOKEN.encode() in listener.heard[0]


def test_a_certificate_that_ssl_cert_file_names_is_trusted(monkeypatch, own):
    monkeypatch.setenv("SSL_CERT_FILE", str(own.file))
    with listening(saying(answer(b"[]")), context=own.context) as listener:
        assert web(f"https://127.0.0.1:{listener.port}").get("rows").data == []


def test_a_trusted_certificate_of_another_host_is_refused(tmp_path):
    other = certificate(tmp_path, names="DNS:other.example")
    with (
        listening(saying(answer()), context=other.context) as listener,
        pytest.raises(SourceUnavailableError, match=r"not trusted .*[Hh]ostname mismatch"),
    ):
        web(f"https://localhost:{listener.port}", connections=pool(ca_file=str(other.file))).get("rows")
    assert listener.heard == []


def test_a_certificate_that_has_ended_is_refused(tmp_path):
    old = certificate(tmp_path, ended=True)
    with (
        listening(saying(answer()), context=old.context) as listener,
        pytest.raises(SourceUnavailableError, match=r"not trusted \(certificate has expired\)"),
    ):
        web(f"https://localhost:{listener.port}", connections=pool(ca_file=str(old.file))).get("rows")


def test_a_server_that_does_not_encrypt_is_told_as_such_and_hears_no_secret():
    with (
        listening(saying(answer())) as listener,
        pytest.raises(SourceUnavailableError, match=r"no encrypted connection came about|broke off|fell silent"),
    ):
        web(f"https://localhost:{listener.port}").get("rows")
    assert TOKEN.encode() not in b"".join(listener.heard)


def test_an_encrypted_line_is_used_again_read_whole_and_left_when_it_falls_silent(own):
    body = b"[" + b"1," * 1_000_000 + b"1]"

    def script(line, listener):
        for said in (b"[1]", body, None):
            hear(line, listener)
            if said is None:
                time.sleep(2 * QUICK.read_seconds)
            else:
                line.sendall(answer(said, last=False))

    with listening(script, context=own.context) as listener:
        limits = replace(QUICK, attempts=1)
        asking = replace(
            web(f"https://localhost:{listener.port}", connections=pool(ca_file=str(own.file))), limits=limits
        )
        assert asking.get("rows").data == [1]
        assert asking.get("rows").body == body
        with pytest.raises(SourceUnavailableError, match="it fell silent"):
            asking.get("rows")
    assert listener.connections == 1


# --- sent on --------------------------------------------------------------------------------------------------------


def sending_on(location, status=302):
    def app(asked):
        if asked.path == "/rows":
            return Told({}, status, {"Location": location} if location is not None else {})
        return Told({"method": asked.method, "body": asked.body.decode(), "query": asked.query})

    return app


@pytest.mark.parametrize("location", ["/there?page=2", "there?page=2"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_we_are_sent_on_to_another_path_of_the_same_source(location, status):
    with serving(sending_on(location, status)) as site:
        found = web(site.url).get("rows")
    assert found.data == {"method": "GET", "body": "", "query": {"page": "2"}}
    assert [one.headers["authorization"] for one in site.asked] == [TOKEN, TOKEN]


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "POST", "{}"), (302, "POST", "{}"), (303, "GET", ""), (307, "POST", "{}"), (308, "POST", "{}")],
)
def test_a_question_that_is_sent_on_stays_a_question_unless_the_answer_is_said_to_be_elsewhere(status, method, body):
    with serving(sending_on("/there", status)) as site:
        found = web(site.url).post("rows", b"{}")
    assert found.data == {"method": method, "body": body, "query": {}}
    assert ("content-type" in site.asked[1].headers) is (method == "POST")


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:{port}/there",
        "http://127.0.0.1:{other}/there",
        "https://127.0.0.1:{port}/there",
        "//localhost:{other}/there",
        "http://127.0.0.1:{port}@localhost:{other}/there",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_we_do_not_follow_to_another_host_port_or_scheme_and_say_so(location, status):
    with listening(hear) as other, serving(lambda _: Told({}, status, {"Location": told})) as site:
        told = location.format(port=site.url.rpartition(":")[2], other=other.port)
        with pytest.raises(SourceChangedError, match=r"sends us on to another host .* we do not follow") as error:
            web(site.url).get("rows", {"key": TOKEN})
    assert error.value.status == status
    assert len(site.asked) == 1
    assert (other.connections, other.heard) == (0, [])


def test_an_address_in_which_two_readers_see_two_hosts_leads_to_our_own():
    # One reader ends the host at the backslash, the other at the at-sign.
    routes = {}
    with listening(hear) as other, serving(lambda asked: routes[asked.path]) as site:
        location = f"http://127.0.0.1:{other.port}\\@{site.url.rpartition('/')[2]}/there"
        routes.update({"/rows": Told({}, 302, {"Location": location}), "/there": Told([1])})
        assert web(site.url).get("rows").data == [1]
    assert (other.connections, other.heard) == (0, [])


def test_where_we_are_sent_is_not_repeated_when_it_is_no_host():
    with (
        serving(sending_on(f"https://{SECRET}/?{TOKEN}")) as site,
        pytest.raises(SourceChangedError, match="an address we cannot read") as error,
    ):
        web(site.url).get("rows")
    told = "".join(traceback.format_exception(error.value))
    assert "geheim" not in told.lower()
    assert TOKEN not in told


def test_going_round_is_stopped():
    with (
        serving(lambda _: Told({}, 302, {"Location": "/rows"})) as site,
        pytest.raises(SourceChangedError, match="from one address to the next"),
    ):
        web(site.url).get("rows")
    assert len(site.asked) == 4


def test_being_sent_on_without_an_address_is_stopped():
    with serving(sending_on(None)) as site, pytest.raises(SourceChangedError, match="from one address to the next"):
        web(site.url).get("rows")
