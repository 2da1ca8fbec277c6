"""Windows of ids: every complete response of a survey, a bounded number at a time, across the gaps in its ids."""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson

from connectors.connector import SourceChangedError
from connectors.limesurvey.rpc import REPORT, NoData, Session

SIZE = 2_000
"""Ids a window. LimeSurvey makes a whole file before it sends a byte: 2,000 took 0.15 s, 50,000 at once 17 s."""

LAST_ID = 2**31 - 1

ID, SUBMITTED = "id", "submitdate"

COMPLETE = "complete"
"""Responses that were handed in. LimeSurvey refuses no other word: it then gives everything, partial ones too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Responses from one id to another: `body` is the file that LimeSurvey made of them."""

    first: int
    last: int
    rows: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What is asked of a survey; `fields` gives the name of each column in the file by LimeSurvey's own."""

    session: Session
    survey: int
    language: str
    fields: Mapping[str, str]
    most_windows: int

    @property
    def name(self) -> str:
        """How people know the survey."""
        return f"survey {self.survey}"

    def windows(self, after: int) -> Iterator[Window | NoData]:
        """Yield the windows behind an id; at last why there was nothing, where there is no table."""
        ahead: Sequence[int] | None = None
        bounds, asked = _next(after, ahead), 0
        while bounds is not None:
            asked += 1
            self._check_number(asked)
            window = self._window(bounds, self.fields)
            if isinstance(window, NoData):
                yield window
                return
            if window.rows:
                yield window
            elif ahead is None:
                # Ids may begin high or go on far ahead: which there are is asked once, at the first empty window.
                ahead = self._ids(window.last + 1)
            bounds = _next(window.last, ahead)

    def _check_number(self, asked: int) -> None:
        if asked > self.most_windows:
            sentence = f"there are more than {self.most_windows:,} windows of {SIZE:,} responses. Report this."
            raise SourceChangedError(self.name, sentence)

    def _ids(self, first: int) -> Sequence[int]:
        window = self._window((first, LAST_ID), {ID: ID})
        rows = [] if isinstance(window, NoData) else orjson.loads(window.body)["responses"]
        return sorted(int(one[ID]) for one in rows if isinstance(one, dict) and str(one.get(ID)).isdecimal())

    def _window(self, bounds: tuple[int, int], fields: Mapping[str, str]) -> Window | NoData:
        first, last = bounds
        asked = ("json", self.language, COMPLETE, "code", "short", first, last, list(fields))
        told = self.session.ask("export_responses", self.survey, *asked)
        if isinstance(told, NoData):
            return told
        where = f"{self.name}, responses {first}-{last}"
        body = _file(told, where)
        rows = _rows(body, where)
        _check(rows, fields=list(fields.values()), ids=bounds, where=where)
        return Window(first=first, last=last, rows=len(rows), body=body)


def _next(last: int, ahead: Sequence[int] | None) -> tuple[int, int] | None:
    """Return the ids of the next window; where those ahead are known, of as many responses as a window may hold."""
    if ahead is None:
        return last + 1, last + SIZE
    place = bisect_left(ahead, last + 1)
    return (ahead[place], ahead[min(place + SIZE, len(ahead)) - 1]) if place < len(ahead) else None


def _file(told: object, where: str) -> bytes:
    try:
        return base64.b64decode(told if isinstance(told, str) else "", validate=True)
    except binascii.Error:
        sentence = f"the export is no file in base64. {REPORT}"
        raise SourceChangedError(where, sentence) from None


def _rows(body: bytes, where: str) -> list[object]:
    try:
        told = orjson.loads(body)
    except ValueError:
        told = None
    rows = told.get("responses") if isinstance(told, dict) else None
    if not isinstance(rows, list):
        sentence = f"the export holds no responses in JSON. {REPORT}"
        raise SourceChangedError(where, sentence)
    return rows


def _check(rows: list[object], *, fields: Sequence[str], ids: tuple[int, int], where: str) -> None:
    objects = [one for one in rows if isinstance(one, dict)]
    missing = [name for name in fields if objects and name not in objects[0]]
    if missing:
        names = ", ".join(f"'{name}'" for name in missing)
        raise SourceChangedError(where, f"the export has no column {names}. {REPORT}")
    outside = any(isinstance(one.get(ID), int) and not ids[0] <= one[ID] <= ids[1] for one in objects)
    if outside:
        sentence = f"LimeSurvey gives other responses than we ask for. {REPORT}"
        raise SourceChangedError(where, sentence)
