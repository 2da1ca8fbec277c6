"""What a page of Signalen becomes: meldingen as cases, forms as answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from connectors import columns as ours
from connectors.cells import Reading, words
from connectors.columns import Column
from connectors.connector import Batch
from connectors.objects import Path, table_of
from connectors.signalen.listing import FORMS, NOT_SATISFIED, SATISFIED
from connectors.table import Table
from metrics.notices import Notice
from metrics.records import Kind, Reason, complete

_OPEN = "open"
_REOPENED = ("reopened", "reopen requested")
_STATES: Mapping[str, str] = {
    "o": "decided",
    "a": "withdrawn",
    "s": "transferred",  # an old way to split a melding: the parts go on
    **dict.fromkeys(
        (
            *("m", "i", "b", "h", "ingepland", "ready to send", "sent", "send failed", "closure requested"),
            *("reaction requested", "reaction received", "forward to external", "done external", *_REOPENED),
        ),
        _OPEN,
    ),
}
"""Codes of statuses and what they come to. Only the municipality's own end counts as one."""

_MELDING: Mapping[str, Path] = {
    "id": "id",
    "main": ("category", "main_slug"),
    "sub": ("category", "sub_slug"),
    "source": "source",
    "state": ("status", "state"),
    "state_at": ("status", "created_at"),
    "created_at": "created_at",
    "deadline": ("category", "deadline"),
    "has_parent": "has_parent",
    "has_children": "has_children",
}
_FORM: Mapping[str, Path] = {
    "id": "id",
    "main": "main",
    "sub": "sub",
    "source": "source",
    "is_satisfied": "is_satisfied",
    "created_at": "created_at",
    "answered_at": "submitted_at",
}
_LAST_FORM: Mapping[str, Path] = {**{name: _MELDING[name] for name in ("id", "main", "sub", "source")}} | {
    "answered_at": ("status", "created_at")
}
_VALUES = {SATISFIED: "1", NOT_SATISFIED: "0"}
_SLUG = r"^[a-z0-9_-]+$"
_MOST_NAMED = 10
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What their codes mean to us; `parents` says whether a melding counts, or else the parts it was split into."""

    services: Mapping[str, str]
    channels: Mapping[str, str]
    parents: bool
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """The rows of a page that are about our services; `notices` tell of what was left out or has no channel."""

    cells: pl.DataFrame
    origin: pl.DataFrame
    service: Column
    channel: Column
    unreadable: pl.DataFrame
    notices: Sequence[Notice]


def cases(name: str, body: Mapping[str, Any], meaning: Meaning) -> Batch:
    """Read meldingen as cases."""
    rows = _rows(name, body["page"].get("results"), _MELDING, body["facts"], meaning)
    read, rejected = ours.sorted_out(_case_columns(rows, body["facts"], meaning.reading), rows.origin, Kind.CASES)
    frame, doubles = _counted_once(read, parents=meaning.parents)
    unread = ours.unreadable(rows.unreadable, file=name, kind=Kind.CASES)
    left_out = [Notice(code="signalen_parts_left_out", particulars={"rows": doubles})] if doubles else []
    return Batch(
        frames={Kind.CASES: complete(frame, Kind.CASES)},
        rejected=pl.concat([rejected, unread]).sort("line", maintain_order=True),
        notices=(*_of_run(body["facts"]), *rows.notices, *left_out),
        definitions=body["facts"].get("norms", {}),
        # The first close stays what it was, also on a day without a zip that tells it.
        keeps=frozenset({"first_decided_on"}),
    )


def answers(name: str, body: Mapping[str, Any], meaning: Meaning) -> Batch:
    """Read forms as answers: every answered form, or the last form of each melding."""
    kind, page = body["kind"], body["page"]
    paths = _FORM if kind == FORMS else _LAST_FORM
    rows = _rows(name, page if kind == FORMS else page.get("results"), paths, body["facts"], meaning)
    columns = _answer_columns(rows, kind, meaning.reading)
    frame, rejected = ours.sorted_out(columns, rows.origin, Kind.ANSWERS)
    unread = ours.unreadable(rows.unreadable, file=name, kind=Kind.ANSWERS)
    return Batch(
        frames={Kind.ANSWERS: complete(frame, Kind.ANSWERS)},
        rejected=pl.concat([rejected, unread]).sort("line", maintain_order=True),
        notices=(*_of_run(body["facts"]), *rows.notices),
        definitions=body["facts"].get("norms", {}),
    )


def _rows(name: str, objects: object, paths: Mapping[str, Path], facts: Mapping[str, Any], meaning: Meaning) -> _Rows:
    table = _not_again(table_of(objects, paths), facts.get("again", []))
    service, unmapped = _service(table.cells, meaning)
    kept = ~unmapped
    cells = table.cells.filter(kept)
    channel, notices = _channel(cells["source"], facts.get("sources", []), meaning.channels)
    return _Rows(
        cells=cells,
        origin=pl.DataFrame({"line": table.lines.filter(kept)}).with_columns(file=pl.lit(name)),
        service=replace(
            service,
            values=service.values.filter(kept),
            reasons=service.reasons.filter(kept) if service.reasons is not None else None,
            found=service.found.filter(kept) if service.found is not None else None,
        ),
        channel=channel,
        unreadable=table.unreadable,
        notices=(*_left_out(table.cells.filter(unmapped)), *notices),
    )


def _not_again(table: Table, again: Sequence[int]) -> Table:
    if not again:
        return table
    new = ~table.cells["id"].is_in([str(one) for one in again]).fill_null(value=False)
    return replace(table, cells=table.cells.filter(new), lines=table.lines.filter(new))


def _service(cells: pl.DataFrame, meaning: Meaning) -> tuple[Column, pl.Series]:
    """Return our service of each row, and which rows are of a category that we have no service for."""
    main, sub = words(cells["main"]), words(cells["sub"])
    found = pl.DataFrame({"main": main, "sub": sub}).select(
        service=pl.coalesce(
            pl.concat_str("main", "sub", separator="/").replace_strict(
                dict(meaning.services), default=None, return_dtype=pl.String
            ),
            pl.col("main").replace_strict(dict(meaning.services), default=None, return_dtype=pl.String),
        ),
        slugs=pl.col("main").str.contains(_SLUG) & pl.col("sub").str.contains(_SLUG),
    )
    service, absent = found["service"], found["service"].is_null()
    unmapped = absent & found["slugs"].fill_null(value=False)
    broken = absent & ~unmapped
    column = Column(
        values=service,
        reasons=_where(broken, Reason.UNKNOWN_VALUE).set(broken & main.is_null(), Reason.MISSING.value),
        found=_nothing(cells.height),
        allowed=", ".join(meaning.services),
    )
    return column, unmapped


def _left_out(cells: pl.DataFrame) -> Iterator[Notice]:
    if not cells.is_empty():
        names = cells.select(pl.concat_str("main", "sub", separator="/").str.slice(0, 2 * _LONGEST_NAME)).to_series()
        yield Notice(
            code="signalen_categories_left_out", particulars={"rows": cells.height, "categories": _often(names)}
        )


def _channel(sources: pl.Series, known: Sequence[str], channels: Mapping[str, str]) -> tuple[Column, Sequence[Notice]]:
    """Return our channel of each row. A source may be anybody's text: only those that are set up are named."""
    theirs = words(sources)
    if not channels:
        return Column(values=_nothing(len(theirs))), []
    found = theirs.replace_strict(dict(channels), default=None, return_dtype=pl.String)
    unmapped = theirs.filter(found.is_null() & theirs.is_not_null())
    if unmapped.is_empty():
        return Column(values=found), []
    named = unmapped.filter(unmapped.is_in(list(known))).str.slice(0, _LONGEST_NAME)
    told = Notice(
        code="signalen_sources_without_channel", particulars={"rows": len(unmapped), "sources": _often(named)}
    )
    return Column(values=found), [told]


