"""Answers, and the errors they come to: what was found and who must act, in words that repeat nothing of theirs."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from connectors.connector import SourceChangedError, SourceRefusedError, SourceUnavailableError
from connectors.web.line import ForbiddenAddressError, TooLongError

_SHOWN = 200
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}", re.ASCII)
_MOST_DIGITS = 6

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (NameResolutionError, "its name is not known here"),
    # The one is a kind of the other.
    (NewConnectionError, "nothing listens there"),
    (ConnectTimeoutError, "it took too long to connect"),
    (ReadTimeoutError, "it fell silent"),
    (SSLError, "no encrypted connection came about"),
    (DecodeError, "the answer cannot be unpacked"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source answered.

    `data` is the body read as JSON; `where` names the request for people, without secrets.
    """

    where: str
    status: int
    content_type: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    data: Any = field(default=None, repr=False)


def code_of(answer: Answer) -> str:
    """Return the machine's code of an error; its sentences may repeat what we sent."""
    try:
        told = orjson.loads(answer.body)
    except ValueError:
        return ""
    one = told[0] if isinstance(told, list) and told else told
    return _code(one) or (_code(one.get("error")) if isinstance(one, dict) else "")


def _code(told: object) -> str:
    code = told.get("code") if isinstance(told, dict) else None
    if isinstance(code, int) and not isinstance(code, bool):
        # A longer number may be that of a person.
        return str(code) if abs(code) < 10**_MOST_DIGITS else ""
    long_number = isinstance(code, str) and code.isdigit() and len(code) > _MOST_DIGITS
    return code if isinstance(code, str) and _CODE.fullmatch(code) and not long_number else ""


def refused(answer: Answer) -> SourceRefusedError:
    """Return the error of an answer that does not let us in."""
    sentence = (
        f"we are not let in ({_told(answer)}). Renew the secret of this source, or give its "
        "account the rights that docs/sources names."
    )
    return SourceRefusedError(answer.where, sentence, status=answer.status, code=code_of(answer))


def unavailable(answer: Answer) -> SourceUnavailableError:
    """Return the error of an answer that says: not now."""
    sentence = f"it answered with {_told(answer)}. Try again later, or ask who runs it."
    return SourceUnavailableError(answer.where, sentence, status=answer.status, code=code_of(answer))


def changed(answer: Answer) -> SourceChangedError:
    """Return the error of an answer that says: not this."""
    sentence = f"it answered with {_told(answer)}. Check `url` and the settings of this source."
    return SourceChangedError(answer.where, sentence, status=answer.status, code=code_of(answer))


def no_json(answer: Answer) -> SourceUnavailableError:
    """Return the error of an answer that should have been JSON."""
    sentence = "the answer breaks off or is no JSON. Try again later, or ask who runs it."
    if b"<html" in answer.body[:_SHOWN].lower() or answer.content_type == "text/html":
        sentence = (
            "a web page came instead of data: a maintenance or sign-in page, or another address. "
            "Try again later, or check `url` of this source."
        )
    return SourceUnavailableError(answer.where, sentence, status=answer.status)


def forbidden(where: str, error: ForbiddenAddressError) -> SourceChangedError:
    """Return the error of a host that leads where we do not go."""
    sentence = f"the host leads to an address that no source has ({error}). Check `url` and who runs the name."
    return SourceChangedError(where, sentence)


def untrusted(where: str, error: BaseException) -> SourceUnavailableError | None:
    """Return the error of a certificate that is not trusted; None where that is not what went wrong."""
    found = error.args[0] if isinstance(error, SSLError) and error.args else None
    while isinstance(found, SSLError) and found.args:
        found = found.args[0]
    if not isinstance(found, ssl.SSLCertVerificationError):
        return None
    sentence = (
        f"its certificate is not trusted ({found.verify_message.rstrip('.')}), and nothing was sent. Ask who runs it "
        "to renew it; where it is signed by an authority of your own, set SSL_CERT_FILE to a file with its certificate."
    )
    return SourceUnavailableError(where, sentence)


def silent(where: str, error: BaseException, *, answer_seconds: float) -> SourceUnavailableError:
    """Return the error of no answer, or half of one."""
    if isinstance(error.__cause__, TooLongError):
        sentence = f"one answer took longer than {answer_seconds:g} seconds. Try again later, or ask for smaller pages."
        return SourceUnavailableError(where, sentence)
    # The text of these errors repeats addresses and sometimes what was sent.
    reason = next((said for kind, said in _REASONS if isinstance(error, kind)), "the connection broke off")
    return SourceUnavailableError(
        where, f"no answer: {reason}. Try again later, or check `url` of this source and the network."
    )


def retry_after(answer: Answer) -> float | None:
    """Return for how many seconds the source asks us to wait; None where it does not, or says it in no known way."""
    given = answer.headers.get("retry-after", "").strip()
    if given.isdecimal():
        return float(given)
    try:
        until = parsedate_to_datetime(given)
        aware = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (aware - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _told(answer: Answer) -> str:
    code = code_of(answer)
    return f"HTTP {answer.status}, {code}" if code else f"HTTP {answer.status}"
