"""The settings of an Open Klant, and how its lists are gone through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import orjson
from pydantic import ConfigDict

from connectors.connector import EVERYTHING, Batch, Page, Reads, SourceChangedError, Start
from connectors.open_klant import contacts, paging, tasks
from connectors.open_klant.contacts import LINKS, MOMENT, Choices, Trail, last_part, plain
from connectors.open_klant.paging import MOST_PER_PAGE, Ask, Kept, Listing
from connectors.open_klant.records import parsed
from connectors.open_klant.tasks import ASSIGNED, Pile
from connectors.settings import zone_problems
from connectors.web.access import Fixed
from connectors.web.client import Limits, Web
from connectors.web.reach import Origin, address_problems
from connectors.web.secret import Secret
from connectors.words import nearest
from metrics.records import LONGEST_LABEL

CONTACTS = "klantcontacten"
TASKS = "internetaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBacks:
    """Tasks that contacts led to, read as cases of `service`: received when assigned, decided when done.

    `actions` are the requested actions (`gevraagdeHandeling`) that count, without regard to capitals; none is all.
    A task that was still open so many days after it was assigned (`open_days`) is not looked at again until
    everything is read.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    service: str
    actions: list[str] = field(default_factory=list)
    open_days: int = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenKlant:
    """The settings of a source that is an Open Klant (klantinteracties API).

    The service of a contact is found by its main subject type in `services`, else by the register of an object that
    it was about in `registers`, else it is `service`. `channels` translates what is written as channel. Two contacts
    belong together when they were about the same object of one of the kinds in `link_objects`.

    The next contact is looked for within `follow_up_days`: a longer gap is null, so that a run of what is new and a
    run of everything find the same. `late_days` is how long after it happened a contact may still be entered.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    reads: ClassVar[Reads] = Reads.CHANGES

    timezone: str
    secret: Secret
    url: str
    service: str | None = None
    services: Mapping[str, str] = field(default_factory=dict)
    registers: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    link_objects: list[str] = field(default_factory=lambda: ["zaak"])
    failed: Literal["leave_out", "count"] = "leave_out"
    follow_up_days: int = 30
    late_days: int = 7
    page_size: int = MOST_PER_PAGE
    call_backs: CallBacks | None = None
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Raise a ValueError that says all that is wrong with the settings."""
        found = [
            *zone_problems(self.timezone),
            *address_problems(self.url),
            *self._label_problems(),
            *self._number_problems(),
        ]
        if found:
            raise ValueError(" ".join(found))

    def fetch(self, start: Start) -> Iterator[Page]:
        """Yield the contacts newest first, then the tasks; both back to where nothing can be new any more."""
        web = Web(origin=Origin.of(self.url), access=Fixed(secret=self.secret, prefix="Token "), limits=self.limits)
        kept = Kept.of(start.after)
        if kept is None or kept.path == CONTACTS:
            yield from self._contacts(web, start, kept)
        if self.call_backs is not None:
            yield from self._tasks(web, start, kept if kept is not None and kept.path == TASKS else None)

    def parse(self, page: Page) -> Batch:
        """Turn a page of contacts into counts, a page of tasks into cases."""
        return parsed(page, zone=self.timezone)

    def _contacts(self, web: Web, start: Start, kept: Kept | None) -> Iterator[Page]:
        trail = Trail(choices=self.choices())
        ask = paging.asking(web, CONTACTS, size=self.page_size, expand=LINKS)
        # One day more: days are local, moments are not.
        until = _back(start.since, self.late_days + self.follow_up_days + 1)
        read = _Read(path=CONTACTS, field=MOMENT, until=until, kept=kept, days=self.follow_up_days + 2)
        for listing, ends, known in self._listings(ask, read):
            if contacts.unexpanded(listing.rows):
                raise _not_expanded(web.origin.host)
            body = contacts.body_of(trail, listing.rows, ends=ends)
            if not known:
                yield _page(listing, read, body, _expected(listing, start, trail.tally["rows"]))

    def _tasks(self, web: Web, start: Start, kept: Kept | None) -> Iterator[Page]:
        chosen = self.call_backs or CallBacks(service="")
        pile = Pile(actions=frozenset(plain(one) for one in chosen.actions))
        ask = paging.asking(web, TASKS, size=self.page_size)
        read = _Read(path=TASKS, field=ASSIGNED, until=_back(start.since, chosen.open_days), kept=kept, days=0)
        for listing, ends, known in self._listings(ask, read):
            body = tasks.body_of(pile, listing.rows, service=chosen.service, ends=ends)
            if not known:
                yield _page(listing, read, body, _expected(listing, start, pile.tally["rows"]))

    def _listings(self, ask: Ask, read: _Read) -> Iterator[tuple[Listing, bool, bool]]:
        """Yield each page that matters, whether it is the last one, and whether an earlier run kept it."""
        first = paging.page_to_go_on_from(ask, read.kept, field=read.field, days=read.days) if read.kept else 1
        known = read.kept is not None
        turned = partial(paging.pages, ask, first=first, size=self.page_size, most=self.limits.most_pages)
        for listing in turned(where=f"{Origin.of(self.url).host}, {read.path}"):
            oldest = paging.oldest_of(listing.rows, read.field)
            known = known and read.kept is not None and _is_kept(listing, oldest, read.kept)
            ends = listing.last or (read.until is not None and oldest is not None and oldest < read.until)
            yield listing, ends, known
            if ends:
                return

    def choices(self) -> Choices:
        """Return what the settings say about contacts, as the rows are compared with it."""
        return Choices(
            zone=ZoneInfo(self.timezone),
            service=self.service,
            services={last_part(name): service for name, service in self.services.items()},
            registers={plain(name): service for name, service in self.registers.items()},
            channels={plain(name): channel for name, channel in self.channels.items()},
            link_objects=frozenset(plain(one) for one in self.link_objects),
            failed_count=self.failed == "count",
            follow_up_days=self.follow_up_days,
        )

    def _label_problems(self) -> Iterator[str]:
        if not (self.service or self.services or self.registers):
            yield "contacts need a service: give `service`, or `services` by subject type, or `registers`."
        if not self.link_objects:
            yield "link_objects names no kind of object. Write it as ['zaak']."
        called = [self.service or "-", *self.services.values(), *self.registers.values(), *self.channels.values()]
        called += [self.call_backs.service] if self.call_backs else []
        yield from (
            f"'{one[:LONGEST_LABEL]}' is no label: it has 1 to {LONGEST_LABEL} characters."
            for one in called
            if not 1 <= len(one.strip()) <= LONGEST_LABEL
        )
        for name, given, written in (
            ("services", self.services, last_part),
            ("registers", self.registers, plain),
            ("channels", self.channels, plain),
        ):
            yield from _twice(name, [written(key) for key in given])

    def _number_problems(self) -> Iterator[str]:
        numbers = {
            "follow_up_days": (self.follow_up_days, 1, 366),
            "late_days": (self.late_days, 0, 366),
            "page_size": (self.page_size, 1, MOST_PER_PAGE),
        }
        numbers |= {"call_backs.open_days": (self.call_backs.open_days, 1, 3660)} if self.call_backs else {}
        for name, (number, least, most) in numbers.items():
            if not least <= number <= most:
                yield f"{name} is {number}. Allowed are: {least} to {most}."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """How far a list is read back, and from where on; `days` newer than what was kept is needed to go on."""

    path: str
    field: str
    until: datetime | None
    kept: Kept | None
    days: int


