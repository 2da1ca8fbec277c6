"""Runs and the rows they rejected."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from metrics.notices import Notice
from metrics.records import REJECTED, no_rejections
from metrics.store.programmes import StoredProgramme, save_programme
from metrics.store.runs import RunResult, begin_run, end_run, latest_runs, rejected_rows
from tests.metrics.store.programmes import NOW


@pytest.fixture
def started(engine):
    """The number of a run of the source 'survey' that has begun."""
    save_programme(engine, StoredProgramme(name="p", path="p.toml", content="{}", digest="d"), now=NOW)
    return begin_run(engine, "p", "survey", now=NOW)


def rejected(*lines, **changed):
    row = {"record": "answers", "file": "a.csv", "column": "value", "reason": "outside_scale", "found": "9"}
    return pl.DataFrame([{**row, "allowed": "1-5", "line": line, **changed} for line in lines], schema=REJECTED)


def result(**changed):
    usual = {"pages": 1, "new": 2, "changed": 0, "equal": 0, "rejected": no_rejections(), "known_at": 1, "notices": ()}
    return RunResult(**{**usual, **changed})


def test_a_run_without_an_end_is_seen_as_such(engine, started):
    (run,) = latest_runs(engine, "p")
    assert (run.source, run.started_at, run.ended_at, run.failure) == ("survey", NOW, None, None)
    assert started == 1


def test_the_newest_run_of_each_source_is_told(engine, started):
    end_run(engine, started, result(rejected=rejected(4)), now=NOW + timedelta(seconds=5))
    begin_run(engine, "p", "desk", now=NOW)
    again = begin_run(engine, "p", "survey", now=NOW + timedelta(days=1))
    end_run(engine, again, result(failure="SourceRefusedError: no"), now=NOW + timedelta(days=1, seconds=1))
    told = [(run.source, run.ended_at, run.failure, run.rejected) for run in latest_runs(engine, "p")]
    assert told == [
        ("desk", None, None, 0),
        ("survey", NOW + timedelta(days=1, seconds=1), "SourceRefusedError: no", 0),
    ]


def test_rejected_rows_are_kept_with_where_they_stood_in_the_order_they_were_read(engine, started):
    frame = pl.concat([rejected(7, 3), rejected(2, file=None, found="", allowed='a "b", c\nd')])
    end_run(engine, started, result(rejected=frame), now=NOW)
    assert_frame_equal(rejected_rows(engine, "p"), frame.select(pl.lit("survey").alias("source"), pl.all()))
    assert rejected_rows(engine, "p", most=2)["line"].to_list() == [7, 3]


def test_rejected_rows_go_when_their_source_is_read_without_them(engine, started):
    end_run(engine, started, result(rejected=rejected(1, 2)), now=NOW)
    other = begin_run(engine, "p", "desk", now=NOW)
    end_run(engine, other, result(rejected=rejected(5)), now=NOW)
    again = begin_run(engine, "p", "survey", now=NOW)
    end_run(engine, again, result(), now=NOW)
    assert rejected_rows(engine, "p").select("source", "line").rows() == [("desk", 5)]


def test_rejected_rows_stay_after_a_run_that_failed(engine, started):
    end_run(engine, started, result(rejected=rejected(1, 2)), now=NOW)
    again = begin_run(engine, "p", "survey", now=NOW)
    end_run(engine, again, result(failure="SourceUnavailableError: away"), now=NOW)
    assert rejected_rows(engine, "p")["line"].to_list() == [1, 2]


def test_a_hundred_thousand_rejected_rows_are_kept(engine, started):
    frame = rejected(1).select(pl.all().exclude("line"), line=pl.lit(1)).sample(100_000, with_replacement=True)
    numbered = frame.with_columns(line=pl.int_range(pl.len())).select(REJECTED.names())
    end_run(engine, started, result(rejected=numbered), now=NOW)
    assert rejected_rows(engine, "p")["line"].to_list() == list(range(100_000))


def test_notices_of_a_run_are_kept(engine, started):
    notice = Notice(code="not_answered", particulars={"file": "a.csv", "rows": 3})
    end_run(engine, started, result(notices=(notice,)), now=NOW)
    with engine.connect() as connection:
        (kept,) = connection.exec_driver_sql("SELECT CAST(notices AS TEXT) FROM run").one()
    assert kept.replace(" ", "") == '[{"code":"not_answered","particulars":{"file":"a.csv","rows":3}}]'
