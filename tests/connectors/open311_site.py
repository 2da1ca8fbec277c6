"""A city that speaks Open311, after the standard: cuts long answers off silently, and knows only windows of time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from connectors.open311 import Open311
from connectors.web.secret import Secret
from tests.connectors.serving import QUICK, Asked, Told

RECORDINGS = Path(__file__).parents[1] / "recordings" / "open311"
ROWS = json.loads((RECORDINGS / "requests.json").read_text())
TRUTH = json.loads((RECORDINGS / "ground-truth.json").read_text())
ZONE = ZoneInfo("America/Los_Angeles")
SERVICES = {"006": "sidewalks", "007": "potholes"}
SETTINGS = TypeAdapter(Open311)


def open311(address: str, *, key: str | None = None, **changed) -> Open311:
    given = {"timezone": ZONE.key, "first_day": "2026-01-01", "services": SERVICES, "limits": QUICK, **changed}
    return SETTINGS.validate_python({"url": f"{address}/v2", "secret": Secret(variable="KEY", value=key), **given})


def many(number: int, *, first: datetime, minutes: float) -> list[dict]:
    """So many requests, one every so many minutes, made of the rows that can be read."""
    good = [row for row in ROWS[:8] if row["service_code"] in SERVICES]
    return [
        {
            **good[place % len(good)],
            "service_request_id": f"m{place}",
            "requested_datetime": (first + timedelta(minutes=minutes * place)).isoformat(),
            "updated_datetime": (first + timedelta(minutes=minutes * place, days=3)).isoformat(),
        }
        for place in range(number)
    ]


@dataclass
class City:
    """The application. `cap` is the most rows of an answer; `newest_first` says which of them are left out."""

    rows: list = field(default_factory=lambda: ROWS)
    cap: int = 1000
    newest_first: bool = False
    whole_days: bool = False
    refuses_zones: bool = False
    only: str = "json"
    jurisdiction: str | None = None
    end_is_out: bool = False
    shape: object = None
    key: str | None = None

    def __post_init__(self) -> None:
        """Sort the rows once by the moment at which they came in."""
        moments = ((self._rounded(_moment(row["requested_datetime"])), row) for row in self.rows)
        self.known = sorted(moments, key=lambda one: one[0], reverse=self.newest_first)

    def __call__(self, asked: Asked) -> Told:
        if asked.path == "/v2/requests.xml" and self.only == "xml":
            return Told(b"<?xml version='1.0'?><service_requests/>", 200, {"Content-Type": "text/xml"})
        if asked.path != "/v2/requests.json" or self.only == "xml":
            return _error(404, "not here")
        return self._refused(asked) or Told(self._shaped(self._found(asked.query)))

    def _refused(self, asked: Asked) -> Told | None:
        query = asked.query
        if self.key and query.get("api_key") != self.key:
            return _error(403, f"Invalid api_key {query.get('api_key')} received")
        if self.jurisdiction and query.get("jurisdiction_id") != self.jurisdiction:
            return _error(400, "jurisdiction_id was not provided")
        if self.refuses_zones and query["start_date"].endswith("Z"):
            return _error(400, "start_date is no date")
        begin, end = (_moment(query[name]) for name in ("start_date", "end_date"))
        return _error(400, "no more than 90 days") if (end - begin) > timedelta(days=90) else None

    def _found(self, query: dict) -> list:
        begin, end = (self._rounded(_moment(query[name])) for name in ("start_date", "end_date"))
        wanted = query["service_code"].split(",") if "service_code" in query else None
        within = (row for moment, row in self.known if begin <= moment < end or (moment == end and not self.end_is_out))
        return list(islice((row for row in within if wanted is None or row["service_code"] in wanted), self.cap))

    def _rounded(self, moment: datetime) -> datetime:
        local = moment.astimezone(ZONE)
        return local.replace(hour=0, minute=0, second=0, microsecond=0) if self.whole_days else local

    def _shaped(self, rows: list) -> object:
        return rows if self.shape is None else self.shape(rows)


def _moment(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=ZONE).astimezone(UTC)


def _error(status: int, description: str) -> Told:
    return Told([{"code": status, "description": description}], status)
