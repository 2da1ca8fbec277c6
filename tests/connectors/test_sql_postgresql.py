"""Sql on a real PostgreSQL: the contract, its types, rights, errors without values, and counting as Polars counts."""

# ruff: noqa: S608 - the names and values in these statements are our own

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import polars as pl
import psycopg
import pytest

from connectors.connector import EVERYTHING, SourceChangedError, SourceRefusedError, SourceUnavailableError, Start
from connectors.web.client import Limits
from connectors.web.secret import Secret
from metrics.records import Kind, Reason
from tests.connectors.contract import SECRET, ConnectorContract, Sample
from tests.connectors.counted_rows import as_counted_here, as_counted_there
from tests.connectors.serving import QUICK
from tests.connectors.sql_site import CONSTANTS, QUOTED, broken, postgres_table, rows, sql, sqlite_file
from tests.postgres import PASSWORD, postgres

READER = "reader-password"


@pytest.fixture(scope="module")
def server():
    with postgres() as url:
        with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE ROLE reader LOGIN PASSWORD '{READER}'")
            connection.execute("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader")
            connection.execute("CREATE TABLE secret_things (name text)")
            connection.execute("REVOKE ALL ON secret_things FROM reader")
        yield url


@pytest.fixture
def run(server):
    """Runs statements as the owner."""

    def statements(*asked):
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS t")
            for one in asked:
                connection.execute(one)

    return statements


@pytest.fixture
def reader(server, tmp_path):
    """A source that reads as the account with the least rights."""

    def source(password=READER, database="postgres", user="reader", **changed):
        url = f"postgresql://{user}@{server.partition('@')[2]}/{database}"
        return sql(tmp_path, url, secret=Secret(variable="UITKOMST_SECRET_X", value=password), **changed)

    return source


@pytest.fixture
def of_t(reader):
    def source(**changed):
        columns = {"source_id": "id", "answered_on": "day", "value": "score"}
        constants = {"service": "passports", **CONSTANTS}
        given = {"query": "SELECT * FROM t", "columns": columns, "constants": constants, "segments": {}, **changed}
        return reader(**given)

    return source


def everything(connector, start=EVERYTHING):
    batches = [connector.parse(page) for page in connector.fetch(start)]
    frames = [batch.frames[Kind.ANSWERS].drop("file", "line") for batch in batches]
    return pl.concat(frames), pl.concat(batch.rejected for batch in batches)


class TestSqlOnPostgresql(ConnectorContract):
    @pytest.fixture(params=[0, 1, 1200])
    def sample(self, request, server, reader):
        answers = rows(request.param)
        postgres_table(server, answers)
        connector = reader(page_rows=500, order_by="nr")
        return Sample(connector=connector, rows=len(answers), broken=broken(answers))


def test_postgresql_and_sqlite_give_the_same_records_of_the_same_rows(server, reader, tmp_path):
    postgres_table(server, rows(300))
    there, not_there = everything(reader(order_by="nr"))
    here, not_here = everything(sql(tmp_path, sqlite_file(tmp_path, rows(300)), order_by="nr"))
    assert there.equals(here)
    assert not_there.equals(not_here)


@pytest.mark.parametrize(
    ("kind", "value", "day"),
    [
        ("date", "2026-01-31", date(2026, 1, 31)),
        ("timestamptz", "2026-01-31 23:30:00+00", date(2026, 2, 1)),
        ("timestamptz", "2026-01-31 23:30:00.25-05", date(2026, 2, 1)),
        ("timestamp", "2026-01-31 23:30:00", date(2026, 2, 1)),
        ("text", "2026-01-31T23:30:00+01:00", date(2026, 1, 31)),
        ("date", "infinity", None),
        ("timestamptz", "-infinity", None),
        ("date", "0044-03-15 BC", None),
        ("time", "10:00", None),
        ("interval", "3 days", None),
        ("bytea", "2026-01-31", None),
        ("jsonb", '{"a": 1}', None),
        ("date[]", "{2026-01-31}", None),
    ],
)
def test_a_day_is_read_from_any_type_and_the_rest_is_rejected(run, of_t, kind, value, day):
    run("CREATE TABLE t (id int, day " + kind + ", score int)", f"INSERT INTO t VALUES (1, '{value}', 5)")
    found, rejected = everything(of_t(timezone_of_source="UTC"))
    assert found["answered_on"].to_list() == ([] if day is None else [day])
    assert rejected["column"].to_list() == (["answered_on"] if day is None else [])


