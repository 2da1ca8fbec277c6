"""The browser that draws a report's charts: for every thread its own chart, and no waiting for a dead one."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dashboard.reports import chromium
from dashboard.reports.browser import ChartMissingError, Charts, Missing
from dashboard.reports.chromium import CHARTS_PER_PAGE

QUICK = 2.0
SIZE = {"width": 660, "height": 320}


def figure(title: str = "Titel") -> dict:
    trace = {"type": "scatter", "x": [1, 2, 3], "y": [3, 1, 2]}
    return {"data": [trace], "layout": {"template": {}, "title": {"text": title}, "font": {"family": "Noto Sans"}}}


def browser_of(charts: Charts) -> int:
    """Return the process that a running `Charts` started; it leads a group of its own."""
    return charts._kept._now[0].subprocess.pid


def running(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def ended(group: int) -> bool:
    until = time.monotonic() + 5
    while running(group) and time.monotonic() < until:
        time.sleep(0.05)
    return not running(group)


def chromium_below(wrapper: int) -> int:
    return int(Path(f"/proc/{wrapper}/task/{wrapper}/children").read_text().split()[0])


@pytest.fixture
def charts():
    with Charts(seconds_to_draw=QUICK) as opened:
        yield opened


def missing(browser: Path | None = None) -> tuple[ChartMissingError, float]:
    start = time.monotonic()
    with Charts(browser) as charts, pytest.raises(ChartMissingError) as found:
        charts.svg(figure(), **SIZE)
    return found.value, time.monotonic() - start


def test_every_thread_gets_its_own_chart(charts):
    titles = [f"Titel{number:02d}x" for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        drawn = list(threads.map(lambda title: charts.svg(figure(title), **SIZE).decode(), titles))
    assert [[title for title in titles if title in svg] for svg in drawn] == [[title] for title in titles]


def test_a_chart_is_as_large_as_asked(charts):
    assert b'width="660" height="320"' in charts.svg(figure(), **SIZE)


def test_a_browser_killed_between_two_charts_is_replaced(charts):
    charts.svg(figure(), **SIZE)
    os.killpg(browser_of(charts), signal.SIGKILL)
    assert b"Daarna" in charts.svg(figure("Daarna"), **SIZE)


def test_a_browser_that_crashed_a_while_ago_is_replaced(charts):
    charts.svg(figure(), **SIZE)
    wrapper = browser_of(charts)
    os.kill(chromium_below(wrapper), signal.SIGKILL)
    assert ended(wrapper)
    assert b"Daarna" in charts.svg(figure("Daarna"), **SIZE)


def test_a_browser_that_hangs_is_replaced(charts):
    charts.svg(figure(), **SIZE)
    hanging = browser_of(charts)
    os.killpg(hanging, signal.SIGSTOP)
    assert b"Daarna" in charts.svg(figure("Daarna"), **SIZE)
    assert ended(hanging)


def test_what_cannot_be_drawn_is_told_and_the_next_chart_is_right(charts):
    with pytest.raises(ChartMissingError) as found:
        charts.svg({"data": "nonsense"}, **SIZE)
    assert found.value.reason is Missing.NOT_DRAWN
    assert b"Daarna" in charts.svg(figure("Daarna"), **SIZE)


def test_a_path_without_a_browser_is_told_at_once():
    error, seconds = missing(Path("/nowhere/chromium"))
    assert error.reason is Missing.NO_BROWSER
    assert "/nowhere/chromium" in str(error)
    assert "Install Chromium, or let BROWSER_PATH name one." in str(error)
    assert seconds < QUICK


def test_a_wrong_browser_path_in_the_environment_is_named(monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chrome")
    error, seconds = missing()
    assert error.reason is Missing.NO_BROWSER
    assert "BROWSER_PATH='/nowhere/chrome'" in str(error)
    assert seconds < QUICK


@pytest.mark.parametrize("program", ["/bin/false", "/bin/cat", "/etc/hosts"])
def test_a_program_that_is_no_browser_is_told_at_once(program):
    error, seconds = missing(Path(program))
    assert error.reason is Missing.NOT_STARTED
    assert str(error) == f"The browser {program} does not start. Start it by hand to see why."
    assert seconds < QUICK


def test_closing_ends_the_browser_and_a_later_chart_starts_another():
    charts = Charts()
    charts.svg(figure(), **SIZE)
    first = browser_of(charts)
    charts.close()
    assert ended(first)
    assert b"Daarna" in charts.svg(figure("Daarna"), **SIZE)
    charts.close()


def test_the_page_is_loaded_anew_after_a_hundred_charts(charts):
    charts.svg(figure(), **SIZE)
    drawer, _ = charts._kept._now
    drawer._drawn = CHARTS_PER_PAGE - 1
    charts.svg(figure(), **SIZE)
    assert b"Daarna" in charts.svg(figure("Daarna"), **SIZE)
    assert drawer._drawn == CHARTS_PER_PAGE + 1


def test_without_the_small_plotly_the_installed_one_draws(charts, monkeypatch, tmp_path):
    monkeypatch.setattr(chromium, "PLOTLY_FOLDER", tmp_path)
    assert b"Titel" in charts.svg(figure(), **SIZE)


def test_closing_what_never_started_does_nothing():
    Charts().close()


def test_a_browser_may_start_before_it_is_needed(charts):
    charts.start()
    started, _ = charts._kept._now
    charts.svg(figure(), **SIZE)
    assert charts._kept._now[0] is started


def test_closing_at_once_leaves_no_browser_behind():
    with Charts() as charts:
        charts.start()
        started, _ = charts._kept._now
    assert ended(started.subprocess.pid)


def test_starting_ahead_without_a_browser_leaves_telling_to_the_chart():
    with Charts(Path("/nowhere/chromium")) as charts:
        charts.start()
        with pytest.raises(ChartMissingError):
            charts.svg(figure(), **SIZE)


def test_the_browser_sees_our_fonts_and_no_others(charts):
    charts.svg(figure(), **SIZE)
    variables = Path(f"/proc/{browser_of(charts)}/environ").read_text().split("\0")
    settings = next(Path(line.partition("=")[2]) for line in variables if line.startswith("FONTCONFIG_FILE="))
    assert '<dir prefix="relative">../fonts</dir>' in settings.read_text(encoding="utf-8")
    assert list((settings.parent.parent / "fonts").glob("*.ttf"))
