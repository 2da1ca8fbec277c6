"""The source: its settings, and what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import orjson
from pydantic import ConfigDict

from connectors.connector import Batch, Page, Reads, SourceChangedError, Start
from connectors.objects import at, loaded
from connectors.settings import zone_problems
from connectors.touchpoints import answers, counts
from connectors.touchpoints.questions import ITEMS, ROLES, questions_of, trimmed
from connectors.web.access import Fixed
from connectors.web.client import Answer, Limits, Web
from connectors.web.reach import Origin, address_problems
from connectors.web.secret import Secret
from connectors.words import nearest
from metrics.records import LONGEST_LABEL

PAGE_SIZES = (500, 5000)
"""Fewest and most responses of a page: Touchpoints refuses others."""

_COUNTS = "cx_collection_details"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form, named by its short id: `questions` gives what a field asks about where its words do not tell."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    service: str
    channel: str | None = None
    questions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Touchpoints:
    """The settings of a source that is Touchpoints: answers to `forms`, and counts of `services` by their ids.

    `items` says what we call a driver where it is not as usual; '' leaves a driver out. Responses are asked for by the
    day on which they were made: those of the last `overlap_days` are read anew, and what is changed, flagged or
    archived later than that is seen by a run from the start alone.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    reads: ClassVar[Reads] = Reads.CHANGES

    url: str
    timezone: str
    secret: Secret
    limits: Limits = field(default_factory=Limits)
    forms: Mapping[str, Form] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    first_day: date | None = None
    overlap_days: int = 30
    page_size: int = 2000

    def __post_init__(self) -> None:
        """Raise a ValueError that says all that is wrong with the settings."""
        found = [*zone_problems(self.timezone), *self._role_problems(), *self._other_problems()]
        found += address_problems(self.url)
        if found:
            raise ValueError(" ".join(found))

    def fetch(self, start: Start) -> Iterator[Page]:
        """Yield the pages of each form as they come, then the counts; `Page.resume` is `form|page|responses in all`."""
        access = Fixed(secret=self.secret, name="x-api-key")
        web = Web(origin=Origin.of(self.url), access=access, limits=self.limits)
        left, behind = self._left(start.after)
        forms = [name for name in left if name in self.forms]
        if forms:
            yield from _Reading(self, web, start, _forms(web)).pages(forms, behind)
        if _COUNTS in left:
            collections, details = (web.get(path, told=path) for path in ("cx_collections", _COUNTS))
            for one in (collections, details):
                _rows(one)
            body = b'{"collections":' + collections.body + b',"details":' + details.body + b"}"
            yield Page(name=_COUNTS, body=body, resume=f"{_COUNTS}|1|0")

    def parse(self, page: Page) -> Batch:
        """Read a page; addresses, browsers, pages and whatever somebody wrote in words are never looked at."""
        sent = loaded(page)
        if "details" in sent:
            meaning = counts.Meaning(zone=self.timezone, services=self.services, channels=self.channels)
            return counts.batch(sent, page.name, meaning)
        form = self.forms[sent["head"]["name"]]
        how = answers.Meaning(
            zone=self.timezone,
            service=form.service,
            channel=form.channel,
            items={**ITEMS, **self.items},
            questions=form.questions,
        )
        return answers.batch(sent, page.name, how)

    def first_asked(self, start: Start) -> date | None:
        """Return the day from which responses are asked for; None asks for all."""
        if start.since is None:
            return self.first_day
        day = start.since.astimezone(ZoneInfo(self.timezone)).date() - timedelta(days=self.overlap_days)
        return max(day, self.first_day or day)

    def _left(self, after: str | None) -> tuple[list[str], tuple[int, int]]:
        """Return what is still to be read, and of the first of it the page and the number of responses kept last."""
        wanted = [*self.forms, *([_COUNTS] if self.services else [])]
        name, *numbers = (after or "").split("|")
        if name not in wanted:
            return wanted, (0, 0)
        left = wanted[wanted.index(name) :]
        return (left[1:], (0, 0)) if name == _COUNTS else (left, (int(numbers[0]), int(numbers[1])))

    def _role_problems(self) -> Iterator[str]:
        for name in self.items:
            if name not in ITEMS:
                yield f"items: '{name}' is no driver. {nearest(name, ITEMS)}"
        given = [item for item in {**ITEMS, **self.items}.values() if item]
        yield from (f"items: '{one}' is given for two drivers." for one in sorted(set(given)) if given.count(one) > 1)
        for one, form in self.forms.items():
            wrong = [role for role in form.questions.values() if role not in ROLES]
            yield from (
                f"form {one}: '{role}' is nothing that a question asks about. {nearest(role, ROLES)}" for role in wrong
            )

    def _other_problems(self) -> Iterator[str]:
        if not self.forms and not self.services:
            yield "say what to read: forms = { '8fc3c208' = { service = '...' } }, or services = { '12' = '...' }."
        low, high = PAGE_SIZES
        if not low <= self.page_size <= high:
            yield f"page_size is {self.page_size}. Allowed are {low} to {high}."
        if self.overlap_days < 1:
            yield f"overlap_days is {self.overlap_days}. Give 1 or more: the days of Touchpoints are not yours."
        wrong = [name for name in self.forms if not name.isalnum()]
        yield from (f"'{name}' is no form. Give its short id, such as '8fc3c208'." for name in wrong)
        yield from self._label_problems()

    def _label_problems(self) -> Iterator[str]:
        forms = self.forms.values()
        labels = [one.service for one in forms] + [one.channel for one in forms if one.channel is not None]
        for label in (*labels, *self.services.values(), *self.channels.values()):
            if not label.strip() or len(label) > LONGEST_LABEL:
                yield f"'{label[:20]}' is no name of a service or channel: 1 to {LONGEST_LABEL} signs."


