"""The walk through a source, request by request, watched so that it neither stops early nor goes on for ever."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.connector import SourceChangedError
from connectors.rest.paging import Paging, Piece, Place, following, most, number
from connectors.rest.paths import at, there
from connectors.rest.question import Parameter, Window, encoded, filled
from connectors.web.client import Answer, Web
from connectors.words import nearest

_NAME = re.compile(r"^[A-Za-z_@$][\w@$.-]{0,39}$", re.ASCII)
_MOST_NAMES = 20
_COUNTING = ("page", "offset")
_PAST_END = "The rows before may have been the last: if so, give `expected`, or `more` or `size_told` in `paging`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A walk from one place to the last: `path` is asked with `query`, rows stand at `rows`, a total at `expected`."""

    web: Web
    path: str
    query: Mapping[str, Parameter]
    window: Window
    paging: Paging
    rows: str
    expected: str | None = None
    _seen: set[str | int] = field(default_factory=set, repr=False)

    def pieces(self, place: Place) -> Iterator[tuple[Piece, Place | None]]:
        """Yield each piece and the place of the next, None behind the last."""
        before: Sequence[object] = ()
        for _ in range(self.web.limits.most_pages):
            answer = self._answer(place)
            rows = rows_of(answer.data, self.rows, where=answer.where)
            self._differs(rows, before, place, answer)
            piece = Piece(place=place, answer=answer, rows=len(rows), expected=self._total(answer, place))
            then = following(self.paging, piece, self.web.origin)
            yield piece, then
            if then is None:
                return
            self._new(then, answer)
            before, place = rows, then
        raise self._endless(place)

    def name(self, place: Place) -> str:
        """Name a request for people."""
        return self.path if self.paging.by == "none" else f"{self.path}, page {place.number}"

    def cut(self, piece: Piece) -> Mapping[str, int]:
        """Return how many rows were asked and given where the source turned out to give fewer than it was asked."""
        asked, place = self.paging.size, piece.place
        if asked is None or self.paging.by not in _COUNTING:
            return {}
        told = most(self.paging, piece)
        if told is not None:
            return {"asked": asked, "answered": told} if place.number == 1 and told < asked else {}
        return {"asked": asked, "answered": place.short} if place.short and piece.rows else {}

    def _answer(self, place: Place) -> Answer:
        by_link = self.paging.by == "link" and place.at is not None
        fixed = [*filled(self.query, self.window), *self.paging.parameters(place)]
        query = str(place.at) if by_link else encoded(fixed)
        try:
            return self.web.get(self.path, query, told=self.name(place))
        except SourceChangedError as error:
            if place.number == 1 or self.paging.by not in _COUNTING or self.expected or self.paging.more:
                raise
            sentence = f"{error.sentence} {_PAST_END}"
            raise SourceChangedError(error.where, sentence, status=error.status, code=error.code) from error

    def _total(self, answer: Answer, place: Place) -> int | None:
        if self.expected is None:
            return None
        told = number(at(answer.data, self.expected, where=answer.where))
        if told is None and place.expected is None:
            sentence = (
                f"no total stands at `expected` = '{self.expected}'. {_there(answer.data)} "
                "Change `expected` of this source, or leave it out."
            )
            raise SourceChangedError(answer.where, sentence)
        return place.expected if told is None else told

    def _differs(self, rows: Sequence[object], before: Sequence[object], place: Place, answer: Answer) -> None:
        if rows and rows == before:
            sentence = (
                f"page {place.number} has the same rows as the page before it, so that the source does not go on. "
                f"Change `paging` of this source (by = '{self.paging.by}' and its parameter); where one answer has "
                "all rows, write by = 'none', or give `expected`."
            )
            raise SourceChangedError(answer.where, sentence)

    def _new(self, then: Place, answer: Answer) -> None:
        key = then.at
        if key in self._seen and key is not None:
            sentence = (
                "it sends us back to a page that we had already, and would do so for ever. "
                "Change `next` in `paging` of this source, or ask who runs it."
            )
            raise SourceChangedError(answer.where, sentence)
        if key is not None:
            self._seen.add(key)

    def _endless(self, place: Place) -> SourceChangedError:
        most_pages = self.web.limits.most_pages
        sentence = f"there are more than {most_pages:,} pages. Ask for larger pages, or for a shorter time by `query`."
        return SourceChangedError(f"{self.web.origin.host}, {self.name(place)}", sentence)


def rows_of(data: Any, path: str, *, where: str) -> list[Any]:  # noqa: ANN401 - whatever the source sent
    """Return the rows of an answer; null in their place is none, anything else than a list is an error."""
    found = at(data, path, where=where)
    if isinstance(found, list):
        return found
    if found is None and there(data, path):
        return []
    sentence = f"no list of rows stands at `rows` = '{path}'. {_there(data, path)} Change `rows` of this source."
    raise SourceChangedError(where, sentence)


def _there(data: object, path: str = "") -> str:
    """Say what an answer holds: names alone, and only what looks like the name of a field."""
    if not isinstance(data, dict):
        return "The answer is a list." if isinstance(data, list) else "The answer is a single value."
    names = [name for name in data if _NAME.match(name)][:_MOST_NAMES]
    return nearest(path.partition(".")[0], names)
