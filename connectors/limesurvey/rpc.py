"""RemoteControl 2: a session that logs in once, says no in plain words, and is always given back.

LimeSurvey's manual: https://www.limesurvey.org/manual/RemoteControl_2_API
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import orjson

from connectors.connector import SourceChangedError, SourceError, SourceRefusedError
from connectors.web.client import Answer, Limits, Web
from connectors.web.reach import Origin
from connectors.web.secret import Secret

PATH = "index.php/admin/remotecontrol"

_IN_ORDER = 200

_WRONG_CALL = 500
"""LimeSurvey gives this status, with a web page, for a call that it does not know: our mistake, not an outage."""

REPORT = "Report this, and say which version of LimeSurvey it is."

PARTICIPANTS = "list_participants"
_LOGIN = "get_session_key"
_RELEASE = "release_session_key"
_EXPIRED = "Invalid session key"
_NO_DATA = ("No Data", "No survey participants found")
_MOST_LOGINS = 2

_NOT_LET_IN: Mapping[str, str] = {
    "Invalid user name or password": (
        "the user name or password is wrong, or the account has expired or is switched off: LimeSurvey says the same "
        "for each. We do not try again, for three wrong passwords lock out everybody at our address. Set the right "
        "secret, or ask who manages LimeSurvey to open the account."
    ),
    "You have exceeded": (
        "this address is locked out after too many wrong passwords, for all users. Wait ten minutes, and set the "
        "right secret before the next run."
    ),
    "Internal database authentication method is not allowed": (
        "this account may not log in with a password of LimeSurvey's own. Give it the global permission "
        "'Use internal database authentication'."
    ),
}

_RIGHTS: Mapping[str, str] = {
    "get_survey_properties": "'Survey settings: view'",
    "get_fieldmap": "'Survey content: view'",
    "get_question_properties": "'Survey content: view'",
    "get_summary": "'Survey: view'",
    "export_responses": "'Responses: export'",
    PARTICIPANTS: "'Survey participants: view'",
}

_CHANGED: Mapping[str, str] = {
    "Error: Invalid survey ID": "there is no survey with this number. Check `survey` of this source.",
    "Invalid surveyid": "there is no survey with this number. Check `survey` of this source.",
    "Error: No survey participants table": "this survey has no list of participants. Leave `invitations` out.",
    "Error: Invalid questionid": "a question has gone while we were reading. Read this source again.",
    "Language code not found": "the survey has lost its base language while we were reading. Read this source again.",
}


class NoData(Enum):
    """Why there is nothing: nobody has answered yet, or there is no table with answers (any more)."""

    NO_ANSWERS = "no answers"
    NO_TABLE = "no table"


def remote_control(origin: Origin, limits: Limits) -> Web:
    """Return a `Web` that knows how LimeSurvey says, without words, that RemoteControl cannot be used."""
    return Web(origin=origin, limits=limits, special=_special)


def _special(answer: Answer) -> None:
    sentence = _unusable(answer)
    if sentence is not None:
        raise SourceChangedError(answer.where, sentence, status=answer.status)


def _unusable(answer: Answer) -> str | None:
    if answer.status == _WRONG_CALL:
        return (
            f"LimeSurvey does not understand our question (HTTP {_WRONG_CALL}). It may be a version that we do not "
            f"know. {REPORT}"
        )
    if answer.status != _IN_ORDER:
        return None
    if not answer.body.strip():
        return (
            "LimeSurvey answers with nothing at all: RemoteControl is switched off. Ask who manages LimeSurvey to "
            "set Configuration > Global > Interfaces > 'RPC interface enabled' to JSON-RPC."
        )
    if answer.body.lstrip().startswith(b"<?xml"):
        return (
            "LimeSurvey answers in XML: RemoteControl is set to XML-RPC. Ask who manages LimeSurvey to set "
            "Configuration > Global > Interfaces > 'RPC interface enabled' to JSON-RPC."
        )
    return None


@dataclass(slots=True)
class Session:
    """Calls on behalf of one user. A key that expires half-way is renewed once, since the password was right before."""

    line: Web
    user: str
    secret: Secret
    key: str = ""
    logins: int = 0

    def log_in(self) -> None:
        """Ask for a key exactly once: not again without an answer either, for a wrong password may have been counted.

        SourceRefusedError where LimeSurvey says no.
        """
        self.key = ""
        self.logins += 1
        told, where = self._asked(_once(self.line), _LOGIN, [self.user, self.secret.told()])
        if not isinstance(told, str) or not told:
            sentence = _sentence(_NOT_LET_IN, status_of(told)) or f"we are not let in{_error_code(told)}. Check `user`."
            raise SourceRefusedError(where, sentence)
        self.key = told

    def log_out(self) -> None:
        """Give the key back; where that fails it lapses by itself."""
        if self.key:
            with suppress(SourceError):
                self._asked(_once(self.line), _RELEASE, [self.key])

    def ask(self, method: str, *params: object) -> Any:  # noqa: ANN401 - each call has its own answer
        """Return what a call gives, or why there is nothing; what LimeSurvey refuses is a `SourceError`."""
        told, where = self._asked(self.line, method, [self.key, *params])
        if status_of(told) == _EXPIRED and self.logins < _MOST_LOGINS:
            self.log_in()
            told, where = self._asked(self.line, method, [self.key, *params])
        status = status_of(told)
        if status is None:
            return told
        if status.startswith(_NO_DATA):
            return NoData.NO_TABLE if "table" in status else NoData.NO_ANSWERS
        raise _refusal(method, status, where, _error_code(told))

    def _asked(self, line: Web, method: str, params: list[object]) -> tuple[Any, str]:
        # LimeSurvey answers with nothing where `id` is missing.
        body = orjson.dumps({"method": method, "params": params, "id": 1})
        answer = line.post(PATH, body, told=method)
        told = answer.data
        if not isinstance(told, dict) or "result" not in told or told.get("error"):
            sentence = (
                f"this is no answer of RemoteControl{_error_code(told)}. Check `url` of this source; report it where "
                "that is right."
            )
            raise SourceChangedError(answer.where, sentence)
        return told["result"], answer.where


@contextmanager
def session(line: Web, *, user: str, secret: Secret) -> Iterator[Session]:
    """Log in, and log out whatever happens."""
    one = Session(line, user, secret)
    one.log_in()
    try:
        yield one
    finally:
        one.log_out()


def status_of(told: object) -> str | None:
    """Return the status with which LimeSurvey says no inside HTTP 200; None where it gives what was asked."""
    status = told.get("status") if isinstance(told, dict) else None
    return status if isinstance(status, str) else None


def _once(line: Web) -> Web:
    return replace(line, limits=replace(line.limits, attempts=1))


def _refusal(method: str, status: str, where: str, code: str) -> SourceError:
    if status == _EXPIRED:
        return SourceRefusedError(where, "the session ended again and again while we were reading. Try again later.")
    if status == "No permission":
        right = _RIGHTS.get(method, "the right to it")
        return SourceRefusedError(where, f"the account may not do this. Give it {right} for this survey.")
    # The words of a status may differ between versions, and may repeat what was asked.
    known = _sentence(_CHANGED, status)
    return SourceChangedError(where, known or f"LimeSurvey says no, in words that we do not know{code}. Report it.")


def _sentence(sentences: Mapping[str, str], status: str | None) -> str | None:
    return next((said for begin, said in sentences.items() if (status or "").startswith(begin)), None)


def _error_code(told: object) -> str:
    """Return the machine's code of an error, which newer versions give."""
    code = told.get("error_code") if isinstance(told, dict) else None
    return f" ({code})" if isinstance(code, str) and code.replace("_", "").isalnum() else ""
