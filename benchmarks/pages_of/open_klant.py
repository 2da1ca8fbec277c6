"""Pages of contacts as the connector of Open Klant makes them, for rows per second."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from connectors.connector import Page
from connectors.open_klant import OpenKlant
from connectors.open_klant.contacts import Trail, body_of
from connectors.web.secret import Secret

_CHANNELS = ("Telefoon", "telefoon", "E-mail", "Balie", "Webformulier", "chat")
_NEWEST = datetime(2026, 11, 22, 12, tzinfo=UTC)
_CASES = 2_000


def connector(url: str) -> OpenKlant:
    """Return a connector with settings that need every column."""
    return OpenKlant(
        timezone="Europe/Amsterdam",
        secret=Secret(variable="UITKOMST_SECRET_BENCHMARK", value="made-up"),
        url=url,
        service="overig",
        services={"https://zaken.example.org/zaaktypen/1": "paspoort"},
        channels={name: name.lower() for name in ("Telefoon", "E-mail", "Balie", "Webformulier")},
    )


def pages(rows: int, size: int) -> Iterator[Page]:
    """Yield made-up contacts newest first, so many to a page."""
    of, chance = connector("https://klant.example.org/klantinteracties/api/v1"), random.Random(20261126)  # noqa: S311 - nothing secret
    trail = Trail(choices=of.choices())
    for begin in range(0, rows, size):
        end = min(begin + size, rows)
        body = body_of(trail, [contact(number, chance) for number in range(begin, end)], ends=end == rows)
        yield Page(name=f"klantcontacten, page {begin // size + 1}", body=orjson.dumps(body))


def contact(number: int, chance: random.Random) -> dict[str, Any]:
    """Return one contact as the source sends it; each is a minute older than the one before."""
    identity = {"objectId": f"{chance.randrange(_CASES)}", "codeObjecttype": "zaak", "codeRegister": "open-zaak"}
    return {
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "kanaal": chance.choice(_CHANNELS),
        "onderwerp": "Vraag",
        "inhoud": "Proefvraag",
        "indicatieContactGelukt": chance.choice((True, True, True, False, None)),
        "hoofdOnderwerpType": chance.choice(("", "https://zaken.example.org/zaaktypen/1")),
        "plaatsgevondenOp": (_NEWEST - timedelta(minutes=number)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "gingOverOnderwerpobjecten": [{"uuid": str(number)}],
        "_expand": {"gingOverOnderwerpobjecten": [{"onderwerpobjectidentificator": identity}]},
    }
