"""The record store: merged by key, versioned, right after a killed run and with several at once."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import polars as pl
import pytest
from deltalake import DeltaTable, Schema
from polars.testing import assert_frame_equal

from metrics.records import Kind, complete
from metrics.store.datafiles import COLUMNS, PARTITIONS, StoredPart
from metrics.store.records import RecordStore, UnknownVersionError
from tests.metrics.builders import records
from tests.metrics.store.programmes import kept, spread, sync_all, workplace, write_programme
from tests.metrics.store.workers import finish, run, run_together, save_again_and_again, sync, sync_and_die

SURVEY = StoredPart(programme="p", kind=Kind.ANSWERS, source="survey")
CASES = StoredPart(programme="p", kind=Kind.CASES, source="cases")
JANUARY, MARCH = date(2026, 1, 15), date(2026, 3, 15)


def answers(*rows):
    return records(Kind.ANSWERS, *rows)


def values(store, **options):
    rows = store.scan("p", Kind.ANSWERS, **options).collect()
    return sorted(rows.select("month", "item", "value").iter_rows())


# --- one writer ----------------------------------------------------------------------------------------------


def test_saving_twice_changes_nothing_and_makes_no_version(store):
    frame = answers({"source_id": "a"}, {"source_id": "b", "answered_on": MARCH})
    first, again = store.save(SURVEY, frame), store.save(SURVEY, frame)
    assert (first.new, first.changed, first.equal) == (2, 0, 0)
    assert (again.new, again.changed, again.equal) == (0, 0, 2)
    assert again.version == first.version == store.version()


def test_a_corrected_row_replaces_the_earlier_one(store):
    store.save(SURVEY, answers({"source_id": "a", "value": 1}, {"source_id": "b", "value": 2}))
    saved = store.save(SURVEY, answers({"source_id": "a", "value": 5}))
    assert (saved.new, saved.changed, saved.equal) == (0, 1, 0)
    assert values(store) == [("2026-01", "satisfaction", 2), ("2026-01", "satisfaction", 5)]


@pytest.mark.parametrize("column", ["service", "channel", "segments", "n", "scale", "question"])
def test_a_change_of_any_column_is_a_change_to_null_and_from_null_too(store, column):
    stated = {"service": "permits", "channel": "post", "segments": "a=b", "n": 3, "scale": "1-10", "question": "q2"}
    store.save(SURVEY, answers({"source_id": "a"}))
    assert store.save(SURVEY, answers({"source_id": "a", column: stated[column]})).changed == 1
    if column in {"channel", "segments", "question"}:
        assert store.save(SURVEY, answers({"source_id": "a", column: None})).changed == 1
        assert store.save(SURVEY, answers({"source_id": "a", column: None})).equal == 1


def test_a_corrected_row_replaces_the_earlier_one_when_its_day_moved_to_another_month(store):
    store.save(SURVEY, answers({"source_id": "a", "value": 1}, {"source_id": "b", "value": 2}))
    saved = store.save(SURVEY, answers({"source_id": "a", "value": 1, "answered_on": MARCH}))
    assert (saved.new, saved.changed, saved.equal) == (0, 1, 0)
    assert values(store) == [("2026-01", "satisfaction", 2), ("2026-03", "satisfaction", 1)]


def test_rows_that_trade_months_all_stay_once(store):
    store.save(SURVEY, answers({"source_id": "a", "value": 1}, {"source_id": "b", "value": 2, "answered_on": MARCH}))
    saved = store.save(
        SURVEY, answers({"source_id": "a", "value": 1, "answered_on": MARCH}, {"source_id": "b", "value": 2})
    )
    assert (saved.new, saved.changed) == (0, 2)
    assert values(store) == [("2026-01", "satisfaction", 2), ("2026-03", "satisfaction", 1)]


def test_a_month_whose_last_row_moved_away_is_empty(store):
    store.save(SURVEY, answers({"source_id": "a"}))
    store.save(SURVEY, answers({"source_id": "a", "answered_on": MARCH}))
    assert {file.month for file in store.files("p", Kind.ANSWERS)} == {"2026-03"}


def test_answers_of_one_person_on_two_items_are_two_rows(store):
    frame = answers({"source_id": "a", "item": "satisfaction"}, {"source_id": "a", "item": "clarity"})
    assert store.save(SURVEY, frame).new == 2
    assert store.save(SURVEY, frame.with_columns(value=pl.lit(1, dtype=pl.Int64))).changed == 2


def test_the_same_key_from_another_source_is_another_row(store):
    store.save(SURVEY, answers({"source_id": "a"}))
    assert (
        store.save(StoredPart(programme="p", kind=Kind.ANSWERS, source="other"), answers({"source_id": "a"})).new == 1
    )
    assert store.scan("p", Kind.ANSWERS).collect().height == 2


def test_an_open_case_that_is_decided_replaces_the_open_one(store):
    store.save(CASES, records(Kind.CASES, {"source_id": "c"}))
    saved = store.save(CASES, records(Kind.CASES, {"source_id": "c", "decided_on": MARCH, "outcome": "decided"}))
    assert saved.changed == 1
    assert store.scan("p", Kind.CASES).collect()["decided_on"].to_list() == [MARCH]


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_comes_back_as_it_was_saved(store, kind):
    row = {
        Kind.COUNTS: {"event": "complaint", "happened_on": MARCH},
        Kind.SPENDING: {"project": "x", "booked_on": MARCH, "amount": "30000000.05", "event": "licence"},
        Kind.PUBLISHED: {"item": "satisfaction", "percent": 84.5, "published_for": date(2026, 3, 1)},
    }.get(kind, {})
    frame = records(kind, {"source_id": "a", "service": "permits", "n": 2, **row})
    store.save(StoredPart(programme="p", kind=kind, source="s"), frame)
    found = store.scan("p", kind).collect()
    assert_frame_equal(
        found.drop("source", "source_id", "month"), frame.drop("source_id", "month"), check_column_order=False
    )
    assert found["source"].to_list() == ["s"]


def test_an_identifier_is_stored_only_as_its_pseudonym(store, tmp_path):
    store.save(SURVEY, answers({"source_id": "resident-4711"}))
    assert store.scan("p", Kind.ANSWERS).collect()["source_id"].dtype == pl.Int64
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"resident-4711" in path.read_bytes()]


def test_another_program_reads_the_table(store):
    store.save(SURVEY, answers({"source_id": "a", "value": 4}))
    store.save(CASES, records(Kind.CASES, {"source_id": "c"}))
    rows = pl.DataFrame(DeltaTable(store.location).to_pyarrow_table())
    assert sorted(rows.select("record", "service", "value").iter_rows()) == [
        ("answers", "passports", 4),
        ("cases", "passports", None),
    ]


# --- versions ------------------------------------------------------------------------------------------------


def test_a_version_shows_the_records_as_they_were_then(store):
    before = store.save(SURVEY, answers({"source_id": "a", "value": 1}, {"source_id": "b", "value": 2})).version
    store.save(SURVEY, answers({"source_id": "a", "value": 5, "answered_on": MARCH}))
    assert values(store, version=before) == [("2026-01", "satisfaction", 1), ("2026-01", "satisfaction", 2)]
    assert values(store, version=0) == []


def test_a_hundred_versions_can_still_be_read(store):
    versions = [store.save(SURVEY, answers({"source_id": "a", "value": n % 5 + 1})).version for n in range(110)]
    assert values(store, version=versions[2]) == [("2026-01", "satisfaction", 3)]
    assert values(store, version=versions[105]) == [("2026-01", "satisfaction", 1)]
    assert len(set(versions)) == 110


def test_a_stored_answer_keeps_the_wording_it_was_given_under_and_a_new_one_gets_todays(store):
    store.save(SURVEY, answers({"source_id": "a", "question": "old", "value": 3}, {"source_id": "b", "value": 4}))
    now = [{"source_id": one, "question": "new", "value": value} for one, value in (("a", 5), ("b", 4), ("c", 2))]
    saved = store.save(SURVEY, answers(*now), keeps=frozenset({"question"}))
    rows = store.scan("p", Kind.ANSWERS).collect()
    # "a" was answered anew, "b" had no wording yet.
    assert (saved.new, saved.changed, saved.equal) == (1, 2, 0)
    assert sorted(rows.select("question", "value").rows()) == [("new", 2), ("new", 4), ("old", 5)]
    assert store.save(SURVEY, answers(*now), keeps=frozenset({"question"})).equal == 3


def test_the_same_identifier_in_two_sources_gets_two_pseudonyms(store):
    for source in ("survey", "desk"):
        store.save(StoredPart(programme="p", kind=Kind.ANSWERS, source=source), answers({"source_id": "one person"}))
    rows = store.scan("p", Kind.ANSWERS).collect()
    assert rows["source_id"].n_unique() == 2
    assert store.save(SURVEY, answers({"source_id": "one person"})).equal == 1


def test_a_table_that_was_made_with_one_key_for_all_sources_goes_on_with_it(store):
    # As an older release made it: without the word that says that every source has a key of its own.
    columns = pl.DataFrame(schema=dict(COLUMNS)).to_arrow().schema
    DeltaTable.create(store.location, schema=Schema.from_arrow(columns), partition_by=list(PARTITIONS))
    for source in ("survey", "desk"):
        store.save(StoredPart(programme="p", kind=Kind.ANSWERS, source=source), answers({"source_id": "one person"}))
    assert store.scan("p", Kind.ANSWERS).collect()["source_id"].n_unique() == 1


@pytest.mark.parametrize("asked", [-1, 2, 99])
def test_a_version_that_is_not_there_is_named_with_those_that_are(store, asked):
    store.save(SURVEY, answers({"source_id": "a"}))
    with pytest.raises(UnknownVersionError, match=f"no version {asked}. There are 0 to 1."):
        store.scan("p", Kind.ANSWERS, version=asked)
    with pytest.raises(UnknownVersionError):
        store.fingerprint("p", version=asked)


def test_the_fingerprint_changes_with_the_programme_and_not_with_others(store):
    store.save(SURVEY, answers({"source_id": "a"}))
    before = store.fingerprint("p")
    store.save(StoredPart(programme="q", kind=Kind.ANSWERS, source="survey"), answers({"source_id": "a"}))
    assert store.fingerprint("p") == before
    store.save(SURVEY, answers({"source_id": "a", "value": 1}))
    assert store.fingerprint("p") != before
    assert store.fingerprint("p", version=1) == before


# --- killed, and several at once -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    return write_programme(tmp_path_factory.mktemp("programme"))


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, programme):
    """What the store holds after one run that nobody disturbed."""
    place = workplace(tmp_path_factory.mktemp("undisturbed"))
    sync_all(place, programme)
    return kept(place)


MOMENTS = [
    "begin_run:return:1",
    "write_file:return:1",
    "commit:call:1",
    "commit:return:1",
    "write_file:call:4",
    "commit:return:5",
    "keep_page:call:1",
    "keep_page:return:1",
    "end_run:call:1",
    "end_run:return:1",
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_leaves_the_store_readable_and_the_next_run_makes_it_right(
    tmp_path, programme, undisturbed, moment
):
    killed = run(sync_and_die, moment, tmp_path, programme)
    killed.join(60)
    assert killed.exitcode == -signal.SIGKILL
    place = workplace(tmp_path)
    halfway = kept(place)
    assert halfway.join(undisturbed, on=undisturbed.columns, how="anti", nulls_equal=True).is_empty()
    sync_all(place, programme)
    assert_frame_equal(kept(place), undisturbed)


PLACES = pytest.mark.parametrize("scheme", ["", "file://"], ids=["with turns", "without turns"])
"""In a folder writers take turns; in an object store, here a folder by URL, the later one starts again."""


@PLACES
def test_runs_of_the_same_source_at_once_leave_every_row_once(tmp_path, programme, undisturbed, scheme):
    work = (sync, tmp_path, programme, "", f"{scheme}{tmp_path}/records")
    run_together(work, work, work)
    assert_frame_equal(kept(workplace(tmp_path)), undisturbed)


@PLACES
def test_runs_of_different_sources_at_once_leave_every_row_once(tmp_path, scheme):
    folder, names = tmp_path / "programme", ("survey", "desk", "post")
    paths = [write_programme(folder, sources=(name,), name=f"{name}.toml") for name in names]
    run_together(*((sync, tmp_path, path, "", f"{scheme}{tmp_path}/records") for path in paths))
    alone = workplace(tmp_path / "alone")
    sync_all(alone, write_programme(folder, sources=names))
    assert_frame_equal(kept(workplace(tmp_path)), kept(alone))


def test_writers_of_one_source_that_meet_again_and_again_lose_nothing(tmp_path):
    store = RecordStore(location=f"file://{tmp_path}/records", pseudonym_key="k")
    store.version()

    def save(writer):
        for turn in range(5):
            assert store.save(SURVEY, answers({"source_id": f"{writer}-{turn}"}, {"source_id": "same"})).version > 0

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(save, range(4)))
    rows = store.scan("p", Kind.ANSWERS).collect()
    assert (rows.height, rows["source_id"].n_unique(), store.version()) == (21, 21, 20)


def test_a_reader_during_a_write_sees_one_version_whole(tmp_path):
    store = RecordStore(location=str(tmp_path / "records"), pseudonym_key="stress")
    part = StoredPart(programme="stress", kind=Kind.ANSWERS, source="survey")
    store.save(part, answers(*spread(5)))
    writer = run(save_again_and_again, tmp_path)
    seen = []
    while writer.is_alive():
        rows = store.scan("stress", Kind.ANSWERS).select("value").collect()["value"]
        seen.append((len(rows), rows.n_unique()))
    finish(writer)
    assert set(seen) == {(300, 1)}
    assert store.version() == 21


def test_a_table_in_an_object_store_is_merged_in_the_same_way(tmp_path):
    store = RecordStore(location=f"file://{tmp_path}/far/records", pseudonym_key="k")
    store.save(SURVEY, answers({"source_id": "a", "value": 1}, {"source_id": "b", "value": 2}))
    assert store.save(SURVEY, answers({"source_id": "a", "value": 1})).equal == 1
    assert store.save(SURVEY, answers({"source_id": "a", "value": 1, "answered_on": MARCH})).changed == 1
    assert values(store) == [("2026-01", "satisfaction", 2), ("2026-03", "satisfaction", 1)]


def test_a_store_in_a_folder_with_spaces_and_brackets_is_read_and_written(tmp_path):
    store = RecordStore(location=str(tmp_path / "a folder [1] 100% ours" / "records"), pseudonym_key="key")
    part = StoredPart(programme="town", kind=Kind.COUNTS, source="counts")
    row = {"source_id": "a", "service": "desk", "event": "customer", "happened_on": date(2026, 1, 5)}
    frame = complete(pl.DataFrame([{**row, "file": "f", "line": 1}]), Kind.COUNTS)
    assert store.save(part, frame).new == 1
    found = store.scan("town", Kind.COUNTS).collect()
    assert found.select("source", "month", "n").rows() == [("counts", "2026-01", 1)]
    assert store.save(part, frame).equal == 1
