"""A source that was not read as agreed: its figures keep their value and lose their verdict."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from config.load import load_programme
from dashboard.evaluating import find, look
from dashboard.lateness import late_sources
from dashboard.syncing import sync
from metrics.periods import Grain
from metrics.store.looks import Question, load_evidence
from metrics.store.tables import LookRow
from tests.conftest import NOW, open_workplace, reader_of
from tests.dashboard.test_schedule import Clock
from tests.dashboard.test_source_run import PROGRAMME

DAILY = PROGRAMME.replace('kind = "files"', 'kind = "files"\nschedule = "15 5 * * *"')


@pytest.fixture
def town(tmp_path):
    (tmp_path / "programme.toml").write_text(DAILY)
    days = [f"2026-{month}-{day:02}" for month in (10, 11) for day in range(1, 21) for _ in range(3)]
    rows = [f"{number},{day},{4 + number % 2}" for number, day in enumerate(days)]
    (tmp_path / "answers.csv").write_text("\n".join(["id,day,score", *rows]) + "\n")
    return tmp_path


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def place(town, clock):
    opened = replace(open_workplace(town / "data"), clock=clock)
    yield opened
    opened.engine.dispose()


def read(place, town):
    path = town / "programme.toml"
    *_, last = sync(place, load_programme(path), path)
    assert last.failure is None


def statuses(place, town):
    """Status and value of everybody's satisfaction, by month."""
    programme = load_programme(town / "programme.toml")
    found = load_evidence(
        place.engine, look(place, programme, Question(programme="town", grain=Grain.MONTH)), kpis=["satisfaction"]
    )
    rows = found.filter(breakdown="all").sort("period_start").select("period_start", "status", "value").rows()
    return {f"{start:%Y-%m}": (status, value) for start, status, value in rows}


def test_the_month_that_is_still_running_loses_its_verdict_and_one_that_was_read_whole_does_not(place, town, clock):
    read(place, town)
    before = statuses(place, town)
    assert before == {"2026-10": ("ok", 1.0), "2026-11": ("ok", 1.0)}
    clock.now = NOW + timedelta(days=3)
    assert list(late_sources(place, load_programme(town / "programme.toml"))) == ["survey"]
    assert statuses(place, town) == {"2026-10": ("ok", 1.0), "2026-11": ("stale", 1.0)}


def test_pages_and_reports_lose_the_verdict_by_themselves_when_nobody_evaluates_any_more(place, town, clock):
    read(place, town)
    reader = reader_of(place)

    def said():
        month = {"period": "month"}
        return str(reader.portfolio(month)), str(reader.project("town", "counter", month))

    assert not any("records too old" in one for one in said())
    # In December a page shows November, of which the source told the first 23 days.
    clock.now = NOW + timedelta(days=10)
    assert all("records too old" in one for one in said())
    read(place, town)
    assert not any("records too old" in one for one in said())


def test_visitors_at_one_time_wait_for_one_evaluation(place, town, clock):
    read(place, town)
    reader = reader_of(place)
    reader.portfolio({})
    clock.now = NOW + timedelta(days=3)
    evaluations, gate = [], threading.Barrier(4)

    def seen(frame, what, _argument):
        if what == "call" and frame.f_code is find.__code__:
            evaluations.append(frame)

    def visit(_):
        gate.wait(60)
        return str(reader.portfolio({}))

    threading.setprofile(seen)
    try:
        with ThreadPoolExecutor(4) as threads:
            views = list(threads.map(visit, range(4)))
    finally:
        threading.setprofile(None)
    assert (len(evaluations), len(set(views))) == (1, 1)
    with Session(place.engine) as session:
        (kept,) = session.exec(select(LookRow))
    assert (kept.late, kept.evaluated_at) == (f"survey {NOW.date()}", clock.now)


def test_a_good_run_gives_the_verdict_back(place, town, clock):
    read(place, town)
    clock.now = NOW + timedelta(days=3)
    assert statuses(place, town)["2026-11"][0] == "stale"
    read(place, town)
    assert statuses(place, town)["2026-11"][0] == "ok"


def test_a_source_that_was_never_given_a_rhythm_is_never_late(place, town, clock):
    (town / "programme.toml").write_text(PROGRAMME)
    read(place, town)
    clock.now = NOW + timedelta(days=20)
    assert late_sources(place, load_programme(town / "programme.toml")) == {}
    assert statuses(place, town)["2026-11"][0] == "ok"


def test_a_late_source_of_other_services_takes_no_verdict_away(place, town, clock):
    other = DAILY.replace("[projects.counter]", OTHER + "[projects.counter]")
    (town / "programme.toml").write_text(other)
    (town / "desk.csv").write_text("id,day,score\n1,2026-11-02,4\n")
    read(place, town)
    clock.now = NOW + timedelta(days=3)
    path = town / "programme.toml"
    assert next(iter(sync(place, load_programme(path), path, only=frozenset({"survey"})))).failure is None
    list(sync(place, load_programme(path), path, only=frozenset({"survey"})))
    assert list(late_sources(place, load_programme(path))) == ["desk"]
    assert statuses(place, town)["2026-11"][0] == "ok"


OTHER = """
[sources.desk]
kind = "files"
schedule = "15 5 * * *"
path = "desk.csv"
record = "answers"
columns = {source_id = "id", answered_on = "day", value = "score"}
constants = {service = "taxes", item = "satisfaction", scale = "1-5"}
"""
