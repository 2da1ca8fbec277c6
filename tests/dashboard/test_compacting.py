"""Compacting a programme: what becomes of the rows, that no figure changes, and that a killed run is made right."""

from __future__ import annotations

import csv
import signal
import threading
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from config.load import load_programme
from config.problems import ConfigurationError
from dashboard.compacting import GRAINS, FiguresDifferError, limits_of, month_before, proved
from dashboard.same_figures import differences
from metrics.records import Kind
from metrics.store.compacted import compactions
from metrics.store.compacting import propose
from metrics.store.datafiles import StoredPart, data_files, files_there, open_table
from metrics.store.turns import turn
from tests.dashboard.compact_town import (
    FEW,
    FIRST_KEPT,
    KINDS,
    compact_and_die,
    compact_town,
    counts,
    found,
    kept,
    read_town,
    town_place,
    write_town,
)
from tests.metrics.store.workers import run

SURVEY = StoredPart(programme="town", kind=Kind.ANSWERS, source="survey")
TERMS = "keep_records_months"


def files(place):
    parts = [StoredPart(programme="town", kind=kind, source=name) for kind, name in zip(KINDS, NAMES, strict=True)]
    return {file.path for part in parts for file in files_there(place.records.location, part)}


NAMES = ("survey", "desk", "contacts")


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Four years of a town, compacted: its folder, where it is kept, and what was found before and done."""
    folder = tmp_path_factory.mktemp("town")
    path, place = write_town(folder / "programme"), town_place(folder)
    read_town(place, path)
    before = {grain.value: found(place, path, grain.value) for grain in GRAINS}
    single = kept(place)
    return {"path": path, "place": place, "before": before, "single": single, "done": compact_town(place, path)}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The programme of a small town."""
    return write_town(tmp_path_factory.mktemp("small"), days=FEW)


@pytest.fixture
def read(tmp_path, small):
    place = town_place(tmp_path)
    read_town(place, small)
    return place


# --- no figure changes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("grain", [grain.value for grain in GRAINS])
def test_every_figure_curve_and_exhibit_is_the_same_afterwards(town, grain):
    after = found(town["place"], town["path"], grain)
    assert list(differences(town["before"][grain], after)) == []
    assert after.evidence.height > 0
    assert len(after.exhibits) > 0


def test_the_number_of_figures_that_were_the_same_is_told(town):
    assert town["done"].figures == sum(one.evidence.height for one in town["before"].values())


def test_the_rows_of_the_files_counted_by_hand_are_the_rows_that_are_kept(town):
    folder = town["path"].parent
    expected = {}
    for name, day in (("survey", "day"), ("cases", "received"), ("contacts", "day")):
        with (folder / f"{name}.csv").open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        old = [row for row in rows if row[day] < FIRST_KEPT]
        settled = [row for row in old if row.get("decided", "yes")]
        alike = Counter(tuple(cell for column, cell in row.items() if column != "id") for row in settled)
        expected[name] = (len(old), len(alike) + len(old) - len(settled), sorted(alike.values()))
    done = {one.source: one for one in town["done"].sources}
    told = {name: (done[one].rows, done[one].counted) for name, one in zip(expected, NAMES, strict=True)}
    assert told == {name: numbers[:2] for name, numbers in expected.items()}
    old = kept(town["place"]).filter(pl.col("month") < FIRST_KEPT, pl.col("source") == "survey")
    assert sorted(old["n"]) == expected["survey"][2]
    assert done["desk"].months == tuple(f"{year}-{month:02}" for year, month in _months())


