"""A record table of an older release, made before a column was there: it still takes rows and gives them back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import polars as pl
import pytest
from deltalake import DeltaTable

from metrics.records import Kind
from metrics.store.datafiles import COLUMNS, PARTITIONS, STORED, StoredPart, commit, open_table, write_file
from metrics.store.records import RecordStore
from tests.metrics.builders import records

PART = StoredPart(programme="p", kind=Kind.COUNTS, source="calls")
NEW = "gap_days"
EARLIER = {
    "source_id": 1,
    "service": "desk",
    "channel": None,
    "segments": None,
    "n": 3,
    "event": "contact",
    "happened_on": date(2026, 1, 5),
}


def contact(source_id, day, gap_days):
    return records(
        Kind.COUNTS,
        {
            "source_id": source_id,
            "service": "desk",
            "n": 1,
            "event": "contact",
            "happened_on": day,
            "gap_days": gap_days,
        },
    )


@pytest.fixture
def older(tmp_path):
    """A store whose table and whose one data file were written before there was a gap."""
    location = str(tmp_path / "records")
    columns = {name: dtype for name, dtype in COLUMNS.items() if name != NEW}
    arrow = pl.DataFrame(schema=columns).to_arrow().schema
    DeltaTable.create(location, schema=arrow, partition_by=list(PARTITIONS))
    stored = {name: dtype for name, dtype in STORED[Kind.COUNTS].items() if name != NEW}
    rows = pl.DataFrame([EARLIER], schema=stored)
    commit(open_table(location), {write_file(location, rows, part=PART, month="2026-01"): 1}, [], turn="before")
    return RecordStore(location=location, pseudonym_key="of these tests")


def found(store, **options):
    rows = store.scan("p", Kind.COUNTS, **options).collect()
    return sorted(rows.select("month", "n", NEW).rows(), key=str)


def test_rows_of_before_the_column_are_read_with_nothing_in_it(older):
    assert found(older) == [("2026-01", 3, None)]


def test_new_rows_are_kept_beside_the_old_ones_in_the_same_month_too(older):
    saved = older.save(PART, pl.concat([contact("a", date(2026, 1, 9), 4), contact("b", date(2026, 2, 9), None)]))
    assert (saved.new, saved.changed, saved.equal) == (2, 0, 0)
    assert found(older) == [("2026-01", 1, 4), ("2026-01", 3, None), ("2026-02", 1, None)]
    again = older.save(PART, contact("a", date(2026, 1, 9), 4))
    assert (again.equal, again.version) == (1, saved.version)


def test_a_gap_that_becomes_known_later_replaces_the_unknown_one(older):
    older.save(PART, contact("a", date(2026, 2, 9), None))
    assert older.save(PART, contact("a", date(2026, 2, 9), 12)).changed == 1
    assert found(older) == [("2026-01", 3, None), ("2026-02", 1, 12)]


def test_another_program_sees_the_new_column_in_the_table(older):
    assert NEW not in pl.DataFrame(DeltaTable(older.location).to_pyarrow_table()).columns
    older.save(PART, contact("a", date(2026, 2, 9), 4))
    rows = pl.DataFrame(DeltaTable(older.location).to_pyarrow_table())
    assert sorted(rows.select("month", NEW).rows(), key=str) == [("2026-01", None), ("2026-02", 4)]


def test_versions_of_before_the_column_can_still_be_read(older):
    before = older.version()
    older.save(PART, contact("a", date(2026, 2, 9), 4))
    assert found(older, version=before) == [("2026-01", 3, None)]


def test_reading_alone_does_not_change_the_table(older):
    before = older.version()
    found(older)
    assert older.version() == before


def test_writers_that_meet_at_the_older_table_lose_nothing(older):
    # A store by its URL takes no turns: the later writer starts again.
    far = RecordStore(location=f"file://{older.location}", pseudonym_key="of these tests")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda name: far.save(PART, contact(name, date(2026, 2, 9), 4)), "abcd"))
    assert found(far) == [("2026-01", 3, None), *[("2026-02", 1, 4)] * 4]
