"""The client: asks one host, within limits, and says in the end who must act."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode, urljoin

import orjson
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from urllib3 import BaseHTTPResponse, PoolManager, Timeout
from urllib3.exceptions import HTTPError

from connectors.connector import SourceChangedError, SourceError, SourceRefusedError
from connectors.web.access import Access, Headers, Open
from connectors.web.answer import (
    Answer,
    changed,
    forbidden,
    no_json,
    refused,
    retry_after,
    silent,
    unavailable,
    untrusted,
)
from connectors.web.line import ForbiddenAddressError
from connectors.web.reach import Origin, elsewhere, pool

__all__ = ["Answer", "Limits", "Web"]

_CHUNK = 1 << 16
_PAUSED = (429, 500, 502, 503, 504)
_REFUSED = (401, 403)
_MOVED = (301, 302, 303, 307, 308)
_ASK_WITH_GET = 303
_MOST_MOVES = 3
_HEADER = re.compile(r"[A-Za-z0-9_-]+")


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


@dataclass(frozen=True, slots=True)
class _Asked:
    """One request: what is sent where, how people know it, and whether JSON must come back."""

    method: str
    url: str = field(repr=False)
    where: str
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: bool = True


class _AgainError(Exception):
    """Worth another attempt; `error` is what it comes to when none is left."""

    def __init__(self, error: SourceError, *, pause: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


def _as_any(_answer: Answer) -> None:
    """Find nothing special in an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Asks the host of `origin` and no other.

    What may pass by itself (no connection, a stall, a broken answer, 429, 5xx) is tried again with growing pauses, or
    longer ones where `Retry-After` says so. What is refused (401, 403) is tried once more only where `access` can
    renew itself, for a token may expire half-way; a password is never tried twice. `permanent` names statuses of 5xx
    that this source gives for our mistakes; `special` sees each answer before it is judged by its status, and raises
    where it says no in a way that only this source has.
    """

    origin: Origin
    access: Access = field(default_factory=Open)
    limits: Limits = field(default_factory=Limits)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    permanent: frozenset[int] = frozenset()
    special: Callable[[Answer], None] = _as_any
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
        return self._tried(_Asked("GET", url, self._where(told or path), json=json))

    def post(
        self,
        path: str,
        body: bytes,
        *,
        content_type: str = "application/json",
        told: str | None = None,
        json: bool = True,
    ) -> Answer:
        """Send a body to a path and read what comes, as `get` does; only for questions, which may be put twice."""
        headers = {"Content-Type": content_type}
        where = self._where(told or path)
        return self._tried(_Asked("POST", self.origin.url(path), where, body=body, headers=headers, json=json))

    def _where(self, told: str) -> str:
        return f"{self.origin.host}, {told.partition('?')[0]}"

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
            error = given_up.error
        raise error

    def _answered(self, asked: _Asked) -> Answer:
        entry = self.access.headers()
        answer = self._asked(asked, entry)
        if answer.status in _REFUSED and self.access.renews:
            answer = self._asked(asked, self.access.headers(refused=entry))
        self.special(answer)
        self._check(answer)
        if not asked.json:
            return answer
        try:
            return replace(answer, data=orjson.loads(answer.body))
        except ValueError:
            failure = _AgainError(no_json(answer))
        raise failure

    def _check(self, answer: Answer) -> None:
        if answer.status in _REFUSED:
            raise refused(answer)
        if answer.status in _PAUSED and answer.status not in self.permanent:
            raise _AgainError(unavailable(answer), pause=retry_after(answer))
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP says so
            raise changed(answer)

    def _asked(self, asked: _Asked, entry: Headers) -> Answer:
        headers = {"Accept": "application/json", **self.headers, **asked.headers, **entry}
        _check_headers(headers, asked.where)
        now = replace(asked, headers=headers)
        for _ in range(_MOST_MOVES + 1):
            answer = self._once(now)
            if answer.status not in _MOVED:
                return answer
            now = self._moved(now, answer)
        sentence = "it sends us from one address to the next. Check `url` of this source."
        raise SourceChangedError(asked.where, sentence, status=answer.status)

    def _moved(self, asked: _Asked, answer: Answer) -> _Asked:
        url = urljoin(asked.url, answer.headers.get("location", ""))
        if not self.origin.holds(url):
            raise elsewhere(asked.where, url, status=answer.status)
        there = replace(asked, url=self.origin.taken(url))
        if answer.status != _ASK_WITH_GET:
            return there
        headers = {name: value for name, value in asked.headers.items() if name.lower() != "content-type"}
        return replace(there, method="GET", body=None, headers=headers)

    def _once(self, asked: _Asked) -> Answer:
        try:
            return self._received(asked)
        except (HTTPError, OSError) as error:
            failure = self._failure(error, asked.where)
        # Not from within: the errors of the line repeat addresses, and pieces of what came back.
        raise failure

    def _failure(self, error: Exception, where: str) -> SourceError | _AgainError:
        if isinstance(error, ForbiddenAddressError):
            return forbidden(where, error)
        again = _AgainError(silent(where, error, answer_seconds=self.limits.answer_seconds))
        return untrusted(where, error) or again

    def _received(self, asked: _Asked) -> Answer:
        limits, where = self.limits, asked.where
        response = self.connections.request(
            asked.method,
            asked.url,
            body=asked.body,
            headers=dict(asked.headers),
            redirect=False,
            retries=False,
            preload_content=False,
            timeout=Timeout(connect=limits.connect_seconds, read=limits.read_seconds, total=limits.answer_seconds),
        )
        try:
            content = self._content(response, where)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return Answer(
            where=where,
            status=response.status,
            content_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
            body=content,
            headers={name.lower(): value for name, value in response.headers.items()},
        )

    def _content(self, response: BaseHTTPResponse, where: str) -> bytes:
        parts, size = [], 0
        # Said in so many words: left to itself it does not unpack what comes in chunks.
        for part in response.stream(_CHUNK, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > self.limits.most_bytes:
                sentence = f"one answer is larger than {self.limits.most_bytes:,} bytes. Ask for smaller pages."
                raise SourceChangedError(where, sentence, status=response.status)
        return b"".join(parts)

    def _pause(self, state: RetryCallState) -> float:
        failed = state.outcome.exception() if state.outcome is not None else None
        asked = failed.pause if isinstance(failed, _AgainError) else None
        growing = self.limits.first_pause_seconds * 2.0 ** (state.attempt_number - 1)
        return float(min(max(growing, asked or 0), self.limits.longest_pause_seconds))


def _check_headers(headers: Headers, where: str) -> None:
    # The client of Python would repeat the whole header in its error.
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or not all(" " <= one <= "~" for one in value):
            sentence = (
                f"the header '{name}' would hold a line break or a letter that no header carries. "
                "Set the secret and the user of this source again."
            )
            raise SourceRefusedError(where, sentence)
