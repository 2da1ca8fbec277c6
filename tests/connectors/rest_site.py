"""Made-up Redmine, Formbricks and plain sites that answer as docs say the real ones do, cuts and all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from pydantic import TypeAdapter

from connectors.connector import EVERYTHING
from connectors.rest import Rest
from connectors.web.secret import Secret
from tests.connectors.contract import SECRET
from tests.connectors.serving import QUICK, Asked, Told

REST = TypeAdapter(Rest)
KEY = "rest-key-of-the-test"
PATIENT = replace(QUICK, read_seconds=10)
"""Limits for tests without a stall, so that a busy machine does not look like one."""

STATUSES = {1: ("Nieuw", False), 2: ("In behandeling", False), 5: ("Afgehandeld", True), 6: ("Afgewezen", True)}
TRACKERS = {1: "Paspoort", 2: "Melding openbare ruimte"}
CHANNELS = ("Balie", "Web", "", None)
_REDMINE_DEFAULT, _REDMINE_MOST, _FORMBRICKS_MOST = 25, 100, 250


def rest(url: str, *, secret: str | None = KEY, **settings) -> Rest:
    given = {"timezone": "Europe/Amsterdam", "limits": PATIENT, "url": url, **settings}
    return REST.validate_python({"secret": Secret(variable="UITKOMST_SECRET_IT", value=secret), **given})


# --- Redmine ------------------------------------------------------------------------------------------------


def issues(number: int = 237) -> list[dict]:
    """Issues in the order of their ids: every seventh is reopened, so that closed_on stays filled."""
    return [_issue(place) for place in range(1, number + 1)]


def _issue(place: int) -> dict:
    created = datetime(2026, 1, 5, 23, 30, tzinfo=UTC) + timedelta(hours=7 * place)
    status = (1, 2, 5, 6, 5)[place % 5]
    closed = STATUSES[status][1] or place % 7 == 0
    return {
        "id": 1000 + place,
        "project": {"id": 1, "name": "Burgerzaken"},
        "tracker": {"id": 1 + place % 2, "name": TRACKERS[1 + place % 2]},
        "status": {"id": status, "name": STATUSES[status][0], "is_closed": STATUSES[status][1]},
        "author": {"id": 9, "name": SECRET},
        "subject": f"Vraag van {SECRET}",
        "description": SECRET,
        "due_date": (created + timedelta(days=20)).strftime("%Y-%m-%d") if place % 3 else None,
        "custom_fields": [
            {"id": 1, "name": "Telefoon", "value": SECRET},
            {"id": 3, "name": "Kanaal", "value": CHANNELS[place % 4]},
        ],
        "created_on": _z(created),
        "updated_on": _z(created + timedelta(days=place % 9)),
        "closed_on": _z(created + timedelta(days=place % 9)) if closed else None,
    }


def _z(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


REDMINE = {
    "record": "cases",
    "path": "issues.json",
    "query": {"status_id": "*", "sort": "id", "updated_on": ">={since}"},
    "access": {"by": "key", "header": "X-Redmine-API-Key"},
    "paging": {"by": "offset", "size_parameter": "limit", "size": 100, "size_told": "limit"},
    "rows": "issues",
    "expected": "total_count",
    "columns": {
        "source_id": "id",
        "service": {"path": "tracker.name", "map": {"Paspoort": "passports", "Melding openbare ruimte": "reports"}},
        "channel": {"path": "custom_fields[?name=='Kanaal'].value | [0]", "map": {"Balie": "desk", "Web": "web"}},
        "received_on": "created_on",
        "decided_on": {"path": "closed_on", "only": {"status.is_closed": ["true"]}},
        "due_on": "due_date",
        "outcome": {
            "path": "status.name",
            "map": {"Afgehandeld": "decided", "Afgewezen": "withdrawn"},
            "only": {"status.is_closed": ["true"]},
        },
        "reopened": "closed_on && !(status.is_closed) || `null`",
    },
}


def redmine(rows: list[dict], *, on_request: Callable[[list[dict], int], None] = lambda _rows, _number: None):
    """Return the site; `on_request` may change the rows before each answer, as users do."""
    asked_so_far = []

    def app(asked: Asked) -> Told:
        asked_so_far.append(asked)
        on_request(rows, len(asked_so_far))
        if asked.headers.get("x-redmine-api-key") != KEY:
            return Told(b"", 401)
        if asked.path != "/issues.json":
            return Told(b"", 404)
        chosen = _chosen(rows, asked.query)
        limit = min(int(asked.query.get("limit", _REDMINE_DEFAULT)), _REDMINE_MOST)
        offset = int(asked.query.get("offset", 0))
        return Told(
            {"issues": chosen[offset : offset + limit], "total_count": len(chosen), "offset": offset, "limit": limit}
        )

    return app


def _chosen(rows: list[dict], query: dict[str, str]) -> list[dict]:
    chosen = rows if query.get("status_id") == "*" else [row for row in rows if not row["status"]["is_closed"]]
    if "updated_on" in query:
        since = query["updated_on"].removeprefix(">=")
        chosen = [row for row in chosen if row["updated_on"] >= since]
    return sorted(chosen, key=lambda row: row["id"], reverse=query.get("sort") != "id")


# --- Formbricks ---------------------------------------------------------------------------------------------


def responses(number: int = 612) -> list[dict]:
    """Responses in the order of their last change; every sixth is not finished."""
    return [_response(place) for place in range(number)]


def _response(place: int) -> dict:
    created = datetime(2026, 2, 1, 22, 45, tzinfo=UTC) + timedelta(minutes=97 * place)
    finished = place % 6 != 0
    return {
        "id": f"clr{place:05d}",
        "surveyId": "clsurvey1",
        "createdAt": created.strftime("%Y-%m-%dT%H:%M:%S.123Z"),
        "updatedAt": (created + timedelta(minutes=3)).strftime("%Y-%m-%dT%H:%M:%S.123Z"),
        "finished": finished,
        "data": {
            "q-ease": 1 + place % 5,
            **({"clear": ("Ja", "Nee", "")[place % 3]} if finished else {}),
            "why": SECRET,
        },
        "ttc": {"q-ease": 2100, "_total": 5000},
        "meta": {"url": "https://gemeente.example/paspoort", "userAgent": {"browser": SECRET}},
        "contactAttributes": {"email": SECRET},
        "variables": {"district": ("noord", "zuid")[place % 2]},
        "language": "nl",
    }


SURVEY = {
    "data": {
        "id": "clsurvey1",
        "questions": [
            {"id": "q-ease", "type": "rating", "range": 5, "headline": {"default": "Hoe makkelijk was het?"}},
            {"id": "clear", "type": "multipleChoiceSingle", "choices": [{"label": "Ja"}, {"label": "Nee"}]},
        ],
    },
}

FORMBRICKS = {
    "record": "answers",
    "path": "api/v2/management/responses",
    "query": {
        "surveyId": "clsurvey1",
        "sortBy": "updatedAt",
        "order": "asc",
        "filterDateField": "updatedAt",
        "startDate": "{since}",
    },
    "access": {"by": "key", "header": "x-api-key"},
    "paging": {"by": "offset", "parameter": "skip", "size_parameter": "limit", "size": 250},
    "rows": "data",
    "expected": "meta.total",
    "only": {"finished": ["true"]},
    "columns": {"source_id": "id", "answered_on": "createdAt"},
    "segments": {"district": "variables.district"},
    "constants": {"service": "passports", "scale": "1-5"},
    "items": {"ease": 'data."q-ease"'},
    "wordings": {
        "path": "api/v1/management/surveys/clsurvey1",
        "items": {"ease": "data.questions[?id=='q-ease'] | [0]"},
    },
}


def formbricks(rows: list[dict], *, survey: dict = SURVEY):
    """Return the site: at most 250 rows, by `skip`; a larger limit is refused."""

    def app(asked: Asked) -> Told:
        if asked.headers.get("x-api-key") != KEY:
            return Told({"error": {"code": 401, "message": "Unauthorized"}}, 401)
        if asked.path.startswith("/api/v1/management/surveys/"):
            return Told(survey)
        limit, skip = int(asked.query.get("limit", 50)), int(asked.query.get("skip", 0))
        if limit > _FORMBRICKS_MOST:
            return Told({"error": {"code": 400, "message": "Bad Request"}}, 400)
        since = asked.query.get("startDate", "")
        chosen = [row for row in rows if row[asked.query.get("filterDateField", "createdAt")] >= since]
        meta = {"total": len(chosen), "limit": limit, "offset": skip}
        return Told({"data": chosen[skip : skip + limit], "meta": meta})

    return app


# --- A site of numbered rows, paged in every way -------------------------------------------------------------

PLAIN = {
    "record": "answers",
    "path": "answers",
    "rows": "rows",
    "columns": {"source_id": "id", "answered_on": "day", "value": "score"},
    "constants": {"service": "passports", "item": "ease", "scale": "1-5"},
}


def numbered(number: int) -> list[dict]:
    return [{"id": place, "day": "2026-03-01", "score": 1 + place % 5} for place in range(number)]


def paged(rows: list[dict], *, by: str, most: int = 10, **quirks):
    """Return a site that gives at most `most` rows, whatever is asked, and says where the next are in its own way."""

    def app(asked: Asked) -> Told:
        query = asked.query
        size = min(int(query.get("size", most)), most)
        begin = {
            "page": lambda: (int(query.get("page", 1)) - 1) * size,
            "offset": lambda: int(query.get("offset", 0)),
            "cursor": lambda: int(query.get("cursor", "c0")[1:]),
            "link": lambda: int(query.get("from", 0)),
            "none": lambda: 0,
        }[by]()
        piece, end = rows[begin : begin + size], begin + size
        more = end < len(rows)
        if quirks.get("refuses_past_end") and begin and not piece:
            return Told({"detail": "Invalid page."}, 404)
        body = {"rows": piece, "total": len(rows), "size": size, "more": more, "cursor": f"c{end}" if more else None}
        link = f"{quirks.get('host', '')}/answers?{urlencode({'from': end, 'size': size})}"
        if quirks.get("header"):
            first = f'<{quirks.get("host", "")}/answers?from=0>; rel="first"'
            return Told(body, headers={"Link": f'{first}, <{link}>; rel="next"' if more else first})
        return Told({**body, "next": link if more else None})

    return app


def read_all(connector: Rest, start=EVERYTHING):
    return [connector.parse(page) for page in connector.fetch(start)]


def ids(batches) -> list[str]:
    return [one for batch in batches for frame in batch.frames.values() for one in frame["source_id"]]


def told(batches, code: str) -> list[dict]:
    return [dict(notice.particulars) for batch in batches for notice in batch.notices if notice.code == code]
