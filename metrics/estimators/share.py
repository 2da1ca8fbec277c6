"""Share of answers at the good end of their scale, with Wilson limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from metrics.estimate import figures
from metrics.estimators.answers import instrument_detail, only_where_usable, reason, same_instrument, status
from metrics.estimators.intervals import wilson

TOP: Mapping[str, int] = {"1-5": 4, "1-10": 8, "0-10": 8, "yes-no": 1}
"""Lowest value that counts as satisfied, per scale: 4 and 5, 8 and up, yes."""

BOTTOM: Mapping[str, int] = {"1-5": 2, "1-10": 5, "0-10": 5, "yes-no": 0}
"""Highest value that counts as dissatisfied, per scale: 1 and 2, 5 and down, no."""

SUFFICIENT: Mapping[str, int] = {"1-10": 6}
"""Lowest value that is a pass: a 6, as in Dutch school marks. The other scales have no such mark."""

_SECOND_LINES = ("bottom", "sufficient")


@dataclass(frozen=True, slots=True)
class TopShare:
    """The top share ("top-2-box"): answers at the good end over all answers; neutral stays in the denominator.

    Takes counted answers (`scale`, `question`, `value`, `n`). Interval: Wilson, 95 %. `detail` has `hits`, the
    number at the good end, and two more counts with their share and its limits: `bottom`, the answers at the bad
    end (`bottom_share`, `bottom_low`, `bottom_high`), and `sufficient`, the passes of 6 and up, null on a scale
    that has no such mark.
    """

    method: str = "share, Wilson 95 %"

    def figures(self, rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
        """Return one row per group, `value` a fraction; undefined where scales or wordings are mixed."""
        good = pl.col("value") >= pl.col("scale").replace_strict(TOP, return_dtype=pl.Int64)
        bad = pl.col("value") <= pl.col("scale").replace_strict(BOTTOM, return_dtype=pl.Int64)
        mark = pl.col("scale").replace_strict(SUFFICIENT, default=None, return_dtype=pl.Int64)
        low, high = wilson(pl.col("hits"), pl.col("n"))
        second = [f"{line}{part}" for line in _SECOND_LINES for part in ("", "_share", "_low", "_high")]
        grouped = (
            rows.group_by(by)
            .agg(
                *same_instrument(),
                hits=pl.col("n").filter(good).sum(),
                bottom=pl.col("n").filter(bad).sum(),
                sufficient=pl.col("n").filter(pl.col("value") >= mark).sum(),
            )
            .with_columns(status=status(), reason=reason())
            .with_columns(sufficient=pl.when(mark.is_not_null()).then(pl.col("sufficient")))
            .with_columns(value=pl.col("hits") / pl.col("n"), low=low, high=high, support=pl.col("n"))
            .with_columns(*(one for line in _SECOND_LINES for one in _share_of(line)))
            .with_columns(*only_where_usable("value", "low", "high", "hits", *second))
            .with_columns(detail=instrument_detail("hits", *second), method=pl.lit(self.method))
        )
        return figures(grouped, by)


def _share_of(hits: str) -> list[pl.Expr]:
    low, high = wilson(pl.col(hits), pl.col("n"))
    share = pl.col(hits) / pl.col("n")
    return [share.alias(f"{hits}_share"), low.alias(f"{hits}_low"), high.alias(f"{hits}_high")]
