"""Withheld: no figure at a constant mix gives away the channel of which the figure is not shown."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from metrics.evidence.change import Change, Difference
from metrics.evidence.series import Series
from metrics.evidence.withheld import (
    compared_periods,
    series_without_telling,
    withheld_channels,
    without_telling,
)
from metrics.kpis import kpi
from metrics.periods import Grain

JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)
HELD = Difference(before=0.6, after=0.7, low=0.05, high=0.15)
WITHHELD = {"project": pl.String, "grain": pl.String, "period_start": pl.Date, "channel": pl.String}


def withheld(*rows):
    return pl.DataFrame(rows, schema=WITHHELD, orient="row")


def changed(*merged):
    return {"p": Change(crude=HELD, held=HELD, merged=merged)}


def test_a_channel_is_withheld_whose_figure_is_hidden_or_leans_on_too_few():
    rows = [
        ("p", "satisfaction", "channel=desk", "hidden"),
        ("p", "satisfaction", "channel=post", "too_few"),
        ("p", "satisfaction", "channel=website", "ok"),
        ("p", "satisfaction", "channel=unknown", "hidden"),
        ("p", "satisfaction", "all", "hidden"),
        ("p", "clarity", "channel=website", "hidden"),
    ]
    evidence = pl.DataFrame(rows, schema=["project", "kpi", "breakdown", "status"], orient="row").with_columns(
        grain=pl.lit("month"), period_start=pl.lit(JANUARY)
    )
    found = withheld_channels(evidence, kpi("satisfaction"))
    assert found.rows() == [("p", "month", JANUARY, "desk"), ("p", "month", JANUARY, "post")]


def test_a_held_difference_that_rests_on_a_withheld_channel_is_taken_away_and_the_crude_one_stays():
    found = without_telling(changed(), withheld(("p", "quarter", JANUARY, "desk")))
    assert (found["p"].held, found["p"].crude) == (None, HELD)


@pytest.mark.parametrize("merged", [("desk+post",), ("post+website", "balie+desk")])
def test_a_channel_put_together_with_others_is_no_figure_by_itself(merged):
    assert without_telling(changed(*merged), withheld(("p", "quarter", JANUARY, "desk")))["p"].held == HELD


def test_what_is_withheld_of_another_project_takes_nothing_away():
    assert without_telling(changed(), withheld(("q", "quarter", JANUARY, "desk")))["p"].held == HELD


def test_only_the_baseline_and_the_period_of_now_are_compared():
    rows = withheld(
        ("p", "quarter", JANUARY, "desk"),
        ("p", "quarter", date(2025, 10, 1), "post"),
        ("p", "baseline", date(2025, 1, 1), "website"),
        ("q", "quarter", JANUARY, "post"),
    )
    found = compared_periods(rows, {"p": JANUARY}, Grain.QUARTER)
    assert found["channel"].to_list() == ["desk", "website"]


def test_the_one_period_of_all_that_was_recorded_is_always_that_of_now():
    found = compared_periods(withheld(("p", "all", JANUARY, "desk")), {"p": FEBRUARY}, Grain.ALL)
    assert found["channel"].to_list() == ["desk"]


def series(**changed_to):
    given = {"months": (JANUARY, FEBRUARY), "values": (0.6, 0.7), "held": True, "merged": (), **changed_to}
    return {"p": Series(**given)}


def test_a_month_of_a_held_series_that_rests_on_a_withheld_channel_has_no_value():
    months = withheld(("p", "month", FEBRUARY, "desk"))
    assert series_without_telling(series(), months)["p"].values == (0.6, None)
    assert series_without_telling(series(merged=("desk+post",)), months)["p"].values == (0.6, 0.7)


def test_a_crude_series_says_nothing_of_channels():
    months = withheld(("p", "month", FEBRUARY, "desk"))
    assert series_without_telling(series(held=False), months)["p"].values == (0.6, 0.7)
