"""Pages of an installation of Signalen, as `fetch` yields them: meldingen, and answered forms of the daily zip."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import orjson

from connectors.connector import Page
from connectors.signalen import Signalen
from connectors.web.secret import Secret

_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
_CATEGORIES = tuple((f"main-{number % 12}", f"sub-{number}") for number in range(160))
_SOURCES = ("online", "Telefoon – ASC", "E-mail – ASC", "Interne melding")
_STATES = ("o", "o", "o", "b", "a", "reopened")


def connector(url: str) -> Signalen:
    """Return a connector with a service for nine of ten categories."""
    return Signalen(
        url=f"{url}/signals/v1",
        token_url=f"{url}/token",
        client_id="uitkomst",
        services={f"{main}/{sub}": f"service-{main}" for main, sub in _CATEGORIES[:144]},
        channels={"online": "online", "Telefoon – ASC": "phone", "E-mail – ASC": "email"},
        timezone="Europe/Amsterdam",
        secret=Secret(variable="UITKOMST_SECRET_MELDINGEN"),
    )


def pages(rows: int, size: int) -> Iterator[Page]:
    """Yield so many meldingen, in pages of `size`."""
    for start in range(0, rows, size):
        ids = range(start + 1, min(start + size, rows) + 1)
        facts = {
            "sources": _SOURCES,
            "again": [start] if start else [],
            "reopened": [str(one) for one in ids if one % 11 == 0],
            "not_reopened": [str(one) for one in ids if one % 11],
        }
        page = {"_links": {"next": {"href": None}}, "count": rows, "results": [_melding(one) for one in ids]}
        body = orjson.dumps({"kind": "cases", "facts": facts, "page": page})
        yield Page(name=f"meldingen, page {start // size + 1}", body=body)


def form_pages(rows: int, size: int) -> Iterator[Page]:
    """Yield so many answered forms, in pages of `size`."""
    for start in range(0, rows, size):
        forms = [_form(one) for one in range(start, min(start + size, rows))]
        body = orjson.dumps({"kind": "forms", "facts": {"sources": _SOURCES}, "page": forms})
        yield Page(name=f"private/csv, answered forms {start + 1} to {start + len(forms)}", body=body)


def _form(number: int) -> dict[str, object]:
    main, sub = _CATEGORIES[number % len(_CATEGORIES)]
    asked = _FIRST + timedelta(minutes=number % 1_000_000)
    return {
        "id": str(number),
        "is_satisfied": "True" if number % 3 else "False",
        "created_at": f"{asked:%Y-%m-%d %H:%M:%S}+00",
        "submitted_at": f"{asked + timedelta(days=3):%Y-%m-%d %H:%M:%S.123456}+00",
        "source": _SOURCES[number % 4],
        "main": main,
        "sub": sub,
    }


def _melding(number: int) -> dict[str, object]:
    main, sub = _CATEGORIES[number % len(_CATEGORIES)]
    made = _FIRST + timedelta(minutes=number % 1_000_000)
    return {
        "_links": {"self": {"href": f"https://meldingen.example/signals/v1/private/signals/{number}"}},
        "id": number,
        "source": _SOURCES[number % 4],
        "text": "Grof vuil naast de container",
        "status": {
            "text": "Het probleem is opgelost.",
            "user": "behandelaar@example.org",
            "state": _STATES[number % len(_STATES)],
            "created_at": (made + timedelta(days=9, microseconds=number % 999)).isoformat(),
        },
        "location": {"address": {"postcode": "1011AA", "huisnummer": 1}, "geometrie": {"coordinates": [4.8, 52.3]}},
        "category": {
            "main_slug": main,
            "sub_slug": sub,
            "departments": "THO",
            "deadline": (made + timedelta(days=21)).isoformat(),
        },
        "reporter": {"email": "*****", "phone": "*****", "allows_contact": True},
        "priority": {"priority": "normal", "created_by": None},
        "created_at": made.isoformat(),
        "updated_at": (made + timedelta(days=9)).isoformat(),
        "notes": [],
        "has_parent": number % 30 == 0,
        "has_children": False,
    }
