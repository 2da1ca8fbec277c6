"""A process log of 250,000 events in XES, read by us and, in the same run, by pm4py and rustxes.

Run: .venv/bin/python -m benchmarks.xes [--events 250000] [--peers PYTHON]
The two are in the dependency group `peers`. To keep them apart: python3 -m venv peers, peers/bin/pip install pm4py
rustxes, and --peers peers/bin/python.

Each reader runs in a process of its own; its best time of three is printed. The others make a frame of all that the log
says. We make cases: once with the days from attributes of the case, once from its events. What the log says is
known beforehand (`benchmarks.xes_log`), and each reader is held against it:

- open cases: a case without an end is open, whatever the log's own default for it says;
- right days, as read: the day on which a case came in, by the reader's own dates;
- right days, made local: the same, after the dates were taken for UTC (rustxes) or for what they say they are (pm4py),
  and turned into local time by hand.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from benchmarks import xes_log
from benchmarks.memory import most_memory_mb
from benchmarks.xes_peers import READERS, ROUNDS
from connectors.connector import EVERYTHING
from connectors.event_log import EventLog
from connectors.xes import traces
from metrics.records import Kind

EVENTS = 250_000
_ZONE = "Europe/Amsterdam"
_INSTALL = "is not installed: pip install pm4py rustxes (the group `peers`), or name a Python that has it with --peers."
_OURS: Mapping[str, Mapping[str, object]] = {
    "ours, from attributes": {"received": "startdate", "decided": "enddate"},
    "ours, from events": {
        "received": {"activity": xes_log.RECEIVED},
        "decided": {"activity": xes_log.DECIDED, "which": "last"},
    },
}


def main() -> None:
    """Write the log, let each reader read it, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--peers", default=sys.executable)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--log", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(_ours(Path(given.log), _OURS[given.one])))
        return
    with tempfile.TemporaryDirectory(prefix="uitkomst-benchmark-") as folder:
        log = Path(folder) / "log.xes"
        xes_log.write(log, given.events)
        print(f"{given.events:,} events, {log.stat().st_size / 1e6:.0f} MB")
        _print(log, list(xes_log.cases(given.events)), given.peers)


def _print(log: Path, cases: list[xes_log.Case], peers: str) -> None:
    known = [f"{case.received:%Y-%m-%d}" for case in cases]
    still_open = sum(case.decided is None for case in cases)
    titles = ("seconds", "MB", "events", "cases", "open cases", "right, as read", "right, made local")
    print(f"{'':<24}" + "".join(f"{title:>19}" for title in titles))
    itself = ("", "", "", f"{len(known):,}", f"{still_open:,}")
    print(f"{'the log itself':<24}" + "".join(f"{one:>19}" for one in itself))
    for name, found in _found(log, peers):
        if not found:
            print(f"{name:<24} {_INSTALL}")
            continue
        right = (sum(map(str.__eq__, known, found[days])) for days in ("days", "local_days"))
        told = (
            f"{found['seconds']:.2f}",
            f"{found['memory']:.0f}",
            *(f"{one:,}" for one in (found["events"], found["cases"], found["open"], *right)),
        )
        print(f"{name:<24}" + "".join(f"{one:>19}" for one in told), flush=True)


def _found(log: Path, peers: str) -> list[tuple[str, Mapping[str, Any]]]:
    us = [sys.executable, "-m", "benchmarks.xes", "--log", str(log), "--one"]
    them = [peers, str(Path(__file__).with_name("xes_peers.py"))]
    return [
        *((name, _run([*us, name])) for name in _OURS),
        *((name, _run([*them, name, str(log), _ZONE])) for name in READERS),
    ]


def _run(command: list[str]) -> Mapping[str, Any]:
    """Return what a process of its own printed; nothing where what it needs is not installed."""
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode and "ModuleNotFoundError" not in done.stderr:
        sys.exit(done.stderr)
    return {} if done.returncode else dict(json.loads(done.stdout))


def _ours(log: Path, moments: Mapping[str, object]) -> Mapping[str, Any]:
    given = {
        "folder": log.parent,
        "timezone": _ZONE,
        "path": log.name,
        "service": "permits",
        "channel": "channel",
        "due": "deadline",
        "segments": {"department": "department"},
        **moments,
    }
    connector = TypeAdapter(EventLog).validate_python(given)
    (page,) = connector.fetch(EVERYTHING)
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        batch = connector.parse(page)
        seconds.append(time.perf_counter() - start)
    cases = batch.frames[Kind.CASES]
    days = cases["received_on"].dt.strftime("%Y-%m-%d").to_list()
    return {
        "seconds": min(seconds),
        "memory": most_memory_mb(),
        "events": sum(len(trace.events) for trace in traces(page, with_events=True)),
        "cases": cases.height,
        "open": cases["decided_on"].null_count(),
        "days": days,
        "local_days": days,
    }


if __name__ == "__main__":
    main()
