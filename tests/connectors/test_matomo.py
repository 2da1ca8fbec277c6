"""Matomo: its contract, and exactly the recorded figures by way of its day reports."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import unquote

import polars as pl
import pytest

from connectors.connector import EVERYTHING, Start
from connectors.matomo import Answers, Forms, Matomo, Step
from connectors.sync import read_source
from connectors.web.secret import Secret
from metrics.records import Kind
from tests.connectors.contract import SECRET, ConnectorContract, Sample, read
from tests.connectors.matomo_site import BUSY, OUTAGE, TOKEN, Happened, recorded
from tests.connectors.matomo_site import Matomo as Application
from tests.connectors.serving import QUICK, serving

RECORDED_ON = datetime(2026, 11, 23, 14, 44, tzinfo=UTC)
SERVICES = {"/producten/paspoort": "paspoort", "/producten/verhuizing": "verhuizing", "verhuizing": "verhuizing"}
ANSWERS = Answers(map={"nuttig: ja": 1, "nuttig: nee": 0}, category="Paginafeedback")
FORMS = Forms(start=Step(event="gestart"), end=Step(event="verzonden"), category="Formulier", count="events")


@pytest.fixture(autouse=True)
def _recorded_on(monkeypatch):
    monkeypatch.setattr("connectors.matomo.asking.now", lambda: RECORDED_ON)


def source(url: str, **changes) -> Matomo:
    settings = {
        "timezone": "Europe/Amsterdam",
        "secret": Secret(variable="UITKOMST_SECRET_WEBSITE", value=TOKEN),
        "url": url,
        "site": 1,
        "first_day": date(2026, 10, 1),
        "answers": ANSWERS,
        "forms": FORMS,
        "service": "website",
        "services": SERVICES,
        "limits": QUICK,
    }
    return Matomo(**{**settings, **changes})


@dataclass(frozen=True)
class Merge:
    new: int
    changed: int = 0
    equal: int = 0
    version: int = 1


def rows(connector: Matomo, kind: Kind, start: Start = EVERYTHING) -> pl.DataFrame:
    return pl.concat(connector.parse(page).frames[kind] for page in connector.fetch(start))


def notices(connector: Matomo) -> dict[str, list[dict]]:
    told: dict[str, list[dict]] = {}
    for batch in read(connector):
        for one in batch.notices:
            told.setdefault(one.code, []).append(dict(one.particulars))
    return told


def october(frame: pl.DataFrame, day: str) -> pl.DataFrame:
    return frame.filter(pl.col(day).dt.month() == 10)


class TestContract(ConnectorContract):
    @pytest.fixture
    def sample(self):
        """21 and 22 November: 5 answers and 2 steps, 3 and 2; of one more answer the number cannot be read."""
        app = Application()
        app.events.append(Happened("2026-11-22", "Paginafeedback", "nuttig: ja", SECRET, "drie", "1"))
        app.events.append(Happened("2026-11-22", SECRET, SECRET, SECRET, "1", "1"))
        with serving(app) as site:
            yield Sample(connector=source(site.url, first_day=date(2026, 11, 21)), rows=12, broken=1)


class TestTheRecordedFigures:
    @pytest.fixture
    def site(self):
        with serving(Application()) as site:
            yield site

    def test_october_has_as_many_answers_of_each_value_as_the_month_report(self, site):
        month = {row["label"]: row["nb_events"] for row in recorded("42")}
        found = october(rows(source(site.url), Kind.ANSWERS), "answered_on").group_by("value").agg(pl.col("n").sum())
        assert dict(found.iter_rows()) == {1: month["nuttig: ja"], 0: month["nuttig: nee"]}
        assert month["nuttig: nee"] == 71

    def test_october_has_as_many_answers_of_each_service_as_its_pages_have(self, site):
        expected: Counter = Counter()
        for row in recorded("47"):
            value = {"nuttig: ja": 1, "nuttig: nee": 0}.get(row["Events_EventAction"])
            if value is not None:
                expected[(SERVICES.get(row["Events_EventName"], "website"), value)] += row["nb_events"]
        found = october(rows(source(site.url), Kind.ANSWERS), "answered_on")
        summed = found.group_by("service", "value").agg(pl.col("n").sum()).rows()
        assert {(service, value): n for service, value, n in summed} == dict(expected)

    @pytest.mark.parametrize(("count", "column"), [("events", "nb_events"), ("visits", "nb_visits")])
    def test_october_has_as_many_steps_of_forms_as_the_month_report(self, site, count, column):
        month = {row["label"]: row[column] for row in recorded("42")}
        forms = Forms(start=Step(event="gestart"), end=Step(event="verzonden"), count=count)
        found = october(rows(source(site.url, forms=forms), Kind.COUNTS), "happened_on")
        summed = dict(found.group_by("event").agg(pl.col("n").sum()).iter_rows())
        assert summed == {"form_start": month["gestart"], "form_end": month["verzonden"]}

    def test_a_goal_was_reached_as_often_as_recorded_and_zero_is_a_number(self, site):
        forms = Forms(start=Step(event="gestart"), end=Step(goal=1, service="verhuizing"), count="events")
        found = rows(source(site.url, forms=forms), Kind.COUNTS).filter(pl.col("event") == "form_end")
        assert october(found, "happened_on")["n"].sum() == recorded("52")["nb_conversions"] == 68
        days = found.filter(pl.col("happened_on") >= date(2026, 11, 17)).select("happened_on", "n")
        week = {day: row["nb_conversions"] for day, row in recorded("53").items() if day < "2026-11-23"}
        assert {str(day): n for day, n in days.iter_rows()} == week
        assert set(found["service"]) == {"verhuizing"}

    def test_three_days_are_as_recorded_event_by_event(self, site):
        found = rows(source(site.url, first_day=date(2026, 11, 21)), Kind.ANSWERS)
        expected = Counter(
            (day, {"nuttig: ja": 1, "nuttig: nee": 0}[row["Events_EventAction"]], int(row["nb_events"]))
            for day, some in recorded("49").items()
            for row in some
            if row["Events_EventAction"].startswith("nuttig") and day < "2026-11-23"
        )
        assert (
            Counter((str(day), value, n) for day, value, n in found.select("answered_on", "value", "n").rows())
            == expected
        )

    def test_700_other_names_on_one_day_fold_none_of_ours(self, site):
        connector = source(site.url, first_day=date(2026, 11, 20), days_a_page=1)
        page = next(iter(connector.fetch(EVERYTHING)))
        batch = connector.parse(page)
        assert batch.frames[Kind.ANSWERS].select(pl.col("n").sum()).item() == 4
        assert batch.frames[Kind.COUNTS].select(pl.col("n").sum()).item() == 10
        assert "cap_reached" not in {one.code for one in batch.notices}
        # The same day as Matomo gives it by name: 205 of 714 events are in its rest row, ours could be among them.
        assert recorded("4b")[-1]["nb_events"] == 205

    def test_the_rows_are_whole(self, site):
        found = rows(source(site.url, first_day=date(2026, 11, 21)), Kind.ANSWERS)
        assert found["item"].unique().to_list() == ["clarity"]
        assert found["scale"].unique().to_list() == ["yes-no"]
        assert found["channel"].unique().to_list() == ["website"]
        assert found["question"].unique().to_list() == [ANSWERS.question]
        assert found["source_id"].is_unique().all()

    def test_every_row_of_the_recorded_site_is_accepted(self, site):
        saved = Counter()

        def save(kind, frame, **_):
            saved[kind] += frame.height
            return Merge(new=frame.height)

        *_, last = read_source(source(site.url, days_a_page=5), save=save, latest=date(2026, 11, 22))
        assert last.rejected.is_empty()
        assert saved[Kind.ANSWERS] > 100
        assert [one.particulars["first"] for one in last.notices if one.code == "days_without_visits"] == [OUTAGE]

    def test_a_site_with_one_service_needs_no_names_at_all(self, site):
        connector = source(site.url, services={})
        found = october(rows(connector, Kind.ANSWERS), "answered_on")
        assert found.filter(pl.col("value") == 0)["n"].sum() == 71
        assert not [asked for asked in site.asked if "eventName" in str(asked.query)]


class TestReadingAgain:
    def test_a_run_cut_after_any_page_goes_on_to_the_same_rows(self):
        with serving(Application()) as site:
            connector = source(site.url, days_a_page=9)
            whole = rows(connector, Kind.ANSWERS).drop("file", "line").sort("source_id")
            pages = list(connector.fetch(EVERYTHING))
            assert len(pages) == 6
            for kept in range(1, len(pages)):
                rest = list(connector.fetch(Start(after=pages[kept - 1].resume)))
                frames = [connector.parse(page).frames[Kind.ANSWERS] for page in [*pages[:kept], *rest]]
                assert pl.concat(frames).drop("file", "line").sort("source_id").equals(whole)

    def test_a_later_run_reads_seven_days_again_and_replaces_what_came_in_late(self):
        app = Application()
        with serving(app) as site:
            connector = source(site.url)
            before = rows(connector, Kind.ANSWERS)
            late = next(one for one in app.events if one.day == "2026-11-21" and one.action == "nuttig: ja")
            late.events = "4"
            again = rows(connector, Kind.ANSWERS, Start(since=datetime(2026, 11, 22, 3, tzinfo=UTC)))
        assert again["answered_on"].min() == date(2026, 11, 20)
        known = before.filter(pl.col("source_id").is_in(again["source_id"].implode()))
        assert known.height == again.height
        assert again["n"].sum() == known["n"].sum() + 1
        assert "2026-11-15,2026-11-22" in unquote(str(site.asked[-1].query))

    def test_nothing_new_is_nothing_read(self):
        with serving(Application()) as site:
            assert list(source(site.url).fetch(Start(after="2026-11-22"))) == []

    def test_today_waits_until_it_is_over_by_the_clock_of_the_site(self):
        with serving(Application(zone="Pacific/Kiritimati")) as site:
            assert [page.resume for page in source(site.url).fetch(EVERYTHING)][-1] == "2026-11-23"
        with serving(Application()) as site:
            assert [page.resume for page in source(site.url).fetch(EVERYTHING)][-1] == "2026-11-22"

    def test_the_outage_day_is_told_and_has_no_rows(self):
        with serving(Application()) as site:
            connector = source(site.url)
            told = notices(connector)
            assert {"first": OUTAGE, "last": OUTAGE, "days": 1} in told["days_without_visits"]
            assert rows(connector, Kind.ANSWERS).filter(pl.col("answered_on") == date(2026, 10, 14)).is_empty()
            assert recorded("32")[OUTAGE] == []

    def test_nobodys_words_and_no_secret_go_further(self):
        app = Application()
        app.events += [
            Happened(BUSY, "Paginafeedback", "nuttig: ja", SECRET, "1", "1"),
            Happened(BUSY, "Paginafeedback", "nuttig: nee", f"/zoek?q={SECRET}", "x", "1"),
            Happened(BUSY, "Paginafeedback", SECRET, SECRET, "1", "1"),
            Happened(BUSY, SECRET, "nuttig: nee", SECRET, "1", "1"),
        ]
        with serving(app) as site:
            connector = source(site.url, first_day=date(2026, 11, 20))
            pages = list(connector.fetch(EVERYTHING))
            for page in pages:
                batch = connector.parse(page)
                frames = [*batch.frames.values(), batch.rejected]
                said = f"{page.name} {page.resume} {batch.notices} {batch.definitions} {[f.rows() for f in frames]}"
                for word in ("Geheim", "Kerkstraat", TOKEN):
                    assert word not in said
            assert TOKEN not in str([(asked.path, asked.query, asked.headers) for asked in site.asked])
            assert all(TOKEN.encode() in asked.body for asked in site.asked)
            assert TOKEN not in repr(connector)
