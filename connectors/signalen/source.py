"""The settings of a Signalen source, what is asked of it in which order, and what is made of each answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar

import orjson
import polars as pl
from pydantic import ConfigDict

from connectors.cells import Reading
from connectors.connector import Batch, Page, Reads, Start
from connectors.objects import loaded
from connectors.settings import zone_problems
from connectors.signalen.dump import Dump, dump
from connectors.signalen.listing import CASES, FORMS, NOT_SATISFIED, SATISFIED, Cursor, Listed, Listing
from connectors.signalen.organisation import Organisation, organisation
from connectors.signalen.rows import Meaning, answers, cases
from connectors.signalen.satisfaction import form_pages, invitations
from connectors.signalen.token import Client
from connectors.web.client import Limits, Web
from connectors.web.reach import Origin, address_problems
from connectors.web.secret import Secret
from connectors.words import nearest
from metrics.notices import Notice
from metrics.records import LONGEST_LABEL

COUNTS = ("parents", "children")
"""Which of a melding and the parts it was split into counts: what the resident reported, or the parts of the work."""

_CATEGORY = re.compile(r"[a-z0-9_-]+(/[a-z0-9_-]+)?")
_MOST_ROWS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A page before its notices are known."""

    kind: str
    name: str
    raw: bytes
    facts: Mapping[str, object] = field(default_factory=dict)
    resume: str | None = None

    def page(self, more: Mapping[str, object]) -> Page:
        """Return the page; the answer of the source goes into it as it came."""
        head = orjson.dumps({"kind": self.kind, "facts": {**self.facts, **more}})
        return Page(name=self.name, body=head[:-1] + b',"page":' + self.raw + b"}", resume=self.resume)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signalen:
    """The settings of a source that is an installation of Signalen (Amsterdam/signals).

    `url` ends in `/signals/v1`. `services` names our service for `main` or `main/sub` (slugs of categories), `channels`
    our channel for a source of Signalen. `count` says which of a melding and its parts counts (see `COUNTS`).
    `answers` reads whether reporters were satisfied, `dump` the daily zip, without which less is known.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    reads: ClassVar[Reads] = Reads.CHANGES

    url: str
    token_url: str
    client_id: str
    services: Mapping[str, str]
    timezone: str
    secret: Secret
    scope: str | None = None
    channels: Mapping[str, str] = field(default_factory=dict)
    count: str = "parents"
    answers: bool = True
    dump: bool = True
    overlap_days: int = 3
    page_size: int = 1000
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Raise a ValueError that says all that is wrong with the settings."""
        found = [
            *_address_problems(url=self.url, token_url=self.token_url),
            *zone_problems(self.timezone),
            *_service_problems(self.services),
            *_label_problems(services=self.services, channels=self.channels),
            *self._own_problems(),
        ]
        if found:
            raise ValueError(" ".join(found))

    def _own_problems(self) -> Iterator[str]:
        if not self.client_id.strip():
            yield "client_id is empty. Give the name of our client at the identity provider."
        if self.count not in COUNTS:
            yield f"count = '{self.count}' is not known. {nearest(self.count, COUNTS)}"
        if not 1 <= self.page_size <= _MOST_ROWS:
            yield f"page_size is from 1 to {_MOST_ROWS}."
        if self.overlap_days < 1:
            yield "overlap_days is 1 or more: the daily zip runs up to a day behind."

    def fetch(self, start: Start) -> Iterator[Page]:
        """Yield the meldingen that changed, those that changed first first; then the answered forms."""
        client = Client(
            url=self.token_url, name=self.client_id, secret=self.secret, limits=self.limits, scope=self.scope
        )
        web = Web(origin=Origin.of(self.url), access=client.access(), limits=self.limits)
        listing = Listing(web=web, size=self.page_size, most_pages=self.limits.most_pages)
        told = organisation(web)
        today = dump(web) if self.dump else Dump()
        notices = [*told.notices(self.services), *self._unknown(today)]
        notices += invitations(listing) if self.answers else ()
        more: Mapping[str, object] = {"notices": _plain(notices), "norms": told.norms_of(self.services)}
        for draft in self._drafts(start, listing, told, today):
            yield draft.page(more)
            more = {}

    def _unknown(self, today: Dump) -> Iterator[Notice]:
        yield from today.notices
        if today.history.is_empty():
            yield Notice(code="signalen_reopened_unknown")
        if self.answers and today.forms is None and not today.expected:
            yield Notice(code="signalen_last_forms_flatter")

    def _drafts(self, start: Start, listing: Listing, told: Organisation, today: Dump) -> Iterator[_Draft]:
        since = (start.since - timedelta(days=self.overlap_days)).isoformat() if start.since else ""
        cursor = (Cursor.of(start.after) if start.after else None) or Cursor(CASES, since)
        if cursor.what == CASES:
            after = FORMS if today.forms is not None else SATISFIED
            then = Cursor(after, since) if self.answers and not today.expected else None
            yield from self._meldingen(listing, cursor, told, today, whole=start.after is None, then=then)
            cursor = then or cursor
        if not self.answers or cursor.what == CASES:
            return
        if today.forms is not None:
            drafts = form_pages(today.forms, told.names, size=_MOST_ROWS)
            resume = Cursor(FORMS).written()
            facts = {"sources": told.sources}
            yield from (_Draft(kind=FORMS, name=name, raw=raw, facts=facts, resume=resume) for name, raw in drafts)
        elif not today.expected:
            yield from self._last_forms(listing, cursor, told, since)

    def _meldingen(
        self,
        listing: Listing,
        cursor: Cursor,
        told: Organisation,
        today: Dump,
        *,
        whole: bool,
        then: Cursor | None,
    ) -> Iterator[_Draft]:
        seen: set[object] = set()
        expected: int | None = None
        for listed in listing.pages(cursor):
            ids = [one.get("id") for one in listed.rows]
            seen.update(one for one in ids if isinstance(one, int))
            expected = listed.count if expected is None else expected
            facts = {"sources": told.sources, "again": listed.again, **_history(today, ids)}
            if whole and listed.next is None:
                facts |= {"expected": expected, "found": len(seen)}
            yield _drafted(CASES, listed, facts, then=then)

    def _last_forms(self, listing: Listing, cursor: Cursor, told: Organisation, since: str) -> Iterator[_Draft]:
        facts = {"sources": told.sources}
        first = replace(cursor, what=SATISFIED, after=since, page=1) if cursor.what == FORMS else cursor
        if first.what == SATISFIED:
            then = Cursor(NOT_SATISFIED, since)
            for listed in listing.pages(first):
                yield _drafted(SATISFIED, listed, facts, then=then)
            first = then
        for listed in listing.pages(first):
            yield _drafted(NOT_SATISFIED, listed, facts, then=None)

    def parse(self, page: Page) -> Batch:
        """Read one page: meldingen as cases, forms as answers."""
        body: Mapping[str, Any] = loaded(page)
        meaning = Meaning(
            services=self.services,
            channels=self.channels,
            parents=self.count == "parents",
            reading=Reading(zone=self.timezone),
        )
        read = cases if body["kind"] == CASES else answers
        return read(page.name, body, meaning)


