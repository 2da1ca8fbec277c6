"""Pages of a JSON API without a network: finished answers of a survey platform, three rows of four asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson
from pydantic import TypeAdapter

from connectors.connector import Page
from connectors.rest import Rest
from connectors.web.secret import Secret

SETTINGS = {
    "record": "answers",
    "path": "responses",
    "rows": "data",
    "only": {"finished": ["true"]},
    "columns": {
        "source_id": "id",
        "answered_on": "createdAt",
        "channel": {"path": "variables.channel", "map": {"web": "web", "balie": "desk"}},
        "value": "data.ease",
    },
    "segments": {"district": "variables.district"},
    "constants": {"service": "passports", "item": "ease", "scale": "1-5"},
}


def connector(url: str, **changed: object) -> Rest:
    """Return a source whose paths are plain names; `changed` settings may ask for more."""
    secret = Secret(variable="UITKOMST_SECRET_SURVEY")
    given = {"timezone": "Europe/Amsterdam", "secret": secret, "url": url, **SETTINGS, **changed}
    return TypeAdapter(Rest).validate_python(given)


def pages(rows: int, size: int) -> Iterator[Page]:
    """Yield pages as `fetch` does, the same for the same numbers."""
    chance = random.Random(1)  # noqa: S311 - nothing secret
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    for first in range(0, rows, size):
        data = [_row(place, begin, chance) for place in range(first, min(first + size, rows))]
        body = {"wordings": {}, "told": {}, "answer": {"data": data, "meta": {"total": rows}}}
        yield Page(name=f"responses, page {first // size + 1}", body=orjson.dumps(body))


def _row(place: int, begin: datetime, chance: random.Random) -> dict[str, object]:
    moment = begin + timedelta(minutes=place)
    return {
        "id": f"clr{place:09d}",
        "createdAt": moment.strftime("%Y-%m-%dT%H:%M:%S.123Z"),
        "finished": place % 4 != 0,
        "data": {"ease": chance.randint(1, 5), "why": "x" * 60, "tags": [{"id": 3, "value": chance.choice("ab")}]},
        "variables": {"district": chance.choice(("noord", "zuid", "oost")), "channel": chance.choice(("web", "balie"))},
        "meta": {"url": "https://gemeente.example/paspoort", "userAgent": {"browser": "Firefox", "os": "Linux"}},
        "contactAttributes": {},
    }
