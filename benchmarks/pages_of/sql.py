"""Pages as a database of answers gives them; `benchmarks.sql` reads them from real databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from connectors.connector import Page
from connectors.sql import Sql
from connectors.sql.chunks import body

_NAMES = ("id", "service", "channel", "score", "answered_at", "district")


def connector(url: str) -> Sql:
    """Return a source of answers; `url` is the address of a database, or anything that is no such address."""
    given = {
        "folder": Path(),
        "timezone": "Europe/Amsterdam",
        "url": url if url.startswith(("sqlite:", "postgresql:")) else "sqlite:///answers.db",
        "record": "answers",
        "query": "SELECT * FROM answers",
        "columns": {
            "source_id": "id",
            "service": "service",
            "channel": "channel",
            "value": "score",
            "answered_on": "answered_at",
        },
        "segments": {"district": "district"},
        "constants": {"item": "satisfaction", "scale": "1-5"},
        "order_by": "id",
    }
    return TypeAdapter(Sql).validate_python(given)


def pages(rows: int, size: int) -> Iterator[Page]:
    """Yield so many answers, `size` a page."""
    for number, first in enumerate(range(0, rows, size), 1):
        last = min(first + size, rows)
        raw = body([_row(each) for each in range(first, last)], _NAMES)
        yield Page(name=f"query, page {number}", body=raw, resume=str(last - 1))


def _row(each: int) -> tuple[int, str, str, int, str, str]:
    day = f"{2023 + each % 3}-{1 + each // 7 % 12:02}-{1 + each % 28:02} {each % 24:02}:15:00+00"
    return each, f"service-{each % 50}", ("website", "desk")[each % 2], 1 + each % 5, day, f"district-{each % 7}"
