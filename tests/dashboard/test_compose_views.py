"""Views: one definition, one number; the same in both languages; nothing hidden comes through."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import date

import pytest

from config.load import load_programme
from dashboard.compose.left_out import left_out_table
from dashboard.jobs import remember
from dashboard.syncing import sync
from dashboard.wording.figures import value_text
from dashboard.wording.words import Words
from metrics.estimate import Estimate, Status
from metrics.kpis import kpi
from metrics.records import no_rejections
from tests.conftest import open_workplace, reader_of
from tests.dashboard.small import ANSWERS, CASES, PROJECT, small, surveyed, write_answers

PERIODS = ("month", "quarter", "year", "all")


def projects(reader):
    return [(programme.name, name) for programme in reader.programmes() for name in programme.projects]


def shape(part):
    """What a view is made of, without its words: types, lengths and what is absent."""
    if is_dataclass(part):
        return {one.name: shape(getattr(part, one.name)) for one in fields(part)}
    if isinstance(part, list | tuple):
        return [shape(one) for one in part]
    return part if isinstance(part, int | float | date | None) else type(part).__name__


def texts(part):  # noqa: C901 - a walk over whatever there is
    if isinstance(part, str):
        yield part
    elif is_dataclass(part):
        for one in fields(part):
            yield from texts(getattr(part, one.name))
    elif isinstance(part, list | tuple):
        for one in part:
            yield from texts(one)


@pytest.fixture
def own(tmp_path):
    """Read a programme into a database of one's own and return the reader of it."""
    opened = []

    def load(path):
        place = open_workplace(tmp_path / "kept")
        opened.append(place)
        for run in sync(place, load_programme(path), path):
            assert run.failure is None
        return reader_of(place)

    yield load
    for place in opened:
        place.engine.dispose()


# --- one definition, one number ----------------------------------------------------------------------------------


@pytest.mark.parametrize("period", ["quarter", "month"])
@pytest.mark.usefixtures("at_examples")
def test_page_json_and_portfolio_give_the_same_number(reader, as_json, period):  # noqa: C901 - one walk over three outputs
    """The evidence as JSON, worded here once more, must be what cards and portfolio print."""
    rows = [row for row in as_json("evidence", "--period", period) if row["breakdown"] == "all"]
    latest = {}
    for row in rows:
        if row["period_end"] <= row["as_of"]:
            latest[row["programme"], row["project"], row["kpi"]] = row
    told = {row.project.text: row for row in reader.portfolio({"period": period}).rows}
    words, compared = Words(language="en"), 0
    for programme, name in projects(reader):
        view = reader.project(programme, name, {"period": period})
        cells = [cell for cell in told[view.title].cells if cell is not None]
        for card, chart, cell in zip(view.cards, view.series, cells, strict=True):
            row = latest[programme, name, chart.name]
            if row["value"] is None:
                assert card.value == "–"
                continue
            known = Estimate(
                value=row["value"], low=row["low"], high=row["high"], n=row["n"],
                status=Status(row["status"]), reason=None, method=row["method"],
            )  # fmt: skip
            assert card.value == value_text(words, known, kpi(chart.name))
            assert card.value in cell.summary
            assert card.verdict == cell.verdict
            compared += 1
    assert compared > 15


def test_the_table_beside_a_series_holds_the_figures_of_the_chart(reader):
    for programme, name in projects(reader):
        for chart in reader.project(programme, name, {}).series:
            assert len(chart.table.rows) == len(chart.points)
            for point, row in zip(chart.points, chart.table.rows, strict=True):
                assert (row[1] == "–") == (point.value is None)
                assert row[1] == "–" or row[1] in point.text


def test_a_baseline_and_a_group_are_the_same_number_in_words_and_on_the_line(reader):
    for programme, name in projects(reader):
        for breakdown in reader.project(programme, name, {}).breakdowns:
            for row, cells in zip(breakdown.rows, breakdown.table.rows, strict=True):
                assert row.label == cells[0]
                assert row.text.partition(" (")[0] == cells[2]


# --- both languages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("period", ["", "all"])
def test_dutch_and_english_have_the_same_structure(reader, period):
    asked = {"period": period}
    assert shape(reader.portfolio({**asked, "lang": "nl"})) == shape(reader.portfolio({**asked, "lang": "en"}))
    for programme, name in projects(reader):
        dutch, english = (reader.project(programme, name, {**asked, "lang": one}) for one in ("nl", "en"))
        assert shape(dutch) == shape(english)


def test_no_english_sentence_is_left_in_a_dutch_view(reader):
    for programme, name in projects(reader):
        dutch, english = (set(texts(reader.project(programme, name, {"lang": one}))) for one in ("nl", "en"))
        same = {one for one in dutch & english if one.count(" ") > 3 and re.search(r"\b(the|of|with|is|are)\b", one)}
        assert same == set()


def test_an_unknown_language_falls_back_to_that_of_the_installation(reader):
    assert reader.portfolio({"lang": "fr"}).language == "en"


# --- nothing hidden comes through --------------------------------------------------------------------------------


