"""Coverage: who was invited and who answered, and how far those who stayed silent could move a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from metrics.breakdowns import UNKNOWN
from metrics.estimators.events import CUSTOMER, INVITATION
from metrics.estimators.intervals import wilson
from metrics.weighting.cautions import Caution, coded
from metrics.weighting.strata import UNPLACED_ONE_IN

CASE = "case"

LOW_RESPONSE = 0.2
"""A response below this is warned of, and caps what a claim from the survey can reach."""

REPRESENTATIVE = 0.8
"""A representativity below this is warned of, and caps what a claim from the survey can reach."""

LARGEST_GAP = 0.15
"""A gap between the highest and the lowest response that is warned of: 15 points."""

ENOUGH_INVITED = 10
"""Fewest invitations of a channel whose response counts in the gap: on fewer a rate is chance."""

_DIGITS = 12
"""Beyond these a rate is the rounding of the computer: 45 % less 30 % is 15 points and not more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Who was reached, per group.

    `totals`: `by`, `customers`, `invited`, `answered` (answers to the item; how many persons gave them is not in
    counts), `response` with its 95 % limits `low` and `high`, `coverage` (invited over customers), `satisfied` (the
    mean score), `lowest` and `highest` (the no-assumption range), `representativity` over the channels, `bias_at_most`,
    `representativity_in_cells` over channel and segments, `gap`, `silent` (channels where people came and nobody
    answered), `warnings` (`Caution`).

    `channels`: `by`, `channel` (`unknown` too), `customers`, `invited`, `answered`, `response`, `low`, `high`,
    `coverage`, `came`.

    A count of a kind that was never recorded in the group is null, not 0, and so is all that leans on it.
    """

    totals: pl.DataFrame
    channels: pl.DataFrame


def coverage(
    counts: pl.DataFrame,
    answers: pl.DataFrame,
    *,
    by: list[str],
    digital: frozenset[str],
    segments: Sequence[str] = (),
) -> Coverage:
    """Return who was invited and who answered, per group of either frame.

    `counts`: `by`, `event` (`customer`, `invitation`, and `case` where customers are not counted), `channel`, the
    columns of `segments`, `n`. `answers` to one item: `by`, `channel`, `segments`, `n` and `score`, from 0 (all bad)
    to 1 (all good). Invitations and answers are those of the period, so that late answers count in the next; where
    there are more answers than invitations, there is no response.

    No-assumption range: with response r and score p, the score of all who were invited lies in [r p, r p + 1 - r].
    Representativity (Schouten, Cobben and Bethlehem 2009): 1 - 2 S, where S is the standard deviation of the response
    of the strata, each weighing with its invitations; the bias that silence can make in the mean is at most the
    standard deviation of the scores times S over the response. It is not given where more than one in ten answers
    or invitations has an unknown stratum. Chance makes S larger where few are invited.
    """
    cells = _cells(counts, answers, [*by, "channel", *segments], by=by)
    channels = _summed(cells, [*by, "channel"])
    spread = _representativity(channels, by, ["channel"])
    finer = _representativity(cells, by, ["channel", *segments]).select(
        *by, representativity_in_cells=pl.col("representativity") if segments else pl.lit(None, dtype=pl.Float64)
    )
    totals = (
        _rates(_summed(cells, by))
        .join(spread, on=by, how="left", nulls_equal=True)
        .join(finer, on=by, how="left", nulls_equal=True)
        .join(_voices(channels, by, digital), on=by, how="left", nulls_equal=True)
    )
    shown = ("customers", "invited", "answered", "response", "low", "high", "coverage", "came")
    return Coverage(
        totals=_told(totals, by),
        channels=_rates(channels).select(*by, "channel", *shown).sort(*by, "channel"),
    )


def _cells(counts: pl.DataFrame, answers: pl.DataFrame, keys: list[str], *, by: list[str]) -> pl.DataFrame:
    """Return per cell what was counted and answered; null for a kind that the group has no record of."""
    strata = [pl.col(name).fill_null(UNKNOWN) for name in keys if name not in by]
    n, event = pl.col("n"), pl.col("event")
    counted = (
        counts.with_columns(strata)
        .group_by(keys)
        .agg(
            customers=n.filter(event == CUSTOMER).sum(),
            invited=n.filter(event == INVITATION).sum(),
            cases=n.filter(event == CASE).sum(),
        )
    )
    recorded = counts.group_by(by).agg(
        has_customers=(event == CUSTOMER).any(),
        has_invited=(event == INVITATION).any(),
    )
    answered = (
        answers.with_columns(strata)
        .group_by(keys)
        .agg(
            answered=n.sum(),
            total=(pl.col("score") * n).sum(),
            squares=(pl.col("score") ** 2 * n).sum(),
        )
    )
    return (
        counted.join(answered, on=keys, how="full", coalesce=True, nulls_equal=True)
        .join(recorded, on=by, how="left", nulls_equal=True)
        .with_columns(pl.col("answered", "total", "squares", "customers", "invited", "cases").fill_null(0))
        .with_columns(
            came=pl.max_horizontal("customers", "invited", "cases"),
            customers=pl.when("has_customers").then("customers"),
            invited=pl.when("has_invited").then("invited"),
        )
        .drop("has_customers", "has_invited", "cases")
    )


def _summed(cells: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    names = ("customers", "invited", "answered", "total", "squares", "came")
    absent_stays = (pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in names)
    return cells.group_by(keys).agg(absent_stays)


def _rates(rows: pl.DataFrame) -> pl.DataFrame:
    answered, invited, customers = pl.col("answered"), pl.col("invited"), pl.col("customers")
    low, high = wilson(answered, invited)
    possible = (invited > 0) & (answered <= invited)
    return rows.with_columns(
        response=pl.when(possible).then(answered / invited),
        low=pl.when(possible).then(low),
        high=pl.when(possible).then(high),
        coverage=pl.when((customers > 0) & (invited <= customers)).then(invited / customers),
    )


def _representativity(cells: pl.DataFrame, by: list[str], strata: list[str]) -> pl.DataFrame:
    """Return per group the representativity, the standard deviation that it rests on, and the gap in response."""
    known = pl.all_horizontal(pl.col(name) != UNKNOWN for name in strata)
    invited, answered = pl.col("invited"), pl.col("answered")
    possible = (answered <= invited).all() & (invited.filter(known).sum() > 1)
    placed = pl.all_horizontal(one.filter(~known).sum() * UNPLACED_ONE_IN <= one.sum() for one in (invited, answered))
    invited_in, answered_in = invited.filter(known), answered.filter(known)
    rate = answered_in / invited_in
    whole = answered_in.sum() / invited_in.sum()
    some = invited_in > 0
    squares = (invited_in * (rate - whole) ** 2).filter(some).sum()
    large = invited_in >= ENOUGH_INVITED
    return (
        cells.group_by(by)
        .agg(
            usable=possible & placed,
            deviation=(squares / (invited_in.sum() - 1)).sqrt(),
            gap=pl.when(large.sum() > 1).then(rate.filter(large).max() - rate.filter(large).min()),
        )
        .select(
            *by,
            representativity=pl.when("usable").then(1 - 2 * pl.col("deviation")),
            deviation=pl.when("usable").then("deviation"),
            gap=pl.when("usable").then("gap"),
        )
    )


def _voices(channels: pl.DataFrame, by: list[str], digital: frozenset[str]) -> pl.DataFrame:
    """Return per group the channels where people came and nobody answered, and whether only digital ones speak."""
    known = pl.col("channel") != UNKNOWN
    silent = known & (pl.col("came") > 0) & (pl.col("answered") == 0)
    is_digital = pl.col("channel").is_in(list(digital))
    speaks = pl.col("answered") > 0
    return channels.group_by(by).agg(
        silent=pl.col("channel").filter(silent).sort(),
        only_digital=(silent & ~is_digital).any() & (known & speaks).any() & ~(known & speaks & ~is_digital).any(),
    )


def _told(totals: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    answered, invited, response = pl.col("answered"), pl.col("invited"), pl.col("response")
    satisfied = pl.when(answered > 0).then(pl.col("total") / answered)
    variance = pl.when(answered > 0).then(pl.col("squares") / answered - satisfied**2).clip(0)
    # Where nobody answered, nothing is known of anybody: the range is 0 to 1.
    lowest = pl.when(answered > 0).then(response * satisfied).when(response == 0).then(0.0)
    least = pl.min_horizontal("representativity", "representativity_in_cells")
    warnings = coded(
        {
            Caution.RESPONSE_UNKNOWN: invited.is_null() | (invited == 0),
            Caution.LOW_RESPONSE: answered * round(1 / LOW_RESPONSE) < invited,
            Caution.UNREPRESENTATIVE: least.round(_DIGITS) < REPRESENTATIVE,
            Caution.UNEVEN_RESPONSE: pl.col("gap").round(_DIGITS) > LARGEST_GAP,
            Caution.ONLY_DIGITAL: pl.col("only_digital"),
            Caution.CHANNELS_SILENT: pl.col("silent").list.len() > 0,
            Caution.MORE_ANSWERS_THAN_INVITATIONS: answered > invited,
            Caution.MORE_INVITATIONS_THAN_CUSTOMERS: invited > pl.col("customers"),
        },
    )
    return totals.select(
        *by,
        "customers",
        "invited",
        "answered",
        "response",
        "low",
        "high",
        "coverage",
        satisfied=satisfied,
        lowest=lowest,
        highest=lowest + 1 - response,
        representativity="representativity",
        bias_at_most=variance.sqrt() * pl.col("deviation") / response,
        representativity_in_cells="representativity_in_cells",
        gap="gap",
        silent="silent",
        warnings=warnings,
    ).sort(by)
