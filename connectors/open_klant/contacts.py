"""Contacts as we take them from the list: nothing that a person wrote, and when each was followed by the next."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any

from connectors.objects import at
from connectors.open_klant.paging import instant, oldest_of

MOMENT = "plaatsgevondenOp"
LINKS = "gingOverOnderwerpobjecten"

LEAST_TO_NAME = 10
"""A channel is free text at the source: a word that was written this often is a name that an office gave it."""

LONGEST_TO_NAME = 20
MOST_TO_NAME = 10

REMEMBERED = 20_000
"""So many contacts are remembered before we look which of them may be forgotten."""

_CODE = re.compile(r"[0-9a-f-]{1,40}")
_NO_CODE = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the settings say about contacts, their keys written as `plain` and `last_part` do."""

    zone: tzinfo
    service: str | None
    services: Mapping[str, str]
    registers: Mapping[str, str]
    channels: Mapping[str, str]
    link_objects: frozenset[str]
    failed_count: bool
    follow_up_days: int


@dataclass(frozen=True, slots=True)
class _Link:
    """What a contact was about: a kind of object, in a register, with an id of some sort."""

    kind: str
    register: str
    case: tuple[str, str, str]


def plain(written: object) -> str:
    """Return a word that people type as they like, without capitals and spaces around it."""
    return written.strip().lower() if isinstance(written, str) else ""


def last_part(address: object) -> str:
    """Return the last part of an address: the same type has another host seen from inside and from outside."""
    return plain(address).rstrip("/").rpartition("/")[2]


@dataclass(slots=True, kw_only=True)
class Trail:
    """Takes the contacts newest first and knows for each when the next one about the same case was.

    `following` has the newest contact about each case among those that went by, `seen` their ids: both only for as
    far back as matters; nothing is forgotten while there are no more than `remembered`. `tally` and `unmapped` count
    what people must be told in the end.
    """

    choices: Choices
    following: dict[tuple[str, str, str], datetime] = field(default_factory=dict)
    seen: dict[str, datetime | None] = field(default_factory=dict)
    tally: Counter[str] = field(default_factory=Counter)
    unmapped: Counter[str] = field(default_factory=Counter)
    remembered: int = 0

    def taken(self, rows: Sequence[Any]) -> list[dict[str, Any] | None]:
        """Return what is wanted of each row that did not come by before; None stands for what is no row."""
        found = [self._contact(row) if isinstance(row, dict) else None for row in rows if self._is_new(row)]
        self.tally["rows"] += len(found)
        self._forget(rows)
        return found

    def _is_new(self, row: object) -> bool:
        name = row.get("uuid") if isinstance(row, dict) else None
        if not isinstance(row, dict) or not isinstance(name, str):
            return True
        if name in self.seen:
            return False
        self.seen[name] = instant(row.get(MOMENT), self.choices.zone)
        return True

    def _contact(self, row: Mapping[str, Any]) -> dict[str, Any]:
        links = list(_links(row))
        success = row.get("indicatieContactGelukt")
        cases = [link.case for link in links if link.kind in self.choices.link_objects]
        counts = success is True or success is None or (success is False and self.choices.failed_count)
        self._count(success, linked=bool(cases), counts=counts)
        service, subject = self._service(row, links)
        return {
            "uuid": row.get("uuid"),
            "moment": row.get(MOMENT),
            "service": service,
            "subject": subject,
            "channel": self._channel(row),
            "success": success,
            "counts": counts,
            "linked": bool(cases) and counts,
            "next": self._next(row, cases) if counts else None,
        }

    def _next(self, row: Mapping[str, Any], cases: Sequence[tuple[str, str, str]]) -> str | None:
        moment = instant(row.get(MOMENT), self.choices.zone)
        if moment is None:
            return None
        known = (self.following.get(case) for case in cases)
        later = [one for one in known if one is not None and one >= moment]
        self.following.update(dict.fromkeys(cases, moment))
        return min(later).isoformat() if later else None

    def _service(self, row: Mapping[str, Any], links: Sequence[_Link]) -> tuple[str | None, str | None]:
        """Return the service, and the subject that a rejected row may show."""
        subject = last_part(row.get("hoofdOnderwerpType"))
        by_type = self.choices.services.get(subject)
        if subject and by_type is None and self.choices.services:
            self.tally["subjects_unmapped"] += 1
        named = (self.choices.registers.get(link.register) for link in links)
        service = by_type or next((one for one in named if one), self.choices.service)
        return service, (subject if _CODE.fullmatch(subject) else _NO_CODE) if subject else None

    def _channel(self, row: Mapping[str, Any]) -> str | None:
        written = plain(row.get("kanaal"))
        channel = self.choices.channels.get(written)
        if channel is None:
            self.unmapped[written] += 1
        return channel

    def _count(self, success: object, *, linked: bool, counts: bool) -> None:
        self.tally["success_unknown"] += success is None
        self.tally["failed"] += success is False and not counts
        self.tally["unlinked"] += counts and not linked

    def _forget(self, rows: Sequence[Any]) -> None:
        """Let go of what is too new to be the next contact of anything that still comes."""
        oldest = oldest_of(list(rows), MOMENT)
        if oldest is None or len(self.seen) <= max(REMEMBERED, self.remembered):
            return
        until = oldest + timedelta(days=self.choices.follow_up_days + 2)
        self.seen = {name: moment for name, moment in self.seen.items() if moment is not None and moment <= until}
        self.following = {case: moment for case, moment in self.following.items() if moment <= until}
        self.remembered = 2 * len(self.seen)


