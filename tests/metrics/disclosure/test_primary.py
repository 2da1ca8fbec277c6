"""Disclosure control: what may not leave, and what a withheld row still carries."""

from __future__ import annotations

import polars as pl
import pytest

from metrics.disclosure.primary import few, telling, withhold
from metrics.estimate import FIGURES, Reason, Status
from metrics.kpi import Unit
from tests.metrics.builders import only

FIRM = {
    "value": 0.5,
    "low": 0.45,
    "high": 0.55,
    "n": 400,
    "support": 400,
    "status": "ok",
    "reason": None,
    "method": "m",
    "detail": '{"hits":200}',
}


def judged(unit=Unit.SHARE, *, closed=False, **changed):
    n = changed.get("n", FIRM["n"])
    row = {**FIRM, "support": n, **changed}
    return only(withhold(pl.DataFrame([row], schema=FIGURES), unit, closed=closed))


def carried(row):
    return {name for name, value in row.items() if value is not None}


def test_a_firm_figure_leaves_as_it_came():
    assert judged() == FIRM


@pytest.mark.parametrize("n", [1, 4])
@pytest.mark.parametrize("status", ["ok", "undefined"])
def test_below_five_persons_even_the_number_is_hidden(n, status):
    row = judged(n=n, status=status)
    assert (row["status"], row["reason"]) == (Status.HIDDEN, Reason.FEW_PERSONS)
    assert carried(row) == {"status", "reason", "method"}


@pytest.mark.parametrize("n", [5, 9])
def test_from_five_to_nine_the_number_shows_and_nothing_else(n):
    row = judged(n=n)
    assert (row["status"], row["reason"], row["n"]) == (Status.TOO_FEW, Reason.TOO_FEW_OBSERVATIONS, n)
    assert carried(row) == {"status", "reason", "method", "n", "support"}


def test_from_ten_a_figure_shows_as_indicative_and_from_thirty_as_firm():
    assert (judged(n=10)["status"], judged(n=10)["reason"]) == (Status.INDICATIVE, Reason.FEW_OBSERVATIONS)
    assert judged(n=10)["value"] == 0.5
    assert judged(n=29)["status"] == Status.INDICATIVE
    assert judged(n=30)["status"] == Status.OK


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_share_of_nobody_or_everybody_on_fewer_than_twenty_is_hidden(value):
    row = judged(value=value, n=19)
    assert (row["status"], row["reason"], row["n"]) == (Status.HIDDEN, Reason.EVERYBODY_THE_SAME, 19)
    assert carried(row) == {"status", "reason", "method", "n", "support"}
    assert judged(value=value, low=value, high=value, n=20)["status"] == Status.INDICATIVE


def test_everybody_among_the_few_whose_outcome_is_known_is_hidden_however_many_wait():
    known = judged(closed=True, value=1.0, n=400, support=19)
    assert (known["status"], known["reason"], known["n"]) == (Status.HIDDEN, Reason.EVERYBODY_THE_SAME, 400)
    assert judged(closed=True, value=1.0, low=1.0, high=1.0, n=400, support=20)["value"] == 1.0
    # On fewer than ten it is the small number that is told.
    assert judged(closed=True, value=1.0, n=400, support=9)["status"] == Status.TOO_FEW


def test_zero_days_is_no_share_of_nobody():
    assert judged(Unit.DAYS, value=0.0, n=19)["value"] == 0.0


def test_a_mean_of_equal_answers_on_fewer_than_twenty_is_hidden_too():
    equal = {"value": 4.0, "low": None, "high": None, "reason": Reason.NO_INTERVAL.value}
    for unit, value in ((Unit.POINTS, 4.0), (Unit.SHARE, 0.75)):
        row = judged(unit, **{**equal, "value": value}, n=19)
        assert (row["status"], row["reason"]) == (Status.HIDDEN, Reason.EVERYBODY_THE_SAME)
        assert carried(row) == {"status", "reason", "method", "n", "support"}
        shown = judged(unit, **{**equal, "value": value}, n=40)
        assert (shown["status"], shown["reason"]) == (Status.INDICATIVE, Reason.NO_INTERVAL)


