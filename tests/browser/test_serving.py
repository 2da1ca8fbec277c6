"""What goes over the line: how much, under which rules, and how long it may be kept."""

from __future__ import annotations

import re

import pytest
from browser.conftest import served
from browser.samples import SampleDoor
from browser.visits import visiting
from plotly.offline import get_plotlyjs_version

from dashboard.web.scripts import PLOTLY_VERSION

PROJECT = "/project/voorbeeldstad/omgevingsvergunning"


def script_bytes(visit, address: str) -> int:
    """Bytes of script, as they came over the line."""
    visit.go(address)
    return visit.page.evaluate(
        "performance.getEntriesByType('resource').filter(one => /\\.js/.test(one.name))"
        ".reduce((sum, one) => sum + one.encodedBodySize, 0)"
    )


@pytest.mark.parametrize(("address", "most"), [("/", 300_000), (PROJECT, 600_000)])
def test_a_page_needs_no_more_script_than_it_may(browser, site, address, most):
    with visiting(browser, site) as visit:
        assert 100_000 < script_bytes(visit, address) <= most


def test_plotly_comes_only_where_there_are_charts(visit):
    visit.go("/")
    assert not any("plotly" in asked for asked in visit.asked)


def test_plotly_in_the_browser_is_the_one_that_python_draws_for():
    assert get_plotlyjs_version() == PLOTLY_VERSION


def test_the_policy_lets_nothing_in_but_our_own(visit):
    headers = visit.page.request.get(visit.site + "/").headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


def test_each_answer_has_a_nonce_of_its_own(visit):
    policies = {visit.page.request.get(visit.site + "/").headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


def test_scripts_and_styles_are_compressed_and_kept(visit):
    page = visit.page.request.get(visit.site + "/").text()
    addresses = re.findall(r'(?:src|href)="(/(?:_dash|assets)[^"]+\.(?:js|css))"', page)
    assert len(addresses) > 7
    for address in addresses:
        headers = visit.page.request.get(visit.site + address).headers
        assert headers["content-encoding"] == "gzip"
        assert "immutable" in headers["cache-control"]


def test_who_cannot_unpack_gets_it_unpacked(visit):
    for address in ("/_dash-component-suites/plotly/package_data/plotly.min.js", "/"):
        answer = visit.page.request.get(visit.site + address, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in answer.headers
        assert len(answer.body()) > 5_000


def test_plotly_is_not_sent_twice(visit):
    address = visit.site + "/_dash-component-suites/plotly/package_data/plotly.min.js"
    mark = visit.page.request.get(address).headers["etag"]
    assert visit.page.request.get(address, headers={"If-None-Match": mark}).status == 304


def test_a_script_that_is_none_of_ours_is_not_there(visit):
    for address in ("dash/nothing.js", "os/path.py", "dash/dash.py"):
        assert visit.page.request.get(f"{visit.site}/_dash-component-suites/{address}").status == 404


def test_a_report_is_a_pdf_and_a_missing_one_is_not_found(visit):
    answer = visit.page.request.get(f"{visit.site}/project/voorbeeldstad/bezwaar/report.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert visit.page.request.get(f"{visit.site}/project/voorbeeldstad/niets/report.pdf").status == 404


def test_the_server_says_that_it_lives(visit):
    assert visit.page.request.get(f"{visit.site}/health").text() == "ok"


class BrokenDoor(SampleDoor):
    def portfolio(self, query):
        message = f"the database is gone, with {len(query)} questions open"
        raise RuntimeError(message)


def test_a_view_that_fails_becomes_a_page_that_says_so_and_a_line_in_the_log(browser, caplog):
    with served(BrokenDoor()) as site, visiting(browser, site) as visit:
        answer = visit.page.goto(site + "/")
        assert answer.status == 500
        assert "kon niet worden gemaakt" in visit.page.inner_text("h1")
        assert "database" not in answer.text()
    assert "the database is gone" in caplog.text
