"""Calculations on weighting: post-stratified and raked figures, one mix held constant, response, the widest gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Self

import polars as pl
from pydantic import Field, FiniteFloat, model_validator

from dashboard.calculations.method import Given, Method, Result
from metrics.coverage import coverage
from metrics.estimators.events import CUSTOMER, INVITATION
from metrics.estimators.intervals import LEVEL
from metrics.kpi import Direction
from metrics.weighting.design import SurveyDesign
from metrics.weighting.fairness import gaps_in_answers
from metrics.weighting.limits import IntervalKind, with_limits
from metrics.weighting.mix_difference import standardised_difference
from metrics.weighting.post_stratified import post_stratified, stratum_weights
from metrics.weighting.raking import raked, raking_weights
from metrics.weighting.strata import cells

Count = Annotated[int, Field(ge=0)]
Confidence = Annotated[float, Field(gt=0, lt=1)]
Counts = Mapping[str, Mapping[FiniteFloat, Count]]
"""Per channel, how often each score was given: `{"desk": {"1": 20, "0": 5}}`."""

_ALL = "all"
_CHANNEL = "channel"
_SEGMENT = "segment"


class GivenStrata(Given):
    """`answers`: per channel how often each score was given; `cases`: per channel how many cases there were.

    `kind`: share, where a score is 1 for an answer that counts and 0 for another, or mean, where it is the answer.
    `confidence`: two-sided.
    """

    answers: Counts
    cases: Mapping[str, Count]
    kind: IntervalKind
    confidence: Confidence = LEVEL

    @model_validator(mode="after")
    def _scores_of_a_share(self) -> Self:
        _refuse_scores(self.answers, self.kind)
        return self


class GivenCell(Given):
    """The answers of one `channel` and one `segment`: how often each score was given."""

    channel: str
    segment: str
    answers: Mapping[FiniteFloat, Count]


class GivenMargins(Given):
    """`cells`: the answers per channel and segment; `cases_by_channel` and `cases_by_segment`; the rest as above."""

    cells: Sequence[GivenCell]
    cases_by_channel: Mapping[str, Count]
    cases_by_segment: Mapping[str, Count]
    kind: IntervalKind
    confidence: Confidence = LEVEL

    @model_validator(mode="after")
    def _scores_of_a_share(self) -> Self:
        _refuse_scores({one.channel: one.answers for one in self.cells}, self.kind)
        return self


class GivenTwoMixes(Given):
    """`now` and `before`: answers per channel; `mix`: cases per channel; `digital`: which channels are digital.

    `kind` as for strata. The answers of channels that are not digital are put together where they are few.
    """

    now: Counts
    before: Counts
    mix: Mapping[str, Count]
    digital: Sequence[str]
    kind: IntervalKind

    @model_validator(mode="after")
    def _scores_of_a_share(self) -> Self:
        _refuse_scores(self.now, self.kind)
        _refuse_scores(self.before, self.kind)
        return self


class GivenChannel(Given):
    """Of one channel: `customers` and `invited` (leave out what was not counted), how many `answered`, `satisfied`."""

    customers: Count | None = None
    invited: Count | None = None
    answered: Count
    satisfied: Count

    @model_validator(mode="after")
    def _no_more_than_answered(self) -> Self:
        if self.satisfied > self.answered:
            message = f"satisfied is {self.satisfied} and answered is {self.answered}; give no more than answered."
            raise ValueError(message)
        return self


class GivenResponse(Given):
    """`channels`: for each channel who came, was invited and answered; `digital`: which channels are digital."""

    channels: Mapping[str, GivenChannel]
    digital: Sequence[str]


class GivenGroups(Given):
    """`answers`: per channel, or per segment, how often each score was given; `better`: up or down; `kind` as above."""

    answers: Counts
    better: Direction
    kind: IntervalKind

    @model_validator(mode="after")
    def _scores_of_a_share(self) -> Self:
        _refuse_scores(self.answers, self.kind)
        return self


def _post_stratified(given: GivenStrata) -> Result:
    rows = cells(_answers(given.answers), _volumes(given.cases, _CHANNEL), by=[_ALL], strata=[_CHANNEL])
    figures = with_limits(post_stratified(rows, [_ALL]), given.kind, level=given.confidence)
    return {**_first(figures), "weights": _weights(stratum_weights(rows), [_CHANNEL])}


def _raked(given: GivenMargins) -> Result:
    answers = pl.concat(
        [_answers({one.channel: one.answers}).with_columns(pl.lit(one.segment).alias(_SEGMENT)) for one in given.cells]
        or [_answers({}).with_columns(pl.lit("").alias(_SEGMENT))],
    )
    margins = {
        _CHANNEL: _volumes(given.cases_by_channel, _CHANNEL),
        _SEGMENT: _volumes(given.cases_by_segment, _SEGMENT),
    }
    own = answers.rename({"n": "volume"}).drop("score")
    rows = cells(answers, own, by=[_ALL], strata=[_CHANNEL, _SEGMENT])
    figures = with_limits(raked(rows, margins, by=[_ALL]), given.kind, level=given.confidence)
    return {
        **_first(figures),
        "weights": _weights(raking_weights(rows, margins, by=[_ALL]), [_CHANNEL, _SEGMENT]),
    }


def _standardised_difference(given: GivenTwoMixes) -> Result:
    design = SurveyDesign(strata=(_CHANNEL,), digital=frozenset(given.digital), interval=given.kind)
    mix = _volumes(given.mix, _CHANNEL)
    return _first(
        standardised_difference(_answers(given.now), _answers(given.before), mix=mix, by=[_ALL], design=design)
    )


def _response(given: GivenResponse) -> Result:
    counted = {name: {CUSTOMER: one.customers, INVITATION: one.invited} for name, one in given.channels.items()}
    counts = pl.DataFrame(
        [(_ALL, name, event, n) for name, events in counted.items() for event, n in events.items() if n is not None],
        schema={_ALL: pl.String, _CHANNEL: pl.String, "event": pl.String, "n": pl.Int64},
        orient="row",
    )
    scores = {name: {1.0: one.satisfied, 0.0: one.answered - one.satisfied} for name, one in given.channels.items()}
    found = coverage(counts, _answers(scores), by=[_ALL], digital=frozenset(given.digital))
    return {**_first(found.totals), "channels": found.channels.drop(_ALL, "came").to_dicts()}


def _widest_gap(given: GivenGroups) -> Result:
    return _first(
        gaps_in_answers(_answers(given.answers), by=[_ALL], among=_CHANNEL, better=given.better, interval=given.kind)
    )


def _refuse_scores(answers: Counts, kind: IntervalKind) -> None:
    other = [score for counts in answers.values() for score in counts if score not in {0, 1}]
    if kind is IntervalKind.SHARE and other:
        message = f"a share has a score of {other[0]:g}; give 1 for an answer that counts and 0 for another."
        raise ValueError(message)


def _answers(answers: Counts) -> pl.DataFrame:
    rows = [(_ALL, channel, score, n) for channel, counts in answers.items() for score, n in counts.items()]
    schema = {_ALL: pl.String, _CHANNEL: pl.String, "score": pl.Float64, "n": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _volumes(volumes: Mapping[str, int], name: str) -> pl.DataFrame:
    rows = [(_ALL, level, n) for level, n in volumes.items()]
    return pl.DataFrame(rows, schema={_ALL: pl.String, name: pl.String, "volume": pl.Int64}, orient="row")


def _first(figures: pl.DataFrame) -> Mapping[str, Any]:
    """Return the only figure by name, or every name with None where nobody answered."""
    rows = figures.drop(_ALL).rows(named=True)
    return rows[0] if rows else dict.fromkeys(figures.drop(_ALL).columns)


def _weights(rows: pl.DataFrame, strata: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    return rows.sort(strata).select(*strata, "n", "weight").to_dicts()


_SHIFT = {
    "website": {"1": 400, "0": 100},
    "desk": {"1": 30, "0": 20},
}

METHODS: tuple[Method, ...] = (
    Method(
        name="post-stratified",
        what="A share or average with every channel counted in proportion to its cases.",
        given=GivenStrata,
        run=_post_stratified,
        example={"answers": _SHIFT, "cases": {"website": 600, "desk": 400}, "kind": "share", "confidence": 0.95},
    ),
    Method(
        name="raked",
        what="A share or average with weights that fit the cases per channel and the cases per segment.",
        given=GivenMargins,
        run=_raked,
        example={
            "cells": [
                {"channel": "website", "segment": "resident", "answers": {"1": 40, "0": 10}},
                {"channel": "website", "segment": "business", "answers": {"1": 15, "0": 10}},
                {"channel": "desk", "segment": "resident", "answers": {"1": 12, "0": 8}},
                {"channel": "desk", "segment": "business", "answers": {"1": 5, "0": 5}},
            ],
            "cases_by_channel": {"website": 600, "desk": 400},
            "cases_by_segment": {"resident": 700, "business": 300},
            "kind": "share",
            "confidence": 0.95,
        },
    ),
    Method(
        name="standardised-difference",
        what="The change of a share or average, crude and with the mix of channels held constant.",
        given=GivenTwoMixes,
        run=_standardised_difference,
        example={
            "before": {"website": {"1": 80, "0": 20}, "desk": {"1": 60, "0": 40}},
            "now": {"website": {"1": 144, "0": 36}, "desk": {"1": 12, "0": 8}},
            "mix": {"website": 500, "desk": 500},
            "digital": ["website"],
            "kind": "share",
        },
    ),
    Method(
        name="response",
        what="Who was invited and who answered, and between what limits the truth lies for everybody who was invited.",
        given=GivenResponse,
        run=_response,
        example={
            "channels": {
                "website": {"customers": 600, "invited": 500, "answered": 100, "satisfied": 80},
                "desk": {"customers": 400, "invited": 300, "answered": 60, "satisfied": 48},
            },
            "digital": ["website"],
        },
    ),
    Method(
        name="widest-gap",
        what="How far the channel or segment that is worst off lies from everybody.",
        given=GivenGroups,
        run=_widest_gap,
        example={"answers": _SHIFT, "better": "up", "kind": "share"},
    ),
)
