"""What people are told of Matomo: what was folded or left out, errors and whose turn it is, and wrong settings."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from pydantic import TypeAdapter, ValidationError

from connectors.connector import EVERYTHING, SourceChangedError, SourceRefusedError, SourceUnavailableError
from connectors.matomo import Answers, Forms, Matomo, Step
from connectors.web.secret import Secret
from metrics.records import Kind
from tests.connectors.matomo_site import TOKEN, Happened, recorded
from tests.connectors.matomo_site import Matomo as Application
from tests.connectors.serving import serving
from tests.connectors.test_matomo import ANSWERS, RECORDED_ON, notices, rows, source

A_DAY = {"first_day": date(2026, 11, 22)}


@pytest.fixture(autouse=True)
def _recorded_on(monkeypatch):
    monkeypatch.setattr("connectors.matomo.asking.now", lambda: RECORDED_ON)


def happened(name: str | None, number: object = 1, *, action: str = "nuttig: nee", category: str = "Paginafeedback"):
    return Happened("2026-11-22", category, action, name, number, number)


def one_day(app: Application, **changes) -> tuple[pl.DataFrame, dict[str, list[dict]]]:
    with serving(app) as site:
        connector = source(site.url, **{**A_DAY, **changes})
        return rows(connector, Kind.ANSWERS), notices(connector)


class TestWhatMatomoFoldsAndLosesIsTold:
    @pytest.mark.parametrize("rest", ["Others", "Overige"])
    def test_a_rest_row_is_told_with_its_day_and_number_and_the_rows_we_know_stay(self, rest):
        names = [happened(f"/pagina-{place}") for place in range(9)]
        found, told = one_day(Application(events=names, cap=5, rest=rest))
        assert found["n"].to_list() == [1, 1, 1, 1]
        assert told["cap_reached"] == [{"day": "2026-11-22", "events": 5}]

    def test_a_rest_row_of_everything_is_told_since_ours_may_be_in_it(self):
        others = [happened("x", 9, action=f"iets {place}") for place in range(9)]
        _, told = one_day(Application(events=[*others, happened("/pagina")], cap=5))
        assert told["cap_reached"] == [{"day": "2026-11-22", "events": 46}]

    def test_a_rest_row_of_something_else_is_nobodys_business(self):
        _, told = one_day(Application(events=[happened(f"x{place}", action="anders") for place in range(9)], cap=5))
        assert "cap_reached" not in told

    @pytest.mark.parametrize("cut", [100, 500])
    def test_rows_cut_off_without_a_word_are_told_by_the_second_report(self, cut):
        names = [happened(f"/pagina-{place}") for place in range(520)]
        found, told = one_day(Application(events=names, cap=1000, cut=cut))
        assert found.height == cut
        assert told["cap_reached"] == [{"day": "2026-11-22", "events": 520 - cut}]

    def test_events_without_a_name_are_in_no_row_and_counted_all_the_same(self):
        app = Application(events=[happened("/pagina", 3), happened(None, 4)])
        found, told = one_day(app)
        assert sorted(found["n"].to_list()) == [3, 4]
        assert found["source_id"].is_unique().all()
        assert "events_without_name" not in told

    def test_visits_without_a_name_cannot_be_counted_and_are_told(self):
        forms = Forms(start=Step(event="gestart"))
        app = Application(events=[happened("/pagina", 3, action="gestart"), happened(None, 4, action="gestart")])
        _, told = one_day(app, forms=forms)
        assert told["events_without_name"] == [{"events": 4}]

    def test_events_of_pages_that_are_no_service_of_ours_are_left_out_and_told(self):
        app = Application(events=[happened("/producten/paspoort", 3), happened("/anders", 4), happened(None, 5)])
        found, told = one_day(app, service=None)
        assert found["n"].to_list() == [3]
        assert told["events_outside_services"] == [{"events": 9}]

    def test_events_of_another_category_are_told_where_names_are_read(self):
        app = Application(events=[happened("/pagina", 3), happened("/pagina-2", 4, category="Nieuwsbrief")])
        found, told = one_day(app)
        assert found["n"].sum() == 7
        assert told["events_of_other_categories"] == [{"events": 4}]

    def test_events_of_another_category_stay_out_where_categories_are_read(self):
        app = Application(events=[happened("/pagina", 3), happened("/pagina", 4, category="Nieuwsbrief")])
        found, told = one_day(app, services={})
        assert found["n"].to_list() == [3]
        assert "events_of_other_categories" not in told

    def test_an_answer_without_a_value_is_told(self):
        app = Application(events=[happened("/pagina", 3), happened("/pagina", 4, action="nuttig: weet niet")])
        found, told = one_day(app)
        assert found["n"].to_list() == [3]
        assert told["answers_not_mapped"] == [{"events": 4}]

    def test_days_without_visits_are_told_up_to_the_end_and_over_the_edge_of_pages(self):
        app = Application(visits={"2026-11-10": 9, "2026-11-13": 9, "2026-11-19": 9})
        with serving(app) as site:
            told = notices(source(site.url, first_day=date(2026, 11, 9), days_a_page=6))
        gaps = [(gap["first"][-2:], gap["last"][-2:], gap["days"]) for gap in told["days_without_visits"]]
        assert gaps == [("11", "12", 2), ("14", "14", 1), ("15", "18", 4), ("20", "20", 1), ("21", "22", 2)]

    def test_no_visits_at_all_are_told_but_not_of_the_time_before_the_site_was_there(self):
        with serving(Application(visits={})) as site:
            told = notices(source(site.url, first_day=date(2026, 8, 1), days_a_page=31))
        assert [gap["first"] for gap in told["no_visits_at_all"]] == ["2026-09-01", "2026-10-02", "2026-11-02"]

    def test_a_week_with_visits_and_without_an_answer_is_told(self):
        app = Application(events=[happened("verhuizing", action="gestart"), happened("p", action="Nuttig: Ja")])
        with serving(app) as site:
            told = notices(source(site.url, first_day=date(2026, 11, 10), days_a_page=366))
            assert told["events_not_seen"] == [{"what": "answers", "days": 13}]
            assert "events_not_seen" not in notices(source(site.url, first_day=date(2026, 11, 20)))

    def test_another_time_zone_is_told_once(self):
        with serving(Application(zone="Europe/London")) as site:
            told = notices(source(site.url))
        assert told["timezone_differs"] == [{"site": "Europe/London", "programme": "Europe/Amsterdam"}]

    def test_a_zone_without_a_name_has_days_too(self):
        with serving(Application(zone="UTC+5.5")) as site:
            assert [page.resume for page in source(site.url).fetch(EVERYTHING)][-1] == "2026-11-22"


class TestShapes:
    def test_a_service_is_the_longest_path_that_the_page_lies_under(self):
        pages = {
            "/producten": "balie",
            "/producten/paspoort?bron=x": "paspoort",
            "/producten/paspoort/verlies": "paspoort",
            "/producten/paspoortfoto": "balie",
            "https://balie.example/producten/paspoort": "paspoort",
            "/productenlijst": "website",
        }
        app = Application(events=[happened(page, place) for place, page in enumerate(pages, 1)])
        found, _ = one_day(app, services={"/producten": "balie", "/producten/paspoort": "paspoort"})
        assert dict(found.select("n", "service").iter_rows()) == dict(enumerate(pages.values(), 1))

    def test_labels_are_read_as_they_were_sent_whatever_html_made_of_them(self):
        app = Application(events=[happened("p", 2, action="&#039;ja&#039; &amp; graag")])
        found, _ = one_day(app, answers=Answers(map={"'ja' & graag": 1}))
        assert found["n"].to_list() == [2]

    @pytest.mark.parametrize("found", ["2", 2, 2.0, "2.0"], ids=["text", "whole", "real", "real text"])
    def test_a_number_may_be_text(self, found):
        assert one_day(Application(events=[happened("p", found)]))[0]["n"].to_list() == [2]

    @pytest.mark.parametrize("found", [False, "12%", "drie", [], 1.5])
    def test_what_is_no_number_is_rejected(self, found):
        with serving(Application(events=[happened("p", found)])) as site:
            connector = source(site.url, **A_DAY)
            (batch,) = [connector.parse(page) for page in connector.fetch(EVERYTHING)]
        assert batch.frames[Kind.ANSWERS].is_empty()
        assert batch.rejected["column"].to_list() == ["n"]

    def test_a_single_day_may_stand_there_without_its_name(self):
        rows_of_day = Application().flat([happened("p", 3)], "action", "name")
        answers = {"Events.getAction": rows_of_day, "VisitsSummary.get": recorded("38")}
        with serving(Application(answers=answers)) as site:
            connector = source(site.url, **A_DAY, forms=None)
            (page,) = connector.fetch(EVERYTHING)
            assert connector.parse(page).frames[Kind.ANSWERS]["answered_on"].to_list() == [date(2026, 11, 22)]

    def test_answers_may_stand_in_the_name_and_pages_in_the_action(self):
        app = Application(
            events=[happened("ja", 3, action="/producten/paspoort"), happened("nee", 2, action="/anders")]
        )
        changes = {"told_by": "name", "service_by": "action", "answers": Answers(map={"ja": 1, "nee": 0})}
        found, _ = one_day(app, **changes)
        assert set(found.select("service", "value", "n").iter_rows()) == {("paspoort", 1, 3), ("website", 0, 2)}

    def test_services_may_be_told_by_category(self):
        found, _ = one_day(
            Application(events=[happened("p", 3), happened("p", 2, category="Anders")]),
            answers=Answers(map={"nuttig: nee": 0}),
            services={"Paginafeedback": "paspoort"},
            service_by="category",
        )
        assert set(found.select("service", "n").iter_rows()) == {("paspoort", 3), ("website", 2)}

    def test_five_points_are_a_scale_too(self):
        answers = Answers(map={f"{value} sterren": value for value in range(1, 6)}, scale="1-5")
        app = Application(events=[happened("p", 2, action="4 sterren")])
        assert one_day(app, answers=answers)[0].select("value", "scale", "n").rows() == [(4, "1-5", 2)]

    def test_other_words_on_the_pages_are_another_question(self):
        first, other = ANSWERS, Answers(map=ANSWERS.map, category=ANSWERS.category, wording="Was dit duidelijk?")
        assert first.question != other.question
        with serving(Application()) as site:
            connector = source(site.url, **A_DAY, answers=other)
            (batch,) = [connector.parse(page) for page in connector.fetch(EVERYTHING)]
        assert batch.definitions == {"clarity": other.digest}
        assert batch.frames[Kind.ANSWERS]["question"].unique().to_list() == [other.question]


class TestErrors:
    def fetched(self, app: Application, *, faults: list[str] | None = None, **changes):
        with serving(app, faults=faults) as site:
            try:
                return list(source(site.url, **{**A_DAY, **changes}).fetch(EVERYTHING)), site
            finally:
                self.asked = list(site.asked)

    def test_a_wrong_token_is_refused_and_tried_once(self):
        with pytest.raises(SourceRefusedError, match="not let in"):
            self.fetched(Application(), secret=Secret(variable="X", value="wrong"))
        assert len(self.asked) == 1

    def test_without_a_token_nobody_is_asked(self):
        with pytest.raises(SourceRefusedError, match="UITKOMST_SECRET_WEBSITE_FILE"):
            self.fetched(Application(), secret=Secret(variable="UITKOMST_SECRET_WEBSITE"))
        assert self.asked == []

    def test_a_site_that_the_token_may_not_see_is_refused(self):
        with pytest.raises(SourceRefusedError):
            self.fetched(Application(), site=2)

    @pytest.mark.parametrize("number", ["18", "19", "21"])
    def test_an_error_that_comes_as_if_all_were_well_is_an_error(self, number):
        with pytest.raises(SourceChangedError, match=r"Settings > Plugins|unexpected website|Date format"):
            self.fetched(Application(answers={"SitesManager.getSiteFromId": recorded(number)}))

    @pytest.mark.parametrize("method", ["VisitsSummary.get", "Events.getAction", "Goals.get"])
    def test_each_part_of_an_answer_can_fail_by_itself(self, method):
        refused = recorded("75")[1]
        forms = Forms(end=Step(goal=1))
        with pytest.raises(SourceRefusedError, match="requires 'view' access"):
            self.fetched(Application(answers={method: refused}), forms=forms)

    def test_an_error_of_its_database_passes(self):
        error = {"result": "error", "message": "Mysqli statement execute error : &lt;b&gt;gone away&lt;/b&gt;"}
        with pytest.raises(SourceUnavailableError, match="gone away"):
            self.fetched(Application(answers={"Events.getAction": error}))

    def test_an_error_never_repeats_the_token(self):
        error = {"result": "error", "message": f"Bad request token={TOKEN} &quot;x&quot;"}
        with pytest.raises(SourceChangedError) as caught:
            self.fetched(Application(answers={"Events.getAction": error}))
        assert TOKEN not in str(caught.value)
        assert '"x"' in str(caught.value)

    def test_no_reports_at_all_are_no_zeros(self):
        with pytest.raises(SourceUnavailableError, match="no reports of these days"):
            self.fetched(Application(answers={"Events.getAction": []}), first_day=date(2026, 11, 1))

    def test_a_day_that_is_missing_is_told(self):
        with pytest.raises(SourceChangedError, match="not of every day"):
            self.fetched(Application(answers={"VisitsSummary.get": {"2026-11-21": []}}), first_day=date(2026, 11, 1))

    def test_too_few_answers_are_told(self):
        with pytest.raises(SourceChangedError, match="did not answer all"), serving(_one_answer) as site:
            list(source(site.url).fetch(EVERYTHING))

    def test_a_matomo_that_does_not_name_its_columns_is_told(self):
        old = {"2026-11-22": [{"label": "nuttig: ja - /p", "nb_events": 3}]}
        with pytest.raises(SourceChangedError, match="no 'Events_EventAction', but label, nb_events"):
            self.fetched(Application(answers={"Events.getAction": old}))

    def test_a_goal_that_is_not_there_is_told_since_matomo_says_zero(self):
        with pytest.raises(SourceChangedError, match=r"no goal 9\. There are: 1, 2"):
            self.fetched(Application(), forms=Forms(end=Step(goal=9)))

    @pytest.mark.parametrize("zone", ["", "Nergens/Hier"])
    def test_a_site_without_a_known_time_zone_is_told(self, zone):
        with pytest.raises(SourceChangedError, match="time zone"):
            self.fetched(Application(zone=zone))

    @pytest.mark.parametrize("fault", ["drop", "429", "502", "truncated", "html", "stall"])
    def test_what_passes_is_tried_again(self, fault):
        pages, _ = self.fetched(Application(), faults=["ok", fault])
        assert len(pages) == 1

    def test_a_token_that_ends_half_way_leaves_the_pages_before_it(self):
        with serving(Application(), faults=["ok", "ok", "refused"]) as site:
            pages = source(site.url, days_a_page=10).fetch(EVERYTHING)
            assert next(pages).resume == "2026-10-10"
            with pytest.raises(SourceRefusedError):
                next(pages)
            assert len(site.asked) == 3

    def test_a_first_day_ahead_of_us_is_told(self):
        with pytest.raises(SourceChangedError, match="lies ahead"):
            self.fetched(Application(), first_day=date(2027, 1, 1))

    def test_a_sign_in_page_is_told(self):
        with serving(Application()) as site, pytest.raises(SourceUnavailableError, match="web page"):
            list(source(f"{site.url}/elders").fetch(EVERYTHING))


def _one_answer(asked):
    told = Application()(asked)
    return told if isinstance(told.body, dict) else type(told)(told.body[:1])


BLOCK = {
    "url": "https://statistiek.voorbeeldstad.example",
    "site": 1,
    "from": "2026-01-01",
    "service": "website",
    "answers": {"map": {"nuttig: ja": 1, "nuttig: nee": 0}},
    "forms": {"start": {"event": "gestart"}, "end": [{"goal": 1}, {"event": "verzonden"}]},
    "timezone": "Europe/Amsterdam",
    "secret": Secret(variable="UITKOMST_SECRET_WEBSITE"),
}


class TestSettings:
    def test_a_block_of_the_programme_is_read(self):
        read = TypeAdapter(Matomo).validate_python(BLOCK)
        assert read.first_day == date(2026, 1, 1)
        assert [step.goal for _, step in read.forms.steps()] == [None, 1, None]

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"url": "http://statistiek.example"}, "not encrypted"),
            ({"url": "https://statistiek.example/index.php"}, "leave out index.php"),
            ({"site": 0}, "idSite"),
            ({"timezone": "Amsterdam"}, "no time zone"),
            ({"again_days": -1}, "again_days"),
            ({"days_a_page": 0}, "days_a_page"),
            ({"service": None}, "no service"),
            ({"services": {"": "x"}}, "may be empty"),
            ({"told_by": "name"}, "both 'name'"),
            ({"answers": {"map": {}}}, "`map` is empty"),
            ({"answers": {"map": {"ja": 2}}}, "not on the scale yes-no"),
            ({"answers": {"map": {"ja": 1}, "scale": "ja-nee"}}, "no scale"),
            ({"answers": None, "forms": None}, "nothing to read"),
            ({"forms": {"start": {}}}, "an event or a goal"),
            ({"forms": {"start": {"event": "nuttig: ja"}}}, "more than one thing"),
            ({"forms": {"start": {"goal": 1}, "end": {"goal": 1}}}, "more than one step"),
            ({"service": None, "services": {"/x": "x"}}, "a goal knows no page"),
            ({"segment": "x"}, "Unexpected keyword"),
        ],
    )
    def test_wrong_settings_are_told(self, changes, said):
        with pytest.raises(ValidationError, match=said):
            TypeAdapter(Matomo).validate_python({**BLOCK, **changes})

    def test_everything_that_is_wrong_is_told_at_once(self):
        with pytest.raises(ValidationError) as caught:
            TypeAdapter(Matomo).validate_python({**BLOCK, "site": 0, "again_days": -1})
        assert "idSite" in str(caught.value)
        assert "again_days" in str(caught.value)

    def test_the_block_in_the_documentation_is_one(self):
        text = (Path(__file__).parents[2] / "docs" / "sources" / "matomo.md").read_text(encoding="utf-8")
        block = tomllib.loads(text.partition("```toml")[2].partition("```")[0])["sources"]["website"]
        given = {"timezone": "Europe/Amsterdam", "secret": Secret(variable="UITKOMST_SECRET_WEBSITE")}
        read = TypeAdapter(Matomo).validate_python({**{k: v for k, v in block.items() if k != "kind"}, **given})
        assert len(read.forms.steps()) == 2
