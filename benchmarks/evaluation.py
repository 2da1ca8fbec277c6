"""A full evaluation of 200 projects over 36 months: every KPI, breakdown, control chart and effect, from the store.

Run: .venv/bin/python -m benchmarks.evaluation [--records 10000000] [--projects 200]

The records are counted ones: half answers, half cases, each row with an n of its own. Making and saving them takes
longer than evaluating; it runs in a process of its own, so that the peak memory told is that of the evaluation.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from benchmarks.memory import most_memory_mb
from benchmarks.stored import CHANNELS, LAST_DAY, answers, cases, counts
from config.programme import Programme
from dashboard.evaluating import find
from dashboard.start import tune_memory
from metrics.periods import Grain
from metrics.records import Kind
from metrics.store.counted import counted_records
from metrics.store.datafiles import StoredPart
from metrics.store.looks import Basis, Question
from metrics.store.records import RecordStore

_SEED = 11
_NAME = "evaluation"


def main() -> None:
    """Make the records, evaluate them, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--projects", type=int, default=200)
    parser.add_argument("--part", choices=("make", "evaluate", "again"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.part == "make":
        _make(arguments.folder, arguments.records, arguments.projects)
    elif arguments.part:
        print(json.dumps(_evaluate(arguments.folder, arguments.projects, counted_before=arguments.part == "again")))
    else:
        _run(arguments.records, arguments.projects)


def _run(records: int, projects: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="uitkomst-benchmark-"))
    try:
        print(f"making {records:,} counted records of {projects} projects", file=sys.stderr)
        _in_own_process("make", folder, records, projects)
        first = json.loads(_in_own_process("evaluate", folder, records, projects))
        again = json.loads(_in_own_process("again", folder, records, projects))
        print(f"{'':<52}{'first time':>14}{'counted before':>16}")
        for name, value in first.items():
            print(f"{name:<52}{value:>14,.2f}{again[name]:>16,.2f}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_own_process(part: str, folder: Path, records: int, projects: int) -> str:
    command = [sys.executable, "-m", "benchmarks.evaluation", "--part", part, "--folder", str(folder)]
    command += ["--records", str(records), "--projects", str(projects)]
    environment = dict(os.environ)
    tune_memory(environment)  # as `uitkomst` does when it starts
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout


def _store(folder: Path) -> RecordStore:
    return RecordStore(location=str(folder / "records"), pseudonym_key="benchmark")


def _make(folder: Path, records: int, projects: int) -> None:
    store, chance = _store(folder), np.random.default_rng(_SEED)
    parts = {Kind.ANSWERS: answers(records // 2, projects, chance), Kind.CASES: cases(records // 2, projects, chance)}
    parts[Kind.COUNTS] = counts(projects)
    for kind, frame in parts.items():
        store.save(StoredPart(programme=_NAME, kind=kind, source=kind.value), frame)


def _evaluate(folder: Path, projects: int, *, counted_before: bool) -> dict[str, float]:
    store, programme = _store(folder), _programme(projects)
    services = [f"service-{number}" for number in range(projects)]
    found = {}
    if not counted_before:
        start = time.perf_counter()
        for kind in (Kind.ANSWERS, Kind.CASES, Kind.COUNTS):
            rows = counted_records(store, _NAME, kind, version=store.version(), services=services, until=LAST_DAY)
            found[f"counted {kind}, rows"] = float(rows.height)
        found["seconds, counting"] = time.perf_counter() - start
    start = time.perf_counter()
    question = Question(programme=_NAME, grain=Grain.MONTH)
    basis = Basis(known_at=store.version(), records="", definitions="", seen_on=datetime.now(UTC).date())
    findings = find(store, programme, question, basis)
    return {
        **(found or dict.fromkeys(("counted answers, rows", "counted cases, rows", "counted counts, rows"), 0.0)),
        "seconds, counting": found.get("seconds, counting", 0.0),
        "seconds, evaluation": time.perf_counter() - start,
        "figures": float(findings.evidence.height),
        "claims, control charts and more": float(len(findings.exhibits)),
        "peak memory, MB": most_memory_mb(),
    }


def _programme(projects: int) -> Programme:
    return Programme.model_validate(
        {
            "name": _NAME,
            "title": {"nl": "Gemaakt", "en": "Made"},
            "period": "month",
            "as_of": LAST_DAY,
            "digital": ["website"],
            "channels": {name: {"nl": name, "en": name} for name in CHANNELS},
            "segments": {"customer": {name: {"nl": name, "en": name} for name in ("resident", "business")}},
            "projects": {
                f"project-{number}": {
                    "title": {"nl": f"{number}", "en": f"{number}"},
                    "services": [f"service-{number}"],
                    "started_on": date(2025, 4, 1),
                    "registered_on": date(2025, 2, 1),
                    "norm_days": 56,
                    "baseline": {"start": date(2024, 4, 1), "end": date(2025, 3, 31)},
                    "targets": {"satisfaction": 0.75, "clarity": 0.7, "lead_time_p90": 60},
                }
                for number in range(projects)
            },
        },
    )


if __name__ == "__main__":
    main()
