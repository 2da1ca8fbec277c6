"""Published figures held against our own formulas on the same answers."""

from __future__ import annotations

import polars as pl

from metrics.disclosure.primary import withhold
from metrics.estimators.mean import Mean
from metrics.estimators.share import TopShare
from metrics.kpi import Estimator, Unit

ROUNDING = 0.005
"""A published whole percentage may differ by half a point from the exact figure."""

_TOLERANCE = 1e-9

COMPARED = pl.Schema(
    {
        "project": pl.String(),
        "service": pl.String(),
        "month": pl.Date(),
        "published": pl.Float64(),
        "recomputed": pl.Float64(),
        "top_share": pl.Float64(),
        "n": pl.Int64(),
        "differs": pl.Boolean(),
        "explained_by": pl.String(),
    },
)
"""A published figure of a service and month beside ours, as fractions.

`recomputed` is the GOV.UK weighted score, the formula that publishers of satisfaction percentages of this kind
state; `differs` says that the two part by more than rounding, `explained_by` which KPI does give the published
figure, or null where none does. `n` counts the answers.
"""


def compare(published: pl.DataFrame, answers: pl.DataFrame, scope: pl.DataFrame) -> pl.DataFrame:
    """Return `COMPARED` for every published figure whose answers we have.

    `published` and `answers` are counted records; `scope` gives project and service (`metrics.scope.scope_frame`).
    Months of which only the percentage was published cannot be checked and are left out; so are months with too
    few answers to show our own figure.
    """
    monthly = answers.with_columns(month=(pl.col("month") + "-01").str.to_date())
    by = ["service", "item", "month"]
    weighted = _shown(Mean(rescaled=True), monthly, by).select(*by, "n", recomputed="value")
    top = _shown(TopShare(), monthly, by).select(*by, top_share="value")
    claimed = published.select("service", "item", month="published_for", published=pl.col("percent") / 100)
    joined = claimed.join(weighted, on=by).join(top, on=by).drop_nulls(["recomputed", "top_share"])
    return (
        joined.join(scope.select("project", "service"), on="service")
        .with_columns(differs=~_same("recomputed"))
        .with_columns(
            explained_by=pl.when(~pl.col("differs"))
            .then(pl.lit("satisfaction_weighted"))
            .when(_same("top_share"))
            .then(pl.lit("satisfaction")),
        )
        .sort("project", "service", "month")
        .select(COMPARED.names())
        .cast(COMPARED)
    )


def parted_since(compared: pl.DataFrame) -> pl.DataFrame:
    """Return per project and service the month since which every published figure differs from the formula.

    One row (`project`, `service`, `since`, `months`, `explained_by`) for each service whose newest figures all
    differ while earlier ones did not: a change of formula rather than a slip. `explained_by` is the one KPI that
    gives all of them, or null.
    """
    ordered = compared.sort("month")
    by = ["project", "service"]
    last_match = pl.col("month").filter(~pl.col("differs")).max()
    tail = ordered.with_columns(matched=last_match.over(by)).filter(pl.col("month") > pl.col("matched"))
    return (
        tail.group_by(by)
        .agg(
            since=pl.col("month").min(),
            months=pl.len(),
            explained_by=pl.when(pl.col("explained_by").n_unique() == 1).then(pl.col("explained_by").first()).first(),
        )
        .filter(pl.col("months") > 1)
        .sort(by)
    )


def _shown(estimator: Estimator, answers: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    return withhold(estimator.figures(answers, by), Unit.SHARE, closed=False)


def _same(ours: str) -> pl.Expr:
    return (pl.col("published") - pl.col(ours)).abs() <= ROUNDING + _TOLERANCE
