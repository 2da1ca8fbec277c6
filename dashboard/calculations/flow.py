"""Calculations of flow: what came in, went out and waits, how old that is, and what it would take to bring it down."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

import polars as pl
from pydantic import Field, model_validator

from dashboard.calculations.method import Given, Method, Result
from metrics.flow.advice import (
    SAFETY_FACTOR,
    load,
    pressure,
    relief_outflow,
    target_mean_wait,
    target_outflow,
    target_queue,
)
from metrics.flow.ageing import BANDS, age_bands, ages, longest_past_due, open_cases, standing
from metrics.flow.little import little
from metrics.flow.stock import flows, moves, open_on, stock

_Number = Annotated[int, Field(ge=1)]
_Rate = Annotated[float, Field(ge=0)]
_Positive = Annotated[float, Field(gt=0)]
_PROJECT = pl.lit("given")


class GivenCases(Given):
    """Cases that are alike: `received_on`, `ended_on` (null where open; decided or not), `due_on` and `n`."""

    received_on: date
    ended_on: date | None = None
    due_on: date | None = None
    n: _Number = 1

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ended_on is not None and self.ended_on < self.received_on:
            message = f"ended_on ({self.ended_on}) lies before received_on ({self.received_on}); mend one of the two"
            raise ValueError(message)
        return self


class GivenPeriod(Given):
    """A period: its first and its last day."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end < self.start:
            message = (
                f"end ({self.end}) lies before start ({self.start}); give the first and the last day of the period"
            )
            raise ValueError(message)
        return self


class GivenFlow(Given):
    """`cases`: all cases. `as_of`: the day of looking. `periods` and `days`: for which flow and stock are asked."""

    cases: Annotated[tuple[GivenCases, ...], Field(min_length=1)]
    as_of: date
    periods: tuple[GivenPeriod, ...] = ()
    days: tuple[date, ...] = ()


class GivenAgeing(Given):
    """`cases`: all cases. `as_of`: the day of looking. `last_days`: the last day of each age band but the last."""

    cases: Annotated[tuple[GivenCases, ...], Field(min_length=1)]
    as_of: date
    last_days: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1)] = BANDS

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if any(later <= earlier for earlier, later in zip(self.last_days, self.last_days[1:], strict=False)):
            message = f"last_days must rise, such as {list(BANDS)}"
            raise ValueError(message)
        return self


class GivenLittle(Given):
    """`cases`: all cases. `as_of`: the day of looking. `period`: the window, which ends on that day at the latest."""

    cases: Annotated[tuple[GivenCases, ...], Field(min_length=1)]
    as_of: date
    period: GivenPeriod

    @model_validator(mode="after")
    def _seen(self) -> Self:
        if self.period.end > self.as_of:
            message = f"the period ends on {self.period.end}, after as_of ({self.as_of}); nothing is known of then"
            raise ValueError(message)
        return self


class GivenQueue(Given):
    """Rates and waits in one unit of time, such as weeks.

    `inflow` and `outflow` per unit, `open` cases now, `mean_wait` and `target_wait` of a case, `periods` in which the
    stock must be at its target, `factor` between a target for nearly all and the mean that goes with it.
    """

    inflow: _Rate
    outflow: _Rate
    open: _Rate
    mean_wait: _Rate
    target_wait: _Positive
    periods: _Positive
    factor: _Positive = SAFETY_FACTOR


def _cases(given: GivenFlow | GivenAgeing | GivenLittle) -> pl.DataFrame:
    schema = {"received_on": pl.Date, "ended_on": pl.Date, "due_on": pl.Date, "n": pl.Int64}
    cases = pl.DataFrame([one.model_dump() for one in given.cases], schema=schema)
    return stock(
        cases.rename({"ended_on": "decided_on"}).with_columns(
            project=_PROJECT, as_of=pl.lit(given.as_of), outcome=pl.lit(None, dtype=pl.String)
        )
    )


