"""The SQL database: SQLite and PostgreSQL alike, opened safely, refused in a sentence."""

from __future__ import annotations

import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from metrics.store.database import DatabaseNewerError, DatabaseUnreachableError, migrations, open_database, writing
from metrics.store.programmes import StoredProgramme, save_programme, stored_programmes
from metrics.store.runs import begin_run, latest_runs
from metrics.store.tables import ProgrammeRow, Table
from tests.metrics.store.programmes import NOW
from tests.metrics.store.workers import open_and_look, run_together
from tests.postgres import PASSWORD

PROGRAMME = StoredProgramme(name="p", path="p.toml", content="{}", digest="d")


def refused(url):
    with pytest.raises(DatabaseUnreachableError) as caught:
        open_database(url)
    return str(caught.value)


# --- what both keep in the same way --------------------------------------------------------------------------


def test_a_programme_is_kept_once_and_the_last_one_read_counts(engine):
    save_programme(engine, PROGRAMME, now=NOW)
    later = StoredProgramme(name="p", path="q.toml", content="{1}", digest="e")
    save_programme(engine, later, now=NOW)
    assert stored_programmes(engine) == [later]


def test_a_programme_read_again_unchanged_keeps_the_moment_it_was_first_read(engine):
    save_programme(engine, PROGRAMME, now=NOW)
    save_programme(engine, PROGRAMME, now=NOW + timedelta(days=1))
    with Session(engine) as session:
        assert session.exec(select(ProgrammeRow)).one().read_at == NOW


def test_a_moment_comes_back_aware_and_in_utc_from_whatever_zone_it_came(engine):
    save_programme(engine, PROGRAMME, now=NOW)
    summer = datetime(2026, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    begin_run(engine, "p", "survey", now=summer)
    (run,) = latest_runs(engine, "p")
    assert run.started_at == datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert run.started_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(engine):
    with pytest.raises(Exception, match="does not know its time zone"):
        save_programme(engine, PROGRAMME, now=datetime(2026, 7, 1))  # noqa: DTZ001


def test_a_run_of_a_programme_that_is_not_there_is_refused(engine):
    with pytest.raises(IntegrityError):
        begin_run(engine, "nobody", "survey", now=NOW)


def test_a_change_that_fails_half_way_leaves_nothing(engine):
    def half():
        with writing(engine) as session:
            session.add(ProgrammeRow(name="p", path="p", content="{}", digest="d", read_at=NOW))
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert stored_programmes(engine) == []


def test_a_writer_that_reads_first_is_not_overtaken(engine):
    save_programme(engine, PROGRAMME, now=NOW)
    begun, failures = threading.Event(), []

    def other():
        begun.wait()
        try:
            begin_run(engine, "p", "other", now=NOW)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(error)

    thread = threading.Thread(target=other)
    thread.start()
    with writing(engine) as session:
        session.exec(select(ProgrammeRow)).one()
        begun.set()
        time.sleep(0.3)
        session.merge(ProgrammeRow(name="q", path="q", content="{}", digest="d", read_at=NOW))
    thread.join()
    assert failures == []
    assert [one.name for one in stored_programmes(engine)] == ["p", "q"]


# --- opening and migrating -----------------------------------------------------------------------------------


def test_opening_twice_changes_nothing(database_url):
    open_database(database_url).dispose()
    again = open_database(database_url)
    assert set(inspect(again).get_table_names()) == {*Table.metadata.tables, "alembic_version"}
    again.dispose()


def test_processes_that_open_a_fresh_database_at_once_all_can(database_url):
    run_together(*[(open_and_look, database_url)] * 4)


def test_the_migrations_make_what_the_tables_say(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Table.metadata) == []


def test_the_migrations_can_be_taken_back(engine):
    with engine.begin() as connection:
        command.downgrade(migrations(connection), "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]


def test_a_database_from_a_newer_version_is_refused_and_left_as_it_is(database_url):
    first = open_database(database_url)
    save_programme(first, PROGRAMME, now=NOW)
    with first.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(text("DROP TABLE spent"))
    with pytest.raises(DatabaseNewerError) as caught:
        open_database(database_url)
    assert "version 9999" in str(caught.value)
    assert "It knows up to 0005. Install the newer Uitkomst" in str(caught.value)
    assert PASSWORD not in str(caught.value)
    assert "spent" not in inspect(first).get_table_names()
    assert stored_programmes(first) == [PROGRAMME]
    first.dispose()


# --- what cannot be opened -----------------------------------------------------------------------------------


def test_a_server_that_does_not_run_is_told_without_the_password():
    told = refused("postgresql://someone:very-secret@127.0.0.1:1/name")
    assert told.startswith("database postgresql+psycopg://someone:***@127.0.0.1:1/name: cannot be used")
    assert "whether the server runs" in told
    assert "very-secret" not in told


def test_a_wrong_password_is_not_repeated(postgres_server):
    assert "very-secret" not in refused(f"{postgres_server}/postgres".replace(PASSWORD, "very-secret"))


def test_a_database_that_the_server_does_not_have_is_told(postgres_server):
    assert "cannot be used" in refused(f"{postgres_server}/not_there")


@pytest.mark.parametrize("url", ["mysql://me:very-secret@host/name", "very-secret", "postgresql//:very-secret@"])
def test_an_address_of_no_database_we_know_is_told_without_repeating_it(url):
    told = refused(url)
    assert "UITKOMST_DATABASE_URL is no address of a database we know" in told
    assert "very-secret" not in told


def test_the_short_name_of_postgresql_will_do(postgres_server):
    opened = open_database(f"{postgres_server}/postgres".replace("postgresql:", "postgres:"))
    assert opened.dialect.driver == "psycopg"
    opened.dispose()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    told = refused(f"sqlite:///{tmp_path / 'file' / 'uitkomst.db'}")
    assert "its folder cannot be used" in told
    assert "UITKOMST_DATA" in told


def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("Minutes of the meeting. " * 100, encoding="utf-8")
    assert "file is not a database" in refused(f"sqlite:///{path}")
    assert path.read_text(encoding="utf-8") == "Minutes of the meeting. " * 100


def test_a_folder_in_place_of_the_file_is_told(tmp_path):
    assert "cannot be used" in refused(f"sqlite:///{tmp_path}")


def test_sqlite_lets_readers_in_while_somebody_writes(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'uitkomst.db'}")
    with writing(engine) as session:
        session.add(ProgrammeRow(name="p", path="p", content="{}", digest="d", read_at=NOW))
        session.flush()
        assert stored_programmes(engine) == []
    assert len(stored_programmes(engine)) == 1
    engine.dispose()


def test_the_file_can_be_read_by_any_sqlite(tmp_path):
    engine = open_database(f"sqlite:///{tmp_path / 'uitkomst.db'}")
    save_programme(engine, PROGRAMME, now=NOW)
    engine.dispose()
    connection = sqlite3.connect(tmp_path / "uitkomst.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("SELECT name FROM programme").fetchall() == [("p",)]
    connection.close()
