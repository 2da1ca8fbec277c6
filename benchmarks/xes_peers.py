"""One reader of others over one log, run by `benchmarks.xes` with the Python that has them; prints JSON.

It imports nothing of ours, so that a virtual environment with the readers alone is enough.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

ROUNDS = 3
_CASE, _START, _END = "case:concept:name", "case:startdate", "case:enddate"


def main() -> None:
    """Read the log three times; print the best time, and what the last frame says."""
    reader, log, zone = sys.argv[1:]
    seconds = []
    # pm4py prints an advertisement.
    with contextlib.redirect_stdout(io.StringIO()):
        read, facts = READERS[reader]()
        for _ in range(ROUNDS):
            start = time.perf_counter()
            frame = read(log)
            seconds.append(time.perf_counter() - start)
        found = facts(frame, zone)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": min(seconds), "memory": memory, **found}))


def _rustxes() -> tuple[Callable[[str], Any], Callable[[Any, str], dict[str, Any]]]:
    rustxes = importlib.import_module("rustxes")
    return lambda log: rustxes.import_xes(log)[0], _of_polars


def _pm4py() -> tuple[Callable[[str], Any], Callable[[Any, str], dict[str, Any]]]:
    """Return the reader that pm4py takes by itself; with rustxes beside it, it would take that one instead."""
    pm4py = importlib.import_module("pm4py")
    own = importlib.import_module("pm4py.util.constants").DEFAULT_XES_PARSER
    return lambda log: pm4py.read_xes(log, variant=own, show_progress_bar=False), _of_pandas


def _of_polars(frame: Any, zone: str) -> dict[str, Any]:  # noqa: ANN401 - the library may not be here
    cases = frame.unique(_CASE, keep="first", maintain_order=True)
    start = cases[_START]
    local = start.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return {
        "events": frame.height,
        "cases": cases.height,
        "open": int(cases[_END].is_null().sum()),
        "days": start.dt.strftime("%Y-%m-%d").to_list(),
        "local_days": local.dt.strftime("%Y-%m-%d").to_list(),
    }


def _of_pandas(frame: Any, zone: str) -> dict[str, Any]:  # noqa: ANN401 - the library may not be here
    cases = frame.drop_duplicates(_CASE)
    return {
        "events": len(frame),
        "cases": len(cases),
        "open": int(cases[_END].isna().sum()),
        "days": cases[_START].dt.strftime("%Y-%m-%d").tolist(),
        "local_days": cases[_START].dt.tz_convert(zone).dt.strftime("%Y-%m-%d").tolist(),
    }


READERS = {"pm4py": _pm4py, "rustxes": _rustxes}


if __name__ == "__main__":
    main()
