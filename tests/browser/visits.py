"""A visit: a page in a browser of its own, with all that was said and asked on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
DESK = {"width": 1366, "height": 900}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DRAWN = "[...document.querySelectorAll('.graph__plot')].every(plot => plot.querySelector('.main-svg'))"
FITS = (
    "[...document.querySelectorAll('.graph .main-svg')].every("
    "svg => Math.abs(svg.clientWidth - svg.closest('.graph').clientWidth) < 2)"
)


@cache
def axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


@dataclass
class Visit:
    """A page, the address of the site, and what went wrong or was asked for."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        """Go to an address of the site and wait until everything is drawn."""
        self.page.goto(self.site + address)
        self.settle()

    def settle(self) -> None:
        """Wait until the page and all its charts are drawn by script, those far below too."""
        self.page.wait_for_selector("html[data-drawn]")
        self.until("!document.querySelector('.graph__plot') || 'Plotly' in window && window.Plotly !== undefined")
        self.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        self.until(DRAWN)

    def until(self, condition: str) -> None:
        """Wait until a condition in JavaScript holds; playwright's own way needs eval, which the pages forbid."""
        end = time.monotonic() + 10
        while not self.page.evaluate(condition):
            assert time.monotonic() < end, f"This never came true: {condition}"
            self.page.wait_for_timeout(20)

    def rest(self) -> None:
        """Wait until a change of size has been drawn, and every chart fits its place again."""
        self.page.wait_for_timeout(250)
        self.until(FITS)

    def faults(self, rules: Sequence[str] = ()) -> list[str]:
        """Return what axe finds, as rule and element; `rules` narrows it down."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(axe_source())
        asked = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
        found = self.page.evaluate("asked => axe.run({runOnly: asked, resultTypes: ['violations']})", asked)
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]

    def focused(self) -> str:
        """Return the name or text of what has the focus."""
        return self.page.evaluate(
            "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()"
        )

    def other_hosts(self) -> set[str]:
        """Return the hosts that were asked for something, ours left out; `data:` needs none."""
        return {urlsplit(asked).netloc for asked in self.asked} - {urlsplit(self.site).netloc, ""}


@contextmanager
def visiting(browser: Browser, site: str, **how: Any) -> Iterator[Visit]:
    """Open a page with nothing remembered; `how` is what playwright's context takes, such as a viewport."""
    with browser.new_context(**({"viewport": DESK} | how)) as context, visiting_in(context, site) as visit:
        yield visit


@contextmanager
def visiting_in(context: BrowserContext, site: str) -> Iterator[Visit]:
    """Open a page that remembers what others of the same context have loaded."""
    with context.new_page() as page:
        page.set_default_timeout(10_000)
        visit = Visit(page=page, site=site)
        visit.page.on("console", lambda said: visit.complaints.append(f"{said.type}: {said.text}"))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on("requestfailed", lambda asked: visit.complaints.append(f"failed: {asked.url}"))
        visit.page.on("request", lambda asked: visit.asked.append(asked.url))
        yield visit
