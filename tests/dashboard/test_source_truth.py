"""Engine and connector together keep exactly the figures that SQL found in the databases of the recorded systems."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from dashboard.syncing import sync
from metrics.records import Kind
from tests.conftest import NOW
from tests.connectors import open311_site, open_klant_site, signalen_site, zgw_site
from tests.connectors.every import NETWORK, programme
from tests.connectors.serving import serving
from tests.dashboard.test_source_faults import workplace

SERVICES = {"parking": "ZT-PARK", "objections": "ZT-BEZW", "complaints": "ZT-KLACHT"}


@pytest.fixture
def kept(tmp_path):
    """The records that a run of a kind of source kept, by kind of record."""
    opened = []

    def read(kind, **changed):
        place = workplace(tmp_path, kind)
        opened.append(place)
        with serving(NETWORK[kind].app()) as site:
            *_, last = sync(place, programme(kind, site.url, **changed), Path("town.toml"))
        assert (last.failure, last.progress.rejected.height) == (None, 0)
        return {one: place.records.scan("town", one).collect() for one in Kind}

    yield read
    for place in opened:
        place.engine.dispose()


def test_cases_of_open_zaak_are_those_of_its_database(kept):
    truth = zgw_site.ground_truth()
    cases = kept("zgw")[Kind.CASES]
    closed = cases.filter(pl.col("decided_on").is_not_null())
    assert (cases.height, closed.height) == (truth["totals"]["zaken"], truth["totals"]["afgehandeld"])
    found = {
        (f"{month}", SERVICES[service]): (n, days, on_time)
        for month, service, n, days, on_time in closed.group_by(
            pl.col("decided_on").dt.to_string("%Y-%m"), pl.col("service").cast(pl.String)
        )
        .agg(
            n=pl.len(),
            days=(pl.col("decided_on") - pl.col("received_on")).dt.total_days().mean(),
            on_time=(pl.col("decided_on") <= pl.col("due_on")).sum(),
        )
        .iter_rows()
    }
    expected = {
        (row["maand"], row["zaaktype"]): (row["n"], row["gem_dagen_start_eind"], row["binnen_uiterlijk"])
        for row in truth["per_einddatum_month_zaaktype"]
    }
    assert found.keys() == expected.keys()
    for key, (n, days, on_time) in expected.items():
        # The database gives some means with one digit.
        assert found[key] == (n, pytest.approx(days, abs=0.051), on_time)


def test_reports_and_answers_of_signalen_are_those_of_its_database(kept):
    truth = signalen_site.TRUTH
    found = kept("signalen")
    # A part is a report of its own in the database; here its parent counts.
    assert found[Kind.CASES].height == truth["totals"]["meldingen"] - truth["totals"]["deelmeldingen"]
    answers = Counter(found[Kind.ANSWERS]["value"].to_list())
    assert (answers[1], answers[0]) == (truth["kto_totals"]["tevreden"], truth["kto_totals"]["ontevreden"])


def first_closes(rows):
    return dict(rows.select("source_id", "first_decided_on").drop_nulls().iter_rows())


def test_a_first_close_stays_on_a_day_without_the_zip_that_tells_it(tmp_path):
    app = NETWORK["signalen"].app()
    place = workplace(tmp_path, "signalen")
    with serving(app) as site:
        list(sync(place, programme("signalen", site.url), Path("town.toml")))
        before = first_closes(place.records.scan("town", Kind.CASES).collect())
        app.dump = None
        *_, last = sync(place, programme("signalen", site.url), Path("town.toml"), full=True)
    assert last.failure is None
    assert first_closes(place.records.scan("town", Kind.CASES).collect()) == before
    # 330 reports were closed at least once; of 10 parts their 4 parents count.
    assert len(before) == 320
    place.engine.dispose()


def test_a_request_that_closes_when_it_is_older_than_all_that_is_read_again_is_closed_with_us(tmp_path):
    came_in = datetime(2026, 1, 5, 20, tzinfo=UTC)
    rows = [{**row, "status": "closed"} for row in open311_site.many(40, first=came_in, minutes=7 * 24 * 60)]
    late = {**rows[2], "status": "open", "updated_datetime": rows[2]["requested_datetime"]}
    place = workplace(tmp_path, "open311")
    for known in ([*rows[:2], late, *rows[3:]], rows):
        with serving(open311_site.City(rows=known)) as site:
            *_, last = sync(place, programme("open311", site.url, follow_days=30), Path("town.toml"))
        assert last.failure is None
        cases = place.records.scan("town", Kind.CASES).collect()
        still_open = cases.filter(pl.col("decided_on").is_null())["received_on"].to_list()
        assert still_open == ([date(2026, 1, 19)] if known is not rows else [])
    # Of 40 weeks it read the one with the open request, and those of the last 30 days.
    assert last.progress.found == 1 + sum(moment_of(row) >= NOW - timedelta(days=30) for row in rows)
    place.engine.dispose()


def moment_of(row):
    return datetime.fromisoformat(row["requested_datetime"])


def test_contacts_and_calls_back_of_open_klant_are_those_of_its_database(kept):
    truth = open_klant_site.truth()
    found = kept("open_klant", call_backs={"service": "terugbellen"})
    contacts = found[Kind.COUNTS]
    assert contacts.height == truth["totals"]["klantcontacten"]
    assert contacts["n"].sum() == truth["totals"]["gelukt"] + truth["totals"]["onbekend"]
    tasks = {row["status"]: row["n"] for row in truth["internetaken"]}
    calls = found[Kind.CASES]
    assert calls["decided_on"].null_count() == tasks["te_verwerken"]
    assert calls["decided_on"].count() == tasks["verwerkt"]
