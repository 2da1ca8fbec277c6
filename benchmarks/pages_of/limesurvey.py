"""Pages of a survey in LimeSurvey, as `fetch` yields them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson

from connectors.connector import Page
from connectors.limesurvey import LimeSurvey
from connectors.limesurvey.question import Coded, Item
from connectors.web.secret import Secret

_FIRST = datetime(2024, 1, 1)  # noqa: DTZ001 - LimeSurvey writes local times
_OPTIONS = {
    f"AO0{score}": {"answer": f"{score} points", "order": score - 1, "assessment_value": score} for score in range(1, 6)
}
_CHANNELS = {
    code: {"answer": code, "order": place, "assessment_value": 0} for place, code in enumerate(("DIG", "TEL", "BAL"))
}


def connector(url: str) -> LimeSurvey:
    """Return a connector with three items, a channel and a segment."""
    return LimeSurvey(
        url=url,
        user="koppeling",
        survey=202605,
        service="permits",
        items={
            "satisfaction": Item(question="TEVR", scale="1-5"),
            "clarity": Item(question="DUID", scale="1-5", score="order"),
            "fair": Item(question="STEL[EERLIJK]", scale="1-5", score="assessment_value"),
        },
        channel=Coded(question="KANAAL", map={"DIG": "website", "TEL": "phone", "BAL": "desk"}),
        segments={"moved": "VERHUISD"},
        timezone="Europe/Amsterdam",
        secret=Secret(variable="UITKOMST_SECRET_SURVEY"),
    )


def pages(rows: int, size: int) -> Iterator[Page]:
    """Yield so many answers, three a response, in pages of `size` answers."""
    survey = {"language": "nl", "active": True, "dated": True, "questions": _questions()}
    for first in range(0, rows // 3, size // 3):
        last = min(first + size // 3, rows // 3)
        responses = [_response(number) for number in range(first + 1, last + 1)]
        body = orjson.dumps({"survey": survey, "answers": {"responses": responses}})
        yield Page(name=f"survey 202605, responses {first + 1}-{last}", body=body, resume=str(last))


def _questions() -> dict[str, dict[str, Any]]:
    return {
        "TEVR": {"type": "5", "question": "How satisfied are you?", "answeroptions": "No available answer options"},
        "DUID": {"type": "L", "question": "How clear was it?", "answeroptions": _OPTIONS},
        "STEL[EERLIJK]": {"type": "F", "question": "Do you agree?", "row": "Fair", "answeroptions": _OPTIONS},
        "KANAAL": {"type": "L", "question": "How did you reach us?", "answeroptions": _CHANNELS},
        "VERHUISD": {"type": "Y", "question": "Did you move?", "answeroptions": "No available answer options"},
    }


def _response(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "submitdate": f"{_FIRST + timedelta(minutes=number * 7 % 1_000_000):%Y-%m-%d %H:%M:%S}",
        "TEVR": str(number % 5 + 1),
        "DUID": f"AO0{number // 5 % 5 + 1}",
        "STEL[EERLIJK]": f"AO0{number // 25 % 5 + 1}",
        "KANAAL": ("DIG", "TEL", "BAL")[number % 3],
        "VERHUISD": "YN"[number % 2],
    }