def _flow(given: GivenFlow) -> Result:
    moved = moves(_cases(given))
    periods = _periods(*given.periods).with_columns(as_of=pl.lit(given.as_of))
    days = pl.DataFrame({"day": given.days}, schema={"day": pl.Date}).with_columns(project=_PROJECT)
    return {
        "periods": _dicts(flows(moved, periods)),
        "stock": _dicts(open_on(moved, days).select("project", "day", "open")),
    }


def _periods(*periods: GivenPeriod) -> pl.DataFrame:
    rows = [(one.start, one.end) for one in periods]
    schema = {"period_start": pl.Date, "period_end": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(project=_PROJECT)


def _ageing(given: GivenAgeing) -> Result:
    still_open = open_cases(_cases(given))
    return {
        "ages": _dicts(ages(still_open)),
        "bands": _dicts(age_bands(still_open, edges=given.last_days)),
        "terms": _dicts(standing(still_open)),
        "past_due": _dicts(longest_past_due(still_open)),
    }


def _little(given: GivenLittle) -> Result:
    return next(iter(_dicts(little(_cases(given), _periods(given.period)))), {})


def _queue(given: GivenQueue) -> Result:
    numbers = {name: pl.lit(value, dtype=pl.Float64) for name, value in given.model_dump().items()}
    inflow, target_wait = numbers["inflow"], numbers["target_wait"]
    target = target_queue(inflow, target_wait, factor=given.factor)
    found = pl.select(
        load=load(inflow, numbers["outflow"]),
        pressure=pressure(numbers["mean_wait"], target_wait),
        target_mean_wait=target_mean_wait(target_wait, factor=given.factor),
        target_open=target,
        target_outflow=target_outflow(inflow, target_wait, factor=given.factor),
        relief_outflow=relief_outflow(inflow, numbers["open"], target_open=target, periods=numbers["periods"]),
    )
    return found.row(0, named=True)


def _dicts(found: pl.DataFrame) -> list[dict[str, Any]]:
    return found.drop("project").with_columns(pl.col(pl.Date).dt.to_string()).to_dicts()


_EXAMPLE_CASES = [
    {"received_on": "2024-01-01", "ended_on": "2024-01-08"},
    {"received_on": "2024-01-04", "ended_on": "2024-01-15"},
    {"received_on": "2024-01-10", "due_on": "2024-01-18"},
    {"received_on": "2024-01-16", "due_on": "2024-02-20"},
]

METHODS: tuple[Method, ...] = (
    Method(
        name="flow",
        what="How many cases came in, went out and were open, by period and on any day.",
        given=GivenFlow,
        run=_flow,
        example={
            "cases": _EXAMPLE_CASES,
            "as_of": "2024-01-20",
            "periods": [{"start": "2024-01-01", "end": "2024-01-14"}],
            "days": ["2024-01-07", "2024-01-15"],
        },
    ),
    Method(
        name="ageing",
        what="How long the cases that are open have waited, by age band, and how they stand to their term.",
        given=GivenAgeing,
        run=_ageing,
        example={"cases": _EXAMPLE_CASES, "as_of": "2024-01-20", "last_days": [7, 14]},
    ),
    Method(
        name="little",
        what="The average stock of a period in two ways that must agree: counted by day, and case by case.",
        given=GivenLittle,
        run=_little,
        example={
            "cases": _EXAMPLE_CASES,
            "as_of": "2024-01-20",
            "period": {"start": "2024-01-02", "end": "2024-01-20"},
        },
    ),
    Method(
        name="queue-advice",
        what="What outflow it would take to bring a stock to its target, by formulas of queueing: advice, no figure.",
        given=GivenQueue,
        run=_queue,
        example={"inflow": 30, "outflow": 27, "open": 1200, "mean_wait": 63, "target_wait": 52, "periods": 26},
    ),
)
"""The methods of this subject, in the order in which they are listed."""
