"""Records: the schemas of every record kind, and the one check that accepts or rejects rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import polars as pl

EARLIEST_DAY = date(1990, 1, 1)
"""No public service of ours has records before this day: an earlier one is a filler such as 1970-01-01."""

LONGEST_LABEL = 80
"""Labels (service, channel, segments, item, question) are codes. Longer ones are free text and stay out."""


class Kind(StrEnum):
    """The record kinds. The value is the name used in `programme.toml` and in the store."""

    ANSWERS = "answers"
    CASES = "cases"
    COUNTS = "counts"
    SPENDING = "spending"
    PUBLISHED = "published"


SCALES: Mapping[str, tuple[int, int]] = {"1-5": (1, 5), "1-10": (1, 10), "0-10": (0, 10), "yes-no": (0, 1)}
"""Answer scales with their lowest and highest whole value; `yes-no` is 0 for no and 1 for yes."""

OUTCOMES = ("decided", "withdrawn", "transferred")

_SHARED: Mapping[str, pl.DataType] = {
    "source_id": pl.String(),
    "service": pl.String(),
    "channel": pl.String(),
    "segments": pl.String(),
    "n": pl.Int64(),
}

_OWN: Mapping[Kind, Mapping[str, pl.DataType]] = {
    Kind.ANSWERS: {
        "item": pl.String(),
        "value": pl.Int64(),
        "scale": pl.String(),
        "question": pl.String(),
        "answered_on": pl.Date(),
    },
    Kind.CASES: {
        "received_on": pl.Date(),
        "decided_on": pl.Date(),
        "first_decided_on": pl.Date(),
        "due_on": pl.Date(),
        "service_due_on": pl.Date(),
        "suspended_days": pl.Int64(),
        "extended_on": pl.Date(),
        "outcome": pl.String(),
        "reopened": pl.Boolean(),
    },
    Kind.COUNTS: {"event": pl.String(), "happened_on": pl.Date(), "gap_days": pl.Int64()},
    Kind.SPENDING: {"project": pl.String(), "booked_on": pl.Date(), "amount": pl.Decimal(18, 2), "event": pl.String()},
    Kind.PUBLISHED: {"item": pl.String(), "percent": pl.Float64(), "published_for": pl.Date()},
}

SCHEMAS: Mapping[Kind, pl.Schema] = {kind: pl.Schema({**_SHARED, **own}) for kind, own in _OWN.items()}
"""Columns and types of each kind, `source` left out: the sync run knows it and adds it.

`segments` is null or `name=value` pairs, sorted and joined by `;` (`customer=resident;district=north`).
`first_decided_on` is the first day on which a case was decided, null where that is not known: it lies before
`decided_on` where the case was reopened, and stays where it is open again.
`gap_days` belongs to the event `contact`: days until the same resident's next contact on the same topic, 0 on the same
day, null where none is known yet (`metrics.estimators.events` has all events that figures are made of).
`published` is a figure somebody else published (`percent`, 0-100, of the month that starts on `published_for`).
It is compared with what our formulas give for the same answers and never enters a KPI.
"""

DAY: Mapping[Kind, str] = {
    Kind.ANSWERS: "answered_on",
    Kind.CASES: "received_on",
    Kind.COUNTS: "happened_on",
    Kind.SPENDING: "booked_on",
    Kind.PUBLISHED: "published_for",
}
"""The local day a record belongs to."""

KEY: Mapping[Kind, tuple[str, ...]] = {
    kind: ("source_id", "item") if "item" in schema else ("source_id",) for kind, schema in SCHEMAS.items()
}
"""Within one source and kind these columns identify a row: reading it again replaces it."""

_REQUIRED: Mapping[Kind, tuple[str, ...]] = {
    Kind.ANSWERS: ("source_id", "service", "n", "item", "value", "scale", "answered_on"),
    Kind.CASES: ("source_id", "service", "n", "received_on"),
    Kind.COUNTS: ("source_id", "service", "n", "event", "happened_on"),
    Kind.SPENDING: ("source_id", "project", "booked_on", "amount"),
    Kind.PUBLISHED: ("source_id", "service", "item", "percent", "published_for"),
}

ORIGIN: Mapping[str, pl.DataType] = {"file": pl.String(), "line": pl.Int64()}
"""Where a row came from; every frame a connector delivers carries these two beside its schema."""

REJECTED = pl.Schema(
    {
        "record": pl.String(),
        "file": pl.String(),
        "line": pl.Int64(),
        "column": pl.String(),
        "reason": pl.String(),
        "found": pl.String(),
        "allowed": pl.String(),
    },
)
"""A rejected row: where it stood, which column was wrong, why (a `Reason`), what stood there and what may."""


class Reason(StrEnum):
    """Why a row was rejected. `dashboard.wording` has the sentence."""

    MISSING = "missing"
    NOT_A_DATE = "not_a_date"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_WHOLE_NUMBER = "not_a_whole_number"
    NOT_A_YES_OR_NO = "not_a_yes_or_no"
    UNKNOWN_VALUE = "unknown_value"
    TOO_EARLY = "too_early"
    IN_THE_FUTURE = "in_the_future"
    DECIDED_BEFORE_RECEIVED = "decided_before_received"
    OUTSIDE_SCALE = "outside_scale"
    NEGATIVE = "negative"
    TOO_LONG = "too_long"
    REPEATED_KEY = "repeated_key"
    UNREADABLE_ROW = "unreadable_row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The outcome of `check`: `accepted` has the schema of its kind, `rejected` the schema `REJECTED`."""

    accepted: pl.DataFrame
    rejected: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Rule:
    column: str
    reason: Reason
    broken: pl.Expr
    allowed: pl.Expr


