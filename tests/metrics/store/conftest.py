"""A record store of a test's own, and a database of its own on SQLite and on PostgreSQL."""

from __future__ import annotations

import uuid

import psycopg
import pytest

from metrics.store.database import open_database
from metrics.store.records import RecordStore
from tests.postgres import postgres


@pytest.fixture(scope="session")
def postgres_server():
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The URL of an empty database; the tests that ask for it run on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'uitkomst.db'}"
    server = request.getfixturevalue("postgres_server")
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


@pytest.fixture
def engine(database_url):
    opened = open_database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def store(tmp_path):
    return RecordStore(location=str(tmp_path / "records"), pseudonym_key="of these tests")
