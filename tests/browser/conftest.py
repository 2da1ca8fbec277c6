"""A running site and a browser to look at it with; both last the whole session."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from browser.samples import SampleDoor
from browser.visits import DESK, Visit, visiting_in
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from dashboard.web.app import ViewDoor, create_app

ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def served(door: ViewDoor) -> Iterator[str]:
    """Serve what a door gives on a free port, and return the address."""
    server = uvicorn.Server(uvicorn.Config(create_app(door), log_level="warning", timeout_graceful_shutdown=1))
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [place]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{place.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def door() -> ViewDoor:
    return SampleDoor()


@pytest.fixture(scope="session")
def site(door: ViewDoor) -> Iterator[str]:
    with served(door) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("BROWSER_PATH", "/usr/bin/chromium")
    if not Path(path).exists():
        pytest.fail(f"There is no browser at {path}: install Chromium, or name one in BROWSER_PATH.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def desk(browser: Browser) -> Iterator[BrowserContext]:
    """A context that all ordinary visits share, so that scripts are loaded once."""
    with browser.new_context(viewport=DESK) as context:
        yield context


@pytest.fixture
def visit(desk: BrowserContext, site: str) -> Iterator[Visit]:
    with visiting_in(desk, site) as visit:
        yield visit
