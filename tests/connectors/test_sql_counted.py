"""Counting where the rows are: SQLite, DuckDB and Spark find what `metrics.counting` finds in the rows themselves."""

# ruff: noqa: S608 - the names and values in these statements are our own

from __future__ import annotations

import shutil
import sys
from datetime import date, datetime
from importlib.util import find_spec

import duckdb
import polars as pl
import pytest

from connectors.connector import EVERYTHING, SourceChangedError, SourceUnavailableError
from metrics.notices import Notice
from metrics.records import Kind, check
from tests.connectors.contract import SECRET
from tests.connectors.counted_rows import as_counted_here, as_counted_there
from tests.connectors.sql_site import COLUMNS, NAMES, QUOTED, only, rows, small, sql, sqlite_file

COUNTED = {name: theirs for name, theirs in COLUMNS.items() if name != "source_id"}
SMALL = {"answered_on": "day", "value": "score"}


@pytest.fixture
def here(tmp_path):
    """A source that gives each row by itself, from SQLite."""
    url = sqlite_file(tmp_path, rows(3000))
    return lambda **changed: sql(tmp_path, url, **changed)


def frame(number=3000):
    return pl.DataFrame(rows(number), schema=list(NAMES), orient="row", infer_schema_length=None)


def parquet(folder, sent):
    (folder / "rows").mkdir()
    sent[:1000].write_parquet(folder / "rows" / "a.parquet")
    sent[1000:].write_parquet(folder / "rows" / "b.parquet")


def test_sqlite_counts_what_polars_counts(here):
    assert as_counted_there(here).equals(as_counted_here(here))


def test_sqlite_counts_naive_moments_by_day(tmp_path):
    values = [(each, f"2026-01-{1 + each % 3:02} {each % 24:02}:30:00", 5) for each in range(100)]
    batch = only(small(tmp_path, values=values, columns=SMALL, counted=True))
    assert batch.frames[Kind.ANSWERS].select("answered_on", "n").sort("answered_on").rows() == [
        (date(2026, 1, 1), 34),
        (date(2026, 1, 2), 33),
        (date(2026, 1, 3), 33),
    ]
    (page,) = sql(
        tmp_path,
        "sqlite:///small.db",
        query="SELECT * FROM t",
        columns={"service": "id", **SMALL} | {"service": "score"},
        segments={},
        counted=True,
    ).fetch(EVERYTHING)
    assert pl.read_ipc(page.body).height == 3


@pytest.mark.parametrize("zone", [None, "UTC"])
@pytest.mark.parametrize("moments", ["aware", "naive", "days", "text"])
def test_duckdb_counts_parquet_as_polars_counts(tmp_path, moments, zone):
    sent = _with_moments(frame(), moments)
    parquet(tmp_path, sent)
    url = sqlite_file(tmp_path, [tuple(row) for row in _written(sent).rows()])
    here = as_counted_here(lambda **changed: sql(tmp_path, url, timezone_of_source=zone, **changed))

    def there(**changed):
        return sql(tmp_path, "duckdb:///rows/*.parquet", query=None, timezone_of_source=zone, **changed)

    assert as_counted_there(there).equals(here)


def _with_moments(sent, moments):
    own = pl.col("moment")
    return sent.with_columns(
        {
            "aware": own,
            "naive": own.dt.replace_time_zone(None),
            "days": own.dt.date(),
            "text": own.dt.to_string("%Y-%m-%d %H:%M:%S"),
        }[moments]
    )


def _written(sent):
    as_text = {
        pl.Date: "%Y-%m-%d",
        pl.Datetime("us"): "%Y-%m-%dT%H:%M:%S",
        pl.Datetime("us", "UTC"): "%Y-%m-%dT%H:%M:%S%:z",
    }
    pattern = next((each for kind, each in as_text.items() if sent.schema["moment"] == kind), None)
    return sent if pattern is None else sent.with_columns(pl.col("moment").dt.to_string(pattern))


