"""Runs and the rows they rejected."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from metrics.notices import Notice
from metrics.records import REJECTED, no_rejections
from metrics.runs import KILLED, RunSoFar
from metrics.store.programmes import StoredProgramme, save_programme
from metrics.store.runs import begin_run, end_run, keep_page, latest_runs, rejected_rows, runs_by_source
from metrics.store.states import SourceState, find_state
from tests.metrics.store.programmes import NOW


@pytest.fixture
def started(engine):
    """The number of a run of the source 'survey' that has begun."""
    save_programme(engine, StoredProgramme(name="p", path="p.toml", content="{}", digest="d"), now=NOW)
    return begin_run(engine, "p", "survey", now=NOW)


def rejected(*lines, **changed):
    row = {"record": "answers", "file": "a.csv", "column": "value", "reason": "outside_scale", "found": "9"}
    return pl.DataFrame([{**row, "allowed": "1-5", "line": line, **changed} for line in lines], schema=REJECTED)


def whole(engine, number, *pages, full=True, before=None):
    """A run that ended well: a page for each frame of rejected rows."""
    read(engine, number, *pages)
    full_chain = number if full else before
    end_run(engine, number, RunSoFar(), SourceState(chain=number, full_chain=full_chain), now=NOW)


def read(engine, number, *pages, chain=None, so_far=None):
    for page in pages:
        keep_page(engine, number, so_far or RunSoFar(), page, SourceState(chain=chain or number))


def lines(engine, **asked):
    return rejected_rows(engine, "p", **asked)["line"].to_list()


def test_a_run_without_an_end_is_seen_as_busy(engine, started):
    (run,) = latest_runs(engine, "p")
    assert (run.source, run.started_at, run.ended_at, run.failure, run.number) == ("survey", NOW, None, None, started)


@pytest.mark.usefixtures("started")
def test_a_run_that_was_killed_is_told_so_when_the_next_begins(engine):
    begin_run(engine, "p", "survey", now=NOW + timedelta(hours=1), full=False, resumed=True)
    new, old = runs_by_source(engine, "p", most=5)["survey"]
    assert (old.failure, old.ended_at) == (KILLED, NOW + timedelta(hours=1))
    assert (new.failure, new.resumed, new.full) == (None, True, False)


def test_the_newest_run_of_each_source_is_told(engine, started):
    whole(engine, started, rejected(4))
    begin_run(engine, "p", "desk", now=NOW)
    again = begin_run(engine, "p", "survey", now=NOW + timedelta(days=1))
    end_run(engine, again, RunSoFar(), SourceState(), now=NOW + timedelta(days=1), failure="SourceRefusedError: no")
    told = [(run.source, run.ended_at, run.failure) for run in latest_runs(engine, "p")]
    assert told == [("desk", None, None), ("survey", NOW + timedelta(days=1), "SourceRefusedError: no")]


def test_no_more_runs_of_a_source_are_given_than_asked_for_and_the_newest_first(engine, started):
    numbers = [started, *(begin_run(engine, "p", name, now=NOW) for name in ("survey", "desk", "survey"))]
    found = runs_by_source(engine, "p", most=2)
    assert [run.number for run in found["survey"]] == [numbers[3], numbers[1]]
    assert [run.number for run in found["desk"]] == [numbers[2]]


def test_a_busy_run_shows_how_far_it_is(engine, started):
    told = RunSoFar(pages=3, new=7, changed=1, equal=2, rejected=1, known_at=9, newest_on=date(2026, 1, 31))
    read(engine, started, rejected(1), so_far=told)
    (run,) = latest_runs(engine, "p")
    assert (run.so_far, run.ended_at) == (told, None)


def test_where_a_run_can_go_on_is_kept_with_its_page(engine, started):
    state = SourceState(chain=started, after="page 3", began_at=NOW, since=NOW, definitions={"satisfaction": "d1"})
    keep_page(engine, started, RunSoFar(), no_rejections(), state)
    assert find_state(engine, "p", "survey") == state
    assert find_state(engine, "p", "desk") == SourceState()


def test_rejected_rows_are_kept_with_where_they_stood_in_the_order_they_were_read(engine, started):
    frame = pl.concat([rejected(7, 3), rejected(5, column="scale", reason="missing", found=None)])
    whole(engine, started, frame)
    assert_frame_equal(rejected_rows(engine, "p"), frame.select(pl.lit("survey").alias("source"), pl.all()))
    assert lines(engine, most=2) == [7, 3]


def test_a_row_without_the_shape_of_a_row_is_kept_though_no_column_of_it_is_known(engine, started):
    whole(engine, started, rejected(7, column=None, reason="unreadable_row", found=None))
    assert lines(engine) == [7]


def test_rejected_rows_go_when_their_source_is_read_without_them(engine, started):
    whole(engine, started, rejected(1, 2))
    whole(engine, begin_run(engine, "p", "desk", now=NOW), rejected(5))
    whole(engine, begin_run(engine, "p", "survey", now=NOW))
    assert rejected_rows(engine, "p").select("source", "line").rows() == [("desk", 5)]
    assert lines(engine, source="survey") == []


def test_rejected_rows_of_an_interrupted_run_and_of_the_one_that_goes_on_stand_together(engine, started):
    read(engine, started, rejected(1), rejected(2))
    again = begin_run(engine, "p", "survey", now=NOW, resumed=True)
    read(engine, again, rejected(3), chain=started)
    end_run(engine, again, RunSoFar(), SourceState(chain=started, full_chain=started), now=NOW)
    assert lines(engine) == [1, 2, 3]


def test_what_a_run_from_the_start_rejected_stands_until_the_next_whatever_smaller_runs_find(engine, started):
    whole(engine, started, rejected(1))
    for line in (2, 3):
        whole(engine, begin_run(engine, "p", "survey", now=NOW), rejected(line), full=False, before=started)
    assert lines(engine) == [1, 3]
    whole(engine, begin_run(engine, "p", "survey", now=NOW), rejected(4))
    assert lines(engine) == [4]


def test_rejected_rows_stay_after_a_run_that_failed(engine, started):
    whole(engine, started, rejected(1, 2))
    again = begin_run(engine, "p", "survey", now=NOW)
    end_run(engine, again, RunSoFar(), SourceState(), now=NOW, failure="SourceUnavailableError: away")
    assert lines(engine) == [1, 2]


def test_a_hundred_thousand_rejected_rows_are_kept(engine, started):
    numbered = rejected(0).select(pl.exclude("line"), line=pl.int_ranges(0, 100_000)).explode("line").cast(REJECTED)
    whole(engine, started, numbered.select(list(REJECTED)))
    assert lines(engine) == list(range(100_000))


def test_notices_of_a_run_are_kept(engine, started):
    notice = Notice(code="not_answered", particulars={"file": "a.csv", "rows": 3})
    end_run(engine, started, RunSoFar(notices=(notice,)), SourceState(), now=NOW)
    (run,) = latest_runs(engine, "p")
    assert run.so_far.notices == (notice,)
