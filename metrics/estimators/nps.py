"""Net Promoter Score of answers on 0-10, with adjusted Wald limits."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.estimate import Reason, Status, figures
from metrics.estimators.answers import instrument_detail, only_where_usable, reason, same_instrument, status
from metrics.estimators.intervals import Limits, Z, student, t_quantiles

SCALE = "0-10"
"""The only scale on which the score is defined."""

PROMOTER, DETRACTOR = 9, 6
"""Lowest answer of a promoter and highest of a detractor; 7 and 8 are passive (Reichheld 2003)."""

FEWEST_FIRM = 100
"""Below this number of answers the limits lie 15 points or more from the score: no more than an indication."""

_ADDED = 0.75
"""Promoters, and as many detractors, that the adjustment adds; of 3 answers in all (Rocks 2016, arXiv 1601.07235)."""

_ADDED_ANSWERS = 3
_POINTS = 100


def net_score(promoters: pl.Expr, detractors: pl.Expr, n: pl.Expr) -> pl.Expr:
    """Return the score, -100 to 100; null where n is 0."""
    return pl.when(n > 0).then(_POINTS * (promoters - detractors) / n)


def adjusted_wald(promoters: pl.Expr, detractors: pl.Expr, n: pl.Expr, *, z: float = Z) -> Limits:
    """Return the limits of the score as if 3 more had answered, 3/4 promoter and 3/4 detractor (Rocks 2016).

    Sensible where all gave the same answer too. Not kept within -100 and 100: cut off what is shown. Null where n is 0.
    """
    more = n + _ADDED_ANSWERS
    centre = (promoters - detractors) / more
    extreme = (promoters + detractors + 2 * _ADDED) / more
    half = z * ((extreme - centre**2) / more).sqrt()
    some = n > 0
    return pl.when(some).then(_POINTS * (centre - half)), pl.when(some).then(_POINTS * (centre + half))


def trinomial_t(promoters: pl.Expr, detractors: pl.Expr, n: pl.Expr, *, quantile: pl.Expr) -> Limits:
    """Return the t limits of the score as a mean of +1, 0 and -1: what most tools give.

    Null where all answers are of one kind, for a width of 0 is no certainty, and where the quantile is.
    """
    net, many = promoters - detractors, n.cast(pl.Int64)
    spread = many * (promoters + detractors) - net * net.cast(pl.Int64)
    low, high = student(net / n, spread / n / (n - 1) / n, quantile)
    varied = spread > 0
    return pl.when(varied).then(_POINTS * low), pl.when(varied).then(_POINTS * high)


@dataclass(frozen=True, slots=True)
class Nps:
    """The Net Promoter Score: promoters (9, 10) minus detractors (0 to 6), in points of a hundred answers.

    Takes counted answers (`scale`, `question`, `value`, `n`). Interval: adjusted Wald, 95 %, kept within -100 and
    100. Undefined on any scale but 0-10. Below 100 answers an indication at most. Where all answers are of one kind
    there is no interval, as with a mean, and disclosure control is told so. `detail` has `promoters`, `passives`,
    `detractors`, and the t limits that other tools give (`trinomial_low`, `trinomial_high`).
    """

    method: str = "net promoter score, adjusted Wald 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` from -100 to 100; undefined where scales or wordings are mixed."""
        promoters, detractors, n = pl.col("promoters"), pl.col("detractors"), pl.col("n")
        grouped = (
            rows.group_by(by)
            .agg(
                *same_instrument(),
                promoters=n.filter(pl.col("value") >= PROMOTER).sum(),
                detractors=n.filter(pl.col("value") <= DETRACTOR).sum(),
            )
            .with_columns(passives=n - promoters - detractors, status=status(), reason=reason())
            .with_columns(_only_on_0_to_10("status", Status.UNDEFINED), _only_on_0_to_10("reason", Reason.OTHER_SCALE))
        )
        low, high = adjusted_wald(promoters, detractors, n)
        trinomial = trinomial_t(promoters, detractors, n, quantile=pl.lit(t_quantiles(grouped["n"])))
        limits = {"low": low, "high": high, "trinomial_low": trinomial[0], "trinomial_high": trinomial[1]}
        parts = ("promoters", "passives", "detractors", "trinomial_low", "trinomial_high")
        limited = (
            grouped.with_columns(
                *(limit.clip(-_POINTS, _POINTS).alias(name) for name, limit in limits.items()),
                value=net_score(promoters, detractors, n),
                support=n,
            )
            .with_columns(*only_where_usable("value", "low", "high", *parts))
            .with_columns(detail=instrument_detail(*parts), method=pl.lit(self.method))
            .with_columns(*_limited())
        )
        return figures(limited, by)


def _limited() -> list[pl.Expr]:
    """Take the interval away where all are of one kind, and say that few answers give no more than an indication."""
    usable = pl.col("status") == Status.OK.value
    alike = usable & (pl.max_horizontal("promoters", "passives", "detractors") == pl.col("n"))
    few = usable & (pl.col("n") < FEWEST_FIRM)
    return [
        *(pl.when(~alike).then(pl.col(end)).alias(end) for end in ("low", "high")),
        pl.when(few).then(pl.lit(Status.INDICATIVE.value)).otherwise(pl.col("status")).alias("status"),
        pl.when(alike)
        .then(pl.lit(Reason.NO_INTERVAL.value))
        .when(few)
        .then(pl.lit(Reason.WIDE_INTERVAL.value))
        .otherwise(pl.col("reason"))
        .alias("reason"),
    ]


def _only_on_0_to_10(name: str, word: Status | Reason) -> pl.Expr:
    elsewhere = (pl.col("status") == Status.OK.value) & (pl.col("scale") != SCALE)
    return pl.when(elsewhere).then(pl.lit(word.value)).otherwise(pl.col(name)).alias(name)