@pytest.mark.parametrize(
    ("kind", "value", "read_as"),
    [
        ("numeric(12, 2)", "5.00", 5),
        ("numeric", "4.5", None),
        ("numeric", "NaN", None),
        ("numeric", "1e100", None),
        ("float8", "5", 5),
        ("float8", "infinity", None),
        ("bigint", "5", 5),
        ("text", "5", 5),
    ],
)
def test_a_number_is_read_from_any_type(run, of_t, kind, value, read_as):
    run(f"CREATE TABLE t AS SELECT gen_random_uuid() AS id, date '2026-01-01' AS day, '{value}'::{kind} AS score")
    found, rejected = everything(of_t(decimal=","))
    assert found["value"].to_list() == ([] if read_as is None else [read_as])
    assert rejected.height == (read_as is None)


@pytest.mark.parametrize("kind", ["bigint", "text", "uuid", "numeric", "timestamptz", "timestamp", "date", "float8"])
def test_a_run_can_go_on_behind_a_key_of_any_type(run, of_t, kind):
    made = {
        "uuid": "md5(n::text)::uuid",
        "timestamptz": "timestamptz '2026-01-01 00:00:00.5+00' + n * interval '1 hour'",
        "timestamp": "timestamp '2026-01-01' + n * interval '1 hour'",
        "date": "date '2026-01-01' + n",
    }.get(kind, f"n::{kind}")
    series = "generate_series(1, 9) AS n"
    run(f"CREATE TABLE t AS SELECT n AS id, date '2026-01-01' AS day, 5 AS score, {made} AS key FROM {series}")
    connector = of_t(order_by="key", page_rows=2)
    pages = list(connector.fetch(EVERYTHING))
    whole, _ = everything(connector)
    for number, page in enumerate(pages, 1):
        kept = {name for each in pages[:number] for name in connector.parse(each).frames[Kind.ANSWERS]["source_id"]}
        rest, _ = everything(connector, Start(after=page.resume))
        assert kept | set(rest["source_id"]) == set(whole["source_id"])
        # A key of floating point is not gone on behind: everything is read anew.
        assert rest.height == (9 if kind == "float8" else 9 - min(2 * number, 9) + 1)


@pytest.mark.parametrize("kind", ["date", "timestamp", "timestamptz"])
def test_a_later_run_asks_for_what_changed_since(run, of_t, kind):
    made = f"({kind} '2026-01-01' + n * interval '1 day')::{kind} AS changed"
    run(f"CREATE TABLE t AS SELECT n AS id, date '2026-01-01' AS day, 5 AS score, {made} FROM generate_series(0, 89) n")
    since = datetime(2026, 3, 1, 12, tzinfo=UTC)
    found, _ = everything(of_t(changed_column="changed", overlap_days=2), Start(since=since))
    first = date(2026, 1, 1) + timedelta(days=min(int(each) for each in found["source_id"]))
    assert date(2026, 2, 25) <= first <= date(2026, 2, 27)


def test_a_page_is_read_while_others_write_and_shows_one_moment(run, of_t, server):
    run("CREATE TABLE t AS SELECT n AS id, date '2026-01-01' AS day, 5 AS score FROM generate_series(1, 20) n")
    pages = of_t(order_by="id", page_rows=5).fetch(EVERYTHING)
    next(pages)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("INSERT INTO t VALUES (21, date '2026-01-01', 5)")
        connection.execute("UPDATE t SET id = 100 WHERE id = 10")
    assert sum(pl.read_ipc(page.body).height for page in pages) == 15


def test_nothing_can_be_written_not_even_by_an_account_that_may(run, of_t, server):
    run(
        "CREATE TABLE t (id int, day date, score int)",
        "CREATE OR REPLACE FUNCTION writes() RETURNS int LANGUAGE sql AS 'INSERT INTO t VALUES (9) RETURNING id'",
    )
    assert PASSWORD in server
    owner = of_t(user="uitkomst", password=PASSWORD, query="SELECT writes() AS id, 1 AS day, 2 AS score")
    with pytest.raises(SourceChangedError, match="SQLSTATE 25006"):
        list(owner.fetch(EVERYTHING))


def test_a_refused_password_is_tried_once_and_told_without_it(reader, monkeypatch):
    tried = []
    connect = psycopg.connect
    monkeypatch.setattr(psycopg, "connect", lambda *a, **k: tried.append(1) or connect(*a, **k))
    for changed in ({"password": "guessed"}, {"password": None}, {"user": "nobody-here"}):
        with pytest.raises(SourceRefusedError, match="Renew the secret") as told:
            list(reader(**changed).fetch(EVERYTHING))
        assert "guessed" not in str(told.value)
    assert len(tried) == 3


