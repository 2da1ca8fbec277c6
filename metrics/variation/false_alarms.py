"""Signals that chance alone gives: how many to expect on a screen with many charts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAlarms:
    """How many charts are expected to show a signal though nothing changed.

    `latest` counts charts whose latest point is flagged, `any_point` charts with a flag anywhere. `autocorrelation`
    is that of a point with the one before it: 0 where months do not lean on each other, as in the texts; service
    figures often have .3, seasonal ones .6 and more.
    """

    autocorrelation: float
    latest: float
    any_point: float


RATES = (
    FalseAlarms(autocorrelation=0.0, latest=0.016, any_point=0.185),
    FalseAlarms(autocorrelation=0.3, latest=0.054, any_point=0.457),
    FalseAlarms(autocorrelation=0.6, latest=0.183, any_point=0.809),
)
"""For one XmR chart of 24 points: 200,000 simulated series each, normal, without any change, limits screened.

Evidence: `python -m benchmarks.variation`. Another seed moves a rate by at most .001. On a shorter or longer chart
the rate of any point is lower or higher; that of the latest point hardly depends on it.
"""


def expected_false_alarms(charts: int) -> tuple[FalseAlarms, ...]:
    """Return what to expect of so many charts, for each autocorrelation that was simulated, lowest first.

    Expected numbers add up whether or not the charts lean on each other.
    """
    return tuple(
        FalseAlarms(
            autocorrelation=rate.autocorrelation,
            latest=charts * rate.latest,
            any_point=charts * rate.any_point,
        )
        for rate in RATES
    )