def _drafted(kind: str, listed: Listed, facts: Mapping[str, object], *, then: Cursor | None) -> _Draft:
    following = listed.next or then
    return _Draft(
        kind=kind,
        name=listed.asked.told,
        raw=listed.answer.body,
        facts={"again": listed.again, **facts},
        # Nothing comes behind the last page: a later run reads it anew.
        resume=(following or listed.asked).written(),
    )


def _history(today: Dump, ids: Sequence[object]) -> Mapping[str, object]:
    wanted = [one for one in ids if isinstance(one, int)]
    known = today.history.filter(today.history["id"].is_in(wanted)).sort("id")
    return {
        "reopened": known.filter(known["reopened"])["id"].cast(pl.String).to_list(),
        "not_reopened": known.filter(~known["reopened"])["id"].cast(pl.String).to_list(),
        "first_closed": {str(number): at for number, _, at in known.iter_rows() if at is not None},
    }


def _plain(notices: Sequence[Notice]) -> Sequence[Mapping[str, object]]:
    return [{"code": one.code, "particulars": dict(one.particulars)} for one in notices]


def _address_problems(**addresses: str) -> Iterator[str]:
    for name, address in addresses.items():
        yield from address_problems(address, name=name)


def _service_problems(services: Mapping[str, str]) -> Iterator[str]:
    if not services:
        yield "services is empty. Name our service for each category, as in 'afval/grofvuil' = 'bulky-waste'."
    wrong = [name for name in services if not _CATEGORY.fullmatch(name)]
    yield from (f"'{name}' is no category. Write it as 'main' or 'main/sub', in slugs." for name in wrong)


def _label_problems(**mappings: Mapping[str, str]) -> Iterator[str]:
    for setting, mapping in mappings.items():
        for ours in mapping.values():
            if not 0 < len(ours.strip()) <= LONGEST_LABEL:
                yield f"{setting}: '{ours[:LONGEST_LABEL]}' is no label: write 1 to {LONGEST_LABEL} characters."