def test_a_share_that_may_lie_more_than_ten_points_off_is_indicative():
    wide = judged(low=0.39, high=0.59)
    assert (wide["status"], wide["reason"]) == (Status.INDICATIVE, Reason.WIDE_INTERVAL)
    assert judged(low=0.4, high=0.6)["status"] == Status.OK
    assert judged(low=0.45, high=0.61)["status"] == Status.INDICATIVE


def test_the_width_of_an_interval_in_days_or_points_is_no_share():
    assert judged(Unit.DAYS, value=50.0, low=40.0, high=60.0)["status"] == Status.OK


def test_a_percentile_leans_on_the_decided_cases():
    row = judged(Unit.DAYS, closed=True, value=50.0, n=400, support=9)
    assert (row["status"], row["reason"], row["n"]) == (Status.TOO_FEW, Reason.TOO_FEW_CLOSED, 400)
    assert carried(row) == {"status", "reason", "method", "n", "support"}
    assert judged(Unit.DAYS, closed=True, value=50.0, low=45.0, high=55.0, support=10)["status"] == Status.INDICATIVE


def test_one_to_four_decided_cases_among_many_are_not_counted_out():
    assert judged(Unit.DAYS, closed=True, value=50.0, support=4)["support"] is None
    assert judged(Unit.DAYS, closed=True, value=50.0, support=4)["n"] == 400
    assert judged(Unit.DAYS, closed=True, value=50.0, support=5)["support"] == 5
    nothing = {"value": None, "low": None, "high": None, "status": "undefined", "reason": "all_open"}
    assert judged(Unit.DAYS, closed=True, **nothing, support=0)["support"] == 0


def test_a_percentile_without_an_upper_limit_is_indicative():
    row = judged(Unit.DAYS, value=50.0, low=45.0, high=None, reason="upper_limit_open")
    assert (row["status"], row["reason"], row["value"]) == (Status.INDICATIVE, Reason.UPPER_LIMIT_OPEN, 50.0)


def test_many_cases_that_are_all_open_are_told_as_such_and_not_as_too_few():
    nothing = {"value": None, "low": None, "high": None, "status": "undefined", "reason": "all_open"}
    row = judged(Unit.DAYS, closed=True, **nothing, n=10, support=0)
    assert (row["status"], row["reason"], row["n"]) == (Status.UNDEFINED, Reason.ALL_OPEN, 10)
    few = judged(Unit.DAYS, closed=True, **nothing, n=9, support=0)
    assert (few["status"], few["reason"], few["detail"]) == (Status.TOO_FEW, Reason.TOO_FEW_CLOSED, None)


def test_an_undefined_figure_on_enough_answers_keeps_its_own_reason():
    row = judged(value=None, low=None, high=None, status="undefined", reason="mixed_scales")
    assert (row["status"], row["reason"]) == (Status.UNDEFINED, Reason.MIXED_SCALES)


def test_no_data_stays_no_data_with_a_count_of_zero():
    row = judged(value=None, low=None, high=None, n=0, status="no_data", reason="nothing_recorded")
    assert (row["status"], row["reason"], row["n"]) == (Status.NO_DATA, Reason.NOTHING_RECORDED, 0)


@pytest.mark.parametrize(("n", "hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_few_are_one_to_four_persons(n, hidden):
    assert few(n) is hidden


@pytest.mark.parametrize(
    ("n", "hits", "hidden"),
    [(9, 4, True), (10, 4, False), (19, 0, True), (19, 19, True), (19, 1, False), (20, 0, False), (20, 20, False)],
)
def test_a_share_tells_too_much_on_fewer_than_ten_and_of_nobody_or_everybody_on_fewer_than_twenty(n, hits, hidden):
    assert telling(n, hits) is hidden
