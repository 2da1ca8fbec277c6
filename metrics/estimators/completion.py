"""Share of started forms that came to a right end, and where the others stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.events import Event
from metrics.estimators.intervals import wilson


@dataclass(frozen=True, slots=True)
class Completion:
    """Forms sent in or rightly refused, divided by the started forms of which the end is known.

    Takes counted events (`event`, `n`): `form_start`, `form_end`, `form_refused`, `form_saved` (see `Event`); other
    events are passed over. A saved draft that can still be taken up is neither complete nor failed: it stays out,
    and `detail` has the share if all of these fail (`lowest`) and if all are sent in (`highest`). More ends than
    starts is a fault of the counts: undefined, never cut off at 100 %. Interval: Wilson, 95 % (GOV.UK service
    manual, completion rate).
    """

    method: str = "share of forms with a known end, Wilson 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` a fraction, `n` the forms started, `support` those with a known end.

        `detail` has `completed`, `refused` (part of the completed), `failed`, `saved`, `lowest` and `highest`.
        """
        completed, decided = pl.col("completed"), pl.col("support")
        low, high = wilson(completed, decided)
        grouped = (
            rows.group_by(by)
            .agg(
                n=_times(Event.FORM_START),
                sent=_times(Event.FORM_END),
                refused=_times(Event.FORM_REFUSED),
                saved=_times(Event.FORM_SAVED),
            )
            .with_columns(completed=pl.col("sent") + pl.col("refused"), support=pl.col("n") - pl.col("saved"))
            .with_columns(failed=decided - completed, reason=_reason())
            .with_columns(_status())
        )
        usable = pl.col("status") == Status.OK.value
        possible = pl.col("reason").ne_missing(Reason.MORE_ENDS_THAN_STARTS.value) & (pl.col("n") > 0)
        valued = grouped.with_columns(
            value=pl.when(usable).then(completed / decided),
            low=pl.when(usable).then(low),
            high=pl.when(usable).then(high),
            failed=pl.when(possible).then(pl.col("failed")),
            lowest=pl.when(possible).then(completed / pl.col("n")),
            highest=pl.when(possible).then((completed + pl.col("saved")) / pl.col("n")),
            method=pl.lit(self.method),
        )
        shown = pl.struct("completed", "refused", "failed", "saved", "lowest", "highest")
        return figures(valued.with_columns(detail=shown.struct.json_encode()), by)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLoss:
    """How many stopped between two steps, and their share of those who reached the first of the two.

    Both are None where more reached the later step: they came in from elsewhere, and a loss cannot be told. The
    share is None as well where nobody reached the first step.
    """

    lost: int | None
    share: float | None


def drop_off(reached: Sequence[int]) -> tuple[StepLoss, ...]:
    """Return the loss between each step and the next, from how many reached each step, in order."""
    return tuple(_loss(before, after) for before, after in pairwise(reached))


def _loss(before: int, after: int) -> StepLoss:
    if after > before:
        return StepLoss(lost=None, share=None)
    return StepLoss(lost=before - after, share=(before - after) / before if before else None)


def _times(event: Event) -> pl.Expr:
    return pl.col("n").filter(pl.col("event") == event.value).sum()


def _reason() -> pl.Expr:
    ends = pl.col("completed") + pl.col("saved")
    return (
        pl.when(ends > pl.col("n"))
        .then(pl.lit(Reason.MORE_ENDS_THAN_STARTS.value))
        .when(pl.col("n") == 0)
        .then(pl.lit(Reason.NOTHING_RECORDED.value))
        .when(pl.col("support") == 0)
        .then(pl.lit(Reason.FOLLOW_UP_TOO_SHORT.value))
    )


def _status() -> pl.Expr:
    reason = pl.col("reason")
    return (
        pl.when(reason.is_null())
        .then(pl.lit(Status.OK.value))
        .when(reason == Reason.NOTHING_RECORDED.value)
        .then(pl.lit(Status.NO_DATA.value))
        .otherwise(pl.lit(Status.UNDEFINED.value))
        .alias("status")
    )
