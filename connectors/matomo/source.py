"""Matomo as a source: what is asked for, and how its day reports become answers and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal

import orjson
import polars as pl
from pydantic import ConfigDict, Field

from connectors.connector import Batch, Page, Reads, SourceChangedError, Start
from connectors.matomo import asking, told
from connectors.matomo.asking import Asking, Question, Site, days_of, stretches
from connectors.matomo.records import Meaning, Read, Sorted, answers_of, broken, counts_of, goals_of, sorted_rows
from connectors.matomo.reports import (
    COLUMN,
    Rows,
    Stretch,
    complete,
    daily,
    events,
    numbers_of_days,
    question,
    with_columns,
)
from connectors.matomo.settings import Answers, Forms, problems
from connectors.web.client import Limits, Web
from connectors.web.reach import Origin
from connectors.web.secret import Secret
from metrics.notices import Notice
from metrics.records import Kind, no_rejections


@dataclass(frozen=True, slots=True, kw_only=True)
class Matomo:
    """The settings of a source that is a site in Matomo.

    An event has a category, an action and a name. `told_by` says which of them tells what happened (an answer, a step
    of a form), `service_by` which of them tells the service, by `services`: the whole name or category, or a path
    that the page lies under. `service` holds where `services` says nothing; without it those events are left out.

    Days are those of the site's own time zone, and are read one by one: for longer periods Matomo folds more rows
    into one. From `from` on everything is read at first, later from `again_days` before the last run on, since visits
    can come in days late. The day that is not over is never read.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    reads: ClassVar[Reads] = Reads.CHANGES

    timezone: str
    secret: Secret
    url: str
    site: int
    first_day: Annotated[date, Field(alias="from")]
    answers: Answers | None = None
    forms: Forms | None = None
    service: str | None = None
    services: Mapping[str, str] = field(default_factory=dict)
    told_by: Literal["action", "name"] = "action"
    service_by: Literal["category", "action", "name"] = "name"
    channel: str = "website"
    again_days: int = 7
    days_a_page: int = 31
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Raise a ValueError that says all that is wrong with the settings."""
        found = list(problems(self))
        if found:
            raise ValueError(" ".join(found))

    def fetch(self, start: Start) -> Iterator[Page]:
        """Yield a page for each stretch of days, oldest first; a later run goes on behind its last day."""
        web = Web(origin=Origin.of(self.url), limits=self.limits)
        asked = Asking(web=web, secret=self.secret, site=self.site)
        site = asked.site_told()
        self._check_goals(asked)
        today = asking.now().astimezone(site.zone).date()
        self._check_first_day(today)
        yesterday = today - timedelta(days=1)
        begin = self._begin(start, site)
        for first, last in stretches(begin, yesterday, self.days_a_page):
            yield self._page(asked, site, (first, last), told_before=first > begin or start.after is not None)

    def parse(self, page: Page) -> Batch:
        """Turn the reports of a stretch of days into records."""
        stretch, meaning = Stretch.of(page), self._meaning()
        main, control = self._events(stretch, meaning)
        found = sorted_rows(main, control, meaning)
        answers = self._answers(found, meaning, page.name)
        counts = [counts_of(found.known, meaning, page.name), *self._goals(stretch, meaning, after=main, last=control)]
        kind = Kind.ANSWERS if self.answers else Kind.COUNTS
        rejected = [broken(main, kind, page.name), *(bad for _, bad in [*answers, *counts])]
        return Batch(
            frames={
                **({Kind.ANSWERS: answers[0][0]} if self.answers else {}),
                **({Kind.COUNTS: pl.concat(frame for frame, _ in counts)} if self.forms else {}),
            },
            rejected=pl.concat([no_rejections(), *rejected]).sort("line", maintain_order=True),
            notices=self._notices(found, (main, control), stretch),
            definitions={self.answers.item: self.answers.digest} if self.answers else {},
        )

    def _meaning(self) -> Meaning:
        return Meaning(
            site=self.site,
            zone=self.timezone,
            channel=self.channel,
            told_by=self.told_by,
            second=self.service_by if self.services else "category",
            service=self.service,
            services=self.services,
            answers=self.answers,
            forms=self.forms,
        )

    def _begin(self, start: Start, site: Site) -> date:
        begin = self.first_day
        if start.since is not None:
            again = start.since.astimezone(site.zone).date() - timedelta(days=self.again_days)
            begin = max(begin, again)
        if start.after is not None:
            begin = max(begin, date.fromisoformat(start.after) + timedelta(days=1))
        return begin

    def _check_first_day(self, today: date) -> None:
        """Raise where the first day lies ahead: a source that reads nothing for months is told as if all were well."""
        if self.first_day > today:
            sentence = f"`from` is {self.first_day}, which lies ahead of us. Give the first day to read."
            raise SourceChangedError(self.url, sentence)

    def _check_goals(self, asked: Asking) -> None:
        """Raise where a goal is not there: Matomo itself says that it was reached zero times."""
        wanted = self._meaning().goals()
        if not wanted:
            return
        there = asked.goals()
        absent = [str(goal) for goal in wanted if goal not in there]
        if absent:
            known = ", ".join(str(goal) for goal in sorted(there)) or "none"
            sentence = f"there is no goal {', '.join(absent)}. There are: {known}. Change `forms` of this source."
            where = f"goals of site {self.site}"
            raise SourceChangedError(where, sentence)

    def _page(self, asked: Asking, site: Site, days: tuple[date, date], *, told_before: bool) -> Page:
        first, last = (day.isoformat() for day in days)
        name = f"site {self.site}, {first} to {last}"
        questions = self._questions(days)
        answer = asked.together(list(questions.values()), name)
        self._check(answer.where, dict(zip(questions, answer.data, strict=True)), days_of(*days))
        head = {
            "first": first,
            "last": last,
            "zone": None if told_before else site.zone_name,
            "created": site.created,
            "asked": list(questions),
        }
        body = orjson.dumps(head)[:-1] + b',"answered":' + answer.body + b"}"
        return Page(name=name, body=body, resume=last)

    def _questions(self, days: tuple[date, date]) -> Mapping[str, Question]:
        first, last = (day.isoformat() for day in days)
        before = (days[0] - timedelta(days=told.LOOK_BACK_DAYS)).isoformat()
        meaning = self._meaning()
        asked: dict[str, Question] = {"visits": {"method": "VisitsSummary.get", **daily(before, last)}}
        if meaning.values() or meaning.steps():
            asked["events"] = question(self.told_by, meaning.second, first, last)
            if meaning.second != "category":
                asked["control"] = question(self.told_by, "category", first, last)
        for goal in meaning.goals():
            asked[f"goal {goal}"] = {"method": "Goals.get", "idGoal": goal, **daily(first, last)}
        return asked

    def _check(self, where: str, reports: Mapping[str, object], days: Sequence[str]) -> None:
        for report in reports.values():
            complete(where, report, days)
        second = {"events": self._meaning().second, "control": "category"}
        for name in second.keys() & reports.keys():
            with_columns(where, reports[name], COLUMN[self.told_by])

    def _events(self, stretch: Stretch, meaning: Meaning) -> tuple[Rows, Rows | None]:
        main = events(stretch.reports.get("events", {}), self.told_by, meaning.second, stretch, after=0)
        report = stretch.reports.get("control")
        if report is None:
            return main, None
        return main, events(report, self.told_by, "category", stretch, after=main.last_line)

    def _answers(self, found: Sorted, meaning: Meaning, page: str) -> Sequence[Read]:
        return [answers_of(found.known, self.answers, meaning, page)] if self.answers else []

    def _goals(self, stretch: Stretch, meaning: Meaning, *, after: Rows, last: Rows | None) -> Iterator[Read]:
        line = last.last_line if last else after.last_line
        for goal in meaning.goals():
            wanted = {"events": "nb_conversions", "visits": "nb_visits_converted"}
            days = numbers_of_days(stretch.reports[f"goal {goal}"], wanted, stretch, after=line)
            line = days.last_line
            read, rejected = goals_of(goal, days, meaning, stretch.page)
            yield read, pl.concat([rejected, broken(days, Kind.COUNTS, stretch.page)])

    def _notices(self, found: Sorted, read: tuple[Rows, Rows | None], stretch: Stretch) -> tuple[Notice, ...]:
        meaning = self._meaning()
        main, control = read
        return (
            *told.of_zone(stretch, self.timezone),
            *told.of_days(stretch),
            *told.of_silence(main, meaning, stretch),
            *told.of_events(found, control, meaning),
        )