def _case_columns(rows: _Rows, facts: Mapping[str, Any], reading: Reading) -> Mapping[str, Column]:
    cells = rows.cells
    outcome = ours.mapped(cells["state"], _STATES, pl.String(), reading)
    ended = (outcome.values != _OPEN).fill_null(value=False)
    always = pl.repeat(value=True, n=cells.height, dtype=pl.Boolean, eager=True)
    ended_at = pl.select(pl.when(ended).then(cells["state_at"])).to_series()
    return {
        "source_id": _number(cells["id"]),
        "service": rows.service,
        "channel": rows.channel,
        "received_on": ours.typed(cells["created_at"], pl.Date(), reading),
        "decided_on": ours.needed(ours.typed(ended_at, pl.Date(), reading), ended),
        "first_decided_on": ours.typed(_first_closed(cells["id"], facts), pl.Date(), reading),
        "due_on": ours.typed(cells["deadline"], pl.Date(), reading),
        "outcome": ours.needed(outcome, always),
        "reopened": Column(values=_reopened(cells, facts)),
        "has_parent": ours.needed(ours.typed(cells["has_parent"], pl.Boolean(), reading), always),
        "has_children": ours.needed(ours.typed(cells["has_children"], pl.Boolean(), reading), always),
    }


def _first_closed(ids: pl.Series, facts: Mapping[str, Any]) -> pl.Series:
    """Return the moments of first closes: none where the zip does not tell, as of what was closed since it was made."""
    return ids.replace_strict(facts.get("first_closed", {}), default=None, return_dtype=pl.String)


