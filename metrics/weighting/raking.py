"""Raking: weights that reproduce the totals of every margin where the joint cells are not known or too thin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from metrics.weighting.cautions import Unweighted
from metrics.weighting.fitting import MarginArrays, fitted_weights, swept
from metrics.weighting.post_stratified import deviation

_SAME_TOTAL = 1e-9


def raked(rows: pl.DataFrame, margins: Mapping[str, pl.DataFrame], *, by: list[str]) -> pl.DataFrame:
    """Return figures with the columns of `post_stratified`, at weights that fit every margin, and a `reason`.

    `rows` are cells (`by`, a column for each name in `margins`, `n`, `total`, `squares`, `least`, `most`). Each margin
    has `by`, its own column and `volume`. `reason` says why there is no figure: no volume (`no_volumes`), a level with
    volume and without answers (`channels_silent`), margins with different totals (`margins_differ`), or weights that
    do not settle (`not_converged`). Answers in a level without volume weigh nothing.

    `standard_error` and `linearised_error` are both what R's `survey` 4.1 gives after `rake`: the root of n / (n - 1)
    times the sum of (u - mean u)^2 over all answers, divided by the volume; u is the weight of an answer times what is
    left of its score when the margins are swept out. `smallest_n` is of the levels of the margins, `strata` counts
    the cells.
    """
    cells, groups = _fitted(rows, margins, by=by)
    weighed = cells.filter("_settled")
    levels = [weighed.group_by("_group", name).agg(pl.col("n").sum()).select("_group", "n") for name in margins]
    n, weight, left = pl.col("n"), pl.col("weight"), pl.col("_left")
    grouped = weighed.group_by("_group").agg(
        n.sum(),
        strata=pl.len().cast(pl.Int64),
        _cases=(weight * n).sum(),
        _value=(weight * pl.col("total")).sum(),
        _within=(weight * deviation()).sum(),
        _between=(weight * pl.col("total") ** 2 / n).sum(),
        _squares=(weight**2 * (deviation() + n * left**2)).sum(),
        _sum=(weight * n * left).sum(),
        _kish=(weight**2 * n).sum(),
        _same=pl.col("least").min() == pl.col("most").max(),
        weight_ratio=weight.max() / weight.min(),
    )
    smallest = pl.concat(levels).group_by("_group").agg(smallest_n=pl.col("n").min())
    return _finished(
        groups.join(grouped, on="_group", how="left").join(smallest, on="_group", how="left"),
        by,
    )


def raking_weights(rows: pl.DataFrame, margins: Mapping[str, pl.DataFrame], *, by: list[str]) -> pl.DataFrame:
    """Add to each cell its `weight`, the cases that each answer stands for, and its group's `reason`.

    `weight` is null where a cell weighs nothing, and throughout a group that has no weights.
    """
    cells, groups = _fitted(rows, margins, by=by)
    weights = cells.filter("_settled").select(*by, *margins, "weight")
    return rows.join(weights, on=[*by, *margins], how="left", nulls_equal=True).join(
        groups.select(*by, "reason"), on=by, how="left", nulls_equal=True
    )


def _fitted(
    rows: pl.DataFrame, margins: Mapping[str, pl.DataFrame], by: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the cells that weigh, with `weight`, `_left` and `_settled`, and every group with its `reason`."""
    numbered = rows.select(by).unique(maintain_order=True).with_row_index("_group")
    levels = {
        name: numbered.join(margin, on=by, nulls_equal=True)
        .group_by("_group", name)
        .agg(pl.col("volume").sum())
        .filter(pl.col("volume") > 0)
        for name, margin in margins.items()
    }
    cells = rows.filter(pl.col("n") > 0).join(numbered, on=by, nulls_equal=True)
    for name, level in levels.items():
        cells = cells.join(level.select("_group", name), on=["_group", name], how="semi")
    refused = _refused(cells, levels, numbered)
    able = refused.filter(pl.col("reason").is_null()).select("_group", _able=pl.int_range(pl.len()))
    fitted = _with_weights(cells.join(able, on="_group"), levels, able)
    outcome = fitted.group_by("_group").agg(pl.col("_settled").first())
    unsettled = pl.when(~pl.col("_settled")).then(pl.lit(Unweighted.NOT_CONVERGED.value))
    groups = refused.join(outcome, on="_group", how="left").with_columns(reason=pl.coalesce("reason", unsettled))
    return fitted, numbered.join(groups.select("_group", "reason"), on="_group")