def no_rejections() -> pl.DataFrame:
    """An empty frame of rejected rows."""
    return pl.DataFrame(schema=REJECTED)


def check(frame: pl.DataFrame, kind: Kind, *, latest: date) -> Checked:
    """Split rows into accepted and rejected ones; every row ends in exactly one of the two.

    `frame` has the schema of `kind` plus `ORIGIN`. A day after `latest` (the programme's today) is rejected,
    except `due_on` and `service_due_on`, which may lie ahead. Of two different rows with one key the last
    stays, the earlier is rejected; an identical copy is dropped. The first broken rule names the reason.
    """
    rules = _rules(kind, latest)
    found = frame.select(rule.broken.any().alias(str(number)) for number, rule in enumerate(rules)).row(0)
    good, rejected = _sorted_out(frame, [rule for rule, here in zip(rules, found, strict=True) if here], kind)
    kept, repeated = _one_row_a_key(good, kind)
    parts = [part for part in (*rejected, repeated) if part is not None]
    return Checked(
        accepted=_as(SCHEMAS[kind], kept.select(SCHEMAS[kind].names())),
        rejected=pl.concat(parts).sort("file", "line", nulls_last=True) if parts else no_rejections(),
    )


def empty(kind: Kind) -> pl.DataFrame:
    """A frame of this kind without rows, origin included."""
    return pl.DataFrame(schema={**SCHEMAS[kind], **ORIGIN})