def _reopened(cells: pl.DataFrame, facts: Mapping[str, Any]) -> pl.Series:
    """Return whether it was opened again: by its status now, else by all its statuses where we know them."""
    known, never = list(facts.get("reopened", [])), list(facts.get("not_reopened", []))
    return cells.select(
        pl.when(pl.col("state").is_in(_REOPENED) | pl.col("id").is_in(known))
        .then(pl.lit(value=True))
        .when(pl.col("id").is_in(never))
        .then(pl.lit(value=False))
    ).to_series()


def _counted_once(read: pl.DataFrame, *, parents: bool) -> tuple[pl.DataFrame, int]:
    """Return the cases of which each counts once, and how many rows do not.

    A part is one from its first day: it is left out. A melding that is split counted before that: where its parts
    count, it stays with `n` 0, so that what was kept of it counts no longer.
    """
    told = read.with_columns(outcome=pl.col("outcome").replace(_OPEN, None))
    if parents:
        return told.filter(~pl.col("has_parent")), int(told["has_parent"].sum())
    return told.with_columns(n=1 - pl.col("has_children").cast(pl.Int64)), int(told["has_children"].sum())


def _answer_columns(rows: _Rows, kind: str, reading: Reading) -> Mapping[str, Column]:
    cells = rows.cells
    number = _number(cells["id"])
    of_form = kind == FORMS
    made = words(cells["created_at"]) if of_form else None
    key = ours.joined([number.values, made]).values if made is not None else number.values
    value = (
        ours.mapped(words(cells["is_satisfied"]).str.to_lowercase(), {"true": 1, "false": 0}, pl.Int64(), reading)
        if of_form
        else ours.typed(_all(_VALUES[kind], cells.height), pl.Int64(), reading)
    )
    return {
        "source_id": replace(number, values=key),
        "service": rows.service,
        "channel": rows.channel,
        "item": Column(values=_all("satisfaction", cells.height)),
        "value": value,
        "scale": Column(values=_all("yes-no", cells.height)),
        # Two ways to count that may not be mixed: every answered form, or the last form alone.
        "question": Column(values=_all("signalen-every-form" if of_form else "signalen-last-form", cells.height)),
        "answered_on": ours.typed(cells["answered_at"], pl.Date(), reading),
    }


def _number(cells: pl.Series) -> Column:
    """Return the id; what is none is not shown, for it may be anything."""
    found = words(cells)
    broken = ~found.str.contains(r"^\d{1,18}$")
    return Column(
        values=found,
        reasons=_where(broken.fill_null(value=False), Reason.NOT_A_WHOLE_NUMBER),
        found=_nothing(len(cells)),
        allowed="1234",
    )


def _of_run(facts: Mapping[str, Any]) -> Iterator[Notice]:
    yield from (Notice(code=one["code"], particulars=one["particulars"]) for one in facts.get("notices", []))
    if "expected" in facts:
        yield Notice(code="rows_expected", particulars={"expected": facts["expected"], "found": facts["found"]})


def _often(names: pl.Series) -> str:
    """Name the values that stand there most often, with how often."""
    counted = names.alias("name").to_frame().group_by("name").len().sort(["len", "name"], descending=[True, False])
    return ", ".join(f"{name} ({number})" for name, number in counted.head(_MOST_NAMED).iter_rows())


def _where(broken: pl.Series, reason: Reason) -> pl.Series:
    return pl.select(pl.when(broken).then(pl.lit(reason.value))).to_series()


def _nothing(height: int) -> pl.Series:
    return pl.Series("nothing", [None], dtype=pl.String).new_from_index(0, height)


def _all(value: str, height: int) -> pl.Series:
    return pl.Series("value", [value], dtype=pl.String).new_from_index(0, height)
