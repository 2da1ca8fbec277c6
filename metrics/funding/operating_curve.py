"""The operating curve of a payment test: how often it pays for a service of which the true share is known.

To be looked at before a deal is signed: paying on the point puts chance on the treasury, on the bound on the team.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from itertools import product

import polars as pl
from scipy.special import bdtrc

from metrics.estimators.intervals import MONEY_LEVEL, wilson, z_of
from metrics.funding.payment import DECIMALS


def operating_curve(
    sizes: Sequence[int],
    true_shares: Sequence[float],
    *,
    threshold: Decimal,
    level: float = MONEY_LEVEL,
) -> pl.DataFrame:
    """Return the chance of being paid for every number of answers and every true share, one row each.

    Columns: `n`, `true_share`, `least_on_point` and `least_on_bound` (how many of n it takes; null where not even
    all n would do), `paid_on_point` and `paid_on_bound` (exact binomial probabilities). The tests are those of
    `metrics.funding.payment.tranche_test`. `n` is 1 or more, shares are fractions.
    """
    if min(sizes, default=1) < 1 or not all(0 <= share <= 1 for share in true_shares):
        message = f"Give numbers of answers of 1 or more and true shares from 0 to 1; found {sizes} and {true_shares}."
        raise ValueError(message)
    least = {n: (_least_on_point(n, threshold), _least_on_bound(n, threshold, z=z_of(level))) for n in set(sizes)}
    rows = [(n, share, *least[n]) for n, share in product(sizes, true_shares)]
    schema = {"n": pl.Int64, "true_share": pl.Float64, "least_on_point": pl.Int64, "least_on_bound": pl.Int64}
    curve = pl.DataFrame(rows, schema=schema, orient="row")
    return curve.with_columns(
        paid_on_point=_chance(curve, "least_on_point"),
        paid_on_bound=_chance(curve, "least_on_bound"),
    )


def _least_on_point(n: int, threshold: Decimal) -> int | None:
    least = max(int((threshold * n).to_integral_value(ROUND_CEILING)), 0)
    return least if least <= n else None


def _least_on_bound(n: int, threshold: Decimal, *, z: float) -> int | None:
    low, _ = wilson(pl.col("hits"), pl.lit(n), z=z)
    # Rounded as a measured result is, before it meets the threshold.
    paying = pl.select(hits=pl.int_range(0, n + 1)).filter(low.round(DECIMALS) >= float(threshold))
    least = paying["hits"].min()
    return least if isinstance(least, int) else None


def _chance(curve: pl.DataFrame, least: str) -> pl.Series:
    """P(hits >= least) for n answers; not reachable is never."""
    hits = curve[least].fill_null(curve["n"] + 1).to_numpy()
    # For n hits and one more the tail has nothing in it, which bdtrc says only up to n.
    found = bdtrc((hits - 1).clip(max=curve["n"].to_numpy()), curve["n"].to_numpy(), curve["true_share"].to_numpy())
    return pl.Series(found, dtype=pl.Float64)
