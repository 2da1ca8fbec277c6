"""What people write of a Matomo source: which events are answers, which are steps of a form, and of which service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

from pydantic import ConfigDict

from connectors.objects import digest
from connectors.settings import zone_problems
from connectors.web.reach import Origin
from connectors.words import nearest
from metrics.estimators.events import Event
from metrics.records import SCALES

Dimension = Literal["category", "action", "name"]
"""The three parts of an event in Matomo."""

_AFTER_A_PATH = ("/", "?", "#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Events that are answers: `map` has what the event says and the value that it stands for.

    `wording` is the question as it stands on the pages. Matomo does not know it; write it down, and change it when
    the pages change, so that answers to different questions are never added up.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    map: Mapping[str, int]
    category: str | None = None
    item: str = "clarity"
    scale: str = "yes-no"
    wording: str = ""

    @property
    def digest(self) -> str:
        """Return the short name of this wording and these answers."""
        return digest([self.wording, self.category or "", self.scale, sorted(self.map.items())])

    @property
    def question(self) -> str:
        """Return what answers to one wording share."""
        return f"{self.item}-{self.digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What tells a step of a form: an event, by what it says, or a goal, by its number.

    `service` holds for this step, whatever `services` says. A goal knows no page, so that it needs one.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    event: str | None = None
    goal: int | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """The steps of forms.

    `count` says whether a visit in which a step was taken three times counts once (`visits`) or three times
    (`events`). The share of forms that fail needs starts and ends that are counted alike.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    start: Step | list[Step] = field(default_factory=list)
    end: Step | list[Step] = field(default_factory=list)
    refused: Step | list[Step] = field(default_factory=list)
    saved: Step | list[Step] = field(default_factory=list)
    category: str | None = None
    count: Literal["visits", "events"] = "visits"

    def steps(self) -> Sequence[tuple[Event, Step]]:
        """Return every step with the event of ours that it is."""
        given = {
            Event.FORM_START: self.start,
            Event.FORM_END: self.end,
            Event.FORM_REFUSED: self.refused,
            Event.FORM_SAVED: self.saved,
        }
        return [(event, step) for event, some in given.items() for step in _listed(some)]


class Given(Protocol):
    """The settings that can contradict each other."""

    @property
    def url(self) -> str: ...  # noqa: D102 - said by `Matomo`
    @property
    def site(self) -> int: ...  # noqa: D102
    @property
    def timezone(self) -> str: ...  # noqa: D102
    @property
    def answers(self) -> Answers | None: ...  # noqa: D102
    @property
    def forms(self) -> Forms | None: ...  # noqa: D102
    @property
    def service(self) -> str | None: ...  # noqa: D102
    @property
    def services(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def told_by(self) -> str: ...  # noqa: D102
    @property
    def service_by(self) -> str: ...  # noqa: D102
    @property
    def again_days(self) -> int: ...  # noqa: D102
    @property
    def days_a_page(self) -> int: ...  # noqa: D102


def service_of(name: str | None, services: Mapping[str, str]) -> str | None:
    """Return the service of an event by its name, category or page: the longest path that the page lies under."""
    if name is None:
        return None
    if name in services:
        return services[name]
    path = _path(name)
    near = [key for key in services if key.startswith("/") and _under(path, key)]
    return services[max(near, key=len)] if near else None


def problems(given: Given) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with the settings."""
    yield from zone_problems(given.timezone)
    yield from _address_problems(given.url)
    yield from _number_problems(given)
    yield from _service_problems(given)
    if given.answers is not None:
        yield from _answer_problems(given.answers)
    yield from _step_problems(given)


def _listed(some: Step | Sequence[Step]) -> Sequence[Step]:
    return [some] if isinstance(some, Step) else list(some)


def _path(name: str) -> str:
    if "://" not in name:
        return name
    return "/" + name.partition("://")[2].partition("/")[2]


def _under(path: str, key: str) -> bool:
    if not path.startswith(key):
        return False
    rest = path[len(key) :]
    return not rest or key.endswith("/") or rest.startswith(_AFTER_A_PATH)


def _address_problems(url: str) -> Iterator[str]:
    try:
        origin = Origin.of(url)
    except ValueError as error:
        yield f"url: {error}"
        return
    if origin.path.endswith(".php"):
        yield "url: leave out index.php. Give the address of the folder that Matomo is in."


def _number_problems(given: Given) -> Iterator[str]:
    if given.site < 1:
        yield f"site: '{given.site}' is no site. Give its number in Matomo (idSite), from 1."
    if given.again_days < 0:
        yield "again_days: give a number of days, 0 or more."
    if not 1 <= given.days_a_page <= 366:  # noqa: PLR2004 - a leap year
        yield "days_a_page: give a number of days from 1 to 366."


def _service_problems(given: Given) -> Iterator[str]:
    if given.told_by == given.service_by:
        yield f"told_by and service_by are both '{given.told_by}'. An event tells one thing by one of its parts."
    if not given.service and not given.services and not _all_steps_have_one(given):
        yield "no service. Give `service` for the whole site, or `services` by page, name or category."
    blank = [key for key, service in given.services.items() if not key.strip() or not service.strip()]
    if blank:
        yield "services: neither a page nor a service may be empty."


def _all_steps_have_one(given: Given) -> bool:
    return given.answers is None and all(step.service for _, step in _steps(given))


def _answer_problems(answers: Answers) -> Iterator[str]:
    if not answers.map:
        yield 'answers: `map` is empty. Write what an event says and its value, such as {"yes" = 1, "no" = 0}.'
    if answers.scale not in SCALES:
        yield f"answers: '{answers.scale}' is no scale. {nearest(answers.scale, SCALES)}"
        return
    low, high = SCALES[answers.scale]
    outside = [f"'{key}' = {value}" for key, value in answers.map.items() if not low <= value <= high]
    if outside:
        yield f"answers: {', '.join(outside)} is not on the scale {answers.scale} ({low} to {high})."


def _step_problems(given: Given) -> Iterator[str]:
    steps = _steps(given)
    if given.answers is None and not steps:
        yield "nothing to read. Give `answers`, or the steps of `forms`: start, end, refused, saved."
    for event, step in steps:
        if (step.event is None) == (step.goal is None):
            yield f"forms: a step {_short(event)} needs an event or a goal, one of the two."
        elif step.goal is not None and not (step.service or given.service):
            yield f"forms: goal {step.goal} needs a service, since a goal knows no page."
    names = [*(given.answers.map if given.answers else ()), *(step.event for _, step in steps if step.event)]
    yield from (f"'{name}' is given for more than one thing." for name in _twice(names))
    goals = [str(step.goal) for _, step in steps if step.goal is not None]
    yield from (f"goal {goal} is given for more than one step." for goal in _twice(goals))


def _steps(given: Given) -> Sequence[tuple[Event, Step]]:
    return given.forms.steps() if given.forms else []


def _short(event: Event) -> str:
    return event.value.removeprefix("form_")


def _twice(names: Iterable[str]) -> Sequence[str]:
    listed = list(names)
    return sorted({name for name in listed if listed.count(name) > 1})