def test_duckdb_counts_a_file_of_its_own_with_a_query(tmp_path, here):
    sent = frame()
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        connection.register("sent", sent.to_arrow())
        connection.execute(f"CREATE TABLE {QUOTED} AS SELECT * FROM sent")

    def there(**changed):
        return sql(tmp_path, "duckdb:///x.duckdb", **changed)

    assert as_counted_there(there).equals(as_counted_here(here))
    with pytest.raises(SourceChangedError, match=r"\w+Exception") as told:
        list(there(query="SELECT * FROM read_csv('/etc/passwd')", columns=COUNTED, counted=True).fetch(EVERYTHING))
    assert "passwd" not in str(told.value)


def test_duckdb_that_is_not_installed_is_told(tmp_path, monkeypatch):
    parquet(tmp_path, frame(10))
    monkeypatch.setitem(sys.modules, "duckdb", None)
    connector = sql(tmp_path, "duckdb:///rows/*.parquet", query=None, columns=COUNTED, counted=True)
    with pytest.raises(SourceChangedError, match=r"duckdb is not installed.*uitkomst\[duckdb\]"):
        list(connector.fetch(EVERYTHING))


def test_files_that_are_not_there_are_told(tmp_path):
    for url in ("duckdb:///rows/*.parquet", "duckdb:///x.duckdb"):
        with pytest.raises(SourceUnavailableError, match="there is no such file"):
            list(sql(tmp_path, url, columns=COUNTED, counted=True).fetch(EVERYTHING))


def _lacking_for_spark():
    if find_spec("pyspark") is None:
        return "pyspark is not installed: it is the optional extra spark"
    return None if shutil.which("java") else "Spark needs Java 17 or newer"


