"""The schedule at work: one process that reads each source when it is due, and takes over where another died."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from pathlib import Path

from apscheduler.executors.pool import ThreadPoolExecutor as Executor
from apscheduler.schedulers.background import BackgroundScheduler

from config.load import load_programme
from config.problems import ConfigurationError
from config.programme import Programme
from config.rhythm import Rhythm, rhythms
from dashboard.evaluating import look
from dashboard.jobs import Workplace
from dashboard.source_run import SourceRun
from dashboard.syncing import sync
from metrics.periods import Grain
from metrics.store.looks import Question, kept_questions
from metrics.store.programmes import stored_programmes
from metrics.store.schedules import Planned, begin, lay_out, planned_jobs, succeed
from metrics.store.states import find_state
from metrics.store.turns import TakenError, turn

TURN = "schedule"
"""The turn of the one scheduler that is at work."""

_AT_ONCE = 4

Tell = Callable[[str, SourceRun | ConfigurationError], None]
"""Told of each run that ended (`programme/source`), or of a programme file that is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the scheduler looks.

    For what is due or asked for; for its turn, while another has it; and whether the figures still hold: a new day or a
    source that became late changes them too.
    """

    look_seconds: float = 2
    turn_seconds: float = 1
    evaluate_seconds: float = 300


@dataclass(slots=True, kw_only=True)
class Schedule:
    """Reads sources when they are due. `work` returns when `stop` is set, and waits while another scheduler works."""

    place: Workplace
    tell: Tell
    stop: threading.Event
    pace: Pace = field(default_factory=Pace)
    _busy: set[tuple[str, str]] = field(default_factory=set)
    _evaluated: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self) -> None:
        """Work until stopped: alone, or waiting to take over."""
        while not self.stop.is_set():
            try:
                with turn(self.place.engine, TURN) as held:
                    self._at_work(held)
            except TakenError:
                self.stop.wait(self.pace.turn_seconds)

    def _at_work(self, held: Callable[[], bool]) -> None:
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            scheduler = BackgroundScheduler(executors={"default": Executor(1)}, timezone="UTC")
            options = {"seconds": self.pace.look_seconds, "max_instances": 1, "coalesce": True}
            scheduler.add_job(self._look, "interval", args=[threads], next_run_time=datetime.now(UTC), **options)
            scheduler.start()
            try:
                while held() and not self.stop.wait(self.pace.turn_seconds):
                    pass
            finally:
                scheduler.shutdown(wait=True)

    def _look(self, threads: ThreadPoolExecutor) -> None:
        """Start every job that is due, was missed, or was asked for, and is not at work already."""
        for stored in stored_programmes(self.place.engine):
            programme = self._read(stored.name, Path(stored.path))
            if programme is not None:
                self._look_at(programme, Path(stored.path), threads)

    def _look_at(self, programme: Programme, path: Path, threads: ThreadPoolExecutor) -> None:
        lay_out(self.place.engine, programme.name, rhythms(programme))
        for planned in planned_jobs(self.place.engine, programme.name):
            if self._is_due(planned, programme) and self._takes((programme.name, planned.job)):
                begin(self.place.engine, programme.name, planned.job, due_at=self.place.clock())
                threads.submit(self._run, planned, programme, path)
        if self._may_evaluate(programme.name) and self._takes((programme.name, "")):
            threads.submit(self._evaluate, programme)

    def _read(self, name: str, path: Path) -> Programme | None:
        try:
            return load_programme(path)
        except ConfigurationError as error:
            self.tell(name, error)
            return None

    def _is_due(self, planned: Planned, programme: Programme) -> bool:
        # What a person read by hand need not be read again.
        by_hand = find_state(self.place.engine, planned.programme, planned.job).watermark
        known = [moment for moment in (planned.due_at, planned.succeeded_at, by_hand) if moment is not None]
        rhythm = Rhythm(planned.cron, programme.timezone)
        return planned.asked_at is not None or rhythm.missed(max(known, default=None), self.place.clock())

    def _takes(self, key: tuple[str, str]) -> bool:
        with self._lock:
            if key in self._busy:
                return False
            self._busy.add(key)
        return True

    def _may_evaluate(self, programme: str) -> bool:
        """Tell whether figures may have changed: a source was read, or it is time to see whether a day has passed."""
        with self._lock:
            if any(name == programme for name, _ in self._busy):
                return False
        return time.monotonic() - self._evaluated.get(programme, -inf) >= self.pace.evaluate_seconds

    def _evaluate(self, programme: Programme) -> None:
        """Evaluate what pages show of a programme, so that nobody who opens one has to wait or sees what was."""
        usual = Question(programme=programme.name, grain=Grain(programme.period))
        asked = {usual, *kept_questions(self.place.engine, programme.name)}
        try:
            for question in sorted(asked, key=lambda one: one.grain):
                look(self.place, programme, question)
        except Exception:  # the log says which; the figures stay as they were
            logging.getLogger(__name__).exception("%s", programme.name)
        finally:
            self._evaluated[programme.name] = time.monotonic()
            with self._lock:
                self._busy.discard((programme.name, ""))

    def _run(self, planned: Planned, programme: Programme, path: Path) -> None:
        began_at = self.place.clock()
        try:
            for one in sync(self.place, programme, path, only=frozenset({planned.job})):
                if one.done:
                    self._ended(planned, one, began_at)
        except Exception:  # one broken job must not end the schedule; the log says which
            logging.getLogger(__name__).exception("%s/%s", planned.programme, planned.job)
        finally:
            with self._lock:
                self._busy.discard((planned.programme, planned.job))

    def _ended(self, planned: Planned, run: SourceRun, began_at: datetime) -> None:
        self._evaluated.pop(planned.programme, None)
        if run.failure is None:
            succeed(self.place.engine, planned.programme, planned.job, began_at=began_at)
        self.tell(f"{planned.programme}/{planned.job}", run)
