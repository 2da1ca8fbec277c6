"""An estimate or the reason why there is none, as a value and as the columns of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class Status(StrEnum):
    """How far a figure can be used. The order is from usable to absent."""

    OK = "ok"
    INDICATIVE = "indicative"
    STALE = "stale"
    TOO_FEW = "too_few"
    HIDDEN = "hidden"
    UNDEFINED = "undefined"
    NO_DATA = "no_data"


class Reason(StrEnum):
    """Why a figure is limited or absent. `dashboard.wording` has the sentence."""

    FEW_OBSERVATIONS = "few_observations"
    WIDE_INTERVAL = "wide_interval"
    UPPER_LIMIT_OPEN = "upper_limit_open"
    NO_INTERVAL = "no_interval"
    TOO_FEW_OBSERVATIONS = "too_few_observations"
    TOO_FEW_CLOSED = "too_few_closed"
    FEW_PERSONS = "few_persons"
    EVERYBODY_THE_SAME = "everybody_the_same"
    PROTECTS_OTHERS = "protects_others"
    MIXED_SCALES = "mixed_scales"
    MIXED_QUESTIONS = "mixed_questions"
    OTHER_SCALE = "other_scale"
    ALL_OPEN = "all_open"
    NOT_REACHED = "not_reached"
    FOLLOW_UP_TOO_SHORT = "follow_up_too_short"
    NO_NORM = "no_norm"
    STRATUM_EMPTY = "stratum_empty"
    SUSPENSION_UNKNOWN = "suspension_unknown"
    NOTHING_RECORDED = "nothing_recorded"
    NOTHING_DUE = "nothing_due"
    MORE_ENDS_THAN_STARTS = "more_ends_than_starts"
    NO_CASES = "no_cases"
    SOURCE_LATE = "source_late"
    SHORT_SERIES = "short_series"
    FEW_SERVICES = "few_services"


FIGURES = pl.Schema(
    {
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "n": pl.Int64(),
        "support": pl.Int64(),
        "status": pl.String(),
        "reason": pl.String(),
        "method": pl.String(),
        "detail": pl.String(),
    },
)
"""What every estimator returns beside its group columns, one row a group.

`low` and `high` are the ends of the 95 % interval; a null end is unknown or unlimited, `reason` says which.
`n` counts what was observed (answers, cases); `support` what the figure leans on (answers, decided cases) and
decides whether it may be shown. `status` is a `Status`, `reason` a `Reason` or null. `detail` is a JSON object
with what else a reader needs (scale, open cases, oldest age). Shares are fractions, lead times calendar days.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its 95 % interval; an end that is None is unknown or unlimited."""

    value: float
    low: float | None
    high: float | None
    n: int
    status: Status
    reason: Reason | None
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReported:
    """No figure, with the reason; `n` is None where even the count is hidden.

    `at_least` is a lower bound in days where a percentile lies beyond the oldest age seen.
    """

    status: Status
    reason: Reason
    n: int | None
    at_least: float | None = None


def figures(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Bring the result of an estimator to the group columns plus `FIGURES`; absent columns become null."""
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in FIGURES.items() if name not in rows.columns]
    return rows.with_columns(missing).select(*by, *(pl.col(name).cast(dtype) for name, dtype in FIGURES.items()))
