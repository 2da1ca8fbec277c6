"""Pseudonyms: keyed, always the same, the same as by Python's own HMAC."""

from __future__ import annotations

import hashlib
import hmac

import polars as pl

from metrics.store.pseudonyms import pseudonyms

KEY = "of these tests"


def by_hand(identifier):
    """The second method: Python's own HMAC-SHA-256."""
    digest = hmac.new(KEY.encode(), identifier.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def test_a_pseudonym_is_the_first_64_bits_of_the_hmac_of_an_identifier():
    identifiers = pl.Series("source_id", ["resident-4711", "", "é, 2", "x" * 500])
    assert pseudonyms(identifiers, KEY).to_list() == [by_hand(one) for one in identifiers]


def test_pseudonyms_of_many_are_those_of_each():
    identifiers = pl.Series("source_id", [str(number) for number in range(120_001)])
    found = pseudonyms(identifiers, KEY)
    assert (found.name, found.len(), found.n_unique()) == ("source_id", 120_001, 120_001)
    assert [found[place] for place in (0, 50_000, 120_000)] == [by_hand(identifiers[n]) for n in (0, 50_000, 120_000)]


def test_another_key_gives_another_pseudonym():
    identifiers = pl.Series("source_id", ["a"])
    assert pseudonyms(identifiers, "another").item() != pseudonyms(identifiers, KEY).item()


def test_no_identifiers_have_no_pseudonyms():
    assert pseudonyms(pl.Series("source_id", [], dtype=pl.String), KEY).is_empty()
