"""How often chance alone gives a signal: the documented rates against a small simulation."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from metrics.periods import Grain
from metrics.variation.false_alarms import RATES, expected_false_alarms
from metrics.variation.xmr import xmr
from tests.metrics.variation.drawn import BY, month

SERIES, POINTS, SEED = 3_000, 24, 11


def simulated(autocorrelation: float) -> tuple[float, float]:
    """Shares of series of normal noise whose latest and whose any point is flagged."""
    random = np.random.default_rng(SEED)
    values = np.empty((SERIES, POINTS))
    values[:, 0] = random.normal(size=SERIES)
    for point in range(1, POINTS):
        fresh = random.normal(size=SERIES) * (1 - autocorrelation**2) ** 0.5
        values[:, point] = autocorrelation * values[:, point - 1] + fresh
    rows = pl.DataFrame(
        {
            "series": np.repeat(np.arange(SERIES), POINTS),
            "period_start": [month(number) for number in range(POINTS)] * SERIES,
            "value": values.ravel(),
        }
    )
    flagged = pl.col("signal") != "none"
    points = xmr(rows, BY, grain=Grain.MONTH).points
    return (
        points.group_by(BY)
        .agg(latest=flagged.last(), anywhere=flagged.any())
        .select(pl.col("latest", "anywhere").mean())
        .row(0)
    )


@pytest.mark.parametrize("rate", RATES, ids=lambda rate: f"autocorrelation {rate.autocorrelation}")
def test_the_rates_are_those_that_a_simulation_gives(rate):
    # Four standard errors of a share among 3,000 series.
    latest, anywhere = simulated(rate.autocorrelation)
    for share, told in ((latest, rate.latest), (anywhere, rate.any_point)):
        assert share == pytest.approx(told, abs=4 * (told * (1 - told) / SERIES) ** 0.5)


def test_on_a_screen_with_40_charts_chance_gives_one_or_two_latest_signals():
    # By hand: 40 x .016 and 40 x .054.
    independent, leaning, _ = expected_false_alarms(40)
    assert (independent.latest, leaning.latest) == pytest.approx((0.64, 2.16))
    assert independent.any_point == pytest.approx(7.4)


def test_no_charts_give_no_signals():
    assert [(one.latest, one.any_point) for one in expected_false_alarms(0)] == [(0, 0)] * 3
