"""A full evaluation of 200 projects over 36 months: every KPI, breakdown, control chart and effect, from the store.

Run: .venv/bin/python -m benchmarks.evaluation [--records 10000000] [--projects 200]

The records are counted ones: half answers, half cases, each row with an n of its own. Making and saving them takes
longer than evaluating; it runs in a process of its own, so that the peak memory told is that of the evaluation.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl

from config.programme import Programme
from dashboard.evaluating import find
from metrics.periods import Grain
from metrics.records import SCHEMAS, Kind
from metrics.store.counted import counted_records
from metrics.store.datafiles import StoredPart
from metrics.store.looks import Basis, Question
from metrics.store.records import RecordStore

FIRST_DAY, LAST_DAY = date(2023, 10, 1), date(2026, 9, 30)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
CHANNELS = ("website", "telephone", "desk", "post")
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
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def _store(folder: Path) -> RecordStore:
    return RecordStore(location=str(folder / "records"), pseudonym_key="benchmark")


def _make(folder: Path, records: int, projects: int) -> None:
    store, chance = _store(folder), np.random.default_rng(_SEED)
    parts = {Kind.ANSWERS: _answers(records // 2, projects, chance), Kind.CASES: _cases(records // 2, projects, chance)}
    parts[Kind.COUNTS] = _counts(projects)
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
        "peak memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
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


def _answers(rows: int, projects: int, chance: np.random.Generator) -> pl.DataFrame:
    days = np.sort(chance.integers(0, DAYS, rows, dtype=np.int32))
    frame = pl.DataFrame(
        {
            "source_id": pl.Series(np.arange(rows)).cast(pl.String),
            "service": _picked([f"service-{number}" for number in range(projects)], chance, rows),
            "channel": _picked(CHANNELS, chance, rows),
            "segments": _picked(("customer=resident", "customer=business"), chance, rows),
            "n": pl.Series(chance.integers(1, 4, rows)),
            "item": _picked(("satisfaction", "clarity"), chance, rows),
            "value": chance.choice(5, rows, p=[0.05, 0.1, 0.15, 0.4, 0.3]) + 1,
            "scale": pl.repeat("1-5", rows, eager=True),
            "answered_on": _dates(days),
        },
    )
    return _whole(frame, Kind.ANSWERS)


def _cases(rows: int, projects: int, chance: np.random.Generator) -> pl.DataFrame:
    received = np.sort(chance.integers(0, DAYS, rows, dtype=np.int32))
    days = np.floor(30 * np.exp(0.45 * chance.standard_normal(rows))).astype(np.int32)
    decided = received + days
    frame = pl.DataFrame(
        {
            "source_id": pl.Series(np.arange(rows)).cast(pl.String),
            "service": _picked([f"service-{number}" for number in range(projects)], chance, rows),
            "channel": _picked(CHANNELS, chance, rows),
            "segments": _picked(("customer=resident", "customer=business"), chance, rows),
            "n": pl.Series(chance.integers(1, 4, rows)),
            "received_on": _dates(received),
            "decided_on": _dates(decided),
            "due_on": _dates(received + 56),
        },
    ).with_columns(decided_on=pl.when(pl.col("decided_on") <= LAST_DAY).then("decided_on"))
    known = frame.with_columns(outcome=pl.when(pl.col("decided_on").is_not_null()).then(pl.lit("decided")))
    return _whole(known, Kind.CASES)


def _counts(projects: int) -> pl.DataFrame:
    months = pl.DataFrame({"happened_on": pl.date_range(FIRST_DAY, LAST_DAY, "1mo", eager=True)})
    services = pl.DataFrame({"service": [f"service-{number}" for number in range(projects)]})
    channels = pl.DataFrame({"channel": list(CHANNELS)})
    events = pl.DataFrame({"event": ["customer", "invitation"], "n": [600, 560]})
    crossed = months.join(services, how="cross").join(channels, how="cross").join(events, how="cross")
    named = crossed.with_columns(source_id=pl.int_range(pl.len()).cast(pl.String), segments=pl.lit("customer=resident"))
    return _whole(named, Kind.COUNTS)


def _whole(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMAS[kind].items() if name not in frame]
    return frame.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in SCHEMAS[kind].items())


def _picked(names: list[str] | tuple[str, ...], chance: np.random.Generator, rows: int) -> pl.Series:
    return pl.Series(list(names)).gather(pl.Series(chance.integers(0, len(names), rows, dtype=np.uint32)))


def _dates(offsets: np.ndarray) -> pl.Series:
    start = (FIRST_DAY - date(1970, 1, 1)).days
    return pl.Series((offsets + start).astype(np.int32)).cast(pl.Date)


if __name__ == "__main__":
    main()
