"""The sources page at work: a run is asked for, a busy one is followed, rejected rows are taken along."""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass, field, replace

import pytest
from browser.conftest import served
from browser.sample_sources import sample_sources
from browser.samples import SampleDoor
from browser.visits import visiting

from dashboard.views.sources import Busy

RUN = "/sources/voorbeeldstad/zaken/run"


@dataclass(frozen=True)
class GrowingDoor(SampleDoor):
    """Every look at the sources finds one page more; at the fourth the run is done."""

    looks: list = field(default_factory=list)
    asked: list = field(default_factory=list)

    def sources(self, query):
        self.looks.append(query)
        view = sample_sources(query)
        pages = len(self.looks)
        busy = None if pages > 3 else Busy(share=25 * pages, text=f"{pages} van 4 gelezen")
        (group,) = view.groups
        cards = [replace(card, busy=busy if card.busy else None) for card in group.cards]
        return replace(view, groups=[replace(group, cards=cards)], moving=busy is not None)

    def run_now(self, programme, source):
        self.asked.append((programme, source))
        return super().run_now(programme, source)


@pytest.fixture
def door():
    return GrowingDoor()


@pytest.fixture
def followed(browser, door):
    with served(door) as site, visiting(browser, site) as visit:
        yield visit


def post(url, **headers):
    request = urllib.request.Request(url, data=b"", headers=headers, method="POST")  # noqa: S310 - our own server
    try:
        with urllib.request.build_opener(_Stay).open(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def test_the_bar_of_a_busy_run_moves_by_itself_and_stops_when_it_is_done(followed, door):
    followed.go("/sources")
    bar = followed.page.locator("progress")
    first = float(bar.get_attribute("value"))
    followed.until(f"Number(document.querySelector('progress')?.value ?? 100) > {first}")
    followed.until("document.querySelector('progress') === null")
    looked = len(door.looks)
    followed.page.wait_for_timeout(2500)
    assert len(door.looks) == looked
    assert followed.complaints == []


def test_a_run_is_asked_for_with_one_press_and_the_page_comes_back(followed, door):
    followed.go("/sources?lang=en")
    followed.page.get_by_role("button", name="Read now (zaken)").press("Enter")
    followed.until("location.pathname === '/sources' && location.search === '?lang=en'")
    assert door.asked == [("voorbeeldstad", "zaken")]


def test_another_site_cannot_ask_for_a_run(followed, door):
    assert post(followed.site + RUN) == 403
    assert post(followed.site + RUN, Origin="https://elsewhere.example") == 403
    assert post(followed.site + RUN, **{"Sec-Fetch-Site": "cross-site", "Origin": followed.site}) == 403
    assert door.asked == []
    assert post(followed.site + RUN, Origin=followed.site) == 303
    assert post(followed.site + "/sources/voorbeeldstad/nothing/run", Origin=followed.site) == 404


def test_the_rejected_rows_come_as_a_file_and_of_an_unknown_source_there_are_none(followed):
    answer = followed.page.request.get(followed.site + "/sources/voorbeeldstad/zaken/rejected.csv")
    assert answer.text() == "source,reason\n"
    assert answer.headers["content-disposition"] == 'attachment; filename="voorbeeldstad-zaken-rejected.csv"'
    assert followed.page.request.get(followed.site + "/sources/voorbeeldstad/nothing/rejected.csv").status == 404