@pytest.mark.usefixtures("at_examples")
def test_what_is_hidden_in_the_evidence_is_in_no_text_of_the_page(reader, as_json):
    rows = as_json("evidence", "--project", "wmo-aanvraag-aan-huis")
    hidden = [row for row in rows if row["status"] == "hidden"]
    assert hidden
    assert all((row["value"], row["low"], row["high"]) == (None, None, None) for row in hidden)
    view = reader.project("voorbeeldstad", "wmo-aanvraag-aan-huis", {})
    for breakdown in view.breakdowns:
        for row, cells in zip(breakdown.rows, breakdown.table.rows, strict=True):
            if row.n_text == "number hidden":
                assert (row.text, cells[2], cells[3], row.track) == ("–", "–", "", None)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_answers_of_three_persons_at_the_desk_leave_no_trace(own, tmp_path, language):
    """Of 43 answers three came from the desk; all three gave a 1. Neither the number nor the share may show."""
    path = small(tmp_path, PROJECT, ANSWERS)
    web = [(f"w{number}", "web", 5 if number < 30 else 2) for number in range(40)]
    write_answers(tmp_path, [*web, *((f"d{number}", "desk", 1) for number in range(3))])
    view = own(path).project("small", "permits", {"lang": language})
    (breakdown,) = view.breakdowns
    row = {one.label: one for one in breakdown.rows}["balie" if language == "nl" else "desk"]
    assert (row.text, row.track) == ("–", None)
    leaks = [one for one in texts(view) if re.search(r"\b3 (answers|antwoorden)\b|\b0%", one)]
    assert leaks == []


# --- labels and counts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("en", "Made-up figures: no real municipality and no real person is in them."),
        ("nl", "Verzonnen cijfers: er zit geen echte gemeente en geen echt mens in."),
    ],
)
def test_the_label_of_made_up_figures_is_on_every_page_of_voorbeeldstad_and_on_no_other(reader, language, label):
    for programme, name in projects(reader):
        shown = reader.project(programme, name, {"lang": language}).made_up
        assert shown == (label if programme == "voorbeeldstad" else None)
    assert reader.portfolio({"lang": language}).made_up == label
    assert reader.portfolio({"lang": language, "programme": "public"}).made_up is None


@pytest.mark.parametrize(("programme", "projects"), [("", 12), ("voorbeeldstad", 8), ("public", 4)])
def test_the_counts_of_the_portfolio_add_up(reader, programme, projects):
    view = reader.portfolio({"programme": programme})
    (lead,) = view.lead
    first, *counts = [int(number) for number in re.findall(r"\d+", lead)]
    assert (first, sum(counts), len(view.rows)) == (projects, projects, projects)


def test_the_portfolio_of_one_programme_has_only_its_projects(reader):
    view = reader.portfolio({"programme": "public"})
    assert {row.programme for row in view.rows} == {"Public figures"}
    (programmes, _) = view.choices
    assert programmes.chosen == "public"
    assert [value for value, _ in programmes.options] == ["", "public", "voorbeeldstad"]


def test_an_unknown_programme_shows_all_and_chooses_none(reader):
    view = reader.portfolio({"programme": "atlantis"})
    assert len(view.rows) == 12
    assert view.choices[0].chosen == ""


@pytest.mark.parametrize("period", PERIODS)
def test_every_period_works_for_both_programmes(reader, period):
    for programme, name in projects(reader):
        view = reader.project(programme, name, {"period": period})
        assert view.cards
        assert view.choices[0].chosen == period
        if period == "all":
            assert all(len(chart.points) <= 1 for chart in view.series)
    assert len(reader.portfolio({"period": period}).rows) == 12


def test_an_unknown_period_is_the_programmes_own(reader):
    asked = reader.project("public", "receipt", {"period": "week"})
    assert asked == reader.project("public", "receipt", {})


def test_a_project_or_programme_that_is_not_there_has_no_view(reader):
    assert reader.project("public", "bridges", {}) is None
    assert reader.project("atlantis", "receipt", {}) is None


# --- where there is nothing --------------------------------------------------------------------------------------


def test_an_empty_database_has_a_portfolio_that_says_how_to_load(tmp_path):
    place = open_workplace(tmp_path)
    view = reader_of(place).portfolio({})
    place.engine.dispose()
    assert view.rows == []
    assert view.empty == "There are no projects yet. An operator loads them with: uitkomst sync."


def test_a_programme_without_projects_has_a_portfolio_that_says_so(own, tmp_path):
    view = own(small(tmp_path)).portfolio({})
    assert (list(view.rows), list(view.lead)) == ([], [])
    assert view.empty


def test_a_project_without_records_has_a_view_that_says_so(own, tmp_path):
    path = small(tmp_path, PROJECT, ANSWERS, CASES)
    (tmp_path / "answers.csv").write_text("id,channel,day,score\n")
    (tmp_path / "cases.csv").write_text("id,received,decided\n")
    reader = own(path)
    view = reader.project("small", "permits", {})
    assert view.lead == ["Nothing was measured yet."]
    assert (list(view.cards), list(view.series), view.curve) == ([], [], None)
    (row,) = reader.portfolio({}).rows
    assert (row.cells, row.newest) == ([None, None, None], "none")


@pytest.mark.parametrize("period", PERIODS)
def test_a_project_that_was_never_synced_has_a_view_that_says_so(tmp_path, period):
    place = open_workplace(tmp_path / "kept")
    path = surveyed(tmp_path, 8, 12)
    remember(place, load_programme(path), path)
    reader = reader_of(place)
    assert reader.project("small", "permits", {"period": period}).lead == ["Nothing was measured yet."]
    assert reader.portfolio({"period": period}).lead == ["Of 1 project: of 1 too little is known."]
    place.engine.dispose()


def test_a_handful_of_persons_left_out_is_not_counted_out_loud():
    table = left_out_table(Words(language="en"), {"withdrawn": 4, "no_term": 5}, no_rejections(), [])
    assert [(row[0], row[1]) for row in table.rows] == [
        ("cases without a term", "5"),
        ("cases withdrawn", "fewer than 5"),
    ]
