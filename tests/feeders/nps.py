"""Net Promoter Score from promoters, passives and detractors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from metrics.estimators.intervals import LEVEL, ends_of, t_quantiles, z_of
from metrics.estimators.nps import adjusted_wald, net_score, trinomial_t

TOPIC = "04-nps"


def answer(given: Mapping[str, Any], asked: Mapping[str, Any], _folder: Path) -> Mapping[str, Any]:
    groups = [given[name] for name in ("promoters_9_10", "passives_7_8", "detractors_0_6")]
    level = given.get("confidence", LEVEL)
    quantile = pl.lit(t_quantiles(pl.Series([sum(groups)]), level=level))
    promoters, detractors, n = pl.lit(groups[0]), pl.lit(groups[2]), pl.lit(sum(groups))
    answers = {
        "n": sum(groups),
        "nps": pl.select(net_score(promoters, detractors, n)).item(),
        "trinomial_t": ends_of(trinomial_t(promoters, detractors, n, quantile=quantile)),
        "adjusted_wald": ends_of(adjusted_wald(promoters, detractors, n, z=z_of(level))),
    }
    return {name: answers[name] for name in asked}
