"""Signalen and its identity provider as recorded, for `serving`: what is asked is answered from the recorded rows."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.connectors.serving import Asked, Told

RECORDINGS = Path(__file__).parents[1] / "recordings" / "signalen"
LISTS = ("10-signals-page1", "11-signals-page2", "12-signals-page3", "13-signals-page4")
TRUTH = json.loads((RECORDINGS / "ground-truth.json").read_text())
_BASE = "/signals/v1/"
_PUBLIC = "http://signalen.internal/signals/v1/public/terms/categories/"
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_LAST_FORM_OPEN = 5
_NEVER_ANSWERED = 137


def recorded(name: str) -> dict:
    return json.loads((RECORDINGS / f"{name}.json").read_text())["response"]


def meldingen() -> list[dict]:
    return [row for name in LISTS for row in recorded(name)["body"]["results"]]


def zipped() -> bytes:
    return (RECORDINGS / "csv-dump.zip").read_bytes()


def dumped(ending: str, body: bytes | None = None) -> list[dict]:
    with zipfile.ZipFile(io.BytesIO(body or zipped())) as archive:
        name = next(one for one in archive.namelist() if ending in one)
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def rezipped(changes: dict[str, str | None]) -> bytes:
    """The zip with files left out (None) or with other text; a name is the end of a file's name."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(zipped())) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = next((text for ending, text in changes.items() if ending in name), old.read(name))
            if change is not None:
                new.writestr(name, change)
    return made.getvalue()


def last_forms(rows: list[dict]) -> dict[int, str]:
    """The last form of each melding by what `feedback` asks for."""
    given = {int(one["_signal_id"]): one["is_satisfied"] == "True" for one in dumped("kto-feedback")}
    closed_later = [row["id"] for row in rows if given.get(row["id"]) is False and row["status"]["state"] == "o"]
    reopened = closed_later[:_LAST_FORM_OPEN]
    others = [row["id"] for row in rows if row["id"] not in given and row["status"]["state"] == "o"]
    return {
        **{number: "satisfied" if yes else "not_satisfied" for number, yes in given.items()},
        **dict.fromkeys([*reopened, *others[:_NEVER_ANSWERED]], "not_received"),
    }


def categories(rows: list[dict]) -> list[dict]:
    """The recorded categories with those that the recorded meldingen name."""
    made = {}
    for row in rows:
        one = row["category"]
        main = {"public": _PUBLIC + one["main_slug"]}
        made[one["main_slug"]] = {"name": one["main"], "slug": one["main_slug"], "_links": {"self": main}, "sla": None}
        made[one["main_slug"], one["sub_slug"]] = {
            "name": one["sub"],
            "slug": one["sub_slug"],
            "_links": {"self": {}, "sia:parent": main},
            "sla": {"n_days": 3, "use_calendar_days": False},
        }
    known = {row["_display"] for row in recorded("44-categories-private")["body"]["results"]}
    more = [one for one in made.values() if one["slug"] != "afval" or "Afval" not in known]
    return [*recorded("44-categories-private")["body"]["results"], *more]


@dataclass
class Signalen:
    """The application. What a test wants otherwise, it sets."""

    rows: list[dict] = field(default_factory=meldingen)
    dump: bytes | None = field(default_factory=zipped)
    rights: list[str] = field(
        default_factory=lambda: ["sia_read", "sia_category_read", "sia_signal_report", "sia_can_view_all_categories"]
    )
    secret: str = "open sesame"
    token: str = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"
    token_status: int = 200
    uses: int = 1_000_000
    """How often a token is taken before it has expired."""
    unread: bool = False
    """Signalen cannot read the token, and breaks."""
    ignored: tuple[str, ...] = ()
    """Parameters that this version does not know, and therefore passes over."""
    before_page: object = None
    """Called with this application and the number of the list request before it is answered."""
    asked_lists: int = 0
    tokens: int = 0
    left: int = 0

    def __call__(self, asked: Asked) -> Told:
        if asked.path.endswith("/token"):
            return self._token(asked)
        if self.unread:
            return Told(recorded("57-err-no-token")["body"].encode(), 500, _HTML)
        if self.left <= 0:
            return Told(recorded("59-err-expired-token")["body"], 401)
        self.left -= 1
        return self._answer(asked)

    def _token(self, asked: Asked) -> Told:
        form = dict(part.split("=", 1) for part in asked.body.decode().split("&"))
        right = form["client_secret"].replace("+", " ") == self.secret
        if self.token_status != 200 or not right:
            return Told(recorded("02-token-bad-secret")["body"], self.token_status if right else 401)
        self.tokens, self.left = self.tokens + 1, self.uses
        return Told({**recorded("01-token")["body"], "access_token": self.token})

    def _answer(self, asked: Asked) -> Told:
        answers = {
            "private/signals": lambda: self._meldingen(asked),
            "private/csv": self._csv,
            "private/me": self._me,
            "private/categories": lambda: _page(categories(self.rows), asked),
            "private/sources": lambda: _page(recorded("48-sources")["body"]["results"], asked),
        }
        path = asked.path.removeprefix(_BASE).strip("/")
        return answers.get(path, lambda: Told({"detail": "Niet gevonden."}, 404))()

    def _me(self) -> Told:
        rights = [{"codename": name} for name in self.rights]
        return Told({**recorded("03-me")["body"], "roles": [{"permissions": rights}]})

    def _meldingen(self, asked: Asked) -> Told:
        self.asked_lists += 1
        if self.before_page is not None:
            self.before_page(self, self.asked_lists)
        return self._list(asked)

    def _csv(self) -> Told:
        if "sia_signal_report" not in self.rights:
            return Told(recorded("63-limited-user-csv")["body"], 403)
        if self.dump is None:
            return Told(recorded("55-csv-none")["body"], 404)
        return Told(self.dump, 200, {"Content-Type": "application/zip"})

    def _list(self, asked: Asked) -> Told:
        query = {name: value for name, value in asked.query.items() if name not in self.ignored}
        rows = list(self.rows)
        if "updated_after" in query:
            try:
                after = datetime.fromisoformat(query["updated_after"])
            except ValueError:
                return Told(recorded("20-signals-bad-date")["body"], 400)
            rows = [row for row in rows if _moment(row) >= after]
        if "feedback" in query:
            forms = last_forms(self.rows)
            rows = [row for row in rows if forms.get(row["id"]) == query["feedback"]]
        orders = {"id": lambda row: row["id"], "updated_at": _moment}
        if query.get("ordering") in orders:
            rows.sort(key=orders[query["ordering"]])
        else:
            rows.sort(key=lambda row: row["created_at"], reverse=True)
        return _page(rows, asked)


def _moment(row: dict) -> datetime:
    return datetime.fromisoformat(row["updated_at"])


def _page(rows: list[dict], asked: Asked) -> Told:
    size, number = int(asked.query.get("page_size", 100)), int(asked.query.get("page", 1))
    start = (number - 1) * size
    if number > 1 and start >= len(rows):
        return Told(recorded("15-signals-page-past-end")["body"], 404)
    following = None
    if start + size < len(rows):
        query = "&".join(f"{name}={value}" for name, value in {**asked.query, "page": number + 1}.items())
        # A proxy that does not pass its own name on: Signalen names a host that nobody else knows.
        following = f"http://signalen.internal{asked.path}?{query.replace('+', '%2B')}"
    links = {"self": {"href": asked.path}, "next": {"href": following}, "previous": {"href": None}}
    return Told({"_links": links, "count": len(rows), "results": rows[start : start + size]})
