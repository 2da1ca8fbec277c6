"""The mean time to a decision up to a stated day, open cases counted: the area under the Kaplan-Meier curve."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.intervals import Z
from metrics.estimators.survival import curve


def restricted_mean(drawn: pl.DataFrame, by: list[str], *, day: pl.Expr) -> pl.DataFrame:
    """Return the mean number of days waited up to `day`, where a longer wait counts as `day` days.

    `drawn` comes from `curve`; `day` is a literal, or a column of `drawn` that is the same for a whole group. Gives
    `by`, `mean` (days), `variance` (of the mean), `n`, `closed`, `open`, `last_age`, and `followed` as `waiting_at`:
    where it is false the curve is held at its last height, which is too long. The variance is the one of R's
    `print(survfit(), rmean = )`: the sum over decisions of the squared area to their right times Greenwood's term.
    """
    start = pl.min_horizontal("days", day)
    until = pl.min_horizontal(pl.col("days").shift(-1).over(by), day)
    left = pl.col("at_risk") - pl.col("closed")
    greenwood = pl.when(left > 0).then(pl.col("closed") / (pl.col("at_risk") * left)).otherwise(0.0)
    return (
        drawn.with_columns(start=start, area=pl.col("waiting") * (until - start).clip(0))
        .with_columns(right=pl.col("area").cum_sum(reverse=True).over(by))
        .group_by(by)
        .agg(
            mean=pl.col("start").first() + pl.col("area").sum(),
            variance=(pl.col("right") ** 2 * greenwood).sum(),
            n=pl.col("at_risk").first(),
            closed=pl.col("closed").sum(),
            open=pl.col("open").sum(),
            last_age=pl.col("days").max(),
            followed=(day.first() <= pl.col("days").max()) | (pl.col("open").last() == 0),
        )
    )


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """The mean number of days to a decision, where a case that takes longer than the horizon counts as the horizon.

    Takes counted cases (`days`, `closed`, `n`) of a cohort of opening dates. Interval: normal, 95 %, kept between 0
    and the horizon. A horizon beyond the oldest age seen while cases are still open: undefined, `follow_up_too_short`.
    """

    horizon_days: int
    method: str = "restricted mean of Kaplan-Meier, normal 95 %"
    draw = staticmethod(curve)

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` in calendar days, `support` the decided cases."""
        return self.read(curve(rows, by), rows, by)

    def read(self, drawn: pl.DataFrame, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:  # noqa: ARG002
        """Read the same off a curve."""
        horizon = self.horizon_days
        half = Z * pl.col("variance").sqrt()
        followed, spread = pl.col("followed"), pl.col("followed") & (pl.col("variance") > 0)
        named = restricted_mean(drawn, by, day=pl.lit(horizon)).with_columns(
            support=pl.col("closed"),
            value=pl.when(followed).then(pl.col("mean")),
            low=pl.when(spread).then((pl.col("mean") - half).clip(0, horizon)),
            high=pl.when(spread).then((pl.col("mean") + half).clip(0, horizon)),
            status=pl.when(followed).then(pl.lit(Status.OK.value)).otherwise(pl.lit(Status.UNDEFINED.value)),
            reason=pl.when(~followed)
            .then(pl.lit(Reason.FOLLOW_UP_TOO_SHORT.value))
            .when(~spread)
            .then(pl.lit(Reason.NO_INTERVAL.value)),
            method=pl.lit(self.method),
            detail=pl.struct("closed", "open", "last_age", horizon_days=pl.lit(horizon)).struct.json_encode(),
        )
        return figures(named, by)