def _back(since: datetime | None, days: int) -> datetime | None:
    return None if since is None else since.astimezone(UTC) - timedelta(days=days)


def _not_expanded(host: str) -> SourceChangedError:
    sentence = f"contacts come without {LINKS}. Update this Open Klant: it must know `expand` of it (2.18 does)."
    return SourceChangedError(f"{host}, {CONTACTS}", sentence)


def _is_kept(listing: Listing, oldest: datetime | None, kept: Kept) -> bool:
    """Tell whether an earlier run kept this page: it ends above where that run stopped, or exactly there.

    Many rows of one moment may go on over several pages; of those the later ones were not kept.
    """
    if oldest is None:
        return listing.number <= kept.number
    return oldest > kept.moment or (oldest == kept.moment and listing.number <= kept.number)


def _expected(listing: Listing, start: Start, found: int) -> dict[str, int]:
    """Return how many rows were expected and found, where everything was read."""
    return {"expected": listing.count, "found": found} if listing.last and start == EVERYTHING else {}


def _page(listing: Listing, read: _Read, body: Mapping[str, Any], expected: Mapping[str, int]) -> Page:
    oldest = paging.oldest_of(listing.rows, read.field)
    kept = Kept(path=read.path, number=listing.number, moment=oldest) if oldest else None
    counted = [{"code": "rows_expected", **expected}] if expected else []
    return Page(
        name=f"{read.path}, page {listing.number}",
        body=orjson.dumps({**body, "told": [*body["told"], *counted]}),
        resume=kept.written() if kept else None,
    )


def _twice(name: str, keys: list[str]) -> Iterator[str]:
    for key in sorted(set(keys)):
        if keys.count(key) > 1:
            yield f"{name}: '{key}' is given more than once; capitals and the host make no difference."
        if not key:
            yield f"{name}: an empty name. {nearest(key, [one for one in keys if one])}"
