"""Pages of Touchpoints, as `fetch` yields them."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from connectors.connector import Page
from connectors.touchpoints import Touchpoints
from connectors.touchpoints.source import Form
from connectors.web.secret import Secret

_FORM = "8fc3c208"
_ASKED = {
    "answer_01": "I am satisfied with the service I received.",
    "answer_02": "This interaction increased my confidence in the agency.",
    "answer_03": "My need was addressed.",
    "answer_04": "It was easy to complete what I needed to do.",
    "answer_05": "It took a reasonable amount of time to do what I needed to do.",
    "answer_06": "I understand what was being asked of me throughout the process.",
    "answer_07": "Employees I interacted with were helpful.",
}


def connector(url: str) -> Touchpoints:
    """Return a connector for one form of seven questions."""
    return Touchpoints(
        url=url,
        timezone="America/New_York",
        secret=Secret(variable="UITKOMST_SECRET_SURVEY"),
        forms={_FORM: Form(service="passports")},
    )


def pages(rows: int, size: int) -> Iterator[Page]:
    """Yield so many answers, seven a response, in pages of `size` responses."""
    asked = [{"answer_field": name, "question_type": "radio_buttons", "text": text} for name, text in _ASKED.items()]
    head = {"name": _FORM, "form": {"kind": "a11", "questions": asked}}
    responses = -(-rows // len(_ASKED))
    for first in range(0, responses, size):
        data = [_response(number) for number in range(first, min(first + size, responses))]
        body = orjson.dumps({"head": head, "responses": {"data": data}})
        yield Page(name=f"form {_FORM}, page {first // size + 1}", body=body, resume=f"{_FORM}|{first // size + 1}|0")


def _response(number: int) -> dict[str, object]:
    answers = {
        f"answer_{place:02d}": str((number + place) % 5 + 1) if place <= len(_ASKED) else None for place in range(1, 31)
    }
    attributes = {
        "created_at": f"2026-0{number % 9 + 1}-1{number % 10}T15:00:00.000Z",
        "referer": "https://agency.example/",
        "user_agent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5)",
        "ip_address": "62.107.32.31",
        "flagged": False,
        "archived": False,
        "deleted": False,
        **answers,
    }
    return {"id": str(number), "type": "submissions", "attributes": attributes}