def body_of(trail: Trail, rows: Sequence[Any], *, ends: bool) -> dict[str, Any]:
    """Return the body of a page with these rows; the last one tells what there is to tell of the run."""
    choices = trail.choices
    taken = trail.taken(rows)
    return {
        "days": choices.follow_up_days,
        "services": list(choices.services),
        "rows": taken,
        "told": list(_told(trail)) if ends else [],
    }


def unexpanded(rows: Sequence[Any]) -> bool:
    """Tell whether a contact is about something of which the source did not say what it is."""
    return any(isinstance(row, dict) and row.get(LINKS) and at(row, ("_expand", LINKS)) is None for row in rows)


def _told(trail: Trail) -> Iterator[dict[str, str | int]]:
    """Yield what people must be told of a whole run: a code with its particulars."""
    number = trail.tally
    for code in ("failed", "success_unknown", "subjects_unmapped"):
        if number[code]:
            yield {"code": f"contacts_{code}", "contacts": number[code]}
    if number["unlinked"]:
        yield {"code": "contacts_unlinked", "contacts": number["unlinked"], "of": number["rows"] - number["failed"]}
    yield from _channels(trail.unmapped)


def _channels(unmapped: Counter[str]) -> Iterator[dict[str, str | int]]:
    common = [(name, number) for name, number in unmapped.most_common(MOST_TO_NAME) if _is_a_name(name, number)]
    for name, number in common:
        yield {"code": "contact_channel_unmapped", "channel": name, "contacts": number}
    rest = unmapped.total() - sum(number for _, number in common)
    if rest:
        yield {"code": "channels_unmapped", "contacts": rest, "names": len(unmapped) - len(common)}


def _is_a_name(name: str, number: int) -> bool:
    return bool(name) and number >= LEAST_TO_NAME and len(name) <= LONGEST_TO_NAME


def _links(row: Mapping[str, Any]) -> Iterator[_Link]:
    listed = at(row, ("_expand", LINKS))
    for one in listed if isinstance(listed, list) else []:
        found = at(one, "onderwerpobjectidentificator")
        if isinstance(found, dict) and plain(found.get("objectId")):
            register = plain(found.get("codeRegister"))
            case = (register, plain(found.get("codeSoortObjectId")), plain(found.get("objectId")))
            yield _Link(kind=plain(found.get("codeObjecttype")), register=register, case=case)
