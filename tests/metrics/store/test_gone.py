"""Rows that are no longer at their source."""

from __future__ import annotations

import polars as pl
import pytest

from metrics.records import Kind
from metrics.store.datafiles import StoredPart
from metrics.store.gone import gone_by_source, mark_gone
from metrics.store.programmes import StoredProgramme, save_programme
from tests.metrics.store.programmes import NOW

CASES = StoredPart(programme="p", kind=Kind.CASES, source="zaken")
ANSWERS = StoredPart(programme="p", kind=Kind.ANSWERS, source="survey")


@pytest.fixture
def known(engine):
    save_programme(engine, StoredProgramme(name="p", path="p.toml", content="{}", digest="d"), now=NOW)
    return engine


def keys(*ids, **more):
    return pl.DataFrame({"source_id": ids, **more}, schema={"source_id": pl.Int64, **dict.fromkeys(more, pl.String)})


def marked(engine, part, missing):
    found = mark_gone(engine, part, missing, now=NOW)
    return found.new, found.back, found.all


def test_a_row_is_missed_once_and_told_again_only_when_it_comes_back(known):
    assert marked(known, CASES, keys(1, -2)) == (2, 0, 2)
    assert marked(known, CASES, keys(1, -2)) == (0, 0, 2)
    assert marked(known, CASES, keys(1)) == (0, 1, 1)
    assert marked(known, CASES, keys()) == (0, 1, 0)


def test_an_answer_is_known_by_its_item_too(known):
    assert marked(known, ANSWERS, keys(1, 1, item=["satisfaction", "clarity"])) == (2, 0, 2)
    assert marked(known, ANSWERS, keys(1, item=["clarity"])) == (0, 1, 1)


def test_each_source_has_its_own_rows(known):
    mark_gone(known, CASES, keys(1, 2), now=NOW)
    mark_gone(known, ANSWERS, keys(1, item=["clarity"]), now=NOW)
    assert gone_by_source(known, "p") == {"zaken": 2, "survey": 1}
    assert gone_by_source(known, "q") == {}
