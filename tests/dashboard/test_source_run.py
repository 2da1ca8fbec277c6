"""The run of one source: from where it starts, what it tells, and what two runs at a time do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from config.load import load_programme
from connectors.connector import Reads, SourceBusyError, SourceChangedError
from dashboard.source_run import planned
from dashboard.syncing import sync
from metrics.records import Kind
from metrics.store.gone import gone_by_source
from metrics.store.runs import latest_runs
from metrics.store.states import SourceState, find_state
from metrics.store.turns import turn
from tests.conftest import NOW, open_workplace

DAY = timedelta(days=1)
BEFORE = NOW - DAY
READ = SourceState(watermark=BEFORE, full_at=BEFORE, chain=3, full_chain=3)
HALF = replace(READ, began_at=NOW - timedelta(hours=2), since=BEFORE - DAY, after="page 4", chain=5)


def plan(state=READ, *, reads=Reads.CHANGES, full=False, now=NOW):
    return planned(state, reads=reads, now=now, full=full)


# --- from where a source is read ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "asked", "since"),
    [
        (SourceState(), {}, None),
        (READ, {}, BEFORE),
        (READ, {"reads": Reads.SNAPSHOT}, None),
        (READ, {"full": True}, None),
        (replace(READ, full_at=NOW - 7 * DAY), {}, None),
        (READ, {"reads": Reads.FOLLOWED}, BEFORE),
    ],
    ids=["never read", "what is new", "a snapshot", "asked for all", "all once a week", "followed ones"],
)
def test_a_source_is_read_from_the_start_or_for_what_is_new(state, asked, since):
    made = plan(state, **asked)
    assert (made.start.since, made.start.after, made.full, made.resumed) == (since, None, since is None, False)
    assert (made.state.began_at, made.state.after) == (NOW, None)


def test_an_interrupted_run_is_gone_on_with_where_it_was():
    made = plan(HALF)
    assert (made.start.since, made.start.after, made.resumed) == (HALF.since, "page 4", True)
    assert made.state == HALF


@pytest.mark.parametrize(("now", "full"), [(NOW + DAY, False), (NOW, True)], ids=["a day old", "asked for all"])
def test_an_interrupted_run_is_left_for_a_new_one(now, full):
    made = plan(HALF, now=now, full=full)
    assert (made.start.after, made.resumed, made.state.began_at) == (None, False, now)


# --- with a real source, store and database ---------------------------------------------------------------------

PROGRAMME = """
[programme]
name = "town"
title = {nl = "Stad", en = "Town"}
[sources.survey]
kind = "files"
path = "answers*.csv"
record = "answers"
columns = {source_id = "id", answered_on = "day", value = "score"}
constants = {service = "passports", item = "satisfaction", scale = "1-5"}
[projects.counter]
title = {nl = "Balie", en = "Counter"}
services = ["passports"]
"""


@pytest.fixture
def town(tmp_path):
    (tmp_path / "programme.toml").write_text(PROGRAMME)
    return tmp_path


@pytest.fixture
def place(tmp_path):
    opened = open_workplace(tmp_path / "data")
    yield opened
    opened.engine.dispose()


def write(town, *ids, name="answers.csv"):
    (town / name).write_text("\n".join(["id,day,score", *(f"{one},2026-01-05,4" for one in ids)]) + "\n")


def read(place, town, **asked):
    path = town / "programme.toml"
    *_, last = sync(place, load_programme(path), path, **asked)
    return last


def notices(run):
    return {one.code: dict(one.particulars) for one in run.progress.notices}


def stored(place):
    return place.records.scan("town", Kind.ANSWERS).collect().height


def test_a_whole_run_moves_the_watermark_to_where_it_began(place, town):
    write(town, "a", "b")
    assert read(place, town).done
    state = find_state(place.engine, "town", "survey")
    assert (state.watermark, state.full_at, state.after, state.found) == (NOW, NOW, None, 2)
    (run,) = latest_runs(place.engine, "town")
    assert (run.full, run.resumed, run.so_far.newest_on.isoformat()) == (True, False, "2026-01-05")


def test_a_run_that_fails_moves_no_watermark(place, town):
    write(town, "a")
    read(place, town)
    (town / "answers-2.csv").write_text("nr,dag\n1,2\n")
    later = replace(place, clock=lambda: datetime(2027, 1, 1, tzinfo=UTC))
    failed = read(later, town)
    assert isinstance(failed.failure, SourceChangedError)
    assert find_state(place.engine, "town", "survey").watermark == NOW


def test_a_row_that_is_gone_from_the_source_is_told_and_kept(place, town):
    write(town, *"abcdefghijklmnopqrstuvwxyz")
    read(place, town)
    write(town, *"bcdefghijklmnopqrstuvwxyz")
    assert notices(read(place, town)) == {"rows_gone": {"rows": 1, "all": 1}}
    assert (stored(place), gone_by_source(place.engine, "town")) == (26, {"survey": 1})
    assert notices(read(place, town)) == {}
    write(town, *"abcdefghijklmnopqrstuvwxyz")
    assert notices(read(place, town)) == {"rows_back": {"rows": 1}}
    assert gone_by_source(place.engine, "town") == {}


COUNTED = """
[sources.counts]
kind = "files"
path = "counts.csv"
record = "cases"
columns = {received_on = "in", decided_on = "out", n = "n"}
constants = {service = "passports"}
"""


def counted(place):
    rows = place.records.scan("town", Kind.CASES).collect()
    return sorted(rows.select("received_on", "decided_on", "n").rows(), key=str)


def test_counted_rows_take_the_place_of_those_of_the_last_run_for_an_open_case_is_counted_elsewhere_once_decided(
    place, town
):
    (town / "programme.toml").write_text(PROGRAMME.replace("[projects", COUNTED + "[projects"))
    only = frozenset({"counts"})
    (town / "counts.csv").write_text("in,out,n\n2026-01-05,,5\n2026-01-06,2026-01-09,2\n")
    assert read(place, town, only=only).progress.new == 2
    (town / "counts.csv").write_text("in,out,n\n2026-01-05,,1\n2026-01-05,2026-01-20,4\n")
    told = read(place, town, only=only)
    assert notices(told) == {"counts_gone": {"rows": 1}}
    assert (told.progress.new, told.progress.changed) == (1, 1)
    day = date(2026, 1, 5)
    assert counted(place) == [(day, None, 1), (day, date(2026, 1, 20), 4)]
    assert notices(read(place, town, only=only)) == {}


def test_a_run_of_counted_rows_that_fails_changes_nothing(place, town):
    (town / "programme.toml").write_text(
        PROGRAMME.replace("[projects", COUNTED.replace("counts.csv", "c*.csv") + "[projects")
    )
    only = frozenset({"counts"})
    (town / "c1.csv").write_text("in,out,n\n2026-01-05,,5\n")
    read(place, town, only=only)
    (town / "c1.csv").write_text("in,out,n\n2026-01-05,2026-01-20,5\n")
    (town / "c2.csv").write_text("nr\n1\n")
    assert read(place, town, only=only).failure is not None
    assert counted(place) == [(date(2026, 1, 5), None, 5)]


def test_far_fewer_rows_than_last_time_are_told(place, town):
    write(town, *"abcdefghij")
    read(place, town)
    write(town, *"abcdefgh")
    assert notices(read(place, town))["fewer_rows"] == {"before": 10, "found": 8}
    assert "fewer_rows" not in notices(read(place, town))


def test_a_second_run_of_a_source_is_refused_while_the_first_is_at_work(place, town):
    write(town, "a")
    with turn(place.engine, "source/town/survey"):
        refused = read(place, town)
    assert isinstance(refused.failure, SourceBusyError)
    assert latest_runs(place.engine, "town") == []
    assert read(place, town).failure is None


def test_only_the_sources_that_are_asked_for_are_read(place, town):
    write(town, "a")
    path = town / "programme.toml"
    assert list(sync(place, load_programme(path), path, only=frozenset())) == []
    assert stored(place) == 0


def test_an_error_of_our_own_is_not_hidden_by_the_other_sources(place, town):
    # A clock that gives nothing is a mistake of ours, wherever it shows.
    write(town, "a")
    times = iter([NOW, NOW])
    broken = replace(place, clock=lambda: next(times))
    with pytest.raises((StopIteration, RuntimeError)):
        read(broken, town)
