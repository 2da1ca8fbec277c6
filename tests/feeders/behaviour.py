"""Contacts that were repeated, and forms that were completed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from metrics.estimators.completion import Completion, drop_off
from metrics.estimators.events import Event
from metrics.estimators.intervals import ends_of, wilson, z_of
from metrics.estimators.next_contact import linked
from metrics.estimators.repeat_contact import RepeatContact, waiting_for_repeat
from metrics.estimators.survival import WithinNorm

TOPIC = "19-behaviour"

_SAME = {"topic": ("resident", "topic"), "resident": ("resident",)}
_ORDER = "day, then contact number; a second contact on the same day counts as a repeat (gap 0)"

_ENDS = {
    "submitted": Event.FORM_END,
    "completed": Event.FORM_END,
    "ended_not_eligible": Event.FORM_REFUSED,
    "saved_within_limit": Event.FORM_SAVED,
}
_FAILED = ("error_page", "abandoned_past_limit")
_STEP = re.compile(r"step(\d+)")


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    answers = _completion(given) if "started" in given else _repeats(given, folder)
    hits, n = answers.pop("wilson_of")
    found = {**answers, **_limits(asked, hits, n=n)}
    return {name: found[name] for name in asked}


def _repeats(given: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    _refuse_others(given, ("file", "window_days", "last_day", "same_by", "order"))
    if given.get("order", _ORDER) != _ORDER:
        message = f"no feeder for contacts in the order {given['order']!r}"
        raise ValueError(message)
    contacts = pl.read_csv(folder / given["file"], schema_overrides={"day": pl.Date})
    until, within_days = date.fromisoformat(given["last_day"]), given["window_days"]
    rows = linked(contacts, until=until, same=_SAME[given["same_by"]]).contacts.with_columns(project=pl.lit("p"))
    rows = rows if rows.height else _no_contacts(rows)
    row = _only(RepeatContact(within_days).figures(rows, ["project"]))
    # Of no contacts there is no curve, and no row.
    came_back = [*WithinNorm().figures(waiting_for_repeat(rows, within_days), ["project"])["value"], None]
    detail = json.loads(row["detail"])
    return {
        "contacts_with_full_follow_up": row["n"],
        "followed_by_repeat": detail["repeats"],
        "repeat_share": row["value"],
        "wilson_of": (detail["repeats"], row["n"]),
        "naive_share_all_contacts": detail["all_share"],
        "km_share_repeat_within": came_back[0],
        "same_day_repeats": detail["same_day"],
    }


def _no_contacts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row that stands for no contacts, so that there is a group to say it of."""
    nothing = {"project": "p", "gap_days": None, "follow_up_days": 0, "n": 0}
    return pl.DataFrame([nothing], schema={name: rows.schema[name] for name in nothing})


def _completion(given: Mapping[str, Any]) -> dict[str, Any]:
    steps = sorted((name for name in given if _STEP.fullmatch(name)), key=_number)
    _refuse_others(given, ("started", *steps, *_ENDS, *_FAILED))
    counts = [(Event.FORM_START, given["started"]), *((_ENDS[name], given[name]) for name in _ENDS if name in given)]
    rows = pl.DataFrame([{"project": "p", "event": event.value, "n": n} for event, n in counts])
    row = _only(Completion().figures(rows, ["project"]))
    detail = json.loads(row["detail"])
    return {
        "completion_rate": row["value"],
        "rate_of_decided": row["value"],
        "lowest_possible": detail["lowest"],
        "highest_possible": detail["highest"],
        "wilson_of": (detail["completed"], 0 if row["value"] is None else row["support"]),
        "step_drop_off": [one.share for one in drop_off([given["started"], *(given[name] for name in steps)])],
        "failed_or_abandoned": detail["failed"],
    }


def _limits(asked: Mapping[str, Any], hits: int, *, n: int) -> Mapping[str, Sequence[float | None] | None]:
    """Return the limits that names such as `wilson95` ask for; without any, the shape asked for."""
    return {
        name: ends_of(wilson(pl.lit(hits), pl.lit(n), z=z_of(int(name.removeprefix("wilson")) / 100))) or shape
        for name, shape in asked.items()
        if name.startswith("wilson")
    }


def _number(step: str) -> int:
    return int(step.removeprefix("step"))


def _refuse_others(given: Mapping[str, Any], known: Sequence[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        message = f"no feeder for {', '.join(unknown)}"
        raise ValueError(message)


def _only(frame: pl.DataFrame) -> Mapping[str, Any]:
    (row,) = frame.rows(named=True)
    return row
