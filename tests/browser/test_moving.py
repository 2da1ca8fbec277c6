"""Moving through the site: by keyboard, by filter, back, and without a script."""

from __future__ import annotations

from browser.visits import FITS, visiting


def loads(visit) -> int:
    """How often a whole page was asked for."""
    return visit.page.evaluate("performance.getEntriesByType('navigation').length + (window.stays ? 0 : 1)")


def stay(visit) -> None:
    visit.page.evaluate("window.stays = true")


def tab_to(visit, text: str) -> None:
    for _ in range(60):
        visit.page.keyboard.press("Tab")
        if visit.focused() == text:
            return
    message = f"The tab key never came to '{text}'."
    raise AssertionError(message)


def test_a_keyboard_is_enough(visit):
    visit.go("/")
    visit.page.keyboard.press("Tab")
    assert visit.focused() == "Naar de inhoud"
    visit.page.keyboard.press("Enter")
    tab_to(visit, "Sneller een omgevingsvergunning")
    visit.page.keyboard.press("Enter")
    visit.until("document.activeElement.tagName === 'H1'")
    assert visit.page.url.endswith("/project/voorbeeldstad/omgevingsvergunning")
    tab_to(visit, "Gegevens als tabel")
    visit.page.keyboard.press("Enter")
    assert visit.page.locator("details[open] table").is_visible()
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.getAttribute('role')") == "region"


def test_a_keyboard_opens_the_table_beside_every_chart_and_comes_into_it(visit):
    visit.go("/project/voorbeeldstad/omgevingsvergunning")
    places = visit.page.locator("details.figures")
    assert places.count() == 12
    for number in range(places.count()):
        place = places.nth(number)
        place.locator("summary").focus()
        visit.page.keyboard.press("Enter")
        assert place.locator("table").is_visible()
        visit.page.keyboard.press("Tab")
        caption = place.locator("caption").inner_text()
        inside = (
            "one => one.contains(document.activeElement) && document.activeElement.getAttribute('role') === 'region'"
        )
        assert place.evaluate(inside)
        assert visit.page.get_by_role("region", name=f"Gegevens als tabel {caption}", exact=True).count() == 1


def test_a_filter_changes_the_address_and_not_the_page_that_is_loaded(visit):
    visit.go("/")
    stay(visit)
    visit.page.focus("select[name=programme]")
    visit.page.keyboard.type("OPG")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector(".empty")
    assert visit.page.url == f"{visit.site}/?programme=opg&period=2026-q3"
    visit.until("document.activeElement.textContent === 'Toon'")
    assert loads(visit) == 1
    visit.page.go_back()
    visit.page.wait_for_selector(".projects")
    assert visit.page.input_value("select[name=programme]") == ""
    assert visit.complaints == []


def test_turning_a_page_moves_the_focus_and_says_so(visit):
    visit.go("/?lang=en")
    stay(visit)
    visit.page.click("text=Method")
    visit.page.wait_for_selector(".definition")
    visit.until("document.getElementById('announcer').textContent !== ''")
    assert visit.focused() == "How the figures are calculated"
    assert "How the figures" in visit.page.inner_text("#announcer")
    assert visit.page.title() == "How the figures are calculated · Uitkomst"
    assert visit.page.url.endswith("/method?lang=en")
    visit.page.go_back()
    visit.page.wait_for_selector(".projects")
    assert visit.page.title() == "Did residents benefit? · Uitkomst"
    assert loads(visit) == 1
    assert visit.complaints == []


def test_the_language_switch_keeps_the_view(visit):
    visit.go("/project/voorbeeldstad/bezwaar?period=2026-q2")
    visit.page.click(".language")
    visit.settle()
    assert visit.page.url.endswith("/project/voorbeeldstad/bezwaar?period=2026-q2&lang=en")
    assert visit.page.get_attribute("html", "lang") == "en"
    assert visit.page.input_value("select[name=period]") == "2026-q2"
    visit.page.click("header >> text=Portfolio")
    visit.page.wait_for_selector(".projects")
    assert visit.page.url.endswith("/?lang=en")


def test_no_link_is_dead(visit):
    hrefs = set()
    for address in ("/", "/project/voorbeeldstad/bezwaar", "/method", "/sources"):
        visit.page.goto(visit.site + address)
        hrefs |= set(visit.page.eval_on_selector_all("a[href]", "all => all.map(one => one.href.split('#')[0])"))
    assert {href: visit.page.request.get(href).status for href in hrefs} == dict.fromkeys(hrefs, 200)


def test_it_works_without_a_script(browser, site):
    with visiting(browser, site, java_script_enabled=False) as visit:
        visit.page.goto(site + "/?lang=en")
        visit.page.select_option("select[name=programme]", "voorbeeldstad")
        visit.page.click("button")
        assert visit.page.url == f"{site}/?lang=en&programme=voorbeeldstad&period=2026-q3"
        visit.page.click("text=Digitaal loket")
        assert visit.page.inner_text("h1") == "Faster building permits"
        visit.page.click("summary >> nth=0")
        assert visit.page.locator("details[open] table").is_visible()


def test_what_a_visitor_does_before_the_scripts_have_come_is_kept(browser, site):
    with visiting(browser, site) as visit:
        held = []

        def hold(route):
            held.append(route)

        visit.page.route("**/_dash-layout", hold)
        visit.page.goto(site + "/")
        visit.page.select_option("select[name=period]", "2026-q1")
        visit.page.focus(".projects__link >> nth=2")
        while not held:
            visit.page.wait_for_timeout(10)
        held[0].continue_()
        visit.settle()
        assert visit.page.input_value("select[name=period]") == "2026-q1"
        assert visit.focused() == "Bezwaar binnen de termijn"


def test_a_chart_is_drawn_when_it_comes_near(visit):
    visit.page.goto(visit.site + "/project/voorbeeldstad/bezwaar")
    visit.page.wait_for_selector("html[data-drawn]")
    visit.page.locator(".graph").first.scroll_into_view_if_needed()
    visit.page.wait_for_selector(".graph .main-svg")
    assert visit.page.locator(".graph").last.locator(".main-svg").count() == 0
    visit.page.locator(".graph").last.scroll_into_view_if_needed()
    visit.page.locator(".graph").last.locator(".main-svg").first.wait_for()
    assert visit.complaints == []


def test_a_chart_fits_its_place_after_the_window_has_changed(visit):
    visit.go("/project/voorbeeldstad/bezwaar")
    visit.page.set_viewport_size({"width": 700, "height": 900})
    visit.until(FITS)
