"""Pilot against control: the difference between those who were assigned to something new and those who were not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import mannwhitneyu

from metrics.effect.before_after import share_differences
from metrics.estimate import Reason
from metrics.estimators.differences import welch
from metrics.estimators.intervals import LEVEL
from metrics.estimators.moments import Moments, moments, moments_of

MOST_LOST = 0.20
"""The rule of five and twenty (Schulz and Grimes 2002, Lancet 359:781): with more lost a trial is hardly believed."""
MOST_UNEVEN = 0.05
"""Under 5 % lost matters little; so does a loss that differs less than that between the sides."""
MOST_APART = 0.25
"""Standard deviations that sides may differ at the start: What Works Clearinghouse lets nothing make up for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How many were assigned to a side, and how many of them were measured."""

    assigned: int
    measured: int

    def __post_init__(self) -> None:
        """Refuse a side of which more were measured than assigned: everyone counts where they were assigned."""
        if not 0 <= self.measured <= self.assigned:
            message = f"of {self.assigned} assigned, {self.measured} cannot have been measured"
            raise ValueError(message)

    @property
    def lost(self) -> float | None:
        """The fraction that was not measured; None where nobody was assigned."""
        return 1 - self.measured / self.assigned if self.assigned else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """The difference, pilot less control, with its interval and two-sided p; `reason` says why something is absent.

    `degrees` are those of Welch's t, None for shares. `mann_whitney_p` compares the ranks: for scores on a short scale
    from few people, whose mean is a doubtful summary.
    """

    value: float | None
    low: float | None
    high: float | None
    p_value: float | None
    degrees: float | None
    mann_whitney_p: float | None
    reason: Reason | None
    pilot: Side
    control: Side

    @property
    def low_loss(self) -> bool:
        """Whether few were lost: at most 20 % of all assigned, and about as many on both sides."""
        if self.pilot.lost is None or self.control.lost is None:
            return False
        everybody = Side(
            assigned=self.pilot.assigned + self.control.assigned, measured=self.pilot.measured + self.control.measured
        )
        even = abs(self.pilot.lost - self.control.lost) <= MOST_UNEVEN
        return everybody.lost is not None and everybody.lost <= MOST_LOST and even


def compared_means(rows: pl.DataFrame, *, assigned: Mapping[bool, int] | None = None, level: float = LEVEL) -> Pilot:
    """Compare means; `rows` has a Boolean `pilot`, `value` and `n`, one row or more for what was assigned by lot.

    If desks or weeks were drawn and not residents, give the rows of `unit_means`. `assigned` says how many were
    assigned to the pilot (True) and to the control (False); without it, all who were measured. Where nobody differs on
    either side there is a difference and no interval: how sure that is cannot be worked out.
    """
    pilot, control = (moments_of(rows.filter(side)) for side in (pl.col("pilot"), ~pl.col("pilot")))
    found = welch(pilot, control, level=level)
    value = None if pilot.mean is None or control.mean is None else pilot.mean - control.mean
    return Pilot(
        value=value,
        low=None if found is None else found.low,
        high=None if found is None else found.high,
        p_value=None if found is None else found.p,
        degrees=None if found is None else found.degrees,
        mann_whitney_p=None if value is None else _mann_whitney(rows),
        reason=None if found is not None else _why(pilot, control),
        **_sides(pilot.n, control.n, assigned),
    )


def compared_shares(rows: pl.DataFrame, *, assigned: Mapping[bool, int] | None = None, level: float = LEVEL) -> Pilot:
    """Compare shares (Newcombe); `rows` has a Boolean `pilot`, `hits` and `n`. The rest is as for means.

    The interval is the one to go by; `p_value` is that of the score test, as in `share_differences`.
    """
    sides = rows.select("hits", "n", after="pilot", trial=pl.lit(0))
    both = pl.DataFrame({"trial": [0, 0], "after": [True, False], "hits": [0, 0], "n": [0, 0]}, schema=sides.schema)
    found = share_differences(pl.concat([sides, both]), ["trial"], level=level).row(0, named=True)
    return Pilot(
        value=found["value"],
        low=found["low"],
        high=found["high"],
        p_value=found["p_value"],
        degrees=None,
        mann_whitney_p=None,
        reason=None if found["reason"] is None else Reason(found["reason"]),
        **_sides(found["n_after"], found["n_before"], assigned),
    )


def unit_means(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each `unit` that was assigned by lot: its mean `value`, with n = 1; `rows` counts by `n`.

    Residents of one desk, or of one week, go together: only the units were drawn, so only they count.
    """
    mean = (pl.col("value") * pl.col("n")).sum() / pl.col("n").sum()
    return rows.group_by("pilot", "unit").agg(value=mean, n=pl.lit(1, dtype=pl.Int64)).sort("pilot", "unit")


def balance(rows: pl.DataFrame) -> pl.DataFrame:
    """Return how far the sides were apart at the start; `rows` has `characteristic`, `pilot`, `value` and `n`.

    Gives `characteristic`, `pilot` and `control` (means; of values 0 and 1, shares), `apart` in standard deviations
    (the root of the mean variance of both sides; null without any), and `alike`: at most a quarter apart.
    """
    found = moments(rows, ["characteristic", "pilot"])
    pilot, control = (found.filter(side).drop("pilot") for side in (pl.col("pilot"), ~pl.col("pilot")))
    both = pilot.join(control, on="characteristic", suffix="_control").sort("characteristic")
    deviation = ((pl.col("variance") + pl.col("variance_control")) / 2).sqrt()
    difference = pl.col("mean") - pl.col("mean_control")
    return both.select(
        "characteristic",
        pilot="mean",
        control="mean_control",
        apart=pl.when(deviation > 0).then(difference / deviation),
        alike=(difference.abs() <= MOST_APART * deviation.fill_null(0.0)),
    )


def _sides(pilot: int, control: int, assigned: Mapping[bool, int] | None) -> dict[str, Side]:
    known = assigned or {True: pilot, False: control}
    return {
        "pilot": Side(assigned=known[True], measured=pilot),
        "control": Side(assigned=known[False], measured=control),
    }


def _why(pilot: Moments, control: Moments) -> Reason:
    some = min(pilot.n, control.n) > 1
    return Reason.NO_INTERVAL if some else Reason.TOO_FEW_OBSERVATIONS


def _mann_whitney(rows: pl.DataFrame) -> float:
    """Return the two-sided p of Mann and Whitney: exact for few values without ties, else by the normal curve."""
    pilot, control = (
        np.repeat(side["value"].to_numpy(), side["n"].to_numpy())
        for side in (rows.filter(pl.col("pilot")), rows.filter(~pl.col("pilot")))
    )
    return float(mannwhitneyu(pilot, control, alternative="two-sided").pvalue)
