"""LimeSurvey as recorded: RemoteControl over the recorded rows, with its own windows, words for no, and sessions."""

from __future__ import annotations

import base64
import json
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from connectors.connector import (
    EVERYTHING,
    SourceChangedError,
    SourceRefusedError,
    SourceUnavailableError,
    Start,
)
from connectors.limesurvey import LimeSurvey
from connectors.web.secret import Secret
from metrics.notices import Notice
from metrics.records import Kind
from tests.connectors.contract import SECRET
from tests.connectors.serving import QUICK, Asked, Told

RECORDINGS = Path(__file__).parents[1] / "recordings" / "limesurvey"
PASSWORD = "open-sesame-3141"
SURVEY = 202601
KEPT = ("id", "submitdate")

ITEMS = {
    "satisfaction": {"question": "TEVR", "scale": "1-5"},
    "clarity": {"question": "DUID", "scale": "1-5", "score": "order"},
    "recommend": {"question": "NPS", "scale": "0-10", "score": "code"},
    "fair": {"question": "STEL[EERLIJK]", "scale": "1-5", "score": "assessment_value"},
}
CHANNEL = {"question": "KANAAL", "map": {"DIG": "website", "TEL": "phone", "BAL": "desk", "-oth-": "other"}}


def recorded(number: str):
    """The file of a recording by the number that its name begins with."""
    return json.loads(next(RECORDINGS.glob(f"{number}-*.json")).read_text(encoding="utf-8"))


def said(number: str):
    return recorded(number)["response"]["body_json"]["result"]


def rows_of(number: str) -> list[dict]:
    return json.loads(recorded(number)["decoded"])["responses"]


def questions() -> dict[int, dict]:
    return {told["qid"]: told for told in map(said, ("10", "11", "12", "13", "14", "15", "16", "17", "18"))}


def survey(url: str, **changes) -> LimeSurvey:
    """A source on the served site; the settings are checked as those of a programme are."""
    settings = {
        "url": url,
        "user": "koppeling",
        "survey": SURVEY,
        "service": "permits",
        "items": ITEMS,
        "channel": CHANNEL,
        "timezone": "Europe/Amsterdam",
        "secret": Secret(variable="UITKOMST_SECRET_SURVEY", value=PASSWORD),
        "limits": QUICK,
    }
    return TypeAdapter(LimeSurvey).validate_python({**settings, **changes})


@dataclass
class Kept:
    """A survey on the site: its rows, and what get_survey_properties and get_summary say beside them."""

    rows: list[dict] = field(default_factory=list)
    properties: dict = field(default_factory=lambda: {**said("24"), "adminemail": "rig@localhost.test"})
    participants: dict = field(default_factory=dict)
    people: list[dict] | None = None
    """Rows of the table of participants (`tid`, `sent`, names); None where the survey has none."""
    table: bool = True
    columns: str = "{sid}X1X{qid}{row}"


