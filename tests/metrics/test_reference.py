"""Every case that others computed, through the product's own functions.

`UITKOMST_REFERENCE_DIR` names the folder; without it the results that come with the project are used.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import feeders
import pytest

OWN = Path(__file__).resolve().parent.parent / "reference"
FOLDER = Path(os.environ.get("UITKOMST_REFERENCE_DIR") or OWN).resolve()

LEFT_OUT = {
    "18-text-readability": "How long sentences are is advice for who writes; it is never an outcome for residents."
}

ABSENT = {"sicily.csv": "This series has no known licence, so it does not come with the project; it runs where it is."}
"""Files that a case reads where they are; every other file must be there."""

FEEDERS: Mapping[str, ModuleType] = {
    module.TOPIC: module
    for found in pkgutil.iter_modules(feeders.__path__)
    for module in [importlib.import_module(f"feeders.{found.name}")]
}

Case = Mapping[str, Any]


def _cases() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for case in content["cases"]:
            topic = content["topic"]
            yield pytest.param(topic, case, id=f"{topic}-{case['id']}")


def _shape(expected: Any) -> Any:
    """Return what is asked for, without a single value of it."""
    if isinstance(expected, Mapping):
        return {name: _shape(value) for name, value in expected.items()}
    if isinstance(expected, list):
        return [_shape(value) for value in expected]
    return None


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _differences(path: tuple[str, ...], expected: Any, got: Any, case: Case, feeder: ModuleType) -> Iterator[str]:
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        asked = [name for name in expected if name not in getattr(feeder, "NOT_OURS", {})]
        missing = [name for name in asked if name not in got]
        yield from (f"{'.'.join((*path, name))}: asked for and not answered" for name in missing)
        pairs = [(name, expected[name], got[name]) for name in asked if name in got]
    elif isinstance(expected, list) and isinstance(got, list | tuple) and len(expected) == len(got):
        pairs = [(str(index), one, other) for index, (one, other) in enumerate(zip(expected, got, strict=True))]
    else:
        if not _alike(path, expected, got, case, feeder):
            yield f"{'.'.join(path)}: expected {expected!r}, got {got!r}"
        return
    for name, one, other in pairs:
        yield from _differences((*path, name), one, other, case, feeder)


def _alike(path: tuple[str, ...], expected: Any, got: Any, case: Case, feeder: ModuleType) -> bool:
    also_right = getattr(feeder, "also_right", None)
    if _number(expected) and _number(got):
        # Written with twelve digits, so half of the twelfth is rounded off.
        same = abs(expected - got) <= max(_tolerance(path, case, feeder), 5e-12 * abs(expected))
    elif expected == "inf":
        same = _number(got) and math.isinf(got)
    else:
        same = type(expected) is type(got) and expected == got
    return same or (also_right is not None and also_right(path, case["input"], expected, got))


def _tolerance(path: tuple[str, ...], case: Case, feeder: ModuleType) -> float:
    own = getattr(feeder, "TOLERANCES", {})
    field = next((own[name] for name in reversed(path) if name in own), "tolerance")
    # Expected numbers are written with twelve digits.
    return max(float(case.get(field) or 0), 1e-11)


@pytest.mark.parametrize(("topic", "case"), list(_cases()))
def test_a_result_that_others_computed_is_ours_too(topic: str, case: Case) -> None:
    if topic in LEFT_OUT:
        return
    assert topic in FEEDERS, f"no feeder knows the topic {topic}"
    feeder = FEEDERS[topic]
    named = case["input"].get("file")
    if named in ABSENT and not (FOLDER / named).exists():
        pytest.skip(ABSENT[named])
    if "acceptance" in case:
        feeder.accept(case, FOLDER)
        return
    got = feeder.answer(case["input"], _shape(case["expected"]), FOLDER)
    wrong = list(_differences((), case["expected"], got, case, feeder))
    assert not wrong, "\n".join(wrong)


def test_there_are_cases_to_run() -> None:
    assert list(_cases()), f"no reference results in {FOLDER}"
