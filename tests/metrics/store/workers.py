"""Processes of their own that sync, evaluate, save or open; one can be told to die at a moment of its work."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from types import FrameType

from sqlalchemy import text

from metrics.records import Kind
from metrics.store.database import open_database
from metrics.store.datafiles import StoredPart
from metrics.store.records import RecordStore
from tests.metrics.builders import records
from tests.metrics.store.programmes import evaluated, spread, sync_all, workplace

# A process that has loaded our modules once and starts the others: each is a real one, and there in no time.
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload([__name__])

PATIENCE_SECONDS = 120


def run(work: Callable[..., None], *arguments: object) -> ForkServerProcess:
    """Start work in a process of its own."""
    process = _SERVER.Process(target=work, args=arguments)
    process.start()
    return process


def run_together(*works: tuple[object, ...]) -> None:
    """Start each work (a function with its arguments) in a process of its own, all at one moment; all must end well."""
    gate = _SERVER.Barrier(len(works))
    processes = [run(_at_gate, gate, *work) for work in works]
    for process in processes:
        finish(process)


def finish(process: ForkServerProcess) -> None:
    process.join(PATIENCE_SECONDS)
    assert process.exitcode == 0


def sync(data: Path, path: Path, database: str = "", records_url: str = "") -> None:
    sync_all(workplace(data, database=database, records=records_url), path)


def sync_and_die(moment: str, data: Path, path: Path) -> None:
    """Sync, killed at a moment: when a function of the store is called, or has returned, for the nth time."""
    function, event, time = moment.split(":")
    left = int(time)

    def seen(frame: FrameType, what: str, _argument: object) -> None:
        nonlocal left
        ours = f"{os.sep}metrics{os.sep}store{os.sep}" in frame.f_code.co_filename
        if ours and what == event and frame.f_code.co_name == function:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    threading.setprofile(seen)
    sys.setprofile(seen)
    sync(data, path)


def evaluate(data: Path, path: Path, database: str = "", times: int = 1) -> None:
    place = workplace(data, database=database)
    for _ in range(times):
        evaluated(place, path)


def save_again_and_again(data: Path) -> None:
    """Save the same keys twenty times, each time with one value for all of them."""
    store = RecordStore(location=str(data / "records"), pseudonym_key="stress")
    part = StoredPart(programme="stress", kind=Kind.ANSWERS, source="survey")
    for value in [1, 2, 3, 4, 5] * 4:
        store.save(part, records(Kind.ANSWERS, *spread(value)))


def open_and_look(url: str) -> None:
    with open_database(url).connect() as connection:
        connection.execute(text("SELECT count(*) FROM programme"))


def _at_gate(gate: Barrier, work: Callable[..., None], *arguments: object) -> None:
    gate.wait(PATIENCE_SECONDS)
    work(*arguments)
