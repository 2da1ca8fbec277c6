"""Touchpoints, after its OpenAPI document: pages of responses, with rows that vanish while somebody is paging."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from connectors.touchpoints import Touchpoints
from connectors.web.secret import Secret
from tests.connectors.serving import QUICK, Asked, Told

RECORDINGS = Path(__file__).parents[1] / "recordings" / "touchpoints"


def recorded(name: str) -> dict:
    return json.loads((RECORDINGS / f"{name}.json").read_text())


FORMS, RESPONSES, TRUTH = recorded("forms"), recorded("responses"), recorded("ground-truth")
FOUR = {name: {"service": "passports", "channel": "website"} for name in list(RESPONSES)[:4]}
KEY = "key-of-nobody"
SETTINGS = TypeAdapter(Touchpoints)
ROOT = "/analytics/touchpoints/v1"


def touchpoints(address: str, *, key: str | None = KEY, **changed) -> Touchpoints:
    given = {"timezone": "America/New_York", "forms": FOUR, "services": {"12": "passports"}, "limits": QUICK, **changed}
    return SETTINGS.validate_python({"url": f"{address}{ROOT}", "secret": Secret(variable="KEY", value=key), **given})


def many(form: str, number: int) -> list[dict]:
    """So many responses to a form, each with an id of its own."""
    rows = []
    for place in range(number):
        row = copy.deepcopy(RESPONSES[form][place % 2])
        row["id"] = str(10_000 + place)
        rows.append(row)
    return rows


@dataclass
class Agency:
    """The application; `vanish` says how many of the first responses are deleted before the so-manieth question."""

    responses: dict = field(default_factory=lambda: RESPONSES)
    vanish: dict[int, int] = field(default_factory=dict)
    gateway: bool = True
    asked: int = 0

    def __call__(self, asked: Asked) -> Told:
        if asked.headers.get("x-api-key") != KEY:
            return self._refused(asked.headers.get("x-api-key"))
        path = asked.path.removeprefix(f"{ROOT}/")
        if path.endswith("/responses"):
            return self._responses(path.split("/")[1], asked.query)
        return Told(recorded(path)) if path in ("forms", "cx_collections", "cx_collection_details") else _error(404)

    def _refused(self, key: str | None) -> Told:
        if self.gateway:
            return Told({"error": {"code": "API_KEY_INVALID", "message": f"An invalid key was supplied: {key}"}}, 403)
        return Told({"error": {"message": f"Invalid request. No ApiKey matches '{key}'", "status": 401}}, 401)

    def _responses(self, form: str, query: dict) -> Told:
        self.asked += 1
        gone = sum(number for when, number in self.vanish.items() if when <= self.asked)
        size, number = int(query["page[size]"]), int(query["page[number]"])
        if not 500 <= size <= 5000:
            return _error(400)
        start = query.get("start_date", "")
        rows = [row for row in self.responses[form][gone:] if row["attributes"]["created_at"][:10] >= start]
        pages = -(-len(rows) // size)
        meta = {"current_page": number, "page_size": size, "total_pages": pages, "total_count": len(rows)}
        return Told({"data": rows[(number - 1) * size : number * size], "links": {"next": None}, "meta": meta})


def _error(status: int) -> Told:
    return Told({"error": {"message": "no", "status": status}}, status)
