"""LimeSurvey: the settings of a source that is one survey, and how its answers become records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar

import orjson
import polars as pl
from pydantic import ConfigDict

from connectors import columns as ours
from connectors.columns import Column
from connectors.connector import Batch, Page, Reads, SourceChangedError, Start
from connectors.limesurvey.answers import Clock, Responses
from connectors.limesurvey.checks import CHANNEL, setting_problems
from connectors.limesurvey.participants import invitations, participants
from connectors.limesurvey.question import (
    Coded,
    Item,
    Question,
    coded_problems,
    item_problems,
    meanings,
    scoring,
    unmapped,
)
from connectors.limesurvey.rpc import NoData, Session, remote_control, session
from connectors.limesurvey.survey import Survey, Totals, read_survey, totals
from connectors.limesurvey.windows import ID, SUBMITTED, Export, Window
from connectors.objects import loaded
from connectors.web.client import Limits
from connectors.web.reach import Origin
from connectors.web.secret import Secret
from metrics.notices import Notice
from metrics.records import Kind, empty


@dataclass(frozen=True, slots=True, kw_only=True)
class LimeSurvey:
    """The settings of a source that is a survey of LimeSurvey.

    `url` is the address of LimeSurvey, without what follows it for RemoteControl; `user` an account with as few rights
    as docs/sources/limesurvey.md names. `server_timezone` is for a server that writes its times in another zone than
    the programme's, for LimeSurvey gives local times and does not tell of which zone.

    `invitations` also counts who was invited on which day, from the list of participants. LimeSurvey sends their names
    and addresses along with it; they are dropped as soon as they come.

    Every run reads every complete response, since a partial one keeps its id when somebody completes it weeks later,
    and LimeSurvey cannot tell what changed. Only columns of the questions named here are asked for.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")
    reads: ClassVar[Reads] = Reads.SNAPSHOT

    url: str
    user: str
    survey: int
    service: str
    items: Mapping[str, Item]
    timezone: str
    secret: Secret
    channel: Coded | None = None
    segments: Mapping[str, str | Coded] = field(default_factory=dict)
    server_timezone: str | None = None
    invitations: bool = False
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Raise a ValueError that says all that is wrong with the settings."""
        found = list(
            setting_problems(
                url=self.url,
                user=self.user,
                items=self.items,
                coded=self._coded(),
                zones=[zone for zone in (self.timezone, self.server_timezone) if zone is not None],
            )
        )
        if CHANNEL in self.segments:
            found.append("segments: give the channel as `channel`, not as a segment.")
        if found:
            raise ValueError(" ".join(found))

    def fetch(self, start: Start) -> Iterator[Page]:
        """Yield a page per window of ids, and at last one of what the survey counts itself.

        Nothing tells what is new, so that `start.since` leaves nothing out.
        """
        after = int(start.after) if start.after and start.after.isdecimal() else 0
        line = remote_control(Origin.of(self.url), self.limits)
        with session(line, user=self.user, secret=self.secret) as asked:
            survey = read_survey(asked, self.survey, self._questions())
            self._check(survey)
            counted = totals(asked, self.survey) if survey.active else None
            end = _End(last=after, whole=not after, running=counted is not None)
            for window in self._export(asked, survey).windows(after) if end.running else ():
                if isinstance(window, NoData):
                    end.running = window is not NoData.NO_TABLE
                    break
                end.found, end.last = end.found + window.rows, window.last
                yield self._page(survey, window)
            if self.invitations and end.running:
                yield from self._participants(asked, survey, end)
            yield self._last_page(survey, counted, end)

    def parse(self, page: Page) -> Batch:
        """Read one window of responses, or what the survey counts itself."""
        sent = loaded(page)
        survey = Survey.of(sent["survey"])
        self._check(survey)
        if "participants" in sent:
            return invitations(
                sent["participants"], survey=self.survey, service=self.service, clock=self._clock(), file=page.name
            )
        if "end" in sent:
            return Batch(frames={Kind.ANSWERS: empty(Kind.ANSWERS)}, notices=tuple(self._told(survey, sent["end"])))
        questions = survey.questions
        scored = {name: scoring(item, questions[item.question]) for name, item in self.items.items()}
        responses = Responses.of(sent["answers"]["responses"], questions, file=page.name)
        shared = self._shared(responses, questions)
        parts = [responses.answers(item, scored[name], name=name, shared=shared) for name, item in self.items.items()]
        rejected = pl.concat([responses.unreadable, *(rows for _, rows in parts)])
        return Batch(
            keeps=frozenset({"question"}),
            frames={Kind.ANSWERS: pl.concat(frame for frame, _ in parts)},
            # A response with a broken day is one broken row, however many questions it answers.
            rejected=rejected.unique(maintain_order=True).sort("line", maintain_order=True),
            notices=tuple(self._strange(responses, questions)),
            definitions={name: one.wording for name, one in scored.items()},
        )

    def _coded(self) -> Mapping[str, Coded]:
        """The channel and the segments by name."""
        segments = {
            name: Coded(question=given) if isinstance(given, str) else given for name, given in self.segments.items()
        }
        return {**({CHANNEL: self.channel} if self.channel else {}), **segments}

    def _questions(self) -> Sequence[str]:
        coded = [one.question for one in self._coded().values()]
        return list(dict.fromkeys([*(item.question for item in self.items.values()), *coded]))

    def _check(self, survey: Survey) -> None:
        """Raise where the questions of a survey are not what the settings take them for."""
        if not survey.active:
            return
        questions = survey.questions
        found = [
            *(one for item in self.items.values() for one in item_problems(item, questions[item.question])),
            *(one for coded in self._coded().values() for one in coded_problems(coded, questions[coded.question])),
        ]
        if found:
            where = f"survey {self.survey}"
            raise SourceChangedError(where, " ".join(dict.fromkeys(found)))

    def _export(self, asked: Session, survey: Survey) -> Export:
        return Export(
            session=asked,
            survey=self.survey,
            language=survey.language,
            fields={ID: ID, SUBMITTED: SUBMITTED, **{column: name for name, column in survey.columns.items()}},
            most_windows=self.limits.most_pages,
        )

    def _page(self, survey: Survey, window: Window) -> Page:
        name = f"survey {self.survey}, responses {window.first}-{window.last}"
        body = b'{"survey":' + orjson.dumps(survey.kept()) + b',"answers":' + window.body + b"}"
        return Page(name=name, body=body, resume=str(window.last))

    def _participants(self, asked: Session, survey: Survey, end: _End) -> Iterator[Page]:
        first = 1
        for rows in participants(asked, self.survey, most_pages=self.limits.most_pages):
            name = f"survey {self.survey}, participants {first}-{first + len(rows) - 1}"
            body = orjson.dumps({"survey": survey.kept(), "participants": rows})
            # A later run asks for all of them again: they have no number to go on behind.
            yield Page(name=name, body=body, resume=str(end.last) if end.last else None)
            first += len(rows)

    def _clock(self) -> Clock:
        return Clock(programme=self.timezone, server=self.server_timezone or self.timezone)

    def _last_page(self, survey: Survey, counted: Totals | None, end: _End) -> Page:
        told = {
            "running": end.running,
            "found": end.found if end.whole else None,
            "totals": asdict(counted) if counted else None,
        }
        body = orjson.dumps({"survey": survey.kept(), "end": told})
        return Page(name=f"survey {self.survey}, counts", body=body, resume=str(end.last) if end.last else None)

    def _shared(self, responses: Responses, questions: Mapping[str, Question]) -> Mapping[str, Column]:
        meant = {
            name: responses.meant(coded.question, meanings(coded, questions[coded.question]))
            for name, coded in self._coded().items()
        }
        parts = {name: words for name, words in meant.items() if name != CHANNEL}
        return {
            "source_id": responses.source_ids(self.survey),
            "service": responses.constant(self.service),
            **({CHANNEL: Column(values=meant[CHANNEL])} if CHANNEL in meant else {}),
            **({"segments": ours.segments(parts)} if parts else {}),
            "answered_on": responses.days(self._clock()),
        }

    def _strange(self, responses: Responses, questions: Mapping[str, Question]) -> Iterator[Notice]:
        for name, coded in self._coded().items():
            answers = responses.strange(coded.question, questions[coded.question].codes)
            if answers:
                where = {"column": name, "question": coded.question}
                yield Notice(code="codes_not_in_survey", particulars={**where, "answers": answers})

    def _told(self, survey: Survey, end: Mapping[str, Any]) -> Iterator[Notice]:
        number = {"survey": self.survey}
        if not end["running"]:
            yield Notice(code="survey_not_active", particulars=number)
            return
        if not survey.dated:
            yield Notice(code="survey_without_dates", particulars=number)
        questions = survey.questions
        for name, coded in self._coded().items():
            codes = ", ".join(unmapped(coded, questions[coded.question]))
            if codes:
                told = {"column": name, "question": coded.question, "codes": codes}
                yield Notice(code="codes_not_mapped", particulars=told)
        yield from _counts(Totals(**end["totals"]), end["found"], number)


@dataclass(slots=True)
class _End:
    """How far a run came: `whole` where it began at the first response, `running` while there is a table."""

    last: int
    whole: bool
    running: bool
    found: int = 0


def _counts(counted: Totals, found: int | None, number: Mapping[str, int]) -> Iterator[Notice]:
    if found is not None and counted.complete is not None:
        yield Notice(code="rows_expected", particulars={"expected": counted.complete, "found": found})
    if counted.partial:
        particulars = {**number, "complete": counted.complete or 0, "partial": counted.partial}
        yield Notice(code="responses_partial", particulars=particulars)
    if counted.participants is not None:
        people = {
            "participants": counted.participants,
            "invited": counted.invited or 0,
            "answered": counted.answered or 0,
        }
        yield Notice(code="response", particulars={**number, **people})