@pytest.mark.skipif(_lacking_for_spark() is not None, reason=str(_lacking_for_spark()))
@pytest.mark.filterwarnings("ignore")
def test_spark_counts_parquet_as_polars_counts(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    for moments in ("aware", "naive", "days", "text"):
        folder = tmp_path / moments
        folder.mkdir()
        sent = _with_moments(frame(), moments)
        parquet(folder, sent)
        url = sqlite_file(folder, [tuple(row) for row in _written(sent).rows()])
        for zone in (None, "UTC"):
            given = {"timezone_of_source": zone}
            here = as_counted_here(lambda *, f=folder, u=url, g=given, **changed: sql(f, u, **g, **changed))
            there = as_counted_there(
                lambda *, f=folder, g=given, **changed: sql(f, "spark:///rows", query=None, **g, **changed)
            )
            assert there.equals(here), (moments, zone)


def test_spark_that_is_not_installed_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    connector = sql(tmp_path, "spark:///rows", query=None, columns=COUNTED, counted=True)
    with pytest.raises(SourceChangedError, match=r"pyspark is not installed.*uitkomst\[spark\]"):
        list(connector.fetch(EVERYTHING))


def test_counted_rows_hold_no_identifier_and_no_words(here):
    (page,) = here(columns=COUNTED, counted=True).fetch(EVERYTHING)
    raw = pl.read_ipc(page.body)
    # A score that somebody filled with words is one of the values that are counted, and is then rejected.
    assert "Geheim" not in str(raw.drop("value").rows())
    batch = here(columns=COUNTED, counted=True).parse(page)
    assert "Geheim" not in str((batch.rejected.rows(), batch.frames[Kind.ANSWERS].rows(), batch.notices))


def test_every_row_is_in_a_counted_row_or_behind_a_rejected_one(here):
    batch = only(here(columns=COUNTED, counted=True))
    (notice,) = batch.notices
    assert notice.code == "rows_behind_rejected"
    assert batch.frames[Kind.ANSWERS]["n"].sum() + notice.particulars["rows"] == 3000


def test_spellings_that_mean_the_same_are_one_counted_row(tmp_path):
    values = [(1, "2026-01-01", "5"), (2, "2026-01-01 10:00", 5), (3, "2026-01-01", " 5 "), (4, "2026-01-01", 5.0)]
    batch = only(small(tmp_path, values=values, columns=SMALL, counted=True))
    assert batch.frames[Kind.ANSWERS].select("value", "n").rows() == [(5, 4)]
    assert check(batch.frames[Kind.ANSWERS], Kind.ANSWERS, latest=date(2026, 12, 31)).rejected.is_empty()


def test_a_counted_row_keeps_its_name_when_its_number_is_corrected(tmp_path):
    first = only(small(tmp_path, values=[(1, "2026-01-01", 5)], columns=SMALL, counted=True))
    more = [(1, "2026-01-01", 5), (2, "2026-01-01", 5)]
    later = only(small(tmp_path, "later.db", values=more, columns=SMALL, counted=True))
    names = [batch.frames[Kind.ANSWERS]["source_id"].to_list() for batch in (first, later)]
    assert names == [["passports|satisfaction|5|1-5|2026-01-01"]] * 2


def test_values_are_translated_and_an_unknown_one_tells_how_many_rows(tmp_path):
    values = [(each, "2026-01-01", "goed" if each % 3 else "matig") for each in range(9)]
    columns = {"answered_on": "day", "value": {"column": "score", "map": {"goed": 5}}}
    batch = only(small(tmp_path, values=values, columns=columns, counted=True))
    assert batch.frames[Kind.ANSWERS].select("value", "n").rows() == [(5, 6)]
    assert batch.rejected.select("column", "found").rows() == [("value", "matig")]
    assert batch.notices == (Notice(code="rows_behind_rejected", particulars={"rows": 3}),)


def test_bytes_and_marks_in_segments_are_rejected_when_they_are_counted(tmp_path):
    values = [(b"x", "2026-01-01", 5), ("a\x1fb", "2026-01-01", 5), ("a", "2026-01-01", 5), (None, "2026-01-01", 5)]
    batch = only(small(tmp_path, values=values, columns=SMALL, segments={"district": "id"}, counted=True))
    found = batch.frames[Kind.ANSWERS]["segments"].to_list()
    assert sorted(found, key=str) == [None, "district=a"]
    assert batch.rejected["column"].to_list() == ["segments", "segments"]


def test_cases_and_counts_are_counted(tmp_path):
    table = "(kind, begun, done)"
    values = [("a", "2026-01-01", "2026-01-05 12:00:00"), ("a", "2026-01-01", "2026-01-05"), ("b", "2026-01-02", None)]
    given = {"table": table, "values": values, "constants": {}, "counted": True}
    columns = {"service": "kind", "received_on": "begun", "decided_on": "done"}
    cases = only(small(tmp_path, record="cases", columns=columns, **given)).frames[Kind.CASES]
    assert sorted(cases.select("service", "decided_on", "n").rows(), key=str) == [
        ("a", date(2026, 1, 5), 2),
        ("b", None, 1),
    ]
    given["constants"] = {"event": "customer"}
    counts = only(
        small(tmp_path, "b.db", record="counts", columns={"service": "kind", "happened_on": "begun"}, **given)
    ).frames[Kind.COUNTS]
    assert sorted(counts.select("service", "happened_on", "n").rows()) == [
        ("a", date(2026, 1, 1), 2),
        ("b", date(2026, 1, 2), 1),
    ]


def test_a_table_without_rows_counts_to_nothing(tmp_path):
    batch = only(small(tmp_path, columns=SMALL, counted=True))
    assert batch.frames[Kind.ANSWERS].is_empty()
    assert batch.notices == ()


def test_a_column_that_is_not_there_is_told_with_the_nearest(tmp_path):
    connector = small(tmp_path, columns={**SMALL, "channel": "dya"}, counted=True)
    with pytest.raises(SourceChangedError, match=r"no column 'dya'\. Did you mean 'day'"):
        list(connector.fetch(EVERYTHING))


def test_the_marker_of_secrets_is_in_the_rows():
    assert any(SECRET in str(row) for row in rows(100))
    assert isinstance(rows(1)[0][4], datetime)
