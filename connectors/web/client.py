"""The client: asks one host, within limits, and says in the end who must act."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urljoin

import orjson
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError

from connectors.connector import SourceChangedError, SourceError, SourceRefusedError, SourceUnavailableError
from connectors.web.access import Access, Open
from connectors.web.reach import ForbiddenAddressError, Origin, elsewhere, pool

_CHUNK = 1 << 16
_PAUSED = (429, 500, 502, 503, 504)
_REFUSED = (401, 403)
_MOVED = (301, 302, 303, 307, 308)
_MOST_MOVES = 3
_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long, how often and how much: beyond these a source is told as unavailable, or as changed."""

    connect_seconds: float = 10
    read_seconds: float = 120
    answer_seconds: float = 900
    attempts: int = 4
    first_pause_seconds: float = 1
    longest_pause_seconds: float = 60
    most_bytes: int = 200_000_000
    most_pages: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source answered.

    `data` is the body read as JSON; `where` names the request for people, without secrets.
    """

    where: str
    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str]
    data: Any = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request: what is sent where, how people know it, and whether JSON must come back."""

    method: str
    url: str
    where: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    json: bool = True


class _AgainError(Exception):
    """Worth another attempt; `error` is what it comes to when none is left."""

    def __init__(self, error: SourceError, *, pause: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Asks the host of `origin` and no other.

    What may pass by itself (no connection, a stall, a broken answer, 429, 5xx) is tried again with growing pauses, as
    long as `Retry-After` says where it says so. What is refused (401, 403) is tried once more only where `access` can
    renew itself, for a token may expire half-way; a password is never tried twice. `permanent` names statuses of 5xx
    that this source gives for our mistakes.
    """

    origin: Origin
    access: Access = field(default_factory=Open)
    limits: Limits = field(default_factory=Limits)
    headers: Mapping[str, str] = field(default_factory=dict)
    permanent: frozenset[int] = frozenset()
    sleep: Callable[[float], None] = time.sleep
    connections: PoolManager = field(default_factory=pool, repr=False)

    def get(
        self,
        path: str,
        query: Mapping[str, str | int] | str | None = None,
        *,
        told: str | None = None,
        json: bool = True,
    ) -> Answer:
        """Ask for what is at a path; `query` is put behind it, and `told` names the request in its stead.

        Unless `json` is false an answer that is no JSON, or breaks off, is asked for again and then an error.
        """
        asked = query if isinstance(query, str) else urlencode(query or {})
        url = self.origin.url(path) + (f"?{asked}" if asked else "")
        return self._tried(_Asked("GET", url, f"{self.origin.host}, {told or path}", json=json))

    def post(
        self, path: str, body: bytes, *, content_type: str = "application/json", told: str | None = None
    ) -> Answer:
        """Send a body to a path and read the JSON that comes; only for questions, which may be put twice."""
        where = f"{self.origin.host}, {told or path}"
        headers = {"Content-Type": content_type}
        return self._tried(_Asked("POST", self.origin.url(path), where, body=body, headers=headers))

    def _tried(self, asked: _Asked) -> Answer:
        attempts = Retrying(
            stop=stop_after_attempt(self.limits.attempts),
            retry=retry_if_exception_type(_AgainError),
            wait=self._pause,
            sleep=self.sleep,
            reraise=True,
        )
        try:
            return attempts(self._answered, asked)
        except _AgainError as given_up:
            raise given_up.error from given_up.__cause__

    def _answered(self, asked: _Asked) -> Answer:
        answer = self._asked(asked, renewed=False)
        if answer.status in _REFUSED and self.access.renews:
            answer = self._asked(asked, renewed=True)
        self._check(answer)
        if not asked.json:
            return answer
        try:
            return replace(answer, data=orjson.loads(answer.body))
        except ValueError:
            raise _AgainError(SourceUnavailableError(asked.where, _no_json(answer))) from None

    def _check(self, answer: Answer) -> None:
        if answer.status in _REFUSED:
            raise SourceRefusedError(answer.where, _refused(answer), status=answer.status, code=_code(answer))
        if answer.status in _PAUSED and answer.status not in self.permanent:
            sentence = _status(answer, "Try again later, or ask who runs it.")
            error = SourceUnavailableError(answer.where, sentence, status=answer.status, code=_code(answer))
            raise _AgainError(error, pause=_retry_after(answer))
        if not 200 <= answer.status < 300:  # noqa: PLR2004
            sentence = _status(answer, "Check `url` and the settings of this source.")
            raise SourceChangedError(answer.where, sentence, status=answer.status, code=_code(answer))

    def _asked(self, asked: _Asked, *, renewed: bool) -> Answer:
        headers = {"Accept": "application/json", **self.headers, **asked.headers}
        headers |= self.access.headers(renewed=renewed)
        url = asked.url
        for _ in range(_MOST_MOVES):
            answer = self._once(replace(asked, url=url, headers=headers))
            if answer.status not in _MOVED:
                return answer
            url = urljoin(url, answer.headers.get("location", ""))
            if not self.origin.holds(url):
                raise elsewhere(asked.where, url)
        raise SourceChangedError(asked.where, "it sends us from one address to the next. Check `url` of this source.")

    def _once(self, asked: _Asked) -> Answer:
        limits, where = self.limits, asked.where
        try:
            response = self.connections.request(
                asked.method,
                asked.url,
                body=asked.body,
                headers=dict(asked.headers),
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=Timeout(connect=limits.connect_seconds, read=limits.read_seconds),
            )
            try:
                content = self._content(response, where)
            except BaseException:
                response.close()
                raise
            response.release_conn()
        except ForbiddenAddressError as error:
            sentence = f"the host leads to an address that no source has ({error}). Check `url` and who runs the name."
            raise SourceChangedError(where, sentence) from error
        except (HTTPError, OSError) as error:
            sentence = f"no answer ({_plainly(error)}). Try again later, or check `url` and the network."
            raise _AgainError(SourceUnavailableError(where, sentence)) from error
        return Answer(
            where=where,
            status=response.status,
            content_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
            body=content,
            headers={name.lower(): value for name, value in response.headers.items()},
        )

    def _content(self, response: BaseHTTPResponse, where: str) -> bytes:
        parts, size, until = [], 0, time.monotonic() + self.limits.answer_seconds
        for part in response.stream(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > self.limits.most_bytes:
                sentence = f"one answer is larger than {self.limits.most_bytes:,} bytes. Ask for smaller pages."
                raise SourceChangedError(where, sentence)
            if time.monotonic() > until:
                sentence = f"one answer took longer than {self.limits.answer_seconds:g} seconds. Try again later."
                raise _AgainError(SourceUnavailableError(where, sentence))
        return b"".join(parts)

    def _pause(self, state: RetryCallState) -> float:
        failed = state.outcome.exception() if state.outcome is not None else None
        asked = failed.pause if isinstance(failed, _AgainError) else None
        growing = self.limits.first_pause_seconds * 2 ** (state.attempt_number - 1)
        return min(growing if asked is None else asked, self.limits.longest_pause_seconds)


def _retry_after(answer: Answer) -> float | None:
    given = answer.headers.get("retry-after", "").strip()
    if given.isdecimal():
        return float(given)
    try:
        until = parsedate_to_datetime(given)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _refused(answer: Answer) -> str:
    return (
        f"we are not let in ({_told(answer)}). Renew the secret of this source, or give its "
        "account the rights that docs/sources names."
    )


def _status(answer: Answer, advice: str) -> str:
    return f"it answered with {_told(answer)}. {advice}"


def _told(answer: Answer) -> str:
    code = _code(answer)
    return f"HTTP {answer.status}, {code}" if code else f"HTTP {answer.status}"


def _code(answer: Answer) -> str:
    """Return the machine's code of an error; its sentences may repeat what we sent."""
    try:
        told = orjson.loads(answer.body)
    except ValueError:
        return ""
    code = told.get("code") if isinstance(told, dict) else None
    return code if isinstance(code, str) and code.replace("-", "").replace("_", "").isalnum() else ""


def _no_json(answer: Answer) -> str:
    if b"<html" in answer.body[:_SHOWN].lower() or answer.content_type == "text/html":
        return (
            "a web page came instead of data: a maintenance or sign-in page, or another address. "
            "Try again later, or check `url` of this source."
        )
    return "the answer breaks off or is no JSON. Try again later, or ask who runs it."


def _plainly(error: BaseException) -> str:
    # The text of these errors repeats addresses and sometimes what was sent.
    return type(error).__name__.removesuffix("Error")
