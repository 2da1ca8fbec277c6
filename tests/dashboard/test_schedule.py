"""The schedule at work: what is due is read, what was missed once, by one scheduler at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from config.load import load_programme
from config.problems import ConfigurationError
from dashboard.jobs import remember
from dashboard.schedule import TURN, Pace, Schedule
from dashboard.source_run import SourceRun
from dashboard.syncing import sync
from metrics.periods import Grain
from metrics.store.looks import Question, find_look
from metrics.store.runs import runs_by_source
from metrics.store.schedules import ask, planned_jobs
from metrics.store.turns import TakenError, turn
from tests.conftest import NOW, open_workplace
from tests.dashboard.test_source_run import PROGRAMME, write

PATIENCE_SECONDS = 20


@dataclass
class Clock:
    """A clock that a test moves on."""

    now: object = NOW

    def __call__(self):
        return self.now


@dataclass
class Told:
    runs: list = field(default_factory=list)
    problems: list = field(default_factory=list)

    def __call__(self, name, what):
        (self.runs if isinstance(what, SourceRun) else self.problems).append((name, what))


@pytest.fixture
def town(tmp_path):
    (tmp_path / "programme.toml").write_text(PROGRAMME)
    write(tmp_path, "a", "b")
    return tmp_path


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def place(town, clock):
    opened = replace(open_workplace(town / "data"), clock=clock)
    remember(opened, load_programme(town / "programme.toml"), town / "programme.toml")
    yield opened
    opened.engine.dispose()


@contextmanager
def working(place, told):
    stop = threading.Event()
    schedule = Schedule(place=place, tell=told, stop=stop, pace=Pace(look_seconds=0.05, turn_seconds=0.05))
    thread = threading.Thread(target=schedule.work)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def wait_until(happened):
    end = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def runs(place):
    return len(runs_by_source(place.engine, "town", most=50).get("survey", ()))


def settle(place):
    """Give the schedule the time to do what it should not."""
    before = runs(place)
    time.sleep(0.5)
    assert runs(place) == before


def test_a_source_that_was_never_read_is_read_once(place):
    told = Told()
    with working(place, told):
        wait_until(lambda: told.runs)
        settle(place)
    assert [(name, run.progress.new) for name, run in told.runs] == [("town/survey", 2)]
    (job,) = planned_jobs(place.engine)
    assert (job.job, job.cron, job.succeeded_at, job.due_at) == ("survey", "15 5 * * *", NOW, NOW)


def test_what_a_person_read_by_hand_is_not_read_again_before_it_is_due(place, town, clock):
    path = town / "programme.toml"
    list(sync(place, load_programme(path), path))
    with working(place, Told()):
        settle(place)
        clock.now = NOW + timedelta(days=1)
        wait_until(lambda: runs(place) == 2)


def test_many_runs_that_were_missed_are_caught_up_once(place, clock):
    with working(place, Told()):
        wait_until(lambda: runs(place) == 1)
    clock.now = NOW + timedelta(days=30)
    with working(place, Told()):
        wait_until(lambda: runs(place) == 2)
        settle(place)


def test_a_run_that_failed_is_not_tried_again_before_it_is_due(place, town):
    (town / "answers.csv").write_text("nr\n1\n")
    told = Told()
    with working(place, told):
        wait_until(lambda: told.runs)
        settle(place)
    (job,) = planned_jobs(place.engine)
    assert (told.runs[0][1].failure is not None, job.succeeded_at) == (True, None)


def test_a_run_that_a_person_asked_for_starts_between_times(place):
    with working(place, Told()):
        wait_until(lambda: runs(place) == 1)
        assert ask(place.engine, "town", "survey", now=NOW)
        wait_until(lambda: runs(place) == 2)
        settle(place)
    assert not ask(place.engine, "town", "nothing", now=NOW)


def test_of_two_schedulers_one_works_and_the_other_takes_over_when_it_stops(place, town, clock):
    other = replace(open_workplace(town / "data"), clock=clock)
    with working(other, Told()):
        with working(place, Told()):
            wait_until(lambda: runs(place) == 1)
            settle(place)
        clock.now = NOW + timedelta(days=1)
        wait_until(lambda: runs(place) == 2)
        settle(place)
    other.engine.dispose()


def test_a_wrong_file_is_told_and_read_again_once_it_is_mended(place, town):
    told = Told()
    path = town / "programme.toml"
    path.write_text(PROGRAMME.replace("columns", "colums"))
    with working(place, told):
        wait_until(lambda: told.problems)
        assert isinstance(told.problems[0][1], ConfigurationError)
        assert runs(place) == 0
        path.write_text(PROGRAMME)
        wait_until(lambda: runs(place) == 1)


def test_figures_are_evaluated_once_a_source_was_read_so_that_no_page_waits(place):
    question = Question(programme="town", grain=Grain.QUARTER)
    with working(place, Told()):
        wait_until(lambda: find_look(place.engine, question) is not None)
        wait_until(lambda: find_look(place.engine, question).basis.known_at == place.records.version())


def test_the_schedule_ends_with_the_process_that_started_it(town, place):
    program = (
        "import sys\n"
        "from dashboard.cli.schedule import beside\n"
        "with beside():\n"
        "    print('there', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    environment = {**os.environ, "UITKOMST_DATA": str(town / "data")}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout.readline() == b"there\n"
        wait_until(lambda: runs(place) == 1)
        parent.kill()
    # Its turn is free once it has gone.
    wait_until(lambda: _is_free(place))


def _is_free(place):
    try:
        with turn(place.engine, TURN):
            return True
    except TakenError:
        return False
