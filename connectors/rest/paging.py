"""Paging: how the pieces of an answer are asked for one by one, and when there are no more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal
from urllib.parse import urljoin, urlsplit

from pydantic import ConfigDict

from connectors.rest.paths import at
from connectors.web.client import Answer
from connectors.web.reach import Origin, elsewhere, query_of

_GIVEN_FOR: Mapping[str, tuple[str, ...]] = {
    "parameter": ("page", "offset", "cursor"),
    "size_parameter": ("page", "offset", "cursor", "link"),
    "size": ("page", "offset", "cursor", "link"),
    "first": ("page", "offset"),
    "next": ("cursor", "link"),
    "more": ("page", "offset", "cursor", "link"),
    "size_told": ("page", "offset"),
}
_NEXT_LINK = re.compile(r"<([^>]*)>[^<]*?\brel=\"?(?:[^\",;]* )?next\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How a source is asked for its rows piece by piece.

    `page` counts pages from `first` (1), `offset` rows from `first` (0); `cursor` sends back what stands at `next`;
    `link` follows the address at `next`, or that of the Link header. `parameter` is called as `by` unless it is given.
    `size` rows are asked for by `size_parameter`. Paths into an answer: `more` tells whether there is another piece,
    `size_told` how many rows the source gave at most, whatever was asked.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    by: Literal["none", "page", "offset", "cursor", "link"] = "none"
    parameter: str | None = None
    size_parameter: str | None = None
    size: int | None = None
    first: int | None = None
    next: str | None = None
    more: str | None = None
    size_told: str | None = None

    def problems(self) -> Iterator[str]:
        """Yield a sentence for each thing that is wrong with these settings."""
        for name, kinds in _GIVEN_FOR.items():
            if getattr(self, name) is not None and self.by not in kinds:
                allowed = " or ".join(f"'{kind}'" for kind in kinds)
                yield f"paging: {name} goes with by = {allowed}, not with by = '{self.by}'."
        found = (
            (
                self.by == "cursor" and self.next is None,
                "by = 'cursor' needs next: the path of the cursor in an answer, such as 'meta.next'.",
            ),
            (
                (self.size_parameter is None) != (self.size is None),
                "size and size_parameter go together: how many rows to ask for, and by which parameter.",
            ),
            (self.size is not None and self.size < 1, "size is 1 or more."),
        )
        yield from (f"paging: {sentence}" for wrong, sentence in found if wrong)

    def paths(self) -> Mapping[str, str]:
        """Return the paths into an answer by the name of their setting."""
        given = {"next": self.next, "more": self.more, "size_told": self.size_told}
        return {f"paging.{name}": path for name, path in given.items() if path is not None}

    def parameters(self, place: Place) -> list[tuple[str, str]]:
        """Return the parameters that ask for the piece at a place."""
        size = [(self.size_parameter, str(self.size))] if self.size_parameter else []
        starts = {"page": 1, "offset": 0}
        if self.by in starts and place.at is None:
            return [*size, (self.parameter or self.by, str(starts[self.by] if self.first is None else self.first))]
        return size if place.at is None else [*size, (self.parameter or self.by, str(place.at))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place of a request in a run: the `number` it has, and what was there before it.

    `at` is a page, offset, cursor or the query of a link, None for the first request. `found` rows came before, of
    `expected` where the source told. `short` is the number of rows of the first piece where they were fewer than we
    asked for, otherwise 0.
    """

    at: str | int | None = None
    number: int = 1
    found: int = 0
    expected: int | None = None
    short: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What one request brought: the answer, how many rows it holds, and the total if the source told one."""

    place: Place
    answer: Answer
    rows: int
    expected: int | None

    @property
    def found(self) -> int:
        """The rows up to and with this piece."""
        return self.place.found + self.rows


def following(paging: Paging, piece: Piece, origin: Origin) -> Place | None:
    """Return the place of the next request; None where this piece is the last."""
    then = _NEXT[paging.by](paging, piece, origin)
    if then is None or _no_more(paging, piece):
        return None
    first = piece.place.number == 1 and paging.size is not None and piece.rows < paging.size
    return Place(
        at=then,
        number=piece.place.number + 1,
        found=piece.found,
        expected=piece.expected,
        short=piece.rows if first else 0,
    )


def most(paging: Paging, piece: Piece) -> int | None:
    """Return how many rows the source says that it gives at most; None where it does not say."""
    return number(_at(piece, paging.size_told)) if paging.size_told else None


def number(value: object) -> int | None:
    """Return a count as the source told it, None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return int(value) if isinstance(value, int) or (value.isascii() and value.isdecimal()) else None


def _no_more(paging: Paging, piece: Piece) -> bool:
    return paging.more is not None and _at(piece, paging.more) in (None, False, 0, "", "false")


def _at(piece: Piece, path: str) -> object:
    return at(piece.answer.data, path, where=piece.answer.where)


def _counted(paging: Paging, piece: Piece) -> bool:
    """Tell whether there may be a piece behind this one.

    Fewer rows than we asked for is no end: a source may give fewer than asked, or leave out of a piece what we may not
    see. Fewer than the source itself says that it gives is one.
    """
    if piece.rows == 0:
        return False
    if piece.expected is not None:
        return piece.found < piece.expected
    told = most(paging, piece)
    return told is None or piece.rows >= told


def _nothing(_paging: Paging, _piece: Piece, _origin: Origin) -> None:
    return None


def _page(paging: Paging, piece: Piece, _origin: Origin) -> int | None:
    first = 1 if paging.first is None else paging.first
    before = first if piece.place.at is None else int(piece.place.at)
    return before + 1 if _counted(paging, piece) else None


def _offset(paging: Paging, piece: Piece, _origin: Origin) -> int | None:
    # By what came, not by what was asked: a source that gives fewer would otherwise leave rows out.
    before = (paging.first or 0) if piece.place.at is None else int(piece.place.at)
    return before + piece.rows if _counted(paging, piece) else None


def _cursor(paging: Paging, piece: Piece, _origin: Origin) -> str | None:
    told = _at(piece, paging.next or "@")
    if isinstance(told, bool) or not isinstance(told, str | int) or told == "":
        return None
    return None if piece.rows == 0 and str(told) == str(piece.place.at) else str(told)


def _link(paging: Paging, piece: Piece, origin: Origin) -> str | None:
    told = _at(piece, paging.next) if paging.next else _linked(piece.answer.headers.get("link", ""))
    if not isinstance(told, str) or not told:
        return None
    url = urljoin(origin.url("/"), told)
    # Behind a proxy a source may write http or another port; of its address no more than the query is used.
    if _host(url) != origin.host:
        raise elsewhere(piece.answer.where, url)
    return query_of(url)


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _linked(header: str) -> str | None:
    found = _NEXT_LINK.search(header)
    return found.group(1) if found else None


_NEXT: Mapping[str, Callable[[Paging, Piece, Origin], str | int | None]] = {
    "none": _nothing,
    "page": _page,
    "offset": _offset,
    "cursor": _cursor,
    "link": _link,
}
