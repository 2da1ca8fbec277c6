"""The due cohort: on time of all that were due."""

from __future__ import annotations

import json

import polars as pl
import pytest

from metrics.estimate import Reason, Status
from metrics.estimators.due_cohort import OnTime, due_outcomes
from tests.metrics.builders import ends, estimated, only


def due(*rows: tuple[bool, bool, int]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema={"closed": pl.Boolean, "on_time": pl.Boolean, "n": pl.Int64}, orient="row")
    return frame.with_columns(project=pl.lit("p"))


def test_a_case_still_open_past_its_term_counts_as_late():
    # R and pandas on the receipt log, due March 2011 seen on 30 June: 96 due, 74 on time, 20 late, 2 open.
    row = estimated(OnTime(), due((True, True, 74), (True, False, 20), (False, False, 2)))
    assert (row["value"], row["low"], row["high"]) == pytest.approx(
        (0.770833333333, 0.6773148947, 0.843510828544), abs=1e-9
    )
    assert json.loads(row["detail"]) == {"hits": 74, "late_closed": 20, "late_open": 2}
    assert (row["n"], row["support"]) == (96, 96)


def test_closing_only_the_easy_cases_does_not_flatter():
    # By hand: of 10 due, 5 were decided and all in time; the naive share of the decided is 100 %.
    assert estimated(OnTime(), due((True, True, 5), (False, False, 5)))["value"] == 0.5


def test_leaving_open_cases_out_would_look_better_and_is_told_apart():
    # By hand: 74 of 94 closed, where 74 of 96 were due; with nothing closed there is no such share.
    row = only(due_outcomes(due((True, True, 74), (True, False, 20), (False, False, 2)), ["project"]))
    assert (row["n"], row["on_time"], row["late_closed"], row["late_open"]) == (96, 74, 20, 2)
    assert row["share_of_closed"] == pytest.approx(74 / 94)
    assert only(due_outcomes(due((False, False, 2)), ["project"]))["share_of_closed"] is None


def test_nothing_due_is_no_data():
    row = estimated(OnTime(), due((True, True, 0)))
    assert (ends(row), row["status"], row["reason"]) == ((None, None, None), Status.NO_DATA, Reason.NOTHING_DUE)
