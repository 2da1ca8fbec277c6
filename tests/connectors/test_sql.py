"""Sql on SQLite: the contract, types of cells, pages, going on behind them, and what changed since."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from connectors.connector import EVERYTHING, SourceChangedError, Start
from metrics.records import Kind, Reason
from tests.connectors.contract import SECRET, ConnectorContract, Sample, read
from tests.connectors.mutating import mutated
from tests.connectors.sql_site import COLUMNS, TABLE, broken, only, rows, small, sql, sqlite_file


class TestSql(ConnectorContract):
    @pytest.fixture(params=[0, 1, 1200])
    def sample(self, request, tmp_path):
        answers = rows(request.param)
        connector = sql(tmp_path, sqlite_file(tmp_path, answers), page_rows=500, order_by="nr")
        return Sample(connector=connector, rows=len(answers), broken=broken(answers))


def answers_read(connector, start=EVERYTHING):
    """Return the rows read, without the page they came from."""
    frames = [connector.parse(page).frames[Kind.ANSWERS] for page in connector.fetch(start)]
    return pl.concat(frames).drop("file", "line") if frames else None


def rejections(batch):
    return batch.rejected.select("line", "column", "reason", "found").rows()


def test_every_row_is_what_python_reads_from_the_same_file(tmp_path):
    connector = sql(tmp_path, sqlite_file(tmp_path, rows(300)))
    found = {row["source_id"]: row for row in answers_read(connector).iter_rows(named=True)}
    names = {"customer": 5, "district": 6}
    for row in rows(300):
        if row[3] == SECRET or row[6] == "a=b":
            assert str(row[0]) not in found
            continue
        one = found[str(row[0])]
        # In winter the Netherlands are an hour ahead of UTC; the last Sunday of March is not before day 88.
        hours = 2 if row[4] >= datetime(2026, 3, 29, 1, tzinfo=UTC) else 1
        assert one["answered_on"] == (row[4] + timedelta(hours=hours)).date()
        assert one["service"] == row[1].strip()
        assert one["channel"] == row[2]
        assert one["value"] == (None if row[3] is None else int(row[3]))
        parts = [f"{name}={row[place]}" for name, place in names.items() if row[place]]
        assert one["segments"] == (";".join(parts) or None)


def test_only_columns_that_are_read_leave_the_database(tmp_path):
    connector = sql(tmp_path, sqlite_file(tmp_path, rows(20)), order_by="gewijzigd")
    (page,) = connector.fetch(EVERYTHING)
    raw = pl.read_ipc(page.body)
    assert "toelichting" not in raw.columns
    assert "gewijzigd" not in raw.columns


def test_nothing_that_a_person_wrote_is_kept_or_told(tmp_path):
    connector = sql(tmp_path, sqlite_file(tmp_path, rows(200)), page_rows=50, order_by="nr")
    for page in connector.fetch(EVERYTHING):
        batch = connector.parse(page)
        told = (page.name, page.resume, batch.notices, *batch.rejected.rows(), *batch.frames[Kind.ANSWERS].rows())
        assert "Geheim" not in str(told)
        assert "Kerkstraat" not in str(told)


def test_names_that_look_like_sql_are_names(tmp_path):
    connector = sql(tmp_path, sqlite_file(tmp_path, rows(5)))
    assert answers_read(connector).height == 5
    with sqlite3.connect(tmp_path / "antwoorden.db") as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [(TABLE,)]
    connection.close()


def test_a_query_may_hold_colons_percents_and_a_comment_at_its_end(tmp_path):
    query = "WITH x AS (SELECT *, ':a %s ; DROP' AS y FROM t) SELECT * FROM x WHERE y LIKE ':a %' -- all of them; ("
    connector = small(tmp_path, values=[("a", "2026-01-01", 5)], query=query)
    assert answers_read(connector).height == 1


def test_a_query_can_stand_in_a_file_beside_the_programme(tmp_path):
    (tmp_path / "answers.sql").write_text("SELECT * FROM t\n;\n", encoding="utf-8")
    connector = small(tmp_path, values=[("a", "2026-01-01", 5)], query=None, query_file="answers.sql")
    (page,) = connector.fetch(EVERYTHING)
    assert page.name == "answers.sql, page 1"
    assert connector.parse(page).frames[Kind.ANSWERS].height == 1


def test_a_query_file_that_changes_something_is_told(tmp_path):
    (tmp_path / "answers.sql").write_text("DELETE FROM t")
    connector = small(tmp_path, query=None, query_file="answers.sql")
    with pytest.raises(SourceChangedError, match=r"begin it with SELECT or WITH.*'DELETE'"):
        list(connector.fetch(EVERYTHING))


@pytest.mark.parametrize("value", [b"\x00\x01", b""])
@pytest.mark.parametrize("column", ["id", "day", "score"])
def test_bytes_are_rejected_with_their_column_in_every_place(tmp_path, column, value):
    row = {"id": "b", "day": "2026-01-01", "score": 5, column: value}
    batch = only(small(tmp_path, values=[("a", "2026-01-01", 5), tuple(row.values())]))
    ours = {"id": "source_id", "day": "answered_on", "score": "value"}[column]
    assert rejections(batch) == [(2, ours, Reason.UNKNOWN_VALUE, None)]
    assert batch.frames[Kind.ANSWERS].height == 1


@pytest.mark.parametrize(
    ("score", "read_as"),
    [
        (5, 5),
        (5.0, 5),
        ("5", 5),
        (" 5 ", 5),
        ("5,0", None),
        (4.5, None),
        (2**62, 2**62),
        ("", "absent"),
        (None, "absent"),
    ],
    ids=repr,
)
def test_numbers_are_read_whatever_type_the_cell_has(tmp_path, score, read_as):
    # The second row makes the column one of several types, as SQLite allows.
    batch = only(small(tmp_path, values=[("a", "2026-01-01", score), ("b", "2026-01-01", "4")]))
    first = batch.frames[Kind.ANSWERS].filter(pl.col("source_id") == "a")["value"].to_list()
    assert first == {None: [], "absent": [None]}.get(read_as, [read_as])


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        ("2026-01-31", "Asia/Tokyo", date(2026, 1, 31)),
        ("2026-01-31 23:30:00", None, date(2026, 1, 31)),
        ("2026-01-31 23:30:00", "UTC", date(2026, 2, 1)),
        ("2026-01-31T23:30:00.125", "UTC", date(2026, 2, 1)),
        ("2026-01-31 23:30", "UTC", date(2026, 2, 1)),
        ("2026-01-31T23:30:00Z", None, date(2026, 2, 1)),
        ("2026-01-31T23:30:00+01:00", "UTC", date(2026, 1, 31)),
        ("2026-02-01 02:30:00", "Asia/Tokyo", date(2026, 1, 31)),
        # The clock of the source skipped this hour, and came twice to that one.
        ("2026-03-29 02:30:00", "Europe/London", date(2026, 3, 29)),
        ("2026-10-25 01:30:00", "Europe/London", date(2026, 10, 25)),
        ("gisteren", "UTC", None),
    ],
)
def test_a_moment_is_a_day_of_the_programme(tmp_path, moment, zone, day):
    batch = only(small(tmp_path, values=[("a", moment, 5)], timezone_of_source=zone))
    assert batch.frames[Kind.ANSWERS]["answered_on"].to_list() == ([] if day is None else [day])
    assert batch.rejected.height == (day is None)


def test_text_that_is_not_utf8_rejects_its_row(tmp_path):
    connector = small(tmp_path, values=[("a", "2026-01-01", 5)])
    with sqlite3.connect(tmp_path / "small.db") as connection:
        connection.execute("INSERT INTO t VALUES (CAST(x'fffe' AS TEXT), '2026-01-01', 5)")
    connection.close()
    batch = only(connector)
    assert rejections(batch) == [(2, "source_id", Reason.UNKNOWN_VALUE, None)]


def test_an_identifier_can_be_made_of_several_columns_and_a_value_translated(tmp_path):
    columns = {
        "source_id": ["id", "day"],
        "answered_on": "day",
        "value": {"column": "score", "map": {"goed": 5, "slecht": 1}},
    }
    values = [("a", "2026-01-01", "goed"), ("a", "2026-01-02", "matig")]
    batch = only(small(tmp_path, values=values, columns=columns))
    assert batch.frames[Kind.ANSWERS].select("source_id", "value").rows() == [("a|2026-01-01", 5)]
    assert rejections(batch) == [(2, "value", Reason.UNKNOWN_VALUE, "matig")]


@pytest.mark.parametrize("key", ["nr", "moment", "groep", COLUMNS["service"]])
@pytest.mark.parametrize("size", [1, 7, 1000])
def test_going_on_behind_any_page_gives_the_same_rows(tmp_path, key, size):
    """By a key of its own, by one that is sometimes absent, and by one that many rows share."""
    connector = sql(tmp_path, sqlite_file(tmp_path, rows(15)), page_rows=size, order_by=key)
    pages = list(connector.fetch(EVERYTHING))
    whole = set(answers_read(connector).rows())
    assert sum(pl.read_ipc(page.body).height for page in pages) == 15
    for number, page in enumerate(pages, 1):
        kept = {
            row
            for each in pages[:number]
            for row in connector.parse(each).frames[Kind.ANSWERS].drop("file", "line").rows()
        }
        rest = answers_read(connector, Start(after=page.resume))
        assert kept | set(rest.rows() if rest is not None else ()) == whole


def test_a_run_that_goes_on_does_not_begin_anew(tmp_path):
    connector = sql(tmp_path, sqlite_file(tmp_path, rows(100)), page_rows=10, order_by="nr")
    pages = list(connector.fetch(EVERYTHING))
    rest = list(connector.fetch(Start(after=pages[4].resume)))
    assert sum(pl.read_ipc(page.body).height for page in rest) == 51


def test_rows_that_the_database_holds_equal_are_not_lost_at_the_end_of_a_page(tmp_path):
    values = [(code, "2026-01-01", 5) for code in ("A", "a", "B", "b")]
    table = "(id TEXT COLLATE NOCASE, day, score)"
    connector = small(tmp_path, table=table, values=values, page_rows=1, order_by="id")
    pages = list(connector.fetch(EVERYTHING))
    rest = answers_read(connector, Start(after=pages[0].resume))
    assert {"A", "a", "B", "b"} <= {connector.parse(pages[0]).frames[Kind.ANSWERS]["source_id"][0], *rest["source_id"]}


def test_a_place_that_means_nothing_here_is_read_as_none(tmp_path):
    connector = small(tmp_path, values=[("a", "2026-01-01", 5)], order_by="id")
    for after in ("no json", "[1, 2]", '["bytes", "x"]', "null", "{}"):
        assert answers_read(connector, Start(after=after)).height == 1


def test_without_order_by_a_run_cannot_go_on(tmp_path):
    connector = sql(tmp_path, sqlite_file(tmp_path, rows(20)), page_rows=10)
    assert [page.resume for page in connector.fetch(EVERYTHING)] == [None, None]


@pytest.mark.parametrize("overlap", [0, 2, 30])
def test_a_later_run_asks_for_what_changed_since_less_some_days(tmp_path, overlap):
    # Answer n changed n days after 1 January; a day more is asked for, since a text can be in any zone.
    changed = sql(tmp_path, sqlite_file(tmp_path, rows(90)), changed_column="gewijzigd", overlap_days=overlap)
    since = datetime(2026, 3, 1, 12, tzinfo=UTC)
    found = sum(pl.read_ipc(page.body).height for page in changed.fetch(Start(since=since)))
    last_before = (since - timedelta(days=overlap + 1)).date()
    assert found == sum(row[8].date() >= last_before for row in rows(90))


def test_a_row_that_never_changed_is_read_again_every_time(tmp_path):
    values = [("a", "2026-01-01", 5), ("b", None, 4)]
    connector = small(tmp_path, values=values, changed_column="day")
    found = answers_read(connector, Start(since=datetime(2026, 6, 1, tzinfo=UTC)))
    assert found["source_id"].to_list() == ["b"]


def test_a_changed_column_without_days_is_told(tmp_path):
    connector = small(tmp_path, values=[("a", "2026-01-01", 5)], changed_column="score")
    with pytest.raises(SourceChangedError, match="`changed_column` 'score' holds no days or moments"):
        list(connector.fetch(Start(since=datetime(2026, 6, 1, tzinfo=UTC))))


def test_strange_rows_are_read_or_rejected_and_none_is_lost(tmp_path):
    names = ("id", "day", "score")
    real = [{"id": "a", "day": "2026-01-01", "score": 5}, {"id": 7, "day": "2026-01-01 10:00:00", "score": "4"}]
    known = (type(None), str, int, float, bytes)
    strange = (row for row in mutated(real, 110_000, seed=9) if isinstance(row, dict))
    cells = ([row.get(name) for name in names] for row in strange)
    values = [[each if isinstance(each, known) and each != 2**63 else b"x" for each in row] for row in cells][:100_000]
    connector = small(tmp_path, page_rows=5000)
    with sqlite3.connect(tmp_path / "small.db") as connection:
        connection.executemany("INSERT INTO t VALUES (?, ?, ?)", values)
    connection.close()
    batches = read(connector)
    kept = sum(batch.frames[Kind.ANSWERS].height for batch in batches)
    assert kept + sum(batch.rejected.height for batch in batches) == len(values) == 100_000
    assert kept > 10_000
