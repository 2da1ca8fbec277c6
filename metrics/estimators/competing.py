"""What became of cases by day, where they may also end without a decision: Aalen-Johansen, and its norm share."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.estimators.intervals import Z
from metrics.estimators.survival import log_log, norms_of, within_norm_of
from metrics.estimators.tally import DECIDED, OPEN, OTHERWISE, tally

METHOD = "Aalen-Johansen, log-log 95 %"


def incidence(rows: pl.DataFrame, by: list[str], *, outcome: str, z: float = Z) -> pl.DataFrame:
    """Return per group and day the share that has had one outcome by then, other outcomes competing with it.

    Takes counted cases of a cohort of opening dates: `days` from receipt to their end, or to the as-of day where
    `ended` is null; `ended` names how they ended. Gives `by`, `days`, `at_risk`, `closed` (had this outcome that day),
    `otherwise` (had another one), `open`, `share`, `variance` (of the share), `still_open` (had no outcome yet), and
    as in a curve `waiting` (1 - share), `log_variance`, `waiting_low` and `waiting_high`; sorted.

    The variance is that of R's `survfit` with several states (infinitesimal jackknife), which for whole cases is the
    sum over days of the multinomial variance of who left, carried forward. Where nobody ends otherwise, share and
    limits are those of Kaplan-Meier.
    """
    fate = pl.when(pl.col("ended").is_null()).then(OPEN).when(pl.col("ended") == outcome).then(DECIDED)
    days = tally(rows, by, fate=fate.otherwise(OTHERWISE).cast(pl.Int64)).with_columns(
        at_risk=pl.sum_horizontal("closed", "otherwise", "open").cum_sum(reverse=True).over(by)
    )
    closed, at_risk = pl.col("closed"), pl.col("at_risk")
    left = at_risk - closed - pl.col("otherwise")
    # As long as nobody ended otherwise it is Kaplan-Meier, exactly: everybody decided is 1, and not a hair less.
    alone = pl.col("otherwise").cum_sum().over(by) == 0
    low, high = log_log(pl.col("waiting"), pl.col("log_variance"), z=z)
    return (
        days.with_columns(still_open=(left / at_risk).cum_prod().over(by))
        .with_columns(before=pl.when(_first(by)).then(1.0).otherwise(pl.col("still_open").shift(1)))
        .with_columns(share=(pl.col("before") * closed / at_risk).cum_sum().over(by))
        .with_columns(waiting=pl.when(alone).then(pl.col("still_open")).otherwise(1 - pl.col("share")))
        .with_columns(share=pl.when(alone).then(1 - pl.col("waiting")).otherwise(pl.col("share")))
        .with_columns(variance=_variance(by))
        .with_columns(log_variance=pl.when(pl.col("waiting") > 0).then(pl.col("variance") / pl.col("waiting") ** 2))
        .with_columns(waiting_low=low, waiting_high=high)
        .select(*by, *_DRAWN)
    )


def _first(by: list[str]) -> pl.Expr:
    """Tell of sorted rows which are the first of their group."""
    return (pl.int_range(pl.len()) == 0) | pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(name).shift()) for name in by
    )


_DRAWN = (
    *("days", "at_risk", "closed", "otherwise", "open", "share", "variance", "still_open"),
    *("waiting", "log_variance", "waiting_low", "waiting_high"),
)


def incidence_at(drawn: pl.DataFrame, by: list[str], *, day: int) -> pl.DataFrame:
    """Read the frames of `incidence` at the end of a day: `by`, `share`, `variance` (of the share) and `still_open`."""
    before = {"share": 0.0, "variance": 0.0, "still_open": 1.0}
    inside = pl.col("days") <= day
    return drawn.group_by(by).agg(
        pl.col(name).filter(inside).last().fill_null(start).alias(name) for name, start in before.items()
    )


@dataclass(frozen=True, slots=True)
class DecidedWithinNorm:
    """The share of all that came in that was decided within the norm; who withdrew is its own outcome.

    Takes counted cases (`days`, `ended`, `n`) of a cohort of opening dates, with `norm_days`, the same for a whole
    group. A withdrawn or transferred case stays in the total and will never be decided. It is undefined where
    `WithinNorm` is.
    """

    outcome: str = "decided"
    method: str = METHOD

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` a fraction, `support` the cases whose outcome at the norm is known."""
        drawn = incidence(rows, by, outcome=self.outcome)
        return within_norm_of(drawn, by, norms=norms_of(rows, by), method=self.method)


def _variance(by: list[str]) -> pl.Expr:
    """Variance of `share`: the sum over s <= t of (F(t) - F(s))^2 a(s) - 2 (F(t) - F(s)) b(s) + c(s).

    a, b and c are the variance of all who left on day s, its covariance with those who had the outcome, and the
    variance of the latter, each as it weighs in F. Written out in powers of F(t), so that one pass over days is enough.
    """
    closed, at_risk, share = pl.col("closed"), pl.col("at_risk"), pl.col("share")
    gone = closed + pl.col("otherwise")
    left = at_risk - gone
    # Where nobody is left F(t) stays F(s), so that a and b weigh nothing.
    a = pl.when(left > 0).then(gone / (at_risk * left)).otherwise(0.0)
    b = pl.when(left > 0).then(pl.col("before") * closed / at_risk**2).otherwise(0.0)
    c = pl.col("before") ** 2 * closed * (at_risk - closed) / at_risk.cast(pl.Float64) ** 3

    def so_far(term: pl.Expr) -> pl.Expr:
        return term.cum_sum().over(by)

    return (share**2 * so_far(a) - 2 * share * so_far(a * share + b) + so_far(a * share**2 + 2 * b * share + c)).clip(
        0.0
    )
