"""Views as a report gets them: one with every part, and the hard cases."""

from __future__ import annotations

from dataclasses import replace

from dashboard.reports.browser import Missing
from dashboard.reports.report import ReportWords
from dashboard.views.parts import Table, Track
from dashboard.views.project import ProjectView
from tests.browser.sample_project import sample_project

LANGUAGES = ("nl", "en")
LONG_WORD = "Omgevingsvergunningaanvraagprocedure"
LONG_CODE = "ZAAK2026OMGEVINGSVERGUNNING00012345678901234567890"
SIGNS = "€ 1.442 → −0,3 ≥ 85 ≤ 90 ‘ja’ “nee” – … é ï"

WORDS = {
    "nl": ReportWords(
        page="Pagina {page} van {pages}",
        legend=(("baseline", "nulmeting"), ("now", "nu, met de marge"), ("target", "doel")),
        chart_missing={
            Missing.NO_BROWSER: "Deze grafiek ontbreekt: deze computer heeft geen Chromium. De tabel is volledig.",
            Missing.NOT_STARTED: "Deze grafiek ontbreekt: Chromium start niet. De tabel is volledig.",
            Missing.NOT_DRAWN: "Deze grafiek ontbreekt: Chromium tekende hem niet. De tabel is volledig.",
        },
    ),
    "en": ReportWords(
        page="Page {page} of {pages}",
        legend=(("baseline", "baseline"), ("now", "now, with its range"), ("target", "target")),
        chart_missing={
            Missing.NO_BROWSER: "This chart is missing: this computer has no Chromium. The table is complete.",
            Missing.NOT_STARTED: "This chart is missing: Chromium does not start. The table is complete.",
            Missing.NOT_DRAWN: "This chart is missing: Chromium did not draw it. The table is complete.",
        },
    ),
}


def full_view(language: str = "nl") -> ProjectView:
    """A project with every part, a range without an upper limit, signs from far off and words that do not fit."""
    view = sample_project("permits", {"lang": language})
    track = Track(baseline=80, now=30, low=24, high=None, target=35, open_end=True, sentence="Van 122 naar 74 of meer.")
    hard = replace(view.cards[1], value="≥ 74 dagen", track=track, sentence=f"De {LONG_WORD}: {SIGNS}.")
    left_out = replace(
        view.left_out,
        rows=[*view.left_out.rows, (LONG_WORD, "12", f"bron.csv, regel 1.204: {LONG_CODE}")],
    )
    return replace(view, cards=[view.cards[0], hard, *view.cards[2:]], left_out=left_out)


def bare_view() -> ProjectView:
    """A project of which nothing is known yet."""
    return replace(
        full_view(),
        goal=None,
        made_up=None,
        lead=(),
        notices=(),
        cards=(),
        ladders=(),
        series=(),
        curve=None,
        published=None,
        controls=(),
        counterfactuals=(),
        compared=(),
        worth=None,
        breakdowns=(),
        waits=(),
        flow=None,
        others=None,
        reach=None,
        left_out=Table(caption="Weggelaten", columns=("Wat", "Hoeveel"), rows=()),
    )


def with_left_out(table: Table) -> ProjectView:
    """A project with only this table to print."""
    return replace(bare_view(), left_out=table)


def long_table(rows: int = 1000) -> Table:
    """A table whose every row has a key found nowhere else."""
    return Table(
        caption="Lange tabel",
        columns=("Sleutel", "Waarde", "Marge", "Aantal", "Opmerking"),
        rows=[(f"rij{row:04d}", f"{row % 100} %", "80 – 90 %", f"{row}", "nee") for row in range(rows)],
        numeric=frozenset({1, 2, 3}),
    )


def crowded_table() -> Table:
    """A table of ten columns in which hardly a word fits."""
    words = (LONG_WORD, LONG_CODE, "https://voorbeeldstad.example/omgevingsvergunning/aanvragen-en-verlengen", "82 %")
    return Table(
        caption="Volle tabel",
        columns=tuple(f"{LONG_WORD}{column}" for column in range(10)),
        rows=[tuple(words[(row + column) % 4] for column in range(10)) for row in range(30)],
        numeric=frozenset({3, 4, 5}),
    )
