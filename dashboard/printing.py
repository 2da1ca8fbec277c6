"""Opening the reader with a press: one browser for charts, kept as long as reports may be asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from dashboard.compose.portfolio import track_legend
from dashboard.jobs import Workplace
from dashboard.reader import Reader
from dashboard.reports.browser import Charts, Missing
from dashboard.reports.report import ReportWords, render
from dashboard.views.project import ProjectView
from dashboard.wording.words import Words


@contextmanager
def open_reader(place: Workplace, language: str) -> Iterator[Reader]:
    """Give a reader that can print; its browser starts with the first report and ends with the context."""
    with Charts() as charts:
        yield reader_with(charts, place, language)


def reader_with(charts: Charts, place: Workplace, language: str) -> Reader:
    """Return a reader that prints with a browser that the caller keeps open."""

    def print_report(view: ProjectView, as_of: date) -> bytes:
        return render(view, charts=charts, words=report_words(Words(language=view.language)), as_of=as_of)

    return Reader(place=place, language=language, print_report=print_report)


def report_words(words: Words) -> ReportWords:
    """Return the few fixed words of a report."""
    return ReportWords(
        page=words.say("page {{page}} of {{pages}}"),
        legend=track_legend(words),
        chart_missing={
            Missing.NO_BROWSER: words.say(
                "This chart is missing: there is no Chromium on the machine that made the report. "
                "The table holds its figures.",
            ),
            Missing.NOT_STARTED: words.say(
                "This chart is missing: Chromium does not start on the machine that made the report. "
                "The table holds its figures.",
            ),
            Missing.NOT_DRAWN: words.say(
                "This chart is missing: Chromium did not draw it. The table holds its figures."
            ),
        },
    )
