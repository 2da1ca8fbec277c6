"""Lists of a ZGW system: page after page until the system says that there is no next one, on our own address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode

from connectors.connector import SourceChangedError, SourceRefusedError
from connectors.web.client import Answer, Web
from connectors.web.reach import query_of

Query = Mapping[str, str | int]

_SIGNS: Mapping[str, str] = {
    "jwt-expired": "The clocks of this machine and of the source differ by an hour or more: set them right.",
    "jwt-expiredsignatureerror": "The clocks of this machine and of the source differ: set them right.",
    "invalid-jwt-signature": "The secret is not the one that the source has for this `client_id`.",
    "invalid-client-identifier": "The source does not know this `client_id`.",
    "missing-client-identifier": "The source does not know this `client_id`.",
    "permission_denied": "The application of this `client_id` lacks a right. It needs zaken.lezen and catalogi.lezen.",
}
"""What a code of a refusal means, and so who must do what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Where a list is and how it is asked for.

    `ways` are queries to try in this order, the richest first: a product that does not know one of our parameters
    refuses the whole request, so that the next way goes without it. `told` names the list for people.
    """

    path: str
    told: str
    ways: Sequence[Query]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page of a list: its rows, how many the system counts in all, and the query of the next, None at the end.

    `query` asked for it. `ways_left` counts the way that the system took and those behind it, 0 where an earlier run
    found it: another list of this system need not try the others.
    """

    answer: Answer
    name: str
    rows: Sequence[Any]
    count: int | None
    next: str | None
    query: str
    ways_left: int


def leaves(web: Web, listing: Listing, *, after: str | None = None) -> Iterator[Leaf]:
    """Yield the pages of a list; `after` is the query of the page at which an interrupted run goes on."""
    leaf = _resumed(web, listing, after) or _first(web, listing)
    for _ in range(web.limits.most_pages):
        yield leaf
        if leaf.next is None:
            return
        leaf = _asked(web, listing, leaf.next)
    sentence = f"there are more than {web.limits.most_pages:,} pages. Ask for larger ones with `page_size`."
    raise SourceChangedError(leaf.answer.where, sentence)


def explained(error: SourceRefusedError) -> SourceRefusedError:
    """Return a refusal with what its code means added."""
    meaning = _SIGNS.get(error.code)
    sentence = error.sentence if meaning is None else f"{error.sentence} {meaning}"
    return SourceRefusedError(error.where, sentence, status=error.status, code=error.code)


def _resumed(web: Web, listing: Listing, after: str | None) -> Leaf | None:
    """Return the page to go on at; None where there is none, or where it is gone since cases were removed."""
    if not after:
        return None
    try:
        return _asked(web, listing, after)
    except SourceChangedError:
        return None


def _first(web: Web, listing: Listing) -> Leaf:
    way, *others = listing.ways
    try:
        return replace(_asked(web, listing, urlencode(way)), ways_left=len(listing.ways))
    except SourceChangedError:
        if not others:
            raise
        return _first(web, replace(listing, ways=others))


def _asked(web: Web, listing: Listing, query: str) -> Leaf:
    name = f"{listing.told}, page {parse_qs(query).get('page', ['1'])[0]}"
    answer = web.get(listing.path, query, told=name)
    body = answer.data if isinstance(answer.data, dict) else {}
    rows, count = body.get("results"), body.get("count")
    if not isinstance(rows, list):
        sentence = "the answer holds no list `results`. Check `url` and the path of this API."
        raise SourceChangedError(answer.where, sentence)
    return Leaf(
        answer=answer,
        name=name,
        rows=rows,
        count=count if isinstance(count, int) else None,
        next=_next(body.get("next"), query, answer.where),
        query=query,
        ways_left=0,
    )


def _next(given: object, query: str, where: str) -> str | None:
    # Behind a proxy `next` names a host inside the network: only its query is ours to use.
    if not given:
        return None
    found = query_of(given) if isinstance(given, str) else ""
    if not found or found == query:
        sentence = "the page after this one is this one again. Ask who runs the source."
        raise SourceChangedError(where, sentence)
    return found
