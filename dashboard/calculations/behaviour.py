"""Calculations of behaviour: contacts that were repeated, forms that were completed, contacts per 100 cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import polars as pl
from pydantic import Field

from dashboard.calculations.method import Given, Method, Result
from metrics.estimators.completion import Completion, drop_off
from metrics.estimators.events import Event
from metrics.estimators.per_hundred import PerHundred
from metrics.estimators.repeat_contact import RepeatContact, waiting_for_repeat
from metrics.estimators.survival import WithinNorm
from metrics.kpi import Estimator
from metrics.kpis.behaviour import REPEAT_WITHIN_DAYS

_BY = "given"
_Number = Annotated[int, Field(ge=0)]
_FIGURE = ("value", "low", "high", "status", "reason", "method")


class GivenContacts(Given):
    """Contacts that are alike.

    `gap_days`: days until the same resident's next contact on the same topic, null for none so far.
    `follow_up_days`: for how many days one could look for it. `n`: how many such contacts there were.
    """

    gap_days: _Number | None
    follow_up_days: _Number
    n: _Number = 1


class GivenRepeats(Given):
    """`contacts`: all contacts. `within_days`: how soon a contact must follow to be a repeat.

    `residents`: by how many different residents the contacts were made, for a wider and more careful range.
    """

    contacts: Annotated[tuple[GivenContacts, ...], Field(min_length=1)]
    within_days: _Number = REPEAT_WITHIN_DAYS
    residents: Annotated[int, Field(ge=1)] | None = None


class GivenForms(Given):
    """`started`: forms started. `sent`: sent in. `refused`: ended rightly without sending in, such as "not eligible".

    `saved`: drafts that can still be taken up again. `steps`: how many reached each step after the start, in order.
    """

    started: _Number
    sent: _Number
    refused: _Number = 0
    saved: _Number = 0
    steps: tuple[_Number, ...] = ()


class GivenRate(Given):
    """`contacts`: how many contacts there were. `cases`: how many cases came in."""

    contacts: _Number
    cases: _Number


def _repeats(given: GivenRepeats) -> Result:
    schema = {"gap_days": pl.Int64, "follow_up_days": pl.Int64, "n": pl.Int64}
    rows = pl.DataFrame([one.model_dump() for one in given.contacts], schema=schema).with_columns(
        pl.lit(_BY).alias(_BY), residents=pl.lit(given.residents, dtype=pl.Int64)
    )
    row = _only(RepeatContact(given.within_days).figures(rows, [_BY]))
    # Of no contacts there is no curve, and no row.
    came_back = [*WithinNorm().figures(waiting_for_repeat(rows, given.within_days), [_BY])["value"], None]
    return {"contacts": row["n"], **_figure(row), "share_by_kaplan_meier": came_back[0]}


def _completion(given: GivenForms) -> Result:
    counts = {
        Event.FORM_START: given.started,
        Event.FORM_END: given.sent,
        Event.FORM_REFUSED: given.refused,
        Event.FORM_SAVED: given.saved,
    }
    row = _of_events(Completion(), counts)
    losses = drop_off([given.started, *given.steps])
    return {"known_ends": row["support"], **_figure(row), "drop_off": [asdict(loss) for loss in losses]}


def _per_hundred(given: GivenRate) -> Result:
    row = _of_events(PerHundred(), {Event.CONTACT: given.contacts, Event.CASE: given.cases})
    return {"cases": row["n"], **_figure(row)}


def _of_events(estimator: Estimator, counts: Mapping[Event, int]) -> Mapping[str, Any]:
    rows = pl.DataFrame({"event": [event.value for event in counts], "n": list(counts.values())})
    return _only(estimator.figures(rows.with_columns(pl.lit(_BY).alias(_BY)), [_BY]))


def _only(figures: pl.DataFrame) -> Mapping[str, Any]:
    (row,) = figures.rows(named=True)
    return row


def _figure(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**{name: row[name] for name in _FIGURE}, **json.loads(row["detail"])}


METHODS: tuple[Method, ...] = (
    Method(
        name="repeat-contact",
        what="The share of contacts after which the same resident came back on the same topic, of those that could "
        "be followed long enough.",
        given=GivenRepeats,
        run=_repeats,
        example={
            "contacts": [
                {"gap_days": 3, "follow_up_days": 60, "n": 20},
                {"gap_days": 40, "follow_up_days": 60, "n": 10},
                {"gap_days": None, "follow_up_days": 60, "n": 50},
                {"gap_days": None, "follow_up_days": 10, "n": 15},
            ],
            "within_days": 28,
        },
    ),
    Method(
        name="completion",
        what="The share of started forms that came to a right end, and how many stopped at each step.",
        given=GivenForms,
        run=_completion,
        example={"started": 1200, "sent": 700, "refused": 60, "steps": [1010, 830]},
    ),
    Method(
        name="contacts-per-hundred",
        what="The number of contacts for every 100 cases, with exact limits.",
        given=GivenRate,
        run=_per_hundred,
        example={"contacts": 30, "cases": 200},
    ),
)
"""The methods of this subject, in the order in which they are listed."""
