"""The clock of the law: how often and how long it stood still, and extensions that came too late."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from metrics.disclosure.primary import FEWEST_PERSONS, FEWEST_SHOWN
from metrics.estimators.differences import newcombe
from metrics.estimators.suspension import nearly_all, suspension_counts
from metrics.notices import Notice

NEVER_TOLD = "suspension_never_told"
"""Code of the notice that a source gives no suspended days: its net lead time cannot be known."""

PARTLY_TOLD = "suspension_partly_told"
"""Code of the notice that a source gives suspended days for too few of the decided cases."""


def gross_and_net(decided: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return per group the mean lead time that residents lived through, and the one that the law counts.

    Takes cases of the cohort `decided`. Gives `by`, `gross_days`, `net_days`, and `gap_days`, their difference: the
    mean number of days on which the clock stood still. All over the cases of which these are known; null where they
    are not nearly all, or fewer than ten.
    """
    known = pl.col("n").filter(pl.col("suspended_days").is_not_null()).sum()
    usable = nearly_all(known, pl.col("n").sum()) & (known >= FEWEST_SHOWN)
    told = pl.col("net_days").is_not_null()
    gross = (pl.col("n") * pl.col("days")).filter(told).sum() / known
    net = (pl.col("n") * pl.col("net_days")).filter(told).sum() / known
    return (
        decided.group_by(by)
        .agg(gross_days=pl.when(usable).then(gross), net_days=pl.when(usable).then(net))
        .with_columns(gap_days=pl.col("gross_days") - pl.col("net_days"))
        .sort(by)
    )


def suspension_change(now: pl.DataFrame, before: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return per group how much more often the clock stood still than before: `difference`, `low` and `high`.

    `now` and `before` are cases of the cohort `decided`. A difference of two shares, Newcombe 95 %; null where on
    either side the suspended days are not known of nearly all, or of fewer than ten. Where the net lead time falls
    while this rises, it may be the clock and not the work: a reason to look at the files, and no verdict.
    """
    sides = suspension_counts(now, by).join(suspension_counts(before, by), on=by, suffix="_before", nulls_equal=True)
    hits, n = pl.col("suspended"), pl.col("known")
    hits_before, n_before = pl.col("suspended_before"), pl.col("known_before")
    low, high = newcombe(hits, n, hits_before, n_before)
    usable = nearly_all(n, pl.col("n")) & nearly_all(n_before, pl.col("n_before"))
    shown = usable & (pl.min_horizontal(n, n_before) >= FEWEST_SHOWN)
    found = {"difference": hits / n - hits_before / n_before, "low": low, "high": high}
    return sides.select(*by, *(pl.when(shown).then(one).alias(name) for name, one in found.items())).sort(by)


def suspension_notices(decided: pl.DataFrame) -> Mapping[str, Notice]:
    """Return for each project whose source does not say enough of the clock the notice that a page must give.

    Takes cases of the cohort `decided`. `NEVER_TOLD` where suspended days are never given, `PARTLY_TOLD` with the
    percentage of the cases that have them where these are not nearly all.
    """
    counted = suspension_counts(decided, ["project"]).filter(pl.col("n") > 0).sort("project")
    short = counted.filter(~nearly_all(pl.col("known"), pl.col("n")))
    return {
        project: Notice(code=PARTLY_TOLD, particulars={"percent": 100 * known // n})
        if known
        else Notice(code=NEVER_TOLD)
        for project, n, known in short.select("project", "n", "known").iter_rows()
    }


def late_extensions(cases: pl.DataFrame) -> pl.DataFrame:
    """Count per project the cases with an extension, `extended`, and those where it came after the term, `too_late`.

    `cases` carries the counting keys and `as_of`. An extension after the term had passed is none. The record
    has one term, `due_on`: where the source keeps the first one there, all that came too late are found; where it puts
    the extended one in its place, only those that came after that one as well. So `too_late` is a lower bound. A number
    of 1 to 4 is null.
    """
    extended = pl.col("extended_on") <= pl.col("as_of")
    late = extended & (pl.col("extended_on") > pl.col("due_on"))
    counted = cases.group_by("project").agg(
        extended=pl.col("n").filter(extended).sum(), too_late=pl.col("n").filter(late).sum()
    )
    counts = ("extended", "too_late")
    return counted.select(
        "project",
        *(pl.when(~pl.col(name).is_between(1, FEWEST_PERSONS - 1)).then(pl.col(name)).alias(name) for name in counts),
    ).sort("project")
