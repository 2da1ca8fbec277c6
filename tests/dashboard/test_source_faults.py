"""Sources over a bad line, and runs that are killed: after the next run the store is that of an undisturbed one."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from config.programme import Programme
from connectors.gathering import GATHERED, PAGE_BY_PAGE, AtOnce
from dashboard.evaluating import look
from dashboard.jobs import remember
from dashboard.printing import open_reader
from dashboard.syncing import sync
from metrics.periods import Grain
from metrics.records import Kind
from metrics.store.looks import Question, load_evidence
from metrics.store.runs import rejected_rows, runs_by_source
from metrics.store.states import find_state
from tests.conftest import open_workplace
from tests.connectors.contract import SECRET
from tests.connectors.every import NETWORK, programme, secrets
from tests.connectors.serving import FAULTS, QUICK, serving
from tests.dashboard.report_reading import squeezed
from tests.dashboard.report_reading import text as report_text
from tests.metrics.store.workers import run

PATIENCE = 15
"""Runs after which a source must have been read, however bad the line was."""

each_kind = pytest.mark.parametrize("kind", NETWORK)


def workplace(folder, kind, at_once=PAGE_BY_PAGE):
    # The key of pseudonyms is that of these tests, so that two stores can be compared.
    (folder / "key").write_text("of these tests")
    place = open_workplace(folder)
    records = replace(place.records, pseudonym_key="of these tests")
    return replace(place, secrets=secrets(kind), limits=QUICK, records=records, at_once=at_once)


def read(place, kind, url):
    *_, last = sync(place, programme(kind, url), Path("town.toml"))
    return last


def read_until_done(place, kind, url):
    for _ in range(PATIENCE):
        last = read(place, kind, url)
        if last.failure is None:
            return
    pytest.fail(f"still not read: {last.failure}")


def stored(place) -> dict[Kind, pl.DataFrame]:
    frames = {kind: place.records.scan("town", kind).collect() for kind in Kind}
    return {kind: frame.sort(frame.columns) for kind, frame in frames.items() if frame.height}


def same(place, rows, rejected) -> None:
    """The store holds what it holds after an undisturbed run."""
    found = stored(place)
    assert found.keys() == rows.keys()
    for name, frame in rows.items():
        assert_frame_equal(found[name], frame)
    assert_frame_equal(rejections(place), rejected)


def rejections(place) -> pl.DataFrame:
    rows = rejected_rows(place.engine, "town").drop("line", "file")
    return rows.unique().sort(rows.columns)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What the store holds of a kind after one run that nobody disturbed; read when it is first asked for."""
    known = {}

    def found(kind):
        if kind not in known:
            place = workplace(tmp_path_factory.mktemp(f"undisturbed-{kind}"), kind)
            with serving(NETWORK[kind].app()) as site:
                last = read(place, kind, site.url)
                assert last.failure is None, last.failure
                known[kind] = stored(place), rejections(place), len(site.asked)
            place.engine.dispose()
        return known[kind]

    return found


@each_kind
def test_an_undisturbed_run_keeps_rows(undisturbed, kind):
    rows, _, _ = undisturbed(kind)
    assert sum(frame.height for frame in rows.values()) > 0


@each_kind
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_after_any_order_of_faults_the_next_runs_make_the_store_right(undisturbed, kind, data):
    rows, rejected, requests = undisturbed(kind)
    faults = data.draw(st.lists(st.sampled_from(["ok", "ok", *FAULTS]), min_size=1, max_size=2 * requests))
    with tempfile.TemporaryDirectory() as folder, serving(NETWORK[kind].app(), faults=faults[:20]) as site:
        place = workplace(Path(folder), kind, data.draw(st.sampled_from([PAGE_BY_PAGE, GATHERED])))
        read_until_done(place, kind, site.url)
        same(place, rows, rejected)
        place.engine.dispose()


def read_and_die(kind: str, folder: Path, url: str, page: int, at_once: AtOnce = PAGE_BY_PAGE) -> None:
    """Read a source in a process of its own, killed when so many pages were read."""
    left = page

    def seen(frame, what, _argument):
        nonlocal left
        if what == "return" and frame.f_code.co_name == "keep_page":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    threading.setprofile(seen)
    sys.setprofile(seen)
    read(workplace(folder, kind, at_once), kind, url)


