"""Pages of an Open311 server, as `fetch` yields them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import orjson

from connectors.connector import Page
from connectors.open311 import Open311
from connectors.web.secret import Secret

_FIRST = datetime(2024, 1, 1, tzinfo=UTC)


def connector(url: str) -> Open311:
    """Return a connector for a server with three codes."""
    return Open311(
        url=url,
        timezone="Europe/Amsterdam",
        secret=Secret(variable="UITKOMST_SECRET_CITY"),
        first_day=date(2024, 1, 1),
        services={"001": "waste", "006": "sidewalks", "007": "potholes"},
    )


def pages(rows: int, size: int) -> Iterator[Page]:
    """Yield so many requests, in pages of `size`; two of three are closed."""
    for first in range(0, rows, size):
        requests = [_request(number) for number in range(first, min(first + size, rows))]
        body = orjson.dumps({"head": {"cut": False}, "requests": requests})
        yield Page(name=f"requests, {first}", body=body, resume=str(first))


def _request(number: int) -> dict[str, str | float | None]:
    received = _FIRST + timedelta(minutes=number % 700_000)
    return {
        "service_request_id": f"{number}",
        "status": "open" if number % 3 == 0 else "closed",
        "status_notes": None,
        "service_name": "Sidewalk and Curb Issues",
        "service_code": ("001", "006", "007")[number % 3],
        "description": "A made-up description of the kind that people write, some words long.",
        "requested_datetime": received.isoformat(),
        "updated_datetime": (received + timedelta(days=number % 40)).isoformat(),
        "expected_datetime": (received + timedelta(days=14)).isoformat(),
        "address": "8TH AVE and JUDAH ST",
        "zipcode": "94122",
        "lat": 37.762221815,
        "long": -122.4651145,
        "media_url": "https://pictures.example/638344.jpg",
    }
