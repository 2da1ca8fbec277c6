"""What Sql says about wrong settings and databases that cannot be read."""

from __future__ import annotations

import sqlite3

import pytest
from pydantic import ValidationError

from connectors.connector import EVERYTHING, SourceChangedError, SourceRefusedError, SourceUnavailableError, Start
from connectors.sql.statement import statement_problems
from connectors.web.client import Limits
from tests.connectors.sql_site import COLUMNS, SEGMENTS, small, sql

HOST = "postgresql://reader@db.example/x"


def told(folder, url="sqlite:///x.db", **changed):
    with pytest.raises(ValidationError) as error:
        sql(folder, url, **changed)
    return str(error.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "is no address of a database"),
        ("postgresql://reader:hunter2@host/db", "holds no password"),
        ("postgresql://reader@host/db?password=hunter2", "may not hold 'password'"),
        ("postgresql://reader@host/db?options=-c%20x", "may not hold 'options'. Allowed are: sslmode"),
        ("postgresql://reader@host/db?sslmode=disable", "leaves the line open"),
        ("postgresql://reader@169.254.169.254/db", "an address that no source has"),
        ("postgresql:///db", "lacks a host"),
        ("postgresql://reader@host", "lacks a host or the name of a database"),
        ("oralce://reader@host/db", "there is no driver for 'oralce'"),
        ("mysql+nothere://reader@host/db", "there is no driver for 'mysql+nothere'"),
        ("mysql+pymysql://reader@host/db?ssl_key_password=hunter2", "it would end up in logs"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///x.db?mode=rw", "leave out what follows the ?"),
        ("duckdb:///x.duckdb", "Set counted = true"),
        ("spark:///x", "Set counted = true"),
    ],
)
def test_a_wrong_address_is_told_without_what_may_be_a_secret(tmp_path, url, sentence):
    found = told(tmp_path, url)
    # Pydantic shows what it was given; the sentence is ours.
    assert sentence in found
    assert "hunter2" not in found.partition("[type=value_error")[0]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"query": None}, "give `query` (one SELECT), or `query_file`"),
        ({"query_file": "x.sql"}, "not both"),
        ({"query": "DELETE FROM t"}, "begin it with SELECT or WITH"),
        ({"columns": {**COLUMNS, "chanel": "x"}}, "'chanel' is no column of answers. Did you mean 'channel'?"),
        ({"columns": {}}, "answers cannot be read without source_id, service, value, answered_on"),
        ({"segments": {"a=b": "x"}}, "segment 'a=b' may not contain"),
        ({"page_rows": 0}, "page_rows is 0; it is 1 or more."),
        ({"overlap_days": -1}, "overlap_days is -1; it is 0 or more."),
        ({"timezone_of_source": "Mars/Olympus"}, "'Mars/Olympus' is no time zone"),
        ({"pagerows": 5}, "pagerows"),
        ({"counted": True}, "counted: source_id cannot be given"),
        ({"counted": True, "constants": {"n": 1}}, "counted: n, source_id cannot be given"),
        ({"counted": True, "order_by": "nr"}, "counted: everything is counted anew each time. Leave out order_by."),
        ({"counted": True, "changed_column": "nr"}, "Leave out changed_column."),
        (
            {"counted": True, "record": "spending"},
            "counted: spending are not counted. Allowed are: answers, cases, counts",
        ),
    ],
)
def test_a_wrong_setting_is_told(tmp_path, changed, sentence):
    assert sentence in told(tmp_path, **changed)


def test_a_database_that_cannot_count_is_told(tmp_path):
    columns = {name: theirs for name, theirs in COLUMNS.items() if name != "source_id"}
    found = told(tmp_path, "mysql+pymysql://reader@host/db", counted=True, columns=columns)
    assert "counted: mysql is not counted where it is. Allowed are: postgresql, sqlite, duckdb, spark" in found


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    found = told(tmp_path, "nonsense", query="DROP TABLE x; SELECT 1", page_rows=0, overlap_days=-1)
    for part in ("no address", "begin it with SELECT", "from the ; on", "'DROP'", "page_rows", "overlap_days"):
        assert part in found


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1",
        "select 1;",
        "  ;SELECT"[3:] + " 1 ; \n",
        "-- about this\n/* and ; this */ SELECT 1",
        "(SELECT 1) UNION (SELECT 2)",
        "WITH x AS (SELECT ')' AS y) SELECT * FROM x -- ; DROP (",
        "SELECT \"delete\", 'a;b''c', $$;(DROP$$, $q$;$q$ FROM t",
        "SELECT replace(a, ';', '') AS updated, created_at FROM t",
        "SELECT `update`, [drop me] FROM t",
        "SELECT a[1], ARRAY[(1)] FROM t",
    ],
)
def test_one_question_is_accepted(query):
    assert list(statement_problems(query)) == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "begin it with SELECT or WITH"),
        ("EXPLAIN SELECT 1", "begin it with SELECT or WITH"),
        ("PRAGMA writable_schema = 1", "begin it with SELECT or WITH"),
        ("SELECT 1; DROP TABLE x", "from the ; on"),
        ("SELECT 1) AS x; --", "brackets"),
        ("SELECT 1) UNION (SELECT 2", "brackets"),
        ("SELECT ((1)", "brackets"),
        ("SELECT 'a", "opened and not closed"),
        ("SELECT 1 /* x", "opened and not closed"),
        ("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x", "'DELETE'"),
        ("SELECT * INTO y FROM t", "'INTO'"),
        ("select 1 from t where 1 = (update t set x = 1)", "'UPDATE'"),
    ],
)
def test_anything_else_is_refused(query, sentence):
    assert sentence in " ".join(statement_problems(query))