@dataclass
class LimeSurveySite:
    """`lasts` is how many calls a session allows; `moved` is called before each export with the number of it."""

    surveys: dict[int, Kept] = field(default_factory=lambda: {SURVEY: Kept(rows_of("41"))})
    questions: dict[int, dict] = field(default_factory=questions)
    password: str = PASSWORD
    lasts: int = 10_000
    may_not: tuple[str, ...] = ()
    moved: object = None
    logins: int = 0
    released: int = 0
    wrong: int = 0
    exports: list[list] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    sessions: dict[str, int] = field(default_factory=dict)

    def __call__(self, asked: Asked) -> Told:
        if asked.path != "/index.php/admin/remotecontrol":
            return Told(recorded("d03")["response"]["body_text"].encode(), 400, {"Content-Type": "text/html"})
        call = asked.json() if asked.headers.get("content-type", "").startswith("application/json") else {}
        if asked.method != "POST" or "id" not in call:
            return Told(b"", 200, {"Content-Type": "text/html"})
        self.calls.append(call["method"])
        method = getattr(self, f"_{call['method']}", None)
        if method is None:
            return Told(b"<!DOCTYPE html><html>/srv/limesurvey</html>", 500, {"Content-Type": "text/html"})
        return Told({"id": call["id"], "result": method(*call["params"]), "error": None})

    def _get_session_key(self, user, password):
        self.logins += 1
        if self.wrong >= 3:
            return said("c05")
        if (user, password) != ("koppeling", self.password):
            self.wrong += 1
            return said("02")
        key = f"key{self.logins}".ljust(32, "~")
        self.sessions[key] = self.lasts
        return key

    def _release_session_key(self, key):
        self.released += 1
        self.sessions.pop(key, None)
        return "OK"

    def _kept(self, key, sid, method, unknown):
        """The survey, or what LimeSurvey says instead of it."""
        if self.sessions.get(key, 0) <= 0:
            return None, said("91")
        self.sessions[key] -= 1
        if method in self.may_not:
            return None, said("a04")
        return (self.surveys[sid], None) if sid in self.surveys else (None, said(unknown))

    def _get_survey_properties(self, key, sid, names=None):
        kept, no = self._kept(key, sid, "get_survey_properties", "26")
        return no or {name: kept.properties.get(name) for name in names or kept.properties}

    def _get_fieldmap(self, key, sid):
        kept, no = self._kept(key, sid, "get_fieldmap", "26")
        return no or {name: deepcopy(one) for name, one in self._fields(sid, kept).items()}

    def _fields(self, sid, kept):
        fields = {}
        for one in said("22").values():
            name = one["fieldname"]
            if one["qid"]:
                name = kept.columns.format(sid=sid, qid=one["qid"], row=one["aid"])
            fields[name] = {**one, "fieldname": name, "sid": sid}
        return fields

    def _get_question_properties(self, key, qid, names=None, language=None):
        _, no = self._kept(key, next(iter(self.surveys)), "get_question_properties", "26")
        assert language in (None, "nl")
        return no or {name: self.questions[qid].get(name) for name in names or self.questions[qid]}

    def _get_summary(self, key, sid, stat):
        assert stat == "all"
        kept, no = self._kept(key, sid, "get_summary", "32")
        if no or not kept.table:
            return no or said("31")
        complete = sum(1 for row in kept.rows if row["submitdate"])
        counts = {"completed_responses": complete, "incomplete_responses": len(kept.rows) - complete}
        return {**kept.participants, **counts, "full_responses": len(kept.rows)}

    def _list_participants(self, key, sid, start, limit, unused, attributes):
        """Not recorded: as LimeSurvey's own code does, names and addresses included."""
        kept, no = self._kept(key, sid, "list_participants", "26")
        if no or kept.people is None:
            return no or {"status": "Error: No survey participants table"}
        assert not unused
        told = kept.people[start : start + limit]
        return [_listed(one, attributes) for one in told] or {"status": "No survey participants found."}

    def _export_responses(self, key, sid, *asked):
        defaults = ["json", None, "all", "code", "short", None, None, None, None]
        asked = [*asked, *defaults[len(asked) :]]
        kept, no = self._kept(key, sid, "export_responses", "60")
        if no:
            return no
        self.exports.append(asked)
        if self.moved:
            self.moved(len(self.exports))
        if not kept.table:
            return said("59")
        if not kept.rows:
            return said("58")
        return self._file(sid, kept, asked)

    def _file(self, sid, kept, asked):
        _, _, completion, _, _, first, last, wanted, _ = asked
        names = {column: self._heading(one) for column, one in self._fields(sid, kept).items()}
        rows = [
            {names.get(column, column): row.get(names.get(column, column)) for column in wanted} if wanted else row
            for row in sorted(kept.rows, key=_number)
            if (first is None or _number(row) >= first) and (last is None or _number(row) <= last)
            # Any other word than these two gives everything.
            if {"complete": bool(row["submitdate"]), "incomplete": not row["submitdate"]}.get(completion, True)
        ]
        return base64.b64encode(b'{"responses": ' + json.dumps(rows).encode() + b"}").decode()

    def _heading(self, one):
        if not one["title"]:
            return one["fieldname"]
        return f"{one['title']}[{one['aid']}]" if one["aid"] else one["title"]


def _number(row: dict) -> int:
    """The place of a row; one of which a test spoiled the id stands first."""
    return row["id"] if isinstance(row["id"], int) else 1


def spread(step: int, *, first: int = 1) -> Kept:
    """The recorded responses with ids further apart."""
    return Kept([{**row, "id": first + step * place} for place, row in enumerate(rows_of("41"))])


def rows(connector, start: Start = EVERYTHING) -> set[tuple]:
    return {
        row
        for page in connector.fetch(start)
        for row in connector.parse(page).frames[Kind.ANSWERS].drop("file", "line").iter_rows()
    }


def told(connector, start: Start = EVERYTHING) -> list[Notice]:
    return [notice for page in connector.fetch(start) for notice in connector.parse(page).notices]


def error_of(connector) -> Exception:
    with pytest.raises((SourceChangedError, SourceRefusedError, SourceUnavailableError)) as raised:
        list(connector.fetch(EVERYTHING))
    return raised.value


def rows_like_recorded() -> list[tuple]:
    complete = [row for row in rows_of("41") if row["submitdate"]]
    return [(row["id"], name) for row in complete for name in (i["question"] for i in ITEMS.values()) if row[name]]


def _listed(one: object, attributes: list[str]) -> object:
    if not isinstance(one, dict):
        return one
    info = {name: one[name] for name in ("firstname", "lastname", "email")}
    asked = {name: one[name] for name in attributes if name in one}
    return {"tid": one["tid"], "token": one["token"], "participant_info": info, **asked}


def people(*sent: str | None) -> list[dict]:
    """Participants who were invited at these moments, with the words of a person wherever one can write them."""
    names = dict.fromkeys(("token", "firstname", "lastname", "email"), SECRET)
    return [{"tid": tid, "sent": moment, **names} for tid, moment in enumerate(sent, 1)]


def participants() -> dict:
    return {name: count for name, count in said("e03").items() if name.startswith("token_")}
