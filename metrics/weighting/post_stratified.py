"""Post-stratification: strata counted in proportion to their volumes, or to a fixed mix."""

from __future__ import annotations

import polars as pl


def stratum_weights(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `weight`, the cases that each answer of a cell stands for; null where nobody answered."""
    return rows.with_columns(weight=pl.when(pl.col("n") > 0).then(pl.col("volume") / pl.col("n")))


def deviation() -> pl.Expr:
    """Return the sum of squared deviations of the scores of a cell from their mean; exactly 0 where all are equal."""
    spread = (pl.col("squares") * pl.col("n") - pl.col("total") ** 2) / pl.col("n")
    return pl.when(pl.col("n") > 0).then(pl.when(pl.col("least") == pl.col("most")).then(0.0).otherwise(spread.clip(0)))


def post_stratified(rows: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Return per group the sum of W_h times the mean of stratum h, where W_h is its share of the volume.

    Takes the cells of `metrics.weighting.strata`, one row a stratum; a fixed mix in the place of volumes makes it
    direct standardisation. `value` and all that leans on it is null where no volume is known, or where a stratum
    with volume has no answers. Gives besides:

    - `standard_error`: root of sum W_h^2 s_h^2 / n_h, given how many answered in each stratum (Holt and Smith 1979);
      null where a stratum has one answer, which has no spread;
    - `linearised_error`: as R's `survey` 4.1 gives after `postStratify`, n / (n - 1) sum W_h^2 v_h / n_h, where v_h
      is the spread with n_h as its divisor;
    - `plug_in_error`: root of sum W_h^2 v_h / n_h, for a share the binomial p (1 - p) / n;
    - `spread`: variance of one score at these weights, for a share p (1 - p);
    - `freedom`: degrees of freedom of `standard_error` (Satterthwaite; Cochran 1977, section 5.4);
    - `n`: answers that weigh; `n_eff` after Kish, (sum w)^2 / sum w^2; `weight_ratio`: largest over smallest weight;
      `smallest_n`: answers in the smallest stratum; `strata`: how many.
    """
    n, volume = pl.col("n"), pl.col("volume")
    prepared = (
        rows.filter(volume > 0)
        .with_columns(volume.cast(pl.Float64))  # squares of counts do not fit in a whole number
        .with_columns(_mean=pl.col("total") / n, _sum=deviation(), _weight=pl.when(n > 0).then(volume / n))
        .with_columns(_part=volume**2 * pl.col("_sum") / (n - 1) / n)
    )
    grouped = prepared.group_by(by).agg(
        n.sum(),
        _cases=volume.sum(),
        smallest_n=n.min(),
        strata=pl.len().cast(pl.Int64),
        _value=(volume * pl.col("_mean")).sum(),
        _conditional=pl.when(n.min() > 1).then(pl.col("_part").sum()),
        _freedom=pl.when(n.min() > 1).then(pl.col("_part").sum() ** 2 / (pl.col("_part") ** 2 / (n - 1)).sum()),
        _plug_in=(volume**2 * pl.col("_sum") / n**2).sum(),
        _within=(volume * pl.col("_sum") / n).sum(),
        _between=(volume * pl.col("_mean") ** 2).sum(),
        _kish=(volume**2 / n).sum(),
        _same=(pl.col("least").min() == pl.col("most").max()),
        weight_ratio=pl.col("_weight").max() / pl.col("_weight").min(),
    )
    return _finished(rows.select(by).unique().join(grouped, on=by, how="left", nulls_equal=True), by)


def _finished(grouped: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    n, cases = pl.col("n"), pl.col("_cases")
    value = pl.col("_value") / cases
    spread = (pl.col("_within") + pl.col("_between")) / cases - value**2
    figures = {
        "value": value,
        "standard_error": pl.col("_conditional").sqrt() / cases,
        "linearised_error": pl.when(n > 1).then((pl.col("_plug_in") * n / (n - 1)).sqrt() / cases),
        "plug_in_error": pl.col("_plug_in").sqrt() / cases,
        "spread": pl.when(pl.col("_same")).then(0.0).otherwise(spread.clip(0)),
        "freedom": pl.when(pl.col("_conditional") > 0).then(pl.col("_freedom")),
        "n_eff": cases**2 / pl.col("_kish"),
        "weight_ratio": pl.col("weight_ratio"),
    }
    complete = pl.col("smallest_n") > 0
    return grouped.select(
        *by,
        *(pl.when(complete).then(expression).alias(name) for name, expression in figures.items()),
        n.fill_null(0),
        pl.col("smallest_n"),
        pl.col("strata").fill_null(0),
    )