def _refused(cells: pl.DataFrame, levels: Mapping[str, pl.DataFrame], groups: pl.DataFrame) -> pl.DataFrame:
    """Return every `_group` with the reason why its margins cannot be fitted, or null."""
    totals = pl.concat([level.group_by("_group").agg(pl.col("volume").sum()) for level in levels.values()])
    silent = pl.concat(
        [level.join(cells, on=["_group", name], how="anti").select("_group") for name, level in levels.items()]
    )
    known = totals.group_by("_group").agg(
        _margins=pl.len(),
        _differs=pl.col("volume").max() - pl.col("volume").min() > _SAME_TOTAL * pl.col("volume").max(),
    )
    return (
        groups.select("_group")
        .join(known, on="_group", how="left")
        .join(silent.unique().with_columns(_silent=True), on="_group", how="left")
        .select(
            "_group",
            reason=pl.when((pl.col("_margins") == len(levels)).fill_null(value=False).not_())
            .then(pl.lit(Unweighted.NO_VOLUMES.value))
            .when("_silent")
            .then(pl.lit(Unweighted.CHANNELS_SILENT.value))
            .when("_differs")
            .then(pl.lit(Unweighted.MARGINS_DIFFER.value)),
        )
    )


def _with_weights(cells: pl.DataFrame, levels: Mapping[str, pl.DataFrame], able: pl.DataFrame) -> pl.DataFrame:
    arrays: list[MarginArrays] = []
    placed = cells
    for number, (name, level) in enumerate(levels.items()):
        rows = level.join(able, on="_group").with_row_index(f"_place_{number}")
        placed = placed.join(
            rows.select("_group", name, f"_place_{number}"), on=["_group", name], how="left", maintain_order="left"
        )
        arrays.append(
            MarginArrays(
                place=placed[f"_place_{number}"].cast(pl.Int64).to_numpy(),
                target=rows["volume"].cast(pl.Float64).to_numpy(),
                group=rows["_able"].to_numpy(),
            )
        )
    return _solved(placed, arrays).drop(pl.selectors.starts_with("_place_"))


def _solved(cells: pl.DataFrame, margins: Sequence[MarginArrays]) -> pl.DataFrame:
    n = cells["n"].cast(pl.Float64).to_numpy()
    group = cells["_able"].to_numpy()
    weights, settled = fitted_weights(n, group, margins)
    left = swept(cells["total"].cast(pl.Float64).to_numpy() / n, n, margins)
    return cells.with_columns(
        weight=pl.Series(weights, dtype=pl.Float64),
        _left=pl.Series(left, dtype=pl.Float64),
        _settled=pl.Series(np.take(settled, group), dtype=pl.Boolean),
    )


def _finished(grouped: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    n, cases = pl.col("n"), pl.col("_cases")
    value = pl.col("_value") / cases
    spread = (pl.col("_within") + pl.col("_between")) / cases - value**2
    error = ((pl.col("_squares") - pl.col("_sum") ** 2 / n).clip(0) * n / (n - 1)).sqrt() / cases
    return grouped.select(
        *by,
        value=value,
        standard_error=pl.when(n > 1).then(error),
        linearised_error=pl.when(n > 1).then(error),
        plug_in_error=pl.lit(None, dtype=pl.Float64),
        spread=pl.when(pl.col("_same")).then(0.0).otherwise(spread.clip(0)),
        freedom=pl.lit(None, dtype=pl.Float64),
        n_eff=cases**2 / pl.col("_kish"),
        weight_ratio=pl.col("weight_ratio"),
        n=n.fill_null(0),
        smallest_n=pl.col("smallest_n"),
        strata=pl.col("strata").fill_null(0),
        reason=pl.col("reason"),
    )
