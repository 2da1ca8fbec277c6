"""The site on its real evidence: both example programmes, synced and evaluated, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser.conftest import served
from browser.visits import visiting_in

from dashboard.printing import open_reader

SHOTS = Path(__file__).parents[2] / "artefacts" / "screenshots"
PAGES = {
    "real-portfolio": "/",
    "real-project-permits": "/project/voorbeeldstad/sneller-omgevingsvergunning",
    "real-project-objections": "/project/voorbeeldstad/bezwaar-binnen-de-termijn",
    "real-project-too-few": "/project/voorbeeldstad/wmo-aanvraag-aan-huis",
    "real-project-published": "/project/public/use-an-lpa",
    "real-method": "/method",
    "real-sources": "/sources",
}


@pytest.fixture(scope="module")
def real_site(workplace):
    with open_reader(workplace, "nl") as reader, served(reader) as address:
        reader.portfolio({})  # evaluates the records; no visit waits for that
        yield address


@pytest.fixture
def real_visit(desk, real_site):
    with visiting_in(desk, real_site) as visit:
        yield visit


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_real_page_is_quiet_accessible_and_asks_nothing_elsewhere(real_visit, name, language):
    real_visit.go(PAGES[name] if language == "nl" else f"{PAGES[name]}?lang=en")
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width in (1366, 390):
        real_visit.page.set_viewport_size({"width": width, "height": 900})
        real_visit.rest()
        real_visit.page.screenshot(path=SHOTS / f"{name}-{language}-{width}.png", full_page=True)
        assert real_visit.faults() == []
        assert real_visit.page.evaluate("document.documentElement.scrollWidth") == width
    assert real_visit.complaints == []
    assert real_visit.other_hosts() == set()


def test_the_keyboard_alone_opens_a_project_and_the_table_beside_its_first_chart(real_visit):
    real_visit.go("/")
    first = real_visit.page.locator("main table a").first
    first.focus()
    real_visit.page.keyboard.press("Enter")
    real_visit.until("location.pathname.startsWith('/project/')")
    real_visit.settle()
    summary = real_visit.page.locator(".chart details summary").first
    summary.focus()
    real_visit.page.keyboard.press("Enter")
    assert real_visit.page.locator(".chart details[open] table").first.is_visible()


def test_the_report_behind_the_link_is_a_pdf_that_names_its_project(real_visit, real_site):
    answer = real_visit.page.request.get(f"{real_site}/project/voorbeeldstad/parkeervergunning/report.pdf?lang=en")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")
