"""Chrome: the few texts around a view, such as navigation and the switch of a table, in Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Chrome:
    """The texts around a view. `other_text` names the language that one can switch to, in that language itself."""

    language: str
    skip: str
    navigation: str
    portfolio: str
    method: str
    sources: str
    report: str
    other_text: str
    filters: str
    legend: str
    table: str
    columns: str
    made_up: str
    late: str
    contents: str
    not_measured: str
    about: str
    about_link: str
    lost_title: str
    lost_text: str
    lost_link: str
    broken_title: str
    broken_text: str


_NL = Chrome(
    language="nl",
    skip="Naar de inhoud",
    navigation="Hoofdmenu",
    portfolio="Portfolio",
    method="Methode",
    sources="Bronnen",
    report="Rapport",
    other_text="English",
    filters="Keuzes",
    legend="Zo leest u de lijnen",
    table="Gegevens als tabel",
    columns="kolommen schuiven",
    made_up="verzonnen",
    late="te laat",
    contents="Op deze pagina",
    not_measured="niet gemeten",
    about="Uitkomst laat zien wat inwoners merken, en hoe zeker dat is.",
    about_link="Hoe de cijfers zijn berekend",
    lost_title="Deze pagina is er niet",
    lost_text="Op dit adres staat niets. Misschien heet het project nu anders, of is het adres niet volledig.",
    lost_link="Naar alle projecten",
    broken_title="Deze pagina kon niet worden gemaakt",
    broken_text="Er ging iets mis op de server; wat er misging staat in het logboek. Probeer het straks nog eens.",
)

_EN = Chrome(
    language="en",
    skip="Skip to the content",
    navigation="Main menu",
    portfolio="Portfolio",
    method="Method",
    sources="Sources",
    report="Report",
    other_text="Nederlands",
    filters="Choices",
    legend="How to read the lines",
    table="Figures as a table",
    columns="scroll the columns",
    made_up="made up",
    late="late",
    contents="On this page",
    not_measured="not measured",
    about="Uitkomst shows what residents notice, and how sure that is.",
    about_link="How the figures are calculated",
    lost_title="This page does not exist",
    lost_text="There is nothing at this address. Perhaps the project has a new name, or the address is not complete.",
    lost_link="To all projects",
    broken_title="This page could not be made",
    broken_text="Something went wrong on the server; its log says what. Try again in a while.",
)


def chrome_in(language: str) -> Chrome:
    """Return the texts in a language; Dutch for every language that is not English."""
    return _EN if language == "en" else _NL
