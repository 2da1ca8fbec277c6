"""The source: its settings, and what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

import orjson
from pydantic import ConfigDict

from connectors.connector import Batch, Page, Reads, SourceChangedError, SourceError, Start
from connectors.objects import loaded
from connectors.open311.answers import XML_ONLY, checked, is_xml
from connectors.open311.cases import Meaning, batch
from connectors.open311.windows import Read, Window, near, whole
from connectors.settings import zone_problems
from connectors.web.client import Answer, Limits, Web
from connectors.web.reach import Origin, address_problems
from connectors.web.secret import Secret
from metrics.records import LONGEST_LABEL

LONGEST_WINDOW = 90
"""Days that the standard lets one question span."""

USUAL_WINDOW = 89
"""A day less: ninety days without a zone can last an hour more, when the clock changes."""

NEAR_DAYS = 7
"""Days with open requests that lie no further apart are asked for together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open311:
    """The settings of a source that speaks Open311 GeoReport v2 in JSON.

    `services` names our service for each of their service codes; `service` is that of all other codes, which are left
    out where it is not given. `only_services` asks for the named codes alone: a server that does not know a list of
    codes answers such a question with nothing, so that it is off unless you tried it.

    Nobody can ask for what changed since: each run reads every request of the last `follow_days` days anew, and of
    older ones those of the days on which a request came in that is open with us. `cap` is the most requests that one
    answer holds, where it is known. `omit_zone` asks with local times without a zone, for servers that refuse one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    reads: ClassVar[Reads] = Reads.FOLLOWED

    url: str
    timezone: str
    secret: Secret
    limits: Limits = field(default_factory=Limits)
    first_day: date
    services: Mapping[str, str] = field(default_factory=dict)
    service: str | None = None
    channel: str | None = None
    jurisdiction_id: str | None = None
    only_services: bool = False
    follow_days: int = 365
    window_days: int = USUAL_WINDOW
    cap: int | None = None
    omit_zone: bool = False
    api_key: bool = False

    def __post_init__(self) -> None:
        """Raise a ValueError that says all that is wrong with the settings."""
        found = [*zone_problems(self.timezone), *self._name_problems(), *self._number_problems()]
        found += address_problems(self.url)
        if found:
            raise ValueError(" ".join(found))

    def fetch(self, start: Start) -> Iterator[Page]:
        """Yield a page per window, oldest first; `Page.resume` is the moment at which its window ends."""
        web = Web(origin=Origin.of(self.url), limits=self.limits)
        spans = self._spans(start)

        def ask(window: Window) -> Read:
            return self._read(web, window)

        for window, read, cut in whole(ask, spans, days=self.window_days, cap=self.cap):
            head = orjson.dumps({"cut": cut})
            body = b'{"head":' + head + b',"requests":' + read.body + b"}"
            yield Page(name=self._named(window), body=body, resume=window.end.isoformat())

    def parse(self, page: Page) -> Batch:
        """Read the requests of one window; address, place, description and pictures are never looked at."""
        meaning = Meaning(zone=self.timezone, services=self.services, others=self.service, channel=self.channel)
        return batch(loaded(page), page.name, meaning)

    def _read(self, web: Web, window: Window) -> Read:
        answer, data = self._answered(web, window)
        return Read(body=answer.body, requests=checked(data, where=answer.where))

    def _answered(self, web: Web, window: Window) -> tuple[Answer, object]:
        query, told = self._query(window), self._named(window)
        try:
            # Asked for as it comes, so that an answer in XML is told as that and not as a fault that may pass.
            answer = web.get("requests.json", query, told=told, json=False)
        except SourceChangedError as error:
            if _speaks_xml(web, query):
                raise SourceChangedError(error.where, XML_ONLY) from error
            raise
        try:
            return answer, orjson.loads(answer.body)
        except ValueError:
            if is_xml(answer):
                raise SourceChangedError(answer.where, XML_ONLY) from None
        again = web.get("requests.json", query, told=told)
        return again, again.data

    def _query(self, window: Window) -> dict[str, str]:
        asked = {
            "jurisdiction_id": self.jurisdiction_id or "",
            "start_date": self._written(window.begin),
            "end_date": self._written(window.end),
            "service_code": ",".join(self.services) if self.only_services else "",
            "api_key": self.secret.told() if self.api_key else "",
        }
        return {name: value for name, value in asked.items() if value}

    def _written(self, moment: datetime) -> str:
        if self.omit_zone:
            return moment.astimezone(ZoneInfo(self.timezone)).strftime("%Y-%m-%dT%H:%M:%S")
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _named(self, window: Window) -> str:
        zone = ZoneInfo(self.timezone)
        begin, end = window.begin.astimezone(zone), window.end.astimezone(zone)
        return f"requests, {begin:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}"

    def _spans(self, start: Start) -> Sequence[Window]:
        """Return the spans of time to ask for: days with open requests that are older, then all of late."""
        # Two days ahead it is tomorrow in every zone, and until then the same windows are asked for.
        until = self._midnight(datetime.now(UTC).date() + timedelta(days=2))
        first = self._first(start)
        older = [day for day in start.open_on if self.first_day <= day < first]
        spans = [self._span(days) for days in near(older, gap=NEAR_DAYS)]
        spans.append(Window(self._midnight(first), until))
        after = datetime.fromisoformat(start.after) if start.after else spans[0].begin
        return [Window(max(one.begin, after), one.end) for one in spans if one.end > after]

    def _span(self, days: Sequence[date]) -> Window:
        return Window(self._midnight(days[0]), self._midnight(days[-1] + timedelta(days=1)))

    def _first(self, start: Start) -> date:
        if start.since is None:
            return self.first_day
        day = start.since.astimezone(ZoneInfo(self.timezone)).date() - timedelta(days=self.follow_days)
        return max(self.first_day, day)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=ZoneInfo(self.timezone)).astimezone(UTC)

    def _name_problems(self) -> Iterator[str]:
        if not self.services and self.service is None:
            yield "say which service each code is: services = { '006' = 'sidewalks' }, or service = '...' for all."
        names = [*self.services.values(), *(name for name in (self.service, self.channel) if name is not None)]
        wrong = [name for name in names if not name.strip() or len(name) > LONGEST_LABEL]
        yield from (f"'{name[:20]}' is no name of a service or channel: 1 to {LONGEST_LABEL} signs." for name in wrong)
        if self.only_services and (not self.services or self.service is not None):
            yield "only_services asks for the codes in services: give those, and leave service out."

    def _number_problems(self) -> Iterator[str]:
        if not 1 <= self.window_days <= LONGEST_WINDOW:
            yield f"window_days is {self.window_days}. Allowed are 1 to {LONGEST_WINDOW}: no answer spans more days."
        if self.follow_days < 1:
            yield f"follow_days is {self.follow_days}. Give the days after which hardly any request is still open."
        if self.cap is not None and self.cap < 1:
            yield f"cap is {self.cap}. Give the most requests that one answer holds, or leave it out."


def _speaks_xml(web: Web, query: Mapping[str, str]) -> bool:
    try:
        return is_xml(web.get("requests.xml", query, told="requests.xml", json=False))
    except SourceError:
        return False
