"""Rows held against stored ones by key: which are unknown, changed or equal, and what a month holds afterwards."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from metrics.records import KEY, SCHEMAS, Kind

_THERE = "is stored"
_STORED = " as stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Incoming rows of a month held against what is stored of it.

    `unknown` have a key that this month does not hold, `changed` another content than the stored row of their
    key; `equal` counts those that are stored exactly so.
    """

    unknown: pl.DataFrame
    changed: pl.DataFrame
    equal: int

    def changes(self) -> bool:
        """Tell whether the month must be written anew."""
        return not (self.unknown.is_empty() and self.changed.is_empty())


def settled(kind: Kind) -> pl.Expr:
    """Return what tells rows that will not change any more: all but open cases."""
    return pl.col("decided_on").is_not_null() if kind is Kind.CASES else pl.lit(value=True)


def compare(
    incoming: pl.DataFrame, stored: pl.DataFrame | None, kind: Kind, *, keeps: frozenset[str] = frozenset()
) -> Compared:
    """Hold incoming rows against the stored ones of the same month; of `keeps` stored rows keep what they have."""
    if stored is None:
        return Compared(unknown=incoming, changed=incoming.clear(), equal=0)
    content = [name for name in SCHEMAS[kind] if name not in KEY[kind]]
    there = pl.lit(value=True).alias(_THERE)
    paired = incoming.join(stored.with_columns(there), on=KEY[kind], how="left", suffix=_STORED)
    paired = paired.with_columns(pl.coalesce(f"{name}{_STORED}", name).alias(name) for name in sorted(keeps))
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}{_STORED}")) for name in content)
    unknown = pl.col(_THERE).is_null()
    changed = paired.filter(~unknown & differs).select(incoming.columns)
    news = paired.filter(unknown).select(incoming.columns)
    return Compared(unknown=news, changed=changed, equal=incoming.height - news.height - changed.height)


def replaced(
    stored: pl.DataFrame | None, compared: Compared | None, moved: pl.DataFrame | None, kind: Kind
) -> pl.DataFrame:
    """Return what a month holds after the merge: the stored rows, without those whose key changed or moved away.

    `moved` holds the keys that went to another month.
    """
    key = list(KEY[kind])
    rows = [] if compared is None else [compared.unknown, compared.changed]
    gone = [part.select(key) for part in (None if compared is None else compared.changed, moved) if part is not None]
    if stored is None:
        return pl.concat(rows)
    return pl.concat([stored.join(pl.concat(gone), on=key, how="anti"), *rows])