@dataclass(slots=True)
class _Reading:
    """One reading of the responses of forms: how many the source says there are, and which were found."""

    source: Touchpoints
    web: Web
    start: Start
    known: Mapping[str, Any]
    expected: int = 0
    found: set[str] = field(default_factory=set)

    def pages(self, names: list[str], behind: tuple[int, int]) -> Iterator[Page]:
        for name in names:
            head = {"name": name, "form": self._form(name)}
            yield from self._of(name, head, behind if name == names[0] else (0, 0), last=name == names[-1])

    def _of(self, name: str, head: dict[str, Any], behind: tuple[int, int], *, last: bool) -> Iterator[Page]:
        number, before = behind[0] + 1, behind[1]
        for _ in range(self.source.limits.most_pages):
            answer = self._asked(name, number)
            total, pages = _meta(answer)
            # A response that was deleted meanwhile moved those behind it to the page before.
            moved, before = total < before and number > 1, total
            if moved:
                number -= 1
                continue
            self.found |= {str(at(one, "id")) for one in _rows(answer)}
            ends = number >= pages
            self.expected += total if ends else 0
            whole = ends and last and self.start.after is None
            told = {"expected": self.expected, "found": len(self.found)} if whole else {}
            body = b'{"head":' + orjson.dumps({**head, **told}) + b',"responses":' + answer.body + b"}"
            yield Page(name=f"form {name}, page {number}", body=body, resume=f"{name}|{number}|{total}")
            if ends:
                return
            number += 1
        where = f"{self.web.origin.host}, form {name}"
        sentence = f"it has more than {self.source.limits.most_pages:,} pages. Raise page_size, or give a first_day."
        raise SourceChangedError(where, sentence)

    def _asked(self, name: str, number: int) -> Answer:
        query: dict[str, str | int] = {"page[number]": number, "page[size]": self.source.page_size}
        day = self.source.first_asked(self.start)
        if day is not None:
            query["start_date"] = day.isoformat()
        return self.web.get(f"forms/{name}/responses", query, told=f"form {name}, page {number}")

    def _form(self, name: str) -> dict[str, Any]:
        where = f"{self.web.origin.host}, form {name}"
        if name not in self.known:
            sentence = (
                f"there is no such form for this key. {nearest(name, self.known)} Change `forms`, or share the form."
            )
            raise SourceChangedError(where, sentence)
        try:
            form = trimmed(self.known[name])
        except (KeyError, TypeError, AttributeError):
            sentence = "its questions cannot be read: the source no longer describes forms as it did. Report it."
            raise SourceChangedError(where, sentence) from None
        if not questions_of(form, self.source.forms[name].questions).read:
            sentence = (
                f"none of its questions is one of A-11 (kind {form['kind']}). Say what they ask about: "
                "questions = { answer_01 = 'satisfaction' }."
            )
            raise SourceChangedError(where, sentence)
        return form


def _forms(web: Web) -> dict[str, Any]:
    # The list holds the questions; the address of a single form would send personal data along.
    rows = _rows(web.get("forms", told="forms"))
    return {str(at(one, ("attributes", "short_uuid"))): one for one in rows}


def _rows(answer: Answer) -> list[Any]:
    rows = at(answer.data, "data")
    if not isinstance(rows, list):
        raise SourceChangedError(answer.where, "no list came. Check `url`: it ends in /analytics/touchpoints/v1.")
    return rows


def _meta(answer: Answer) -> tuple[int, int]:
    total, pages = (at(answer.data, ("meta", name)) for name in ("total_count", "total_pages"))
    if not isinstance(total, int) or not isinstance(pages, int):
        sentence = "it does not say how many responses there are: the source no longer pages as it did. Report it."
        raise SourceChangedError(answer.where, sentence)
    return total, pages
