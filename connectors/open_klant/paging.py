"""Lists of Open Klant page by page: newest first, not to be ordered otherwise, and moving while they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from connectors.connector import SourceChangedError
from connectors.web.client import Web

MOST_PER_PAGE = 500
"""More are cut to this without a word."""

_SENSIBLE_YEARS = range(1990, 2200)
_PAST_THE_END = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One page of a list as it came; `count` is how many rows the whole list had at that moment."""

    number: int
    rows: list[Any]
    count: int
    last: bool


Ask = Callable[[int], Listing | None]
"""Asks for the page of a number; None where the list has become shorter than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The last page that an interrupted run kept: of which list, its number, and the moment of its last row.

    Rows move down when others are added, and up when some are deleted, so that the number only says where to look.
    """

    path: str
    number: int
    moment: datetime

    @classmethod
    def of(cls, told: str | None) -> Kept | None:
        """Read what `written` wrote; None where that is nothing we know, so that everything is read."""
        path, _, rest = (told or "").partition(" ")
        number, _, moment = rest.partition(" ")
        when = instant(moment, UTC)
        return cls(path=path, number=max(1, int(number)), moment=when) if when and number.isdecimal() else None

    def written(self) -> str:
        """Write it as the `resume` of a page."""
        return f"{self.path} {self.number} {self.moment.isoformat()}"


def instant(written: object, zone: ZoneInfo | Any) -> datetime | None:  # noqa: ANN401 - UTC is no ZoneInfo
    """Return a moment of the source; None where it is none, or is too far off to be one."""
    if not isinstance(written, str):
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    if found.year not in _SENSIBLE_YEARS:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def asking(web: Web, path: str, *, size: int, expand: str | None = None) -> Ask:
    """Return what asks for a page of the list at a path."""
    more = {"expand": expand} if expand else {}

    def ask(number: int) -> Listing | None:
        query: dict[str, str | int] = {"page": number, "pageSize": size, **more}
        try:
            answer = web.get(path, query, told=f"{path}, page {number}")
        except SourceChangedError as error:
            if number > 1 and error.status == _PAST_THE_END:
                return None
            raise
        return _listing(answer.data, number, answer.where)

    return ask


def pages(ask: Ask, *, first: int, size: int, most: int, where: str) -> Iterator[Listing]:
    """Yield the pages of a list in order, from the page `first` on.

    A row that was deleted on an earlier page pulls a row of the next page to where we have been. The count of the
    list then falls: what could have moved is asked for again, before anything older. Rows that come twice because
    others were added are for the caller to know by their id.
    """
    number, before = first, 0
    for _ in range(most):
        found = ask(number)
        again = _moved_up(found, number, before, size)
        before = before if found is None else found.count
        if found is None or again < number:
            number = again
            continue
        yield found
        if found.last:
            return
        number += 1
    sentence = f"there are more than {most:,} pages. Raise `page_size` of this source, or start with less."
    raise SourceChangedError(where, sentence)


def page_to_go_on_from(ask: Ask, kept: Kept, *, field: str, days: int) -> int:
    """Return the number of a page that begins at least so many days after the moment of the last kept row.

    Looks back from where that row stood, in growing steps.
    """
    wanted = kept.moment + timedelta(days=days)
    number, step = kept.number, 1
    while number > 1:
        found = ask(number)
        newest = newest_of(found.rows, field) if found else None
        if newest is not None and newest > wanted:
            return number
        number, step = max(1, number - step), step * 2
    return 1


def newest_of(rows: list[Any], field: str) -> datetime | None:
    """Return the first moment among rows that can be read."""
    return next(_moments(rows, field), None)


def oldest_of(rows: list[Any], field: str) -> datetime | None:
    """Return the last moment among rows that can be read."""
    return next(_moments(rows[::-1], field), None)


def _moments(rows: list[Any], field: str) -> Iterator[datetime]:
    found = (instant(row.get(field), UTC) for row in rows if isinstance(row, dict))
    return (moment for moment in found if moment is not None)


def _moved_up(found: Listing | None, number: int, before: int, size: int) -> int:
    """Return the page to ask for instead of this one, or its own number where nothing has moved up."""
    if found is None:
        return number - 1
    gone = before - found.count
    return max(1, number - -(-gone // size)) if gone > 0 else number


def _listing(data: object, number: int, where: str) -> Listing:
    rows = data.get("results") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(rows, list):
        sentence = "this is no list of Open Klant (`results` is not there). Check that `url` ends in the API's version."
        raise SourceChangedError(where, sentence)
    count = data.get("count")
    return Listing(
        number=number,
        rows=rows,
        count=count if isinstance(count, int) else 0,
        last=not data.get("next"),
    )