@each_kind
@pytest.mark.parametrize("page", range(1, 8))
def test_a_run_that_is_killed_after_a_page_is_gone_on_with(tmp_path, undisturbed, kind, page):
    rows, rejected, _ = undisturbed(kind)
    with serving(NETWORK[kind].app()) as site:
        killed = run(read_and_die, kind, tmp_path, site.url, page)
        killed.join(60)
        place = workplace(tmp_path, kind)
        # A kind with fewer pages here has come to its end by then.
        done = killed.exitcode == 0
        assert done or killed.exitcode == -signal.SIGKILL
        before = find_state(place.engine, "town", "source")
        assert (before.watermark is None) is not done
        # The first time, no page was read yet: there is nothing to go on behind.
        assert (before.after is None) is (done or page == 1)
        read_until_done(place, kind, site.url)
    new, old = runs_by_source(place.engine, "town", most=5)["source"]
    assert (old.failure, new.resumed) == (None if done else "Killed", before.after is not None)
    same(place, rows, rejected)
    assert find_state(place.engine, "town", "source").after is None


@each_kind
def test_a_run_that_is_killed_before_it_saved_what_it_gathered_reads_it_again(tmp_path, undisturbed, kind):
    rows, rejected, _ = undisturbed(kind)
    with serving(NETWORK[kind].app()) as site:
        killed = run(read_and_die, kind, tmp_path, site.url, 2, GATHERED)
        killed.join(60)
        assert killed.exitcode == -signal.SIGKILL
        place = workplace(tmp_path, kind)
        assert (stored(place), find_state(place.engine, "town", "source").after) == ({}, None)
        read_until_done(place, kind, site.url)
    same(place, rows, rejected)


# --- nothing of a person ------------------------------------------------------------------------------------------

PERSONAL = frozenset(
    {
        *("omschrijving", "toelichting", "onderwerp", "inhoud", "reactie", "statustoelichting", "straatnaam"),
        *("naam", "voornaam", "achternaam", "bsn", "geboortedatum", "gebruikersWeergave", "reporter", "user"),
        *("text", "text_extra", "email", "phone", "created_by", "author", "display", "subject", "description"),
        *("address", "address_string", "zipcode", "lat", "long", "media_url", "location", "notes"),
        *("ip_address", "user_agent", "referer", "buurt_code"),
    }
)
"""Fields in which a person could stand, by their names in the recorded answers."""


def planted(app):
    """Return the application with a person's words wherever one can write them."""

    def answer(asked):
        told = app(asked)
        return told if isinstance(told.body, bytes) else replace(told, body=_with_words(told.body))

    return answer


def _with_words(value):
    if isinstance(value, list):
        return [_with_words(one) for one in value]
    if not isinstance(value, dict):
        return value
    # The text of a question is nobody's words: by it Touchpoints tells what was asked.
    personal = PERSONAL - {"text"} if "answer_field" in value else PERSONAL
    return {
        name: SECRET if name in personal and isinstance(one, str) else _with_words(one) for name, one in value.items()
    }


def exports(place, town) -> str:
    """All that leaves us about a programme: its pages, its evidence for machines, its rejected rows and its report."""
    services = sorted({str(one) for frame in stored(place).values() for one in frame["service"].unique()})
    assert services
    project = {"title": {"nl": "Project", "en": "Project"}, "services": services}
    whole = Programme.model_validate({**town.model_dump(exclude_defaults=True), "projects": {"project": project}})
    remember(place, whole, Path("town.toml"))
    look_at = look(place, whole, Question(programme="town", grain=Grain.MONTH))
    evidence = load_evidence(place.engine, look_at)
    assert evidence.height > 0
    with open_reader(place, "nl") as reader:
        views = [reader.portfolio({}), reader.project("town", "project", {}), reader.sources({})]
        report = reader.report("town", "project", {})
        rejected = reader.rejected("town", "source")
    return "".join([*map(str, views), report_text(report), rejected, evidence.write_json()])


@each_kind
def test_no_words_of_a_person_enter_the_database_the_records_the_log_or_what_leaves_us(tmp_path, kind, caplog, capfd):
    place = workplace(tmp_path, kind)
    with serving(planted(NETWORK[kind].app())) as site:
        town = programme(kind, site.url)
        told = [str(one) for one in sync(place, town, Path("town.toml"))]
    exported = exports(place, town)
    place.engine.dispose()
    words = SECRET.split(",")[0].encode()
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and words in path.read_bytes()]
    assert kept == []
    texts = [frame.cast(pl.String).write_csv() for frame in stored(place).values()]
    assert squeezed(words.decode()) not in squeezed(exported)
    spoken = "".join([*told, exported, *texts, caplog.text, *capfd.readouterr()])
    assert words.decode() not in spoken
    secret = secrets(kind).values["UITKOMST_SECRET_SOURCE"]
    if secret:
        assert secret not in spoken
        assert [path for path in tmp_path.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()] == []
