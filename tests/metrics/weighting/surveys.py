"""Builders for the tests of weighting: surveys of one project, as counted answers and cases per channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from metrics.weighting.design import SurveyDesign
from metrics.weighting.limits import IntervalKind

BY = ["project"]
WEBSITE = frozenset({"website"})

Scores = Mapping[float, int]
"""How often each score was given."""


def share(good: int, bad: int) -> Scores:
    return {1.0: good, 0.0: bad}


def answered(counts: Mapping[str | None, Scores], **others: Any) -> pl.DataFrame:
    """Counted answers per channel; `others` are columns with one value."""
    rows = [(channel, float(score), n) for channel, scores in counts.items() for score, n in scores.items()]
    schema = {"channel": pl.String, "score": pl.Float64, "n": pl.Int64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(pl.lit(value).alias(name) for name, value in {"project": "p", **others}.items())


def answered_in(counts: Mapping[tuple[str, str], Scores]) -> pl.DataFrame:
    """Counted answers per channel and customer."""
    return pl.concat(answered({channel: scores}, customer=who) for (channel, who), scores in counts.items())


def came(volumes: Mapping[str | None, int | None], **others: Any) -> pl.DataFrame:
    """How many cases each channel had."""
    frame = pl.DataFrame(list(volumes.items()), schema={"channel": pl.String, "volume": pl.Int64}, orient="row")
    return frame.with_columns(pl.lit(value).alias(name) for name, value in {"project": "p", **others}.items())


def came_in(volumes: Mapping[tuple[str, str], int]) -> pl.DataFrame:
    """How many cases each channel and customer had."""
    return pl.concat(came({channel: volume}, customer=who) for (channel, who), volume in volumes.items())


def design(*strata: str, interval: IntervalKind = IntervalKind.SHARE, **changed: Any) -> SurveyDesign:
    return SurveyDesign(**{"strata": strata or ("channel",), "digital": WEBSITE, "interval": interval, **changed})


def each_answer(counts: Mapping[Any, Scores]) -> Sequence[tuple[Any, float]]:
    """Every answer by itself, for a second method that does not count."""
    return [(key, score) for key, scores in counts.items() for score, n in scores.items() for _ in range(n)]
