"""What databases give whose drivers are not here: the types of Python that they would send, and drivers that lack."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from io import BytesIO
from uuid import UUID
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.connector import EVERYTHING, Page, SourceChangedError, SourceUnavailableError
from connectors.sql.chunks import BROKEN, body
from connectors.sql.streaming import Question, token_of, value_of
from connectors.web.client import Limits
from metrics.records import Kind
from tests.connectors.sql_site import COLUMNS, small, sql

WHEN = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
CELLS = (None, "x", 5, 2**70, True, 4.5, WHEN, WHEN.replace(tzinfo=None), WHEN.date(), Decimal("1E+2"), UUID(int=7))
NO_CELLS = (b"x", [], {}, (), time(1), timedelta(1), 1j, memoryview(b"x"), {1})


def columns(*rows):
    return pl.read_ipc(BytesIO(body(rows, ["a"])))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 1, 31), date(2026, 1, 31)),
        (WHEN, "2026-01-31T23:30:00+00:00"),
        (WHEN.replace(tzinfo=None), "2026-01-31T23:30:00"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+2"), "100"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (2**70, str(2**70)),
        (True, True),
        (5, 5),
    ],
    ids=str,
)
def test_a_value_is_kept_with_its_type_or_as_text(value, written):
    assert columns((value,), (None,))["a"].to_list() == [written, None]


@given(st.lists(st.sampled_from([*CELLS, *NO_CELLS]), max_size=8))
def test_any_mixture_of_types_is_written_and_what_is_no_cell_is_named(values):
    found = columns(*((value,) for value in values))
    wrong = [type(value) in {type(each) for each in NO_CELLS} for value in values]
    assert [told == "a" for told in found[BROKEN]] == wrong


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (WHEN, date(2026, 2, 1)),
        (WHEN.astimezone(timezone(timedelta(hours=-5))), date(2026, 2, 1)),
        (WHEN.replace(tzinfo=None), date(2026, 2, 1)),
        (WHEN.date(), date(2026, 1, 31)),
    ],
)
def test_a_moment_of_python_is_a_day_of_the_programme(tmp_path, moment, day):
    connector = small(tmp_path, timezone_of_source="UTC")
    page = Page(name="query, page 1", body=body([("a", moment, 5)], ["id", "day", "score"]))
    assert connector.parse(page).frames[Kind.ANSWERS]["answered_on"].to_list() == [day]


@given(st.integers(-(2**63), 2**63 - 1) | st.text() | st.dates() | st.datetimes() | st.decimals(allow_nan=False))
def test_a_key_comes_back_from_the_place_it_was_written_to(key):
    assert value_of(token_of(key)) == key


@pytest.mark.parametrize("key", [None, 1.5, b"x", 2**63, [1]], ids=str)
def test_a_key_that_cannot_be_written_gives_no_place(key):
    assert token_of(key) is None


def test_since_is_asked_for_in_the_type_that_the_column_has():
    zone = ZoneInfo("Asia/Tokyo")
    asked = Question(query="", wanted=(), key=None, changed=None, overlap_days=0, zone="Asia/Tokyo", size=1)
    assert asked._bound(WHEN, WHEN) == datetime(2026, 2, 1, tzinfo=zone)
    assert asked._bound(WHEN, WHEN.replace(tzinfo=None)) == datetime(2026, 2, 1)  # noqa: DTZ001 - as the database has it
    assert asked._bound(WHEN, WHEN.date()) == date(2026, 2, 1)
    assert asked._bound(WHEN, "2026-01-01 10:00") == "2026-01-31"
    assert asked._bound(WHEN, "yesterday") is None
    assert asked._bound(WHEN, 1767225600) is None


def test_a_driver_that_is_not_installed_is_told(tmp_path):
    connector = sql(tmp_path, "mysql+pymysql://reader@127.0.0.1/db")
    with pytest.raises(SourceChangedError, match=r"the driver for this database is not installed \(pymysql\)"):
        list(connector.fetch(EVERYTHING))


def test_a_question_to_duckdb_that_takes_too_long_is_stopped(tmp_path):
    duckdb.connect(str(tmp_path / "x.duckdb")).close()
    read = {name: theirs for name, theirs in COLUMNS.items() if name in ("value", "answered_on", "service")}
    query = "SELECT a.range AS a, b.range AS b, 'x' AS c FROM range(10000000) a, range(10000000) b"
    given = {"query": query, "columns": dict(zip(read, "abc", strict=True)), "segments": {}, "counted": True}
    with pytest.raises(SourceUnavailableError, match="InterruptException"):
        list(sql(tmp_path, "duckdb:///x.duckdb", limits=Limits(answer_seconds=0.2), **given).fetch(EVERYTHING))
