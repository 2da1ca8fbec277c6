"""An Open Klant as it was recorded: its contacts and tasks, and the ways of its lists."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zlib import crc32

import orjson

from tests.connectors.serving import Asked, Told

FOLDER = Path(__file__).parents[1] / "recordings" / "openklant"
TOKEN = "0123456789abcdef0123456789abcdef01234567"
API = "/klantinteracties/api/v1"

_LISTS = ("klantcontacten", "internetaken")
_KNOWN = {"page", "pageSize", "expand"}
_LINKS = "gingOverOnderwerpobjecten"
_MOST = 500


def recorded(number: str):
    (path,) = FOLDER.glob(f"{number}-*.json")
    return json.loads(path.read_text())["response"]


def truth():
    return json.loads((FOLDER / "ground-truth.json").read_text())


@cache
def _recorded_contacts() -> bytes:
    return orjson.dumps([row for number in ("01", "02", "03") for row in recorded(number)["body"]["results"]])


def contacts() -> list[dict]:
    return orjson.loads(_recorded_contacts())


def tasks() -> list[dict]:
    """Return the recorded tasks, and others in their image for the contacts that led to one."""
    known = {task["uuid"]: task for number in ("23", "24") for task in recorded(number)["body"]["results"]}
    one = next(iter(known.values()))
    still_open = next(line["n"] for line in truth()["internetaken"] if line["status"] == "te_verwerken")
    missing = still_open - sum(task["status"] == "te_verwerken" for task in known.values())
    made = []
    for contact in contacts():
        for task in contact["leiddeTotInterneTaken"]:
            number = len(made)
            given = datetime.fromisoformat(contact["plaatsgevondenOp"]) + timedelta(minutes=5)
            done = given + timedelta(hours=1 + number * 7 % 150)
            is_open = number % 3 == 0 and missing > 0 and task["uuid"] not in known
            missing -= is_open
            made.append(
                known.get(task["uuid"])
                or {
                    **one,
                    **task,
                    "aanleidinggevendKlantcontact": {"uuid": contact["uuid"], "url": contact["url"]},
                    "status": "te_verwerken" if is_open else "verwerkt",
                    "toegewezenOp": _written(given),
                    "afgehandeldOp": None if is_open else _written(done),
                }
            )
    return made


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Klant:
    """The site: `cases` is over how many cases the contacts are spread (0 gives each its own, as recorded).

    `before` is called with the list and the page that is asked for, so that a test can add or delete rows.
    """

    contacts: list[dict] = field(default_factory=contacts)
    tasks: list[dict] = field(default_factory=tasks)
    cases: int = 0
    expands: bool = True
    before: Callable[[str, int], None] = lambda _path, _page: None

    def __call__(self, asked: Asked) -> Told:
        if asked.headers.get("authorization") != f"Token {TOKEN}":
            answer = recorded("31" if "authorization" in asked.headers else "30")
            return Told(answer["body"], answer["status"])
        path = asked.path.removeprefix(f"{API}/")
        if asked.method != "GET" or path not in _LISTS:
            return Told({"code": "not_found"}, 404)
        if set(asked.query) - _KNOWN:
            answer = recorded("15")
            return Told(answer["body"], answer["status"])
        return self._list(
            path, int(asked.query.get("page", 1)), min(_MOST, int(asked.query.get("pageSize", 100))), asked
        )

    def _list(self, path: str, page: int, size: int, asked: Asked) -> Told:
        self.before(path, page)
        rows = self.contacts if path == "klantcontacten" else self.tasks
        begin = (page - 1) * size
        if begin >= max(1, len(rows)) or page < 1:
            answer = recorded("06")
            return Told(answer["body"], answer["status"])
        more = begin + size < len(rows)
        # The host that the source gives itself is not the one it is reached at.
        following = f"http://127.0.0.1:8094{API}/{path}?page={page + 1}&pageSize={size}" if more else None
        shown = [self.row(row) if "expand" in asked.query else row for row in rows[begin : begin + size]]
        return Told({"count": len(rows), "next": following, "previous": None, "results": shown})

    def row(self, row: object) -> object:
        """Return a contact as `expand` shows it."""
        if not self.expands or not isinstance(row, dict) or row.get("_expand"):
            return row
        return {**row, "_expand": {_LINKS: [self.subject(row, one) for one in row.get(_LINKS, [])]}}

    def subject(self, row: dict, link: dict) -> dict:
        number = int(row["inhoud"].split()[-1]) - 1
        number = crc32(b"%d" % number) % self.cases if self.cases else number
        return {
            **link,
            "klantcontact": {"uuid": row["uuid"], "url": row["url"]},
            "wasKlantcontact": None,
            "onderwerpobjectidentificator": {
                "objectId": f"00000000-0000-4000-8000-{number:012d}",
                "codeObjecttype": "zaak",
                "codeRegister": "open-zaak",
                "codeSoortObjectId": "uuid",
            },
        }
