"""Responses to a form as answers: one for each driver that somebody said something about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from connectors import columns as ours
from connectors.cells import YES, Reading, words
from connectors.columns import Column
from connectors.connector import Batch
from connectors.objects import Path, digest, table_of
from connectors.touchpoints.questions import LISTED, POSITIVE, Question, Questions, questions_of
from connectors.touchpoints.resources import SHAPE, shaped
from metrics.notices import Notice
from metrics.records import SCHEMAS, Kind, complete

_LEFT_OUT = ("deleted", "archived", "flagged")
_NOT_OFFERED = "null"
_LONG: Mapping[str, pl.DataType] = {
    "source_id": pl.String(),
    "answered_on": pl.String(),
    "value": pl.String(),
    "driver": pl.String(),
    "scale": pl.String(),
    "wording": pl.String(),
    "line": pl.Int64(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a form means to us: its service and channel, our item for each driver, and roles that somebody named."""

    zone: str
    service: str
    channel: str | None
    items: Mapping[str, str]
    questions: Mapping[str, str]


def batch(sent: Mapping[str, Any], file: str, meaning: Meaning) -> Batch:
    """Return the answers of a page; what was flagged, archived or deleted is counted and left out."""
    head = sent["head"]
    questions = questions_of(head["form"], meaning.questions)
    table = table_of(sent["responses"]["data"], _wanted(questions))
    cells, unreadable = shaped(table, file, Kind.ANSWERS)
    kept = cells.filter(pl.all_horizontal(~_is_true(name) for name in _LEFT_OUT))
    picked = _picked(kept, questions)
    ours_alone = pl.col("driver").is_in([driver for driver, item in meaning.items.items() if item])
    answers = pl.concat([_on_a_scale(kept, questions), picked.answers]).filter(ours_alone)
    frame, rejected = ours.sorted_out(_columns(answers, meaning), _origin(answers, file), Kind.ANSWERS)
    return Batch(
        frames={Kind.ANSWERS: complete(frame, Kind.ANSWERS)},
        rejected=pl.concat([rejected, unreadable]).sort("line", maintain_order=True),
        notices=(*_left_out(cells), *_told(head, questions), *picked.notices(head["name"])),
        definitions=_definitions(head["name"], questions, meaning),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picked:
    """Drivers that were ticked: `both` were ticked as good and as bad; `unknown` responses ticked something else."""

    answers: pl.DataFrame
    both: int
    unknown: int

    def notices(self, form: str) -> Iterator[Notice]:
        if self.both:
            yield Notice(code="driver_both_ways", particulars={"form": form, "answers": self.both})
        if self.unknown:
            yield Notice(code="options_unknown", particulars={"form": form, "responses": self.unknown})


def _wanted(questions: Questions) -> dict[str, Path]:
    attributes = ("created_at", *_LEFT_OUT, *(one.field for one in questions.read))
    return {"source_id": "id", **SHAPE, **{name: ("attributes", name) for name in attributes}}


def _is_true(name: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase().is_in(YES).fill_null(value=False)


def _said(name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return text.is_not_null() & ~text.is_in(["", _NOT_OFFERED])


def _on_a_scale(cells: pl.DataFrame, questions: Questions) -> pl.DataFrame:
    frames = [
        cells.filter(_said(one.field)).select(
            "source_id",
            answered_on="created_at",
            value=one.field,
            driver=pl.lit(one.role),
            scale=pl.lit(one.scale),
            wording=pl.lit(one.wording),
            line="line",
        )
        for one in questions.on_a_scale()
    ]
    return pl.concat([pl.DataFrame(schema=_LONG), *frames])


def _picked(cells: pl.DataFrame, questions: Questions) -> _Picked:
    lists = list(questions.lists())
    ticked = pl.concat([pl.DataFrame(schema=_LONG), *(_ticked(cells, one, _wording(questions)) for one in lists)])
    known = ticked.filter(pl.col("driver").is_in(LISTED)).unique(maintain_order=True)
    ways = pl.len().over("line", "driver")
    return _Picked(
        answers=known.filter(ways == 1),
        both=known.filter(ways > 1).select("line", "driver").n_unique(),
        # What is no driver may be somebody's own words behind "other": it is counted and not looked at.
        unknown=ticked.filter(~pl.col("driver").is_in(LISTED))["line"].n_unique(),
    )


def _ticked(cells: pl.DataFrame, one: Question, wording: str) -> pl.DataFrame:
    said = cells.filter(_said(one.field)).select(
        "source_id",
        answered_on="created_at",
        value=pl.lit("1" if one.role == POSITIVE else "0"),
        driver=pl.col(one.field).str.split(","),
        scale=pl.lit(one.scale),
        wording=pl.lit(wording),
        line="line",
    )
    apart = said.explode("driver").with_columns(pl.col("driver").str.strip_chars().str.to_lowercase())
    return apart.filter(_said("driver"))


def _wording(questions: Questions) -> str:
    """Name what drivers were ticked under: both lists, since only together they tell good from bad."""
    return digest([one.wording for one in sorted(questions.lists(), key=lambda one: one.role)])


def _columns(answers: pl.DataFrame, meaning: Meaning) -> dict[str, Column]:
    reading = Reading(zone=meaning.zone)
    named = answers.select(
        item=pl.col("driver").replace_strict(dict(meaning.items), default=None, return_dtype=pl.String),
        question=pl.concat_str("driver", "wording", separator="-"),
        service=pl.lit(meaning.service),
        channel=pl.lit(meaning.channel, dtype=pl.String),
    )
    columns = {
        "source_id": Column(values=words(answers["source_id"])),
        "service": Column(values=named["service"]),
        "channel": Column(values=named["channel"]),
        "item": Column(values=named["item"]),
        "value": ours.typed(answers["value"], pl.Int64(), reading),
        "scale": Column(values=answers["scale"]),
        "question": Column(values=named["question"]),
        "answered_on": ours.typed(answers["answered_on"], pl.Date(), reading),
    }
    return {name: columns[name] for name in SCHEMAS[Kind.ANSWERS] if name in columns}


def _origin(answers: pl.DataFrame, file: str) -> pl.DataFrame:
    return answers.select("line").with_columns(file=pl.lit(file))


def _left_out(cells: pl.DataFrame) -> Iterator[Notice]:
    """Count each response once, under the first of the reasons that holds."""
    reason = pl.coalesce(pl.when(_is_true(name)).then(pl.lit(name)) for name in _LEFT_OUT)
    found = cells.select(reason=reason).to_series().drop_nulls()
    if len(found):
        numbers = {name: int((found == name).sum()) for name in _LEFT_OUT}
        yield Notice(code="responses_left_out", particulars=numbers)


def _told(head: Mapping[str, Any], questions: Questions) -> Iterator[Notice]:
    for name in questions.unrecognised:
        yield Notice(code="question_not_recognised", particulars={"form": head["name"], "question": name})
    if head.get("expected") is not None:
        yield Notice(code="rows_expected", particulars={"expected": head["expected"], "found": head["found"]})


def _definitions(form: str, questions: Questions, meaning: Meaning) -> dict[str, str]:
    asked = {meaning.items[one.role]: digest([one.wording, one.scale]) for one in questions.on_a_scale()}
    ticked = dict.fromkeys((meaning.items[driver] for driver in LISTED), _wording(questions))
    listed = ticked if any(questions.lists()) else {}
    return {f"{form} {item}": name for item, name in {**listed, **asked}.items() if item}