def test_a_column_that_is_not_there_is_told_with_the_nearest(tmp_path):
    columns = {"source_id": "id", "answered_on": "dya", "value": "score"}
    connector = small(tmp_path, values=[("a", "2026-01-01", 5)], columns=columns)
    with pytest.raises(SourceChangedError, match=r"no column 'dya'\. Did you mean 'day'\?"):
        list(connector.fetch(EVERYTHING))


def test_a_key_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SourceChangedError, match="no column 'nr'"):
        list(small(tmp_path, order_by="nr").fetch(EVERYTHING))


@pytest.mark.parametrize("counted", [False, True])
def test_two_columns_of_one_name_are_told(tmp_path, counted):
    columns = {"answered_on": "day", "value": "score", **({} if counted else {"source_id": "id"})}
    connector = small(tmp_path, query="SELECT id, day, day, score FROM t", columns=columns, counted=counted)
    with pytest.raises(SourceChangedError, match="more than one column is called 'day'"):
        list(connector.fetch(EVERYTHING))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SourceUnavailableError, match=r"sqlite gone.db: this file is not there"):
        list(sql(tmp_path, "sqlite:///gone.db").fetch(EVERYTHING))
    assert not (tmp_path / "gone.db").exists()


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "x.db").write_text("no database at all, but long enough to look at" * 50)
    with pytest.raises(SourceChangedError, match="no SQLite file"):
        list(sql(tmp_path, "sqlite:///x.db").fetch(EVERYTHING))


def test_a_file_that_may_not_be_read_is_told(tmp_path, unreadable):
    connector = small(tmp_path, values=[("a", "2026-01-01", 5)])
    with unreadable(tmp_path / "small.db"), pytest.raises(SourceRefusedError, match="SQLITE_CANTOPEN"):
        list(connector.fetch(EVERYTHING))


@pytest.mark.parametrize(
    ("url", "counted"), [("sqlite:///closed/small.db", False), ("duckdb:///closed/small.parquet", True)]
)
def test_a_folder_that_we_may_not_look_into_is_told(tmp_path, unreadable, url, counted):
    (tmp_path / "closed").mkdir()
    columns = {"source_id": "id", "service": "s", "item": "i", "value": "v", "scale": "k", "answered_on": "d"}
    if counted:
        del columns["source_id"]
    given = {"columns": columns, "constants": {}, "segments": {}, "counted": counted}
    connector = sql(tmp_path, url, query="SELECT * FROM t", **given)
    with unreadable(tmp_path / "closed"), pytest.raises(SourceRefusedError, match="may not look into the folder"):
        list(connector.fetch(EVERYTHING))


def test_an_error_of_sqlite_is_a_code_and_no_words(tmp_path):
    connector = small(tmp_path, query="SELECT id, day, score FROM geheime_tabel")
    with pytest.raises(SourceChangedError, match="SQLITE_ERROR") as error:
        list(connector.fetch(EVERYTHING))
    assert "geheime" not in str(error.value)


def test_a_file_that_another_program_holds_is_told(tmp_path):
    connector = small(tmp_path, values=[("a", "2026-01-01", 5)], limits=Limits(connect_seconds=0.1, attempts=1))
    other = sqlite3.connect(tmp_path / "small.db", isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(SourceUnavailableError, match="in use by another program"):
            list(connector.fetch(EVERYTHING))
    finally:
        other.close()


def test_a_question_that_takes_too_long_is_stopped(tmp_path):
    numbers = "WITH RECURSIVE x(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM x)"
    endless = f"{numbers} SELECT max(id) AS id, 1 AS day, 2 AS score FROM x"  # noqa: S608 - our own
    connector = small(tmp_path, query=endless, limits=Limits(answer_seconds=0.2))
    with pytest.raises(SourceUnavailableError, match="took too long"):
        list(connector.fetch(EVERYTHING))


def test_more_rows_than_allowed_are_told_and_the_pages_before_stand(tmp_path):
    values = [(each, "2026-01-01", 5) for each in range(10)]
    pages = small(tmp_path, values=values, most_rows=5, page_rows=4).fetch(EVERYTHING)
    next(pages)
    with pytest.raises(SourceChangedError, match="more than 5 rows"):
        next(pages)


def test_a_page_that_is_too_large_is_told(tmp_path):
    values = [(str(each) * 50, "2026-01-01", 5) for each in range(1000)]
    connector = small(tmp_path, values=values, limits=Limits(most_bytes=1000))
    with pytest.raises(SourceChangedError, match="Lower `page_rows`"):
        list(connector.fetch(EVERYTHING))


def test_a_query_file_that_is_not_there_is_told(tmp_path):
    connector = small(tmp_path, query=None, query_file="gone.sql")
    with pytest.raises(SourceChangedError, match=r"gone.sql: this file with the query cannot be read"):
        list(connector.fetch(EVERYTHING))


def test_the_line_to_a_server_is_encrypted_unless_it_is_this_machine(tmp_path):
    addresses = {
        HOST: "require",
        f"{HOST}?sslmode=verify-full": "verify-full",
        "postgresql://reader@localhost/x": None,
    }
    for url, mode in addresses.items():
        assert sql(tmp_path, url)._database().address.url.query.get("sslmode") == mode


def test_the_secret_is_shown_nowhere(tmp_path):
    connector = sql(tmp_path, HOST, secret={"variable": "UITKOMST_SECRET_X", "value": "hunter2"})
    assert "hunter2" not in repr(connector)
    assert "hunter2" not in repr(connector._database())
    assert SEGMENTS["customer"] in repr(connector)


def test_a_source_that_is_read_from_somewhere_asks_first_for_its_columns(tmp_path):
    with pytest.raises(SourceChangedError, match="no column 'id'"):
        list(small(tmp_path, table="(a, b, c)").fetch(Start(after="5")))
