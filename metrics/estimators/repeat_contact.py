"""Share of contacts after which the resident had to come back on the same topic."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.intervals import wilson


@dataclass(frozen=True, slots=True)
class RepeatContact:
    """The share of contacts followed by another within so many days, the same day included.

    Takes counted contacts: `gap_days` (to the next contact of the same resident on the same topic, null for none
    yet), `follow_up_days` (how long one could look for it) and `n`. Only contacts that were followed for at least
    `within_days` count: of younger ones the next contact may still come. Interval: Wilson, 95 %. Contacts of one
    resident resemble each other; where rows have `residents` (how many different ones the group has, the same in
    each row), the interval is as wide as if each resident was one contact, a cautious design effect of n / residents.
    """

    within_days: int
    method: str = "share of contacts, Wilson 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` a fraction; n and support count the contacts followed long enough.

        `detail` has `repeats`, `left_out` (followed too short), `same_day` (of all contacts, those followed by
        another on the same day), `all_share` (the share among all contacts: too low, for contrast) and `residents`.
        """
        known = rows if "residents" in rows.columns else rows.with_columns(residents=pl.lit(None, dtype=pl.Int64))
        long_enough = pl.col("follow_up_days") >= self.within_days
        seen = pl.col("gap_days") <= pl.min_horizontal("follow_up_days", self.within_days)
        n = pl.col("n")
        grouped = (
            known.group_by(by)
            .agg(
                n=n.filter(long_enough).sum(),
                repeats=n.filter(long_enough & seen).sum(),
                left_out=n.filter(~long_enough).sum(),
                all_contacts=n.sum(),
                all_repeats=n.filter(seen).sum(),
                same_day=n.filter(pl.col("gap_days") == 0).sum(),
                residents=pl.col("residents").max(),
            )
            .with_columns(value=_share("repeats", "n"), all_share=_share("all_repeats", "all_contacts"))
        )
        return figures(grouped.with_columns(*self._interval(), *_standing(), method=pl.lit(self.method)), by)

    @staticmethod
    def _interval() -> list[pl.Expr]:
        persons = pl.min_horizontal("n", "residents")
        low, high = wilson(pl.col("repeats") * persons / pl.col("n"), persons)
        return [low.alias("low"), high.alias("high")]


def waiting_for_repeat(rows: pl.DataFrame, within_days: int) -> pl.DataFrame:
    """Return counted contacts as `metrics.estimators.survival` takes cases: waiting for the next contact.

    A contact without a next one is followed up to its `follow_up_days`. `WithinNorm` then gives the share that came
    back within `within_days` with all contacts in it, the young ones as long as they could be seen.
    """
    seen = (pl.col("gap_days") <= pl.col("follow_up_days")).fill_null(value=False)
    return rows.with_columns(
        days=pl.when(seen).then(pl.col("gap_days")).otherwise(pl.col("follow_up_days")),
        closed=seen,
        norm_days=pl.lit(within_days, dtype=pl.Int64),
    )


def _share(hits: str, n: str) -> pl.Expr:
    return pl.when(pl.col(n) > 0).then(pl.col(hits) / pl.col(n))


def _standing() -> list[pl.Expr]:
    counted, young = pl.col("n") > 0, pl.col("left_out") > 0
    return [
        pl.col("n").alias("support"),
        pl.when(counted)
        .then(pl.lit(Status.OK.value))
        .when(young)
        .then(pl.lit(Status.UNDEFINED.value))
        .otherwise(pl.lit(Status.NO_DATA.value))
        .alias("status"),
        pl.when(counted)
        .then(None)
        .when(young)
        .then(pl.lit(Reason.FOLLOW_UP_TOO_SHORT.value))
        .otherwise(pl.lit(Reason.NOTHING_RECORDED.value))
        .alias("reason"),
        pl.struct("repeats", "left_out", "same_day", "all_share", "residents").struct.json_encode().alias("detail"),
    ]
