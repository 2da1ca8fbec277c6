"""Builders for the tests of the arithmetic: one fact varies, the rest stands here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import settings

from metrics.counting import count
from metrics.evaluate import evaluate
from metrics.kpis import KPIS
from metrics.periods import Grain
from metrics.records import DAY, ORIGIN, SCHEMAS, Kind
from metrics.scope import Scope

quickly = settings(deadline=None, max_examples=20)
"""For property tests: machines that run the tests differ in speed."""

AS_OF = date(2026, 6, 30)

ANSWER = {
    "source_id": "a",
    "service": "passports",
    "channel": "website",
    "segments": None,
    "n": 1,
    "item": "satisfaction",
    "value": 5,
    "scale": "1-5",
    "question": None,
    "answered_on": date(2026, 1, 15),
}
COUNT = {
    "source_id": "n",
    "service": "passports",
    "channel": "desk",
    "segments": None,
    "n": 1,
    "happened_on": date(2026, 1, 20),
}
CASE = {
    "source_id": "c",
    "service": "passports",
    "channel": "website",
    "segments": None,
    "n": 1,
    "received_on": date(2026, 1, 5),
    "decided_on": None,
    "due_on": None,
    "outcome": None,
}


def answered(*counts: int, lowest: int = 1, **changed: Any) -> pl.DataFrame:
    """Rows as an estimator of answers takes them: how often each value was given, from the lowest up."""
    given = {"project": "p", "scale": "1-5", "question": None, **changed}
    rows = [{**given, "value": value, "n": n} for value, n in enumerate(counts, start=lowest)]
    return pl.DataFrame(rows, schema_overrides={"question": pl.String, "n": pl.Int64})


def waited(*rows: tuple[int, bool, int], norm: int | None = None) -> pl.DataFrame:
    """Rows as an estimator of cases takes them: days, whether decided, and how many."""
    frame = pl.DataFrame(rows, schema={"days": pl.Int64, "closed": pl.Boolean, "n": pl.Int64}, orient="row")
    return frame.with_columns(project=pl.lit("p"), norm_days=pl.lit(norm, dtype=pl.Int64))


def only(frame: pl.DataFrame) -> Mapping[str, Any]:
    """Return the only row."""
    (row,) = frame.rows(named=True)
    return row


def estimated(estimator: Any, rows: pl.DataFrame) -> Mapping[str, Any]:
    """Return the one figure of one project."""
    return only(estimator.figures(rows, ["project"]))


def ends(row: Mapping[str, Any], digits: int = 6) -> tuple[float | None, ...]:
    """Return value, low and high, rounded."""
    return tuple(None if row[name] is None else round(row[name], digits) for name in ("value", "low", "high"))


def records(kind: Kind, *rows: Mapping[str, Any]) -> pl.DataFrame:
    """Records of a kind as the store gives them, with their month; what a row does not say is usual or null."""
    usual: Mapping[str, Any] = {Kind.ANSWERS: ANSWER, Kind.CASES: CASE, Kind.COUNTS: COUNT}.get(kind, {})
    given = [{**usual, **row} for row in rows]
    frame = pl.DataFrame(given, schema_overrides=SCHEMAS[kind]) if given else pl.DataFrame(schema=SCHEMAS[kind])
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMAS[kind].items() if name not in frame]
    return frame.with_columns(missing).with_columns(month=pl.col(DAY[kind]).dt.strftime("%Y-%m"))


def delivered(kind: Kind, *rows: Mapping[str, Any]) -> pl.DataFrame:
    """Records as a connector delivers them, with the line each came from."""
    frame = records(kind, *rows).drop("month")
    line = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    return frame.with_columns(file=pl.lit("file.csv"), line=line).select(*SCHEMAS[kind], *ORIGIN)


def answers(*rows: Mapping[str, Any]) -> pl.DataFrame:
    return records(Kind.ANSWERS, *rows)


def cases(*rows: Mapping[str, Any]) -> pl.DataFrame:
    return records(Kind.CASES, *rows)


def counts(*rows: Mapping[str, Any]) -> pl.DataFrame:
    return records(Kind.COUNTS, *rows)


def contacts_and_forms() -> pl.DataFrame:
    """Sixty contacts, of which forty came back after 3 or 12 days, and ninety forms, of which sixty were sent in."""
    contacts = [{"event": "contact", "gap_days": gap, "n": 20} for gap in (None, 3, 12)]
    forms = [{"event": event, "n": n} for event, n in (("form_start", 90), ("form_end", 60), ("form_saved", 10))]
    return counts(*contacts, *forms)


def satisfied(good: int, bad: int, **changed: Any) -> Sequence[Mapping[str, Any]]:
    """Counted answers: so many fives and so many ones."""
    return [{"value": 5, "n": good, **changed}, {"value": 1, "n": bad, **changed}]


def decided(*days: int, received_on: date = date(2026, 1, 5), **changed: Any) -> Sequence[Mapping[str, Any]]:
    """Cases received on one day, each decided after so many days."""
    return [
        {"received_on": received_on, "decided_on": received_on + timedelta(days=one), "outcome": "decided", **changed}
        for one in days
    ]


def scope(**changed: Any) -> Scope:
    return Scope(**{"project": "p", "services": ("passports",), "as_of": AS_OF, "fresh_within_days": 400, **changed})


def seen(
    *frames: tuple[Kind, pl.DataFrame] | pl.DataFrame,
    scopes: Iterable[Scope] | None = None,
    grain: Grain = Grain.MONTH,
    kpis: Iterable[Any] = KPIS,
) -> pl.DataFrame:
    """Count the records as known on the latest as-of day and evaluate them."""
    given = list(scopes or [scope()])
    counted = counted_by_kind(*frames, until=max(one.as_of for one in given))
    return evaluate(given, counted, kpis=list(kpis), grain=grain)


def counted_by_kind(*frames: pl.DataFrame, until: date = AS_OF) -> Mapping[Kind, pl.DataFrame]:
    """Count records of any kinds up to a day, as an evaluation takes them."""
    kinds = {_kind_of(frame): frame for frame in frames}
    return {kind: count(frame.filter(pl.col(DAY[kind]) <= until), kind) for kind, frame in kinds.items()}


def _kind_of(frame: pl.DataFrame) -> Kind:
    if "value" in frame.columns:
        return Kind.ANSWERS
    return Kind.COUNTS if "event" in frame.columns else Kind.CASES


def pick(evidence: pl.DataFrame, kpi: str, month: date | None = None, **where: Any) -> Mapping[str, Any]:
    """Return the one row of a KPI, of everybody and of the period that starts on `month` unless told otherwise."""
    wanted = {"kpi": kpi, "breakdown": "all", **({"period_start": month} if month else {}), **where}
    return only(evidence.filter(pl.col(name) == value for name, value in wanted.items()))
