"""Advice from queueing formulas, on the worked example of the paper."""

from __future__ import annotations

import polars as pl
import pytest

from metrics.flow.advice import load, pressure, relief_outflow, target_mean_wait, target_outflow, target_queue


def value(expression: pl.Expr) -> float | None:
    return pl.select(expression).item()


def test_the_example_of_the_paper_comes_out():
    # Fong and others (2022), and the tests of NHSRwaitinglist: 30 a week in, 27 out, 1,200 waiting, a year as target.
    inflow, wait = pl.lit(30), pl.lit(52)
    assert value(load(inflow, pl.lit(27))) == pytest.approx(1.11111111111)
    assert value(target_mean_wait(wait)) == 13
    assert value(target_queue(inflow, wait)) == 390
    relief = relief_outflow(inflow, pl.lit(1200), target_open=pl.lit(390), periods=pl.lit(26))
    assert value(relief) == pytest.approx(61.1538461538)
    assert value(pressure(pl.lit(63), wait)) == pytest.approx(2.42307692308)


def test_a_stock_stays_at_its_target_with_a_little_more_outflow_than_inflow():
    # By hand: (1 + 1) / 2 over 13 weeks is 0.0769; twice the spread in both is four times as much.
    assert value(target_outflow(pl.lit(30), pl.lit(52))) == pytest.approx(30 + 1 / 13)
    assert value(target_outflow(pl.lit(30), pl.lit(52), cv_inflow=2, cv_outflow=2)) == pytest.approx(30 + 4 / 13)


@pytest.mark.parametrize(
    "expression",
    [
        load(pl.lit(3), pl.lit(0)),
        pressure(pl.lit(3), pl.lit(0)),
        target_outflow(pl.lit(3), pl.lit(0)),
        relief_outflow(pl.lit(3), pl.lit(9), target_open=pl.lit(1), periods=pl.lit(0)),
    ],
)
def test_what_would_be_divided_by_nothing_is_absent(expression):
    assert value(expression) is None
