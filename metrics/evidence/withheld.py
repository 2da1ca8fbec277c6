"""Withheld: no figure at a constant mix may give away the channel of which the figure is not shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from metrics.breakdowns import UNKNOWN
from metrics.estimate import Status
from metrics.evidence.change import Change
from metrics.evidence.series import Series
from metrics.kpi import Kpi
from metrics.periods import Grain

_CHANNEL = "channel="


def withheld_channels(evidence: pl.DataFrame, kpi: Kpi) -> pl.DataFrame:
    """Return of which channels the figure of a KPI is not shown: `project`, `grain`, `period_start`, `channel`."""
    return evidence.filter(
        pl.col("kpi") == kpi.name,
        pl.col("breakdown").str.starts_with(_CHANNEL),
        pl.col("breakdown") != f"{_CHANNEL}{UNKNOWN}",
        pl.col("status").is_in([Status.HIDDEN.value, Status.TOO_FEW.value]),
    ).select("project", "grain", "period_start", channel=pl.col("breakdown").str.strip_prefix(_CHANNEL))


def without_telling(found: Mapping[str, Change], withheld: pl.DataFrame) -> Mapping[str, Change]:
    """Take the held difference away where it rests on a channel by itself whose figure is withheld on either side.

    Its mix is known and so are the figures of the other channels: together they would give that one away. `withheld`
    holds the two periods that are compared. A channel that was put together with others is no figure by itself.
    """
    by_project: dict[str, set[str]] = {}
    for project, channel in withheld.select("project", "channel").iter_rows():
        by_project.setdefault(project, set()).add(channel)
    return {
        name: replace(one, held=None) if by_project.get(name, set()) - _pooled(one.merged) else one
        for name, one in found.items()
    }


def series_without_telling(found: Mapping[str, Series], withheld: pl.DataFrame) -> Mapping[str, Series]:
    """Take the months away in which a held series rests on a withheld channel by itself."""
    by_month: dict[tuple[str, object], set[str]] = {}
    for project, month, channel in withheld.select("project", "period_start", "channel").iter_rows():
        by_month.setdefault((project, month), set()).add(channel)
    return {
        name: replace(
            one,
            values=tuple(
                None if by_month.get((name, month), set()) - _pooled(one.merged) else value
                for month, value in zip(one.months, one.values, strict=True)
            ),
        )
        if one.held
        else one
        for name, one in found.items()
    }


def compared_periods(withheld: pl.DataFrame, now: Mapping[str, object], grain: Grain) -> pl.DataFrame:
    """Keep what is withheld in the baseline, and in the period that counts as now of each project (its first day)."""
    starts = pl.DataFrame(
        {"project": list(now), "_now": list(now.values())}, schema={"project": pl.String(), "_now": pl.Date()}
    )
    shown = (pl.col("grain") == grain.value) & (pl.lit(grain is Grain.ALL) | (pl.col("period_start") == pl.col("_now")))
    baseline = pl.col("grain") == Grain.BASELINE.value
    return withheld.join(starts, on="project").filter(baseline | shown)


def _pooled(merged: tuple[str, ...]) -> set[str]:
    return {channel for pool in merged for channel in pool.split("+")}
