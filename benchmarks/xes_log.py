"""A made-up process log in XES, the same at every run, with what it says known beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

EVENTS_A_CASE = 10
RECEIVED = "register"
DECIDED = "decide"
NO_END = "1970-01-01T00:00:00.000+01:00"
"""What the log says of a case of which nobody knows the end: its own default, so that the case leaves it out."""

_ZONE = ZoneInfo("Europe/Amsterdam")
_FIRST = date(2023, 1, 1)
_DAYS = 1000
_WORK = ("check", "ask", "answer", "weigh", "advise", "read", "draft", "sign")
_HEAD = f"""<?xml version="1.0" encoding="UTF-8" ?>
<log xes.version="1.0" xes.features="nested-attributes" xmlns="http://www.xes-standard.org/">
\t<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
\t<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
\t<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
\t<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
\t<global scope="trace">
\t\t<string key="concept:name" value="UNKNOWN"/>
\t\t<date key="enddate" value="{NO_END}"/>
\t</global>
\t<global scope="event">
\t\t<string key="concept:name" value="UNKNOWN"/>
\t\t<string key="lifecycle:transition" value="complete"/>
\t</global>
\t<classifier name="Activity" keys="concept:name"/>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case: the day and hour on which it came in and, unless it is open, was decided; local time."""

    number: int
    received: datetime
    decided: datetime | None


def cases(events: int) -> Iterator[Case]:
    """Yield the cases of a log of so many events.

    Half of them came in half an hour past midnight, when it is still the day before in UTC; one in seven is open.
    """
    for number in range(events // EVENTS_A_CASE):
        hour = (0, 15)[number % 2]
        day = _FIRST + timedelta(days=number * 37 % _DAYS)
        received = datetime(day.year, day.month, day.day, hour, 30, tzinfo=_ZONE)
        decided = None if number % 7 == 0 else received + timedelta(days=number % 90 + 1)
        yield Case(number=number, received=received, decided=decided)


def write(path: Path, events: int) -> None:
    """Write the log, laid out as ProM lays it out."""
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        for case in cases(events):
            file.write(_written(case))
        file.write("</log>\n")


def _written(case: Case) -> str:
    end = "" if case.decided is None else _line("date", "enddate", _moment(case.decided), depth=2)
    own = (
        _line("string", "concept:name", f"case-{case.number}", depth=2),
        _line("date", "startdate", _moment(case.received), depth=2),
        end,
        _line("date", "deadline", _moment(case.received + timedelta(days=56)), depth=2),
        _line("string", "channel", ("Internet", "Desk", "Post")[case.number % 3], depth=2),
        _line("string", "department", f"Department {case.number % 8}", depth=2),
    )
    return "".join(("\t<trace>\n", *own, *(_event(name, when, case) for name, when in _events(case)), "\t</trace>\n"))


def _events(case: Case) -> Iterator[tuple[str, datetime]]:
    """Yield what was done in a case; an open case was worked on once more, and not decided."""
    yield RECEIVED, case.received
    for place, name in enumerate(_WORK, 1):
        yield name, case.received + timedelta(hours=place * 2)
    yield ("wait", case.received + timedelta(hours=20)) if case.decided is None else (DECIDED, case.decided)


def _event(name: str, when: datetime, case: Case) -> str:
    own = (
        _line("string", "org:group", f"Group {case.number % 8}", depth=3),
        _line("string", "org:resource", f"Resource {case.number % 40}", depth=3),
        _line("string", "concept:name", name, depth=3),
        _line("string", "lifecycle:transition", "complete", depth=3),
        _line("date", "time:timestamp", _moment(when), depth=3),
    )
    return "".join(("\t\t<event>\n", *own, "\t\t</event>\n"))


def _line(kind: str, key: str, value: str, *, depth: int) -> str:
    tabs = "\t" * depth
    return f'{tabs}<{kind} key="{key}" value="{value}"/>\n'


def _moment(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds")