def test_a_table_that_may_not_be_read_is_told(of_t):
    with pytest.raises(SourceRefusedError, match=r"may not read this \(SQLSTATE 42501\)"):
        list(of_t(query="SELECT 1 AS id, 2 AS day, name AS score FROM secret_things").fetch(EVERYTHING))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT * FROM not_there", "42P01"),
        (f"SELECT 1 AS id, date '2026-01-01' AS day, x::int AS score FROM (SELECT '{SECRET}' AS x) y", "22P02"),
        ("SELECT 1 AS id, 2 AS day, 1 / 0 AS score", "22012"),
        ("SELECT FROM WHERE", "42601"),
    ],
)
@pytest.mark.parametrize("counted", [False, True])
def test_an_error_of_the_database_is_a_code_and_no_words(of_t, query, code, counted):
    way = {"columns": {"answered_on": "day", "value": "score"}, "counted": True} if counted else {}
    with pytest.raises(SourceChangedError, match=f"SQLSTATE {code}") as told:
        list(of_t(query=query, **way).fetch(EVERYTHING))
    assert "Geheim" not in str(told.value)
    assert told.value.__cause__ is None
    assert told.value.__suppress_context__


def test_a_question_that_takes_too_long_is_stopped(of_t):
    limits = Limits(answer_seconds=0.2, attempts=1)
    begun = time.monotonic()
    with pytest.raises(SourceUnavailableError, match="SQLSTATE 57014"):
        list(of_t(query="SELECT 1 AS id, 2 AS day, pg_sleep(20) AS score", limits=limits).fetch(EVERYTHING))
    assert time.monotonic() - begun < 10


def test_a_server_that_is_not_there_is_tried_again_and_told(tmp_path):
    connector = sql(tmp_path, "postgresql://reader@127.0.0.1:9/postgres", limits=QUICK)
    with pytest.raises(SourceUnavailableError, match="does not answer"):
        list(connector.fetch(EVERYTHING))


def test_a_server_that_stops_half_way_leaves_what_was_read(run, of_t, server):
    run("CREATE TABLE t AS SELECT n AS id, date '2026-01-01' AS day, 5 AS score FROM generate_series(1, 50000) n")
    connector = of_t(order_by="id", page_rows=5000)
    pages, kept = connector.fetch(EVERYTHING), []
    kept.append(next(pages))
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'")
    with pytest.raises(SourceUnavailableError):
        kept.extend(pages)
    rest, _ = everything(connector, Start(after=kept[-1].resume))
    read = [connector.parse(page).frames[Kind.ANSWERS]["source_id"] for page in kept]
    assert set(pl.concat(read)) | set(rest["source_id"]) == {str(each) for each in range(1, 50_001)}
    assert rest.height <= 50_000 - 5000 + 1


@pytest.mark.parametrize("source", [None, "UTC", "Asia/Tokyo"])
@pytest.mark.parametrize("kind", ["timestamptz", "timestamp", "text"])
def test_counted_there_is_counted_here(server, reader, kind, source):
    postgres_table(server, rows(2000))
    cast = f"(SELECT *, moment::{kind} AS moment_as FROM {QUOTED}) AS x"
    given = {"query": f"SELECT * FROM {cast}", "timezone_of_source": source}
    there, here = as_counted_there(reader, "moment_as", **given), as_counted_here(reader, "moment_as", **given)
    assert there.equals(here)
    assert there["n"].sum() > 1500


@pytest.mark.parametrize("kind", ["bytea", "jsonb", "date[]", "time"])
def test_a_type_that_is_no_cell_is_rejected_when_it_is_counted_too(run, of_t, kind):
    value = {"bytea": "x", "jsonb": "{}", "date[]": "{}", "time": "10:00"}[kind]
    made = f"SELECT date '2026-01-01' AS day, '{value}'::{kind} AS score FROM generate_series(1, 7)"
    run(f"CREATE TABLE t AS {made}")
    found, rejected = everything(of_t(columns={"answered_on": "day", "value": "score"}, counted=True))
    assert found.height == 0
    assert rejected.select("column", "reason").rows() == [("value", Reason.UNKNOWN_VALUE)]


def test_an_enumeration_is_text(run, of_t):
    run(
        "DROP TYPE IF EXISTS marks",
        "CREATE TYPE marks AS ENUM ('5', '4')",
        "CREATE TABLE t (id int, day date, score marks)",
        "INSERT INTO t VALUES (1, '2026-01-01', '5')",
    )
    plain, _ = everything(of_t())
    counted, _ = everything(of_t(columns={"answered_on": "day", "value": "score"}, counted=True))
    assert plain["value"].to_list() == counted["value"].to_list() == [5]


@pytest.mark.parametrize("counted", [False, True])
def test_two_columns_of_one_name_are_told(run, of_t, counted):
    run("CREATE TABLE t AS SELECT 1 AS id, date '2026-01-01' AS day, 5 AS score")
    way = {"columns": {"answered_on": "day", "value": "score"}, "counted": True} if counted else {}
    with pytest.raises(SourceChangedError, match="more than one column is called 'day'"):
        list(of_t(query="SELECT *, day FROM t", **way).fetch(EVERYTHING))
