"""`uitkomst schedule`: read every source when it is due, until stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from config.problems import ConfigurationError
from dashboard.cli.desk import Desk
from dashboard.cli.exits import Exit
from dashboard.cli.sync import run_sentences
from dashboard.schedule import Schedule, Tell
from dashboard.source_run import SourceRun


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Work until interrupted or terminated; `--until-input-ends` also stops when whoever started it is gone."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if arguments.until_input_ends:
        threading.Thread(target=_wait_for_the_end, args=[stop], daemon=True).start()
    Schedule(place=desk.workplace(), tell=_teller(desk), stop=stop).work()
    return Exit.DONE


def _teller(desk: Desk) -> Tell:
    told = set[str]()

    def tell(name: str, what: SourceRun | ConfigurationError) -> None:
        lines = run_sentences(desk.words, what) if isinstance(what, SourceRun) else [f"{name}: {what}"]
        # A wrong file is told once, not at every look.
        if isinstance(what, SourceRun) or lines[0] not in told:
            told.add(lines[0])
            for line in lines:
                desk.told.print(line, markup=False)

    return tell


@contextmanager
def beside() -> Iterator[None]:
    """Run the schedule as a process of its own for as long as the block lasts; it ends with us, however we end."""
    command = [sys.executable, "-c", "import sys; from dashboard.start import main; sys.exit(main())"]
    asked = [*command, "schedule", "--until-input-ends"]
    with subprocess.Popen(asked, stdin=subprocess.PIPE) as process:  # noqa: S603 - our own words only
        try:
            yield
        finally:
            process.terminate()


def _wait_for_the_end(stop: threading.Event) -> None:
    # Whoever started us holds the other end: it closes when that process ends, also where it is killed.
    sys.stdin.buffer.read()
    stop.set()
