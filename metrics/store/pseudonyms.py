"""Pseudonyms: a keyed hash stands in for the identifier a source gave, before anything is kept."""

from __future__ import annotations

import polars as pl
import polars_hash as plh

LENGTH_BYTES = 9
"""72 bits: two of 10 million rows share a pseudonym with a chance of 1 in 100 million; 12 readable characters."""


def pseudonyms(identifier: str, key: str) -> pl.Expr:
    """Return the pseudonym of a text column: the first 72 bits of HMAC-SHA-256 under `key`, in base64.

    The same identifier always gets the same pseudonym; without the key nobody can tell which it was.
    """
    digest = plh.col(identifier).chash.hmac_sha256(key=key)
    return digest.str.decode("hex").bin.head(LENGTH_BYTES).bin.encode("base64")