def _months():
    return [(count // 12, count % 12 + 1) for count in range(2022 * 12 + 6, 2024 * 12 + 6)]


def test_rows_that_are_not_past_their_term_and_open_cases_are_as_they_were(town):
    stays = (pl.col("month") >= FIRST_KEPT) | ((pl.col("source") == "desk") & pl.col("decided_on").is_null())
    after = kept(town["place"])
    assert_frame_equal(after.filter(stays), town["single"].filter(stays))
    assert after.filter(stays, pl.col("month") < FIRST_KEPT).height > 0


def test_no_row_past_its_term_is_left_on_the_disk(town):
    single = town["single"].filter(pl.col("month") < FIRST_KEPT, pl.col("decided_on").is_not_null() | ~_case())
    paths = list(Path(town["place"].records.location).rglob("month=*/*.parquet"))
    there = pl.concat([pl.read_parquet(path, columns=["source_id"]) for path in paths])["source_id"]
    assert single.height > 0
    assert set(single["source_id"]).isdisjoint(there)


def _case():
    return pl.col("source") == "desk"


def test_what_was_done_is_kept_with_when(town):
    place = town["place"]
    rows = compactions(place.engine, "town")
    assert {(one.part.source, one.removed_at) for one in rows} == {(name, place.clock()) for name in NAMES}
    assert len(rows) == 3 * 24


def test_compacting_again_changes_nothing(town):
    place = town["place"]
    version, there = place.records.version(), files(place)
    again = compact_town(place, town["path"])
    assert {(one.rows, one.files) for one in again.sources} == {(0, 0)}
    assert (place.records.version(), files(place)) == (version, there)


def test_reading_the_sources_again_doubles_nothing_and_misses_nothing(town):
    before = kept(town["place"])
    runs = read_town(town["place"], town["path"])
    assert {(one.failure, one.progress.new, one.progress.changed) for one in runs} == {(None, 0, 0)}
    assert {notice.code for one in runs for notice in one.progress.notices} <= {"compacted"}
    assert_frame_equal(kept(town["place"]), before)


# --- what stops it ------------------------------------------------------------------------------------------


def test_a_trial_says_what_would_be_done_and_changes_nothing(read, small):
    version, there, rows = read.records.version(), files(read), kept(read)
    trial = compact_town(read, small, dry_run=True)
    assert (read.records.version(), files(read), compactions(read.engine, "town")) == (version, there, [])
    assert_frame_equal(kept(read), rows)
    done = compact_town(read, small)
    assert [(one.rows, one.counted) for one in trial.sources] == [(one.rows, one.counted) for one in done.sources]
    assert trial.figures == done.figures > 0


def test_counted_rows_that_would_change_a_figure_are_found_out_and_the_figure_is_named(read, small):
    programme = load_programme(small)
    proposal = propose(read.records, {SURVEY: FIRST_KEPT})
    path = Path(read.records.location) / proposal.months[0].new.path
    spoiled = pl.read_parquet(path)
    spoiled.with_columns(value=pl.lit(1, dtype=pl.Int64)).write_parquet(path)
    with pytest.raises(FiguresDifferError, match=r"evidence permits clarity month .* 2024-05-01, value: "):
        proved(read, programme, proposal)


def test_a_source_that_is_being_read_is_left_alone_and_told(read, small):
    busy, ready, done = threading.Event(), threading.Event(), []

    def somebody():
        with turn(read.engine, "source/town/survey"):
            ready.set()
            busy.wait(60)

    thread = threading.Thread(target=somebody)
    thread.start()
    ready.wait(60)
    done = compact_town(read, small)
    busy.set()
    thread.join()
    assert {one.source: (one.busy, one.rows > 0) for one in done.sources} == {
        "contacts": (False, True),
        "desk": (False, True),
        "survey": (True, False),
    }


def test_evaluations_that_go_on_while_rows_are_counted_and_removed_all_find_the_same(read, small):
    before, stop, failures = found(read, small, "month"), threading.Event(), []

    def evaluating():
        while not stop.is_set():
            try:
                failures.extend(differences(before, found(read, small, "month")))
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
                failures.append(repr(error))

    thread = threading.Thread(target=evaluating)
    thread.start()
    done = compact_town(read, small)
    stop.set()
    thread.join()
    assert failures == []
    assert sum(one.files for one in done.sources) == 6


# --- killed -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The programme of a small town without projects, so that the proof takes no time."""
    return write_town(tmp_path_factory.mktemp("plain"), days=FEW, project=False)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, plain):
    place = town_place(tmp_path_factory.mktemp("undisturbed"))
    read_town(place, plain)
    compact_town(place, plain)
    return kept(place)


MOMENTS = [
    "write_file:return:2",
    "note_months:return:1",
    "commit:call:1",
    "commit:return:1",
    "delete_files:call:2",
    "delete_files:return:2",
    "forget_marks:call:2",
    "note_removed:call:3",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_leaves_what_figures_are_made_of_and_the_next_makes_it_right(tmp_path, plain, undisturbed, moment):
    place = town_place(tmp_path)
    read_town(place, plain)
    before = counts(place)
    killed = run(compact_and_die, moment, tmp_path, plain)
    killed.join(120)
    assert killed.exitcode == -signal.SIGKILL
    assert_frame_equal(counts(place), before, check_row_order=False)
    assert {one.progress.new for one in read_town(place, plain)} == {0}
    compact_town(place, plain)
    assert_frame_equal(counts(place), before, check_row_order=False)
    assert_frame_equal(kept(place), undisturbed)
    assert files(place) == {file.path for file in data_files(open_table(place.records.location), "town")}
    assert {one.removed_at is None for one in compactions(place.engine, "town")} == {False}


# --- the term -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "first"),
    [
        (date(2026, 7, 1), 24, "2024-07"),
        (date(2026, 7, 31), 24, "2024-07"),
        (date(2026, 1, 1), 1, "2025-12"),
        (date(2026, 1, 31), 13, "2024-12"),
    ],
)
def test_only_whole_months_before_the_term_are_past_it(day, months, first):
    assert month_before(day, months) == first


def test_the_day_is_that_of_the_town_and_not_of_greenwich(read, small):
    new_year = type(read)(
        engine=read.engine, records=read.records, clock=lambda: datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    )
    assert set(limits_of(new_year, load_programme(small), small).values()) == {"2024-07"}


def test_a_source_may_have_a_term_of_its_own(tmp_path, read):
    path = write_town(tmp_path / "own", own=f"{TERMS} = 12", days=FEW)
    limits = limits_of(read, load_programme(path), path)
    assert {part.source: limit for part, limit in limits.items()} == {
        "survey": "2025-07",
        "desk": "2024-07",
        "contacts": "2024-07",
    }


def test_a_source_that_is_counted_where_it_lives_has_no_single_rows_to_count(tmp_path, read):
    path = write_town(tmp_path / "counted", days=FEW)
    counted = """
kind = "sql"
url = "sqlite:///nowhere.db"
record = "answers"
query = "select * from answers"
counted = true
constants = { service = "permit", item = "satisfaction", scale = "1-5" }
[sources.survey.columns]
answered_on = "day"
value = "score"
"""
    text = path.read_text(encoding="utf-8")
    start, end = text.index("[sources.survey]"), text.index("[sources.desk]")
    path.write_text(text[:start] + "[sources.survey]" + counted + text[end:], encoding="utf-8")
    assert {part.source for part in limits_of(read, load_programme(path), path)} == {"desk", "contacts"}


def test_without_a_term_all_records_stay(tmp_path, read):
    path = write_town(tmp_path / "none", term="", days=FEW)
    before = files(read)
    assert compact_town(read, path).sources == ()
    assert files(read) == before


@pytest.mark.parametrize("months", ["0", "-1", "true", '"24"', "1.5"])
def test_a_term_that_is_no_number_of_months_is_refused(tmp_path, months):
    for place in ({"term": f"{TERMS} = {months}"}, {"own": f"{TERMS} = {months}"}):
        with pytest.raises(ConfigurationError, match=TERMS):
            load_programme(write_town(tmp_path / "wrong", days=FEW, **place))
