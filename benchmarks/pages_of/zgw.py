"""Pages of a ZGW system, as `fetch` yields them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import orjson

from connectors.connector import Page
from connectors.web.secret import Secret
from connectors.zgw import Zgw
from connectors.zgw.catalogue import kept_of

_HOST = "https://openzaak.example.org"
_FIRST = date(2024, 1, 1)
_TYPES = 40
_RESULTS = ("Verleend", "Geweigerd", "Ingetrokken")
_CHANNELS = tuple(f"{_HOST}/referentielijsten/api/v1/communicatiekanalen/{UUID(int=number)}" for number in range(5))


def connector(url: str) -> Zgw:
    """Return a connector for forty case types and five channels."""
    return Zgw(
        url=url,
        timezone="Europe/Amsterdam",
        secret=Secret(variable="UITKOMST_SECRET_ZAKEN"),
        client_id="uitkomst",
        services={f"ZT-{number}": f"service-{number % 8}" for number in range(_TYPES)},
        channels={channel: f"channel-{number}" for number, channel in enumerate(_CHANNELS)},
        outcomes={"Ingetrokken": "withdrawn"},
    )


def pages(rows: int, size: int) -> Iterator[Page]:
    """Yield so many cases, in pages of `size`; five of six are closed, half has no days of its own."""
    kept = orjson.dumps(kept_of((_type(number) for number in range(_TYPES)), (_result(one) for one in range(3))))
    for first in range(0, rows, size):
        listed = orjson.dumps({"count": rows, "results": [_case(one) for one in range(first, min(first + size, rows))]})
        body = b'{"catalogue":' + kept + b',"again":[],"notices":[],"page":' + listed + b"}"
        yield Page(name=f"zaken, page {first // size + 1}", body=body)


def _type(number: int) -> dict[str, str | bool]:
    return {
        "url": f"{_HOST}/catalogi/api/v1/zaaktypen/{UUID(int=number)}",
        "identificatie": f"ZT-{number}",
        "catalogus": f"{_HOST}/catalogi/api/v1/catalogussen/{UUID(int=1)}",
        "doorlooptijd": ("P56D", "P8W", "P2M")[number % 3],
        "servicenorm": ("P28D", "P1M", "P0D")[number % 3],
        "beginGeldigheid": "2024-01-01",
        "concept": False,
    }


def _result(number: int) -> dict[str, str]:
    name = _RESULTS[number]
    url = f"{_HOST}/catalogi/api/v1/resultaattypen/{UUID(int=number)}"
    return {"url": url, "omschrijving": name, "omschrijvingGeneriek": name}


def _case(number: int) -> dict[str, Any]:
    started = _FIRST + timedelta(days=number % 900)
    url = f"{_HOST}/zaken/api/v1/zaken/{UUID(int=number)}"
    result = f"{_HOST}/zaken/api/v1/resultaten/{UUID(int=number)}"
    result_type = f"{_HOST}/catalogi/api/v1/resultaattypen/{UUID(int=number % 3)}"
    own = number % 2 == 0
    return {
        "url": url,
        "uuid": str(UUID(int=number)),
        "identificatie": f"ZAAK-{number:010d}",
        "bronorganisatie": "517439943",
        "omschrijving": "A made-up description of the kind that people write",
        "toelichting": "",
        "zaaktype": f"{_HOST}/catalogi/api/v1/zaaktypen/{UUID(int=number % _TYPES)}",
        "registratiedatum": started.isoformat(),
        "verantwoordelijkeOrganisatie": "517439943",
        "startdatum": started.isoformat(),
        "einddatum": None if number % 6 == 0 else (started + timedelta(days=number % 80)).isoformat(),
        "einddatumGepland": (started + timedelta(days=28)).isoformat() if own else None,
        "uiterlijkeEinddatumAfdoening": (started + timedelta(days=56)).isoformat() if own else None,
        "laatstGemuteerd": f"{started}T17:00:04Z",
        "communicatiekanaal": _CHANNELS[number % 5] if number % 7 else "",
        "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
        "betalingsindicatieWeergave": "",
        "zaakgeometrie": None,
        "verlenging": {"reden": "Advice of others", "duur": "P28D"} if number % 10 == 0 else None,
        "opschorting": {"indicatie": number % 50 == 0, "eerdereOpschorting": number % 12 == 0, "reden": ""},
        "hoofdzaak": None,
        **{name: [] for name in ("deelzaken", "eigenschappen", "rollen", "kenmerken", "zaakobjecten")},
        "status": f"{_HOST}/zaken/api/v1/statussen/{UUID(int=number)}",
        "archiefstatus": "nog_te_archiveren",
        "resultaat": result,
        "processobject": {"datumkenmerk": "", "identificatie": "", "objecttype": "", "registratie": ""},
        "_expand": {"resultaat": {"url": result, "zaak": url, "resultaattype": result_type, "toelichting": ""}},
    }
