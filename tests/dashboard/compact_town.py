"""A town with four years of answers, cases and counts, of which two are past their term; and who works on it."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import FrameType

import polars as pl

from config.load import load_programme
from dashboard.compacting import GRAINS, Compacted, compact
from dashboard.evaluating import find
from dashboard.jobs import Workplace
from dashboard.source_run import SourceRun
from dashboard.syncing import sync
from metrics.records import Kind
from metrics.store.counted import counted_records
from metrics.store.database import open_database
from metrics.store.looks import Basis, Findings, Question
from metrics.store.records import RecordStore

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
AS_OF = date(2026, 6, 30)
FEW = (date(2024, 5, 1), date(2024, 8, 31))
"""Days of a small town: two months past their term and two that are not."""

FIRST_KEPT = "2024-07"
"""Two years before July 2026: the months before it are counted."""

KINDS = (Kind.ANSWERS, Kind.CASES, Kind.COUNTS)

_PROGRAMME = """
[programme]
name = "town"
title = {{ nl = "Stad", en = "Town" }}
as_of = {last}
period = "month"
{term}

[segments.district]
north = {{ nl = "Noord", en = "North" }}
south = {{ nl = "Zuid", en = "South" }}

{project}
[sources.survey]
kind = "files"
record = "answers"
path = "survey.csv"
{own}
constants = {{ service = "permit", scale = "1-5" }}
segments = {{ district = "district" }}
[sources.survey.columns]
source_id = "id"
answered_on = "day"
item = "item"
value = "score"
channel = "channel"

[sources.desk]
kind = "files"
record = "cases"
path = "cases.csv"
constants = {{ service = "permit" }}
[sources.desk.columns]
source_id = "id"
received_on = "received"
decided_on = "decided"
due_on = "due"
outcome = "outcome"
channel = "channel"

[sources.contacts]
kind = "files"
record = "counts"
path = "contacts.csv"
constants = {{ service = "permit" }}
[sources.contacts.columns]
source_id = "id"
event = "event"
happened_on = "day"
gap_days = "gap"
channel = "channel"
"""


_PROJECT = """
[projects.permits]
title = { nl = "Vergunningen", en = "Permits" }
services = ["permit"]
norm_days = 30
started_on = 2024-01-01
baseline = { start = 2022-07-01, end = 2023-06-30 }
targets = { satisfaction = 0.8 }
"""


def write_town(
    folder: Path,
    *,
    term: str = "keep_records_months = 24",
    own: str = "",
    days: tuple[date, date] = (date(2022, 7, 1), AS_OF),
    project: bool = True,
) -> Path:
    """Write the programme and its files; the same every time. Without its project nothing is evaluated."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "programme.toml"
    content = _PROGRAMME.format(term=term, own=own, last=days[1], project=_PROJECT if project else "")
    path.write_text(content, encoding="utf-8")
    chance = random.Random(20260701)  # noqa: S311 - made-up records
    _write(folder / "survey.csv", "id,day,item,score,channel,district", _answers(chance, *days))
    _write(folder / "cases.csv", "id,received,decided,due,outcome,channel", _cases(chance, *days))
    _write(folder / "contacts.csv", "id,event,day,channel,gap", _contacts(chance, *days))
    return path


def town_place(data: Path, *, records: str = "") -> Workplace:
    return Workplace(
        engine=open_database(f"sqlite:///{data / 'uitkomst.db'}"),
        records=RecordStore(location=records or str(data / "records"), pseudonym_key="town"),
        clock=lambda: NOW,
    )


def read_town(place: Workplace, path: Path) -> Sequence[SourceRun]:
    return [one for one in sync(place, load_programme(path), path, full=True) if one.done]


def compact_town(place: Workplace, path: Path, *, dry_run: bool = False) -> Compacted:
    return compact(place, load_programme(path), path, dry_run=dry_run)


def found(place: Workplace, path: Path, grain: str) -> Findings:
    """Evaluate from the records themselves."""
    basis = Basis(known_at=place.records.version(), records="", definitions="", seen_on=AS_OF)
    question = Question(programme="town", grain=next(one for one in GRAINS if one.value == grain))
    return find(place.records, load_programme(path), question, basis)


def kept(place: Workplace) -> pl.DataFrame:
    """All rows of the town in a fixed order."""
    frames = [place.records.scan("town", kind).collect() for kind in KINDS]
    return pl.concat(frames, how="diagonal_relaxed").sort("source", "month", "source_id", "item")


def counts(place: Workplace) -> pl.DataFrame:
    """What every figure is made of."""
    asked = {"version": place.records.version(), "services": ["permit"], "until": AS_OF}
    frames = [counted_records(place.records, "town", kind, **asked) for kind in KINDS]
    texts = [frame.with_columns(pl.col(pl.Categorical).cast(pl.String)) for frame in frames]
    return pl.concat(texts, how="diagonal_relaxed")


def compact_and_die(moment: str, data: Path, path: Path) -> None:
    """Compact, killed when a function of the store is called, or has returned, for the nth time."""
    function, event, time = moment.split(":")
    left = int(time)

    def seen(frame: FrameType, what: str, _argument: object) -> None:
        nonlocal left
        ours = f"{os.sep}metrics{os.sep}store{os.sep}" in frame.f_code.co_filename
        if ours and what == event and frame.f_code.co_name == function:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    place = town_place(data)
    threading.setprofile(seen)
    sys.setprofile(seen)
    compact_town(place, path)


def _write(path: Path, head: str, rows: Iterator[Sequence[object]]) -> None:
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _answers(chance: random.Random, first: date, last: date) -> Iterator[Sequence[object]]:
    for day in _days(first, last):
        for number in range(3):
            channel, district = chance.choice(("website", "desk")), chance.choice(("north", "south"))
            for item in ("satisfaction", "clarity"):
                score = chance.choice((2, 3, 4, 4, 5) if day.year < 2024 else (3, 4, 5, 5))
                yield f"a-{day}-{number}", day, item, score, channel, district


def _cases(chance: random.Random, first: date, last: date) -> Iterator[Sequence[object]]:
    for day in _days(first, last):
        for number in range(2):
            decided = day + timedelta(days=chance.randint(5, 60))
            closed = decided <= last and chance.random() > 0.02
            end = (decided, "decided") if closed else (None, None)
            yield f"c-{day}-{number}", day, end[0], day + timedelta(days=30), end[1], "website"


def _contacts(chance: random.Random, first: date, last: date) -> Iterator[Sequence[object]]:
    for day in _days(first, last):
        for number, event in enumerate(("contact", "form_start", "form_end", "customer")):
            for more in range(chance.randint(0, 3)):
                gap = chance.choice((None, None, 3, 20)) if event == "contact" else None
                yield f"n-{day}-{number}-{more}", event, day, chance.choice(("phone", "desk")), gap
