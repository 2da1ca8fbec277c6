"""Pages of a Matomo, as `fetch` yields them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import orjson

from connectors.connector import Page
from connectors.matomo import Answers, Forms, Matomo, Step
from connectors.web.secret import Secret

_FIRST = date(2020, 1, 1)
_ACTIONS = ("nuttig: ja", "nuttig: nee", "gestart", "verzonden", "bekeken")
_NAMES = 100


def connector(url: str) -> Matomo:
    """Return a connector for a site with feedback on its pages and one form."""
    return Matomo(
        url=url,
        timezone="Europe/Amsterdam",
        secret=Secret(variable="UITKOMST_SECRET_WEBSITE"),
        site=1,
        first_day=_FIRST,
        service="website",
        services={f"/producten/{number}": f"product-{number}" for number in range(20)},
        answers=Answers(map={"nuttig: ja": 1, "nuttig: nee": 0}, category="Paginafeedback"),
        forms=Forms(start=Step(event="gestart"), end=Step(event="verzonden")),
    )


def pages(rows: int, size: int) -> Iterator[Page]:
    """Yield so many rows of events, in pages of `size`; a day has at most 500, four of five are ours."""
    first = _FIRST
    for begin in range(0, rows, size):
        counts = [min(500, min(size, rows - begin) - ahead) for ahead in range(0, min(size, rows - begin), 500)]
        days = [(first + timedelta(days=ahead)).isoformat() for ahead in range(len(counts))]
        yield _page(dict(zip(days, counts, strict=True)))
        first += timedelta(days=len(counts))


def _page(counts: dict[str, int]) -> Page:
    days = list(counts)
    head = {"first": days[0], "last": days[-1], "zone": None, "created": "2020-01-01"}
    reports: dict[str, object] = {
        "visits": {day: {"nb_visits": 100, "bounce_rate": "17%"} for day in days},
        "events": {day: [_row(place) for place in range(number)] for day, number in counts.items()},
        "control": {day: [_whole(place, number) for place in range(len(_ACTIONS))] for day, number in counts.items()},
    }
    body = orjson.dumps({**head, "asked": list(reports), "answered": list(reports.values())})
    return Page(name=f"site 1, {days[0]} to {days[-1]}", body=body, resume=days[-1])


def _row(place: int) -> dict[str, object]:
    action, name = _ACTIONS[place % len(_ACTIONS)], f"/producten/{place // len(_ACTIONS) % _NAMES}"
    return {**_numbers(f"{action} - {name}", 3), "Events_EventAction": action, "Events_EventName": name}


def _whole(place: int, rows: int) -> dict[str, object]:
    action = _ACTIONS[place]
    category = "Paginafeedback" if action.startswith("nuttig") else "Formulier"
    events = 3 * len(range(place, rows, len(_ACTIONS)))
    return {
        **_numbers(f"{action} - {category}", events),
        "Events_EventAction": action,
        "Events_EventCategory": category,
    }


def _numbers(label: str, number: int) -> dict[str, object]:
    return {
        "label": label,
        "nb_uniq_visitors": number,
        "nb_visits": str(number),
        "nb_events": str(number),
        "nb_events_with_value": "0",
        "sum_event_value": 0,
        "min_event_value": 0,
        "max_event_value": False,
        "avg_event_value": 0,
    }
