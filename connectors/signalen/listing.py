"""The list of meldingen, read in the order in which they were last changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from connectors.connector import SourceChangedError
from connectors.web.client import Answer, Web
from connectors.web.reach import query_of

MELDINGEN = "private/signals/"
_MOST_LISTED = 1000
_NOT_THERE = 404

CASES, SATISFIED, NOT_SATISFIED, FORMS = "cases", "satisfied", "not_satisfied", "forms"
ORDER = (CASES, SATISFIED, NOT_SATISFIED, FORMS)
"""What is read, in this order: the words for `feedback` are those of Signalen."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The request that comes next: which list, changed at or after which moment, which page of those."""

    what: str = CASES
    after: str = ""
    page: int = 1

    def written(self) -> str:
        """Return it as one text."""
        return f"{self.what}|{self.after}|{self.page}"

    @classmethod
    def of(cls, text: str) -> Cursor | None:
        """Read what `written` wrote; None where it is something else."""
        what, _, rest = text.partition("|")
        after, _, page = rest.partition("|")
        known = what in ORDER and page.isdecimal() and (not after or _moment(after) is not None)
        return cls(what, after, int(page)) if known else None

    @property
    def told(self) -> str:
        """Name the request for people."""
        what = "meldingen" if self.what == CASES else f"meldingen, {self.what}"
        since = f" changed from {self.after}" if self.after else ""
        return f"{what}{since}, page {self.page}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A page of the list: `count` is how many Signalen says there are from here, `next` is None on the last.

    `again` are the ids that the page before had too, unchanged.
    """

    asked: Cursor
    answer: Answer
    rows: tuple[Mapping[str, Any], ...]
    count: int
    next: Cursor | None
    again: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Reads the list page by page.

    A melding that changes while we read moves to the end of the list, and those behind it move up: by number the next
    page would pass one over. So each page asks for what changed at or after the last change of the page before; only
    where a whole page has one and the same moment is the next page asked for by its number.
    """

    web: Web
    size: int
    most_pages: int

    def pages(self, cursor: Cursor) -> Iterator[Listed]:
        """Yield the pages from a cursor on."""
        before: tuple[Mapping[str, Any], ...] = ()
        cursor = cursor if cursor.page == 1 or self._is_there(cursor) else replace(cursor, page=1)
        for _ in range(self.most_pages):
            listed = self._listed(cursor, before)
            yield listed
            if listed.next is None:
                return
            before, cursor = listed.rows, listed.next
        sentence = f"more than {self.most_pages:,} pages came. Set a larger `page_size` for this source."
        raise SourceChangedError(self.web.origin.host, sentence)

    def _is_there(self, cursor: Cursor) -> bool:
        """Tell whether a page still exists: an interrupted run may go on much later."""
        try:
            self.web.get(MELDINGEN, self._query(cursor), told=cursor.told)
        except SourceChangedError as error:
            if error.status == _NOT_THERE:
                return False
            raise
        return True

    def count(self, **filters: str) -> int:
        """Return how many meldingen a filter leaves."""
        told = "count of meldingen" + "".join(f", {value}" for value in filters.values())
        return _count(self.web.get(MELDINGEN, {**filters, "page_size": 1}, told=told))

    def _listed(self, cursor: Cursor, before: tuple[Mapping[str, Any], ...]) -> Listed:
        answer = self.web.get(MELDINGEN, self._query(cursor), told=cursor.told)
        rows = results(answer)
        last = _last(cursor, rows, answer.where) if rows else ""
        known = {str(one.get("id")): one.get("updated_at") for one in before}
        again = [one.get("id") for one in rows if known.get(str(one.get("id")), "") == one.get("updated_at")]
        return Listed(
            asked=cursor,
            answer=answer,
            rows=rows,
            count=_count(answer),
            next=_next(cursor, last) if last and _following(answer) else None,
            again=tuple(one for one in again if isinstance(one, int)),
        )

    def _query(self, cursor: Cursor) -> Mapping[str, str | int]:
        query: dict[str, str | int] = {"ordering": "updated_at", "page_size": self.size}
        if cursor.after:
            query["updated_after"] = cursor.after
        if cursor.page > 1:
            query["page"] = cursor.page
        if cursor.what != CASES:
            query["feedback"] = cursor.what
        return query


def all_of(web: Web, path: str, *, told: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a list of settings, such as the categories."""
    query = f"page_size={_MOST_LISTED}"
    for _ in range(web.limits.most_pages):
        answer = web.get(path, query, told=told)
        yield from results(answer)
        # Of the address that Signalen gives we take the question alone: it may name a host that only it knows.
        query = query_of(_following(answer))
        if not query:
            return


def results(answer: Answer) -> tuple[Mapping[str, Any], ...]:
    """Return the rows of an answer; what is no object is for `parse` to reject."""
    listed = answer.data.get("results") if isinstance(answer.data, dict) else None
    if not isinstance(listed, list):
        raise SourceChangedError(answer.where, "no list of `results` came. Check `url`: it ends in /signals/v1.")
    return tuple(one for one in listed if isinstance(one, dict))


def _count(answer: Answer) -> int:
    count = answer.data.get("count") if isinstance(answer.data, dict) else None
    if not isinstance(count, int):
        raise SourceChangedError(answer.where, "no `count` came. Check `url`: it ends in /signals/v1.")
    return count


def _following(answer: Answer) -> str:
    links = answer.data.get("_links")
    following = links.get("next") if isinstance(links, dict) else None
    address = following.get("href") if isinstance(following, dict) else None
    return address if isinstance(address, str) else ""


def _last(cursor: Cursor, rows: tuple[Mapping[str, Any], ...], where: str) -> str:
    """Return when the last melding changed, once it is certain that the list was filtered and ordered by that."""
    told = [one.get("updated_at") for one in rows]
    moments = [(moment, text) for text in told if isinstance(text, str) and (moment := _moment(text)) is not None]
    if not moments:
        raise SourceChangedError(where, "no melding says when it changed (`updated_at`). Report this.")
    start = _moment(cursor.after)
    if start is not None and moments[0][0] < start:
        raise SourceChangedError(where, _ignored("updated_after"))
    if any(later < earlier for (earlier, _), (later, _) in pairwise(moments)):
        raise SourceChangedError(where, _ignored("ordering=updated_at"))
    return moments[-1][1]


def _ignored(what: str) -> str:
    return (
        f"Signalen passes over what we ask ({what}) and sends other meldingen. "
        "This version is not supported: report it with the version of Signalen."
    )


def _next(cursor: Cursor, last: str) -> Cursor:
    start, until = _moment(cursor.after), _moment(last)
    if start is not None and until is not None and until <= start:
        return Cursor(cursor.what, cursor.after, cursor.page + 1)
    return Cursor(cursor.what, last)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
