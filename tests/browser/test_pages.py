"""The pages as a visitor has them: quiet, accessible, in the language asked for, on any screen."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from browser.visits import visiting

PROJECT = "/project/voorbeeldstad/omgevingsvergunning"
PAGES = {"portfolio": "/", "project": PROJECT, "method": "/method", "sources": "/sources"}
SHOTS = Path(__file__).parents[2] / "artefacts" / "screenshots"

each_page = pytest.mark.parametrize("name", PAGES)


def in_language(address: str, language: str) -> str:
    return address if language == "nl" else f"{address}?lang=en"


def shoot(visit, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    visit.page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@each_page
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_is_quiet_and_accessible_and_asks_nothing_elsewhere(visit, name, language):
    visit.go(in_language(PAGES[name], language))
    for width in (1366, 390):
        visit.page.set_viewport_size({"width": width, "height": 900})
        visit.rest()
        shoot(visit, f"{name}-{language}-{width}")
        assert visit.faults() == []
    assert visit.complaints == []
    assert visit.other_hosts() == set()
    assert visit.page.get_attribute("html", "lang") == language


@each_page
def test_a_page_keeps_its_contrast_in_dark_and_in_forced_colours_and_its_width_on_a_small_screen(visit, name):
    visit.go(PAGES[name])
    for theme in ({"color_scheme": "dark"}, {"color_scheme": "light", "forced_colors": "active"}):
        visit.page.emulate_media(**theme)
        shoot(visit, f"{name}-nl-1366-{list(theme.values())[-1]}")
        assert visit.faults(rules=["color-contrast"]) == []
    visit.page.set_viewport_size({"width": 320, "height": 800})
    visit.rest()
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 320


@each_page
def test_the_first_view_says_the_same_as_what_dash_draws(browser, site, name):
    with visiting(browser, site, java_script_enabled=False) as before, visiting(browser, site) as after:
        before.page.goto(site + PAGES[name])
        after.go(PAGES[name])
        texts = [visit.page.locator(".frame main").all_inner_texts()[0] for visit in (before, after)]
        graphs = after.page.locator(".graph").all_inner_texts()
        for graph in graphs:
            texts[1] = texts[1].replace(graph, "")
        assert texts[0].split() == texts[1].split()


def test_every_chart_has_a_name_a_heading_and_a_table(visit):
    """Three series, a curve, a published figure, a breakdown, three control charts, two counterfactuals, a panel."""
    visit.go(PROJECT)
    charts = visit.page.locator(".chart:has(details)").all()
    assert len(charts) == 12
    for chart in charts:
        assert chart.get_by_role("heading").inner_text()
        assert chart.locator("details table caption").text_content()
        assert chart.locator("details th[scope=col]").count() > 1
    graphs = visit.page.locator(".graph").all()
    assert len(graphs) == 10
    for image in graphs:
        assert image.get_attribute("role") == "img"
        assert len(image.get_attribute("aria-label")) > 20


def test_headings_go_down_one_level_at_a_time_and_each_question_comes_once(visit):
    visit.go(PROJECT)
    found = visit.page.eval_on_selector_all(
        "main :is(h1, h2, h3, h4)", "all => all.map(one => [Number(one.tagName[1]), one.textContent])"
    )
    levels = [level for level, _ in found]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert [text for level, text in found if level == 2] == [
        "Tevredenheid",
        "Doorlooptijd",
        "Duidelijkheid",
        "Hoe zeker zijn we?",
        "Hoe ging het?",
        "Echt veranderd of toeval?",
        "Kwam het door het project?",
        "Wat betekent dat voor het geld?",
        "Voor wie?",
        "Wat wacht er nog?",
        "Wat is er nog meer gemeten?",
        "Wat zit er in het cijfer?",
    ]


def test_a_ladder_says_on_which_step_a_measure_stands(visit):
    visit.go(PROJECT)
    ladders = visit.page.locator(".card:has(.ladder)").all()
    assert [len(one.locator(".ladder__rung").all()) for one in ladders] == [5, 5, 5]
    steps = [one.locator("[aria-current=step]").inner_text().split("\n")[:2] for one in ladders]
    assert steps == [
        ["3", "Meer veranderd dan de eigen trend"],
        ["5", "Getoetst door loting"],
        ["1", "Beschreven"],
    ]
    assert [one.locator("h4").all_inner_texts() for one in ladders] == [
        ["Waarom niet hoger?", "Wat zou helpen"],
        [],
        ["Waarom niet hoger?", "Wat zou helpen"],
    ]
    named = visit.page.get_by_role("region", name="Hoe zeker zijn we? Doorlooptijd", exact=True)
    assert "Het lot bepaalde" in named.inner_text()


def test_the_signs_of_a_control_chart_are_not_read_out_and_their_words_are(visit):
    visit.go(PROJECT)
    icons = visit.page.locator(".icons").first.locator("li").all()
    assert [one.locator("[aria-hidden=true]").inner_text() for one in icons] == ["↗", "✔"]
    assert [one.inner_text().split("\n")[-1] for one in icons] == [
        "Er is iets ten goede veranderd sinds maart 2025",
        "Zoals het nu gaat, wordt het doel van 85% maand na maand gehaald",
    ]


@pytest.mark.parametrize("width", [1366, 390])
def test_no_part_of_a_project_runs_out_of_its_page_nor_a_table_out_of_its_frame(visit, width):
    visit.go(PROJECT)
    visit.page.set_viewport_size({"width": width, "height": 900})
    visit.rest()
    visit.page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    out = visit.page.eval_on_selector_all(
        "main :is(.part, .card, .chart, .block, .icons li, .ladder__rung, .scroller, .graph)",
        "all => all.filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)"
        ".map(one => one.className + ': ' + one.textContent.slice(0, 60))",
    )
    assert out == []
    assert visit.faults() == []


def test_what_one_can_hit_is_at_least_24_pixels_high(visit):
    visit.go(PROJECT)
    heights = visit.page.eval_on_selector_all(
        "header a, button, select, summary, .links a",
        "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)",
    )
    assert min(heights) >= 24


def test_an_unknown_address_is_said_to_be_unknown(visit):
    for address in ("/nergens", "/project/voorbeeldstad/nergens", "/project/x"):
        answer = visit.page.goto(visit.site + address)
        assert answer.status == 404
        assert "Deze pagina is er niet" in visit.page.inner_text("h1")


def test_made_up_figures_say_so(visit):
    for address in ("/", PROJECT):
        visit.page.goto(visit.site + address)
        assert "Verzonnen cijfers" in visit.page.inner_text(".made-up")