def complete(frame: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """Add the columns of the schema that a source does not know: null everywhere, but `n` is 1."""
    wanted = {**SCHEMAS[kind], **ORIGIN}
    defaults: Mapping[str, int] = {"n": 1}
    there = frame.schema
    # Series by series: a page of a hundred rows is too small to start the query engine for.
    every = (
        frame[name] if name in there else pl.Series(name, [defaults.get(name)], dtype).new_from_index(0, frame.height)
        for name, dtype in wanted.items()
    )
    return _as(pl.Schema(wanted), pl.DataFrame(list(every)))


def _as(schema: pl.Schema, frame: pl.DataFrame) -> pl.DataFrame:
    return frame if frame.schema == schema else frame.cast(schema)


def _rules(kind: Kind, latest: date) -> Sequence[_Rule]:
    future_allowed = {"due_on", "service_due_on"}
    future = (
        _Rule(name, Reason.IN_THE_FUTURE, pl.col(name) > latest, _text(f"{latest}"))
        for name in _days(kind)
        if name not in future_allowed
    )
    return [*_FIRST_RULES[kind], *future, *_LAST_RULES[kind]]


def _days(kind: Kind) -> Sequence[str]:
    return [name for name, dtype in SCHEMAS[kind].items() if dtype == pl.Date]


def _first_rules(kind: Kind) -> Sequence[_Rule]:
    schema = SCHEMAS[kind]
    return [
        *(_Rule(name, Reason.MISSING, _nothing(name, schema), _text("")) for name in _REQUIRED[kind]),
        *(_Rule(name, Reason.TOO_EARLY, pl.col(name) < EARLIEST_DAY, _text(f"{EARLIEST_DAY}")) for name in _days(kind)),
    ]


def _last_rules(kind: Kind) -> Sequence[_Rule]:
    labels = [name for name, dtype in SCHEMAS[kind].items() if dtype == pl.String and name != "source_id"]
    return [
        *(
            _Rule(name, Reason.TOO_LONG, pl.col(name).str.len_chars() > LONGEST_LABEL, _text(str(LONGEST_LABEL)))
            for name in labels
        ),
        *_rules_of_kind(kind),
        _Rule("n", Reason.NEGATIVE, pl.col("n") < 0, _text("0")),
    ]


def _rules_of_kind(kind: Kind) -> Sequence[_Rule]:
    if kind is Kind.ANSWERS:
        low = pl.col("scale").replace_strict({name: ends[0] for name, ends in SCALES.items()}, default=None)
        high = pl.col("scale").replace_strict({name: ends[1] for name, ends in SCALES.items()}, default=None)
        return [
            _Rule("scale", Reason.UNKNOWN_VALUE, low.is_null(), _text(", ".join(SCALES))),
            _Rule("value", Reason.OUTSIDE_SCALE, ~pl.col("value").is_between(low, high), pl.col("scale")),
        ]
    if kind is Kind.CASES:
        return [
            _Rule(
                "decided_on",
                Reason.DECIDED_BEFORE_RECEIVED,
                pl.col("decided_on") < pl.col("received_on"),
                pl.col("received_on").cast(pl.String),
            ),
            _Rule(
                "first_decided_on",
                Reason.DECIDED_BEFORE_RECEIVED,
                pl.col("first_decided_on") < pl.col("received_on"),
                pl.col("received_on").cast(pl.String),
            ),
            _Rule("outcome", Reason.UNKNOWN_VALUE, ~pl.col("outcome").is_in(OUTCOMES), _text(", ".join(OUTCOMES))),
            _Rule("suspended_days", Reason.NEGATIVE, pl.col("suspended_days") < 0, _text("0")),
        ]
    if kind is Kind.COUNTS:
        return [_Rule("gap_days", Reason.NEGATIVE, pl.col("gap_days") < 0, _text("0"))]
    if kind is Kind.PUBLISHED:
        return [_Rule("percent", Reason.OUTSIDE_SCALE, ~pl.col("percent").is_between(0, 100), _text("0-100"))]
    return []


def _nothing(name: str, schema: pl.Schema) -> pl.Expr:
    if schema[name] == pl.String:
        return pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "")
    if schema[name] == pl.Float64:
        return pl.col(name).is_null() | pl.col(name).is_nan()
    return pl.col(name).is_null()


def _text(words: str) -> pl.Expr:
    return pl.lit(words, dtype=pl.String)


def _sorted_out(frame: pl.DataFrame, rules: Sequence[_Rule], kind: Kind) -> tuple[pl.DataFrame, Sequence[pl.DataFrame]]:
    """Return the rows that break none of these rules, and the others by the first that each of them breaks."""
    if not rules:
        return frame, []
    labelled = frame.with_columns(
        _broken=pl.coalesce(
            [pl.when(rule.broken.fill_null(value=False)).then(pl.lit(number)) for number, rule in enumerate(rules)],
        ),
    )
    rejected = [
        _rejected(labelled.filter(pl.col("_broken") == number), rule, kind) for number, rule in enumerate(rules)
    ]
    return labelled.filter(pl.col("_broken").is_null()), rejected


def _one_row_a_key(rows: pl.DataFrame, kind: Kind) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    key = list(KEY[kind])
    if rows.select(key).n_unique() == rows.height:
        return rows, None
    content = SCHEMAS[kind].names()
    single = rows.with_row_index("_row").unique(content, keep="last", maintain_order=True)
    last = single.unique(key, keep="last", maintain_order=True)
    earlier = single.join(last, on="_row", how="anti")
    rule = _Rule(key[0], Reason.REPEATED_KEY, pl.lit(value=True), _text(" + ".join(key)))
    return last, _rejected(earlier, rule, kind)


def _rejected(rows: pl.DataFrame, rule: _Rule, kind: Kind) -> pl.DataFrame:
    # A key can be a case number: it is personal, so what was found there is not repeated.
    found = pl.lit(None, dtype=pl.String) if rule.column == "source_id" else pl.col(rule.column).cast(pl.String)
    shown = pl.lit(None, dtype=pl.String) if rule.reason is Reason.TOO_LONG else found
    return rows.select(
        record=pl.lit(kind.value),
        file=pl.col("file"),
        line=pl.col("line"),
        column=pl.lit(rule.column),
        reason=pl.lit(rule.reason.value),
        found=shown,
        allowed=rule.allowed,
    ).cast(REJECTED)


_FIRST_RULES: Mapping[Kind, Sequence[_Rule]] = {kind: _first_rules(kind) for kind in Kind}
_LAST_RULES: Mapping[Kind, Sequence[_Rule]] = {kind: _last_rules(kind) for kind in Kind}
"""The rules that do not depend on the day, before and behind those that do; made once, not for every page."""
