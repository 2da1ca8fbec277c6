"""A Matomo for tests: day reports made of the recorded figures, with what Matomo does to them on the way out."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

from tests.connectors.serving import Asked, Told

RECORDINGS = Path(__file__).parents[1] / "recordings" / "matomo"
TOKEN = "matomo-token-of-tests"
OUTAGE = "2026-10-14"
BUSY = "2026-11-20"

NOT_LET_IN = "You can't access this resource as it requires 'view' access for the website id = "
WRONG_TOKEN = "Unable to authenticate with the provided token. It is either invalid or expired."

_COLUMN = {"category": "Events_EventCategory", "action": "Events_EventAction", "name": "Events_EventName"}
_PART = {"eventCategory": "category", "eventAction": "action", "eventName": "name"}
_REPORT = {"Events.getCategory": "category", "Events.getAction": "action", "Events.getName": "name"}


@cache
def recorded(number: str):
    (path,) = RECORDINGS.glob(f"{number}-*.json")
    return json.loads(path.read_text(encoding="utf-8"))["response"]["body_json"]


@dataclass
class Happened:
    """So many equal events of a day; `events` is what the report says, whatever that is."""

    day: str
    category: str
    action: str
    name: str | None
    events: object
    visits: object


def october_days() -> list[str]:
    days = [(date(2026, 10, 1) + timedelta(days=ahead)).isoformat() for ahead in range(31)]
    return [day for day in days if day != OUTAGE]


def dealt(number: int, days: list[str], *, begin: int = 0) -> dict[str, int]:
    """Deal a number over days as cards are dealt."""
    shares: dict[str, int] = defaultdict(int)
    for place in range(number):
        shares[days[(begin + place * 7) % len(days)]] += 1
    return dict(shares)


def category_of(action: str) -> str:
    return "Paginafeedback" if action.startswith("nuttig") else "Formulier"


def happened() -> list[Happened]:
    """The events of October, dealt over its days; those of 21 to 23 November as recorded; the busy 20th."""
    rows = []
    for place, row in enumerate(recorded("47")):
        action, name = row["Events_EventAction"], row["Events_EventName"]
        visits = dealt(row["nb_visits"], october_days(), begin=place)
        more = dealt(row["nb_events"] - row["nb_visits"], sorted(visits), begin=place)
        rows += [
            Happened(day, category_of(action), action, name, number + more.get(day, 0), number)
            for day, number in visits.items()
        ]
    for day, some in recorded("49").items():
        for row in some:
            action = row["Events_EventAction"]
            given = (row["Events_EventName"], row["nb_events"], row["nb_visits"])
            rows.append(Happened(day, category_of(action), action, *given))
    return [*rows, *busy_day()]


def busy_day() -> list[Happened]:
    """The 20th of November: the names that the recording shows, and as many more as its rest row holds."""
    shown = {row["label"]: row for row in recorded("4b")}
    many = sum(label.startswith("naam-") for label in shown) + shown["Others"]["nb_events"]
    rows = [
        Happened(BUSY, "Formulier", "gestart", "verhuizing", 5, 5),
        Happened(BUSY, "Formulier", "verzonden", "verhuizing", 5, 5),
        Happened(BUSY, "Paginafeedback", "nuttig: nee", "/producten/bijstand", "2", "2"),
        Happened(BUSY, "Paginafeedback", "nuttig: nee", "/afval/grofvuil-ophalen", "1", "1"),
        Happened(BUSY, "Paginafeedback", "nuttig: ja", "/producten/verhuizing", "1", "1"),
    ]
    return rows + [Happened(BUSY, "Proef", "getest", f"naam-{place:04}", "1", "1") for place in range(many)]


def visits() -> dict[str, int]:
    """Visits by day: as recorded where they are, the rest of October dealt over its other days."""
    found = {day: row["nb_visits"] if row else 0 for number in ("32", "31") for day, row in recorded(number).items()}
    other = [day for day in october_days() if day not in found]
    left = recorded("33")["nb_visits"] - sum(number for day, number in found.items() if day.startswith("2026-10"))
    november = [(date(2026, 11, 1) + timedelta(days=ahead)).isoformat() for ahead in range(9)]
    return {**dealt(left, other), **dict.fromkeys(november, 20), **found}


def reached() -> dict[str, int]:
    october = dealt(recorded("52")["nb_conversions"], october_days())
    return {**october, **{day: row["nb_conversions"] for day, row in recorded("53").items()}}


@dataclass
class Matomo:
    """The application: `cap` is how many rows a table keeps, `cut` how many rows an answer may have at most."""

    events: list[Happened] = field(default_factory=happened)
    visits: dict[str, int] = field(default_factory=visits)
    goals: dict[str, int] = field(default_factory=reached)
    cap: int = 500
    cut: int | None = None
    rest: str = "Others"
    zone: str = "Europe/Amsterdam"
    answers: dict[str, object] = field(default_factory=dict)
    """Answers by method that come instead of the right ones."""

    def __call__(self, asked: Asked) -> Told:
        if asked.path != "/index.php":
            return Told(b"<!DOCTYPE html><title>Sign in - Matomo</title>", headers={"Content-Type": "text/html"})
        body = dict(parse_qsl(asked.body.decode()))
        if "token_auth" not in body:
            return Told(_error(NOT_LET_IN + "1."), 401)
        if body["token_auth"] != TOKEN:
            return Told(_error(WRONG_TOKEN), 401)
        if asked.query["method"] == "API.getBulkRequest":
            return Told([self.answer(dict(parse_qsl(query))) for query in _in_order(asked.query)])
        told = self.answer(asked.query)
        return Told(told, 401 if "requires 'view'" in str(told) else 200)

    def answer(self, query: dict[str, str]) -> object:
        method = query["method"]
        fixed = {
            "SitesManager.getSiteFromId": {**recorded("03"), "timezone": self.zone},
            "Goals.getGoals": recorded("50"),
            **self.answers,
        }
        if query["idSite"] != "1":
            return _error(NOT_LET_IN + query["idSite"] + ".")
        if method in fixed:
            return fixed[method]
        assert query["period"] == "day", "longer periods fold more rows into one"
        assert "segment" not in query, "a segment on an event selects visits, not events"
        first, last = (date.fromisoformat(day) for day in query["date"].split(","))
        days = [(first + timedelta(days=ahead)).isoformat() for ahead in range((last - first).days + 1)]
        happened: dict[str, list[Happened]] = defaultdict(list)
        for one in self.events:
            happened[one.day].append(one)
        return {day: self.of_day(method, day, query, happened[day]) for day in days}

    def of_day(self, method: str, day: str, query: dict[str, str], some: list[Happened]) -> object:
        if method == "VisitsSummary.get":
            number = self.visits.get(day, 0)
            return {**recorded("38"), "nb_visits": number, "bounce_rate": "17%"} if number else []
        if method == "Goals.get":
            number = self.goals.get(day, 0) if query["idGoal"] == "1" else 0
            return {**recorded("54"), "nb_conversions": number, "nb_visits_converted": number}
        rows = self.flat(some, _REPORT[method], _PART[query["secondaryDimension"]])
        limit = int(query.get("filter_limit", 100))
        rows = rows if limit < 0 else rows[:limit]
        return rows if self.cut is None else rows[: self.cut]

    def flat(self, happened: list[Happened], first: str, second: str) -> list[dict]:
        """The report of two parts of events: each table keeps its largest rows and folds the others."""
        tables: dict[object, list[Happened]] = defaultdict(list)
        for one in happened:
            tables[getattr(one, first) or "Event Name not defined"].append(one)
        rows, more = [], []
        ranked = sorted(tables.items(), key=lambda table: -sum(_number(one.visits) for one in table[1]))
        for place, (told, some) in enumerate(ranked):
            if place >= self.cap - 1 and len(ranked) > self.cap:
                more += some
            else:
                rows += self.of_table(told, some, first, second)
        return rows + ([_row({_COLUMN[first]: self.rest}, more)] if more else [])

    def of_table(self, told: str, some: list[Happened], first: str, second: str) -> list[dict]:
        tables: dict[str, list[Happened]] = defaultdict(list)
        for one in some:
            # An event without a name has no row below its action: only the whole of the action counts it.
            if getattr(one, second) is not None:
                tables[getattr(one, second)].append(one)
        if not tables:
            return [_row({_COLUMN[first]: told}, some)]
        ranked = sorted(tables.items(), key=lambda table: -sum(_number(one.visits) for one in table[1]))
        kept = len(ranked) if len(ranked) <= self.cap else self.cap - 1
        rows = [_row({_COLUMN[first]: told, _COLUMN[second]: by}, ones) for by, ones in ranked[:kept]]
        more = [one for _, ones in ranked[kept:] for one in ones]
        return rows + ([_row({_COLUMN[first]: told, _COLUMN[second]: self.rest}, more)] if more else [])


def _in_order(query: dict[str, str]) -> list[str]:
    return [query[f"urls[{place}]"] for place in range(sum(name.startswith("urls[") for name in query))]


def _error(message: str) -> dict:
    return {"result": "error", "message": message}


def _number(given: object) -> int:
    return int(given) if str(given).isdecimal() else 0


def _row(parts: dict[str, str], some: list[Happened]) -> dict:
    whole = some[0].events if len(some) == 1 else sum(_number(one.events) for one in some)
    return {
        "label": " - ".join(parts.values()),
        "nb_uniq_visitors": len(some),
        "nb_visits": some[0].visits if len(some) == 1 else sum(_number(one.visits) for one in some),
        "nb_events": whole,
        "nb_events_with_value": "0",
        "sum_event_value": 0,
        "min_event_value": 0,
        "max_event_value": False,
        "avg_event_value": 0,
        **parts,
    }
