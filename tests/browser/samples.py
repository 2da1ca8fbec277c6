"""A door with made-up views: eight projects of Voorbeeldstad, as the real door would word them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from browser.sample_method import sample_method
from browser.sample_project import sample_project
from browser.sample_sources import sample_sources

from dashboard.views.method import MethodView
from dashboard.views.parts import Choice, Link, Tone, Track, Word
from dashboard.views.portfolio import MeasureCell, MeasureHead, PortfolioView, ProjectRow
from dashboard.views.project import ProjectView
from dashboard.views.sources import SourcesView

GOOD = Word(code="goal_met", sign="✔", text="doel gehaald", tone=Tone.GOOD)
PROGRESS = Word(code="on_its_way", sign="↗", text="op weg", tone=Tone.PROGRESS)
SAME = Word(code="no_difference", sign="=", text="geen verschil aantoonbaar", tone=Tone.NEUTRAL)
WORSE = Word(code="worse", sign="↘", text="slechter", tone=Tone.BAD)
FEW = Word(code="too_little", sign="?", text="te weinig om iets te zeggen", tone=Tone.UNSURE)
BREAK = Word(code="series_break", sign="≠", text="anders gevraagd, niet vergelijkbaar", tone=Tone.UNSURE)


@dataclass(frozen=True)
class SampleDoor:
    """Gives the same views whatever is asked, but for the language, the chosen period and unknown projects."""

    def portfolio(self, query: Mapping[str, str]) -> PortfolioView:
        return sample_portfolio(query)

    def project(self, programme: str, project: str, query: Mapping[str, str]) -> ProjectView | None:
        if programme != "voorbeeldstad" or project not in {name for name, *_ in PROJECTS}:
            return None
        return sample_project(project, query)

    def method(self, query: Mapping[str, str]) -> MethodView:
        return sample_method(query)

    def sources(self, query: Mapping[str, str]) -> SourcesView:
        return sample_sources(query)

    def rejected(self, programme: str, source: str) -> str | None:
        return "source,reason\n" if (programme, source) == ("voorbeeldstad", "zaken") else None

    def run_now(self, programme: str, source: str) -> bool:
        return (programme, source) == ("voorbeeldstad", "zaken")

    def report(self, programme: str, project: str, query: Mapping[str, str]) -> bytes | None:
        return b"%PDF-1.7\n%%EOF\n" if self.project(programme, project, query) else None


def cell(places, summary, word, note=None, *, open_end=False):
    baseline, now, low, high, target = places
    track = Track(
        baseline=baseline,
        now=now,
        low=low,
        high=high,
        target=target,
        open_end=open_end,
        sentence=f"{word.text}: {summary}",
    )
    certainty = None if now is None else "zekerheid 2 van 5"
    return MeasureCell(track=track, summary=summary, verdict=word, note=note, certainty=certainty)


NONE_YET = "Nog maar 14 antwoorden; vanaf 30 tonen we een cijfer."

PROJECTS = [
    (
        "omgevingsvergunning",
        "Sneller een omgevingsvergunning",
        "Ruimte · gestart maart 2025",
        "€ 1,1 van € 1,6 mln",
        "68 %",
        [
            cell((55, 70, 63, 77, 62), "82 → 88 % (85–91) · doel 85", GOOD),
            cell((76, 36, 31, 41, 42), "122 → 74 dagen (69–80) · doel 80", GOOD),
            cell((36, 52, 45, 60, 61), "61 → 70 % (65–75) · doel 75", PROGRESS),
        ],
    ),
    (
        "digitaal-loket",
        "Digitaal loket",
        "Dienstverlening · gestart januari 2025",
        "€ 0,9 van € 1,0 mln",
        "90 %",
        [
            cell(
                (44, 46, 40, 52, 62),
                "72 → 73 % (69–76) · doel 80",
                SAME,
                "Beter op de website, slechter aan balie en telefoon.",
            ),
            cell((52, 51, 44, 57, 40), "12 → 12 dagen (11–13) · doel 9", SAME),
            cell((44, 36, 30, 43, 62), "66 → 62 % (59–66) · doel 75", WORSE),
        ],
    ),
    (
        "bezwaar",
        "Bezwaar binnen de termijn",
        "Juridische zaken · gestart juni 2025",
        "€ 0,2 van € 0,4 mln",
        "55 %",
        [
            cell((30, 29, 18, 41, 43), "58 → 57 % (50–64) · doel 65", SAME),
            cell(
                (40, 70, 58, None, 33),
                "96 → 141 dagen (126 of meer) · doel 84",
                WORSE,
                "Van 41 zaken is de termijn al voorbij.",
                open_end=True,
            ),
            cell((25, 27, 16, 39, 43), "54 → 55 % (47–62) · doel 65", SAME),
        ],
    ),
    (
        "wmo",
        "Wmo-aanvraag aan huis",
        "Sociaal domein · gestart augustus 2026",
        "€ 0,1 van € 0,9 mln",
        "12 %",
        [
            cell((None, None, None, None, 66), "geen cijfer · doel 80", FEW, NONE_YET),
            cell((52, 47, 36, 61, 42), "51 → 47 dagen (40–58) · doel 42", SAME),
            cell((None, None, None, None, 52), "geen cijfer · doel 70", FEW, NONE_YET),
        ],
    ),
    (
        "brieven",
        "Duidelijke brieven over bijstand",
        "Sociaal domein · gestart mei 2025",
        "€ 0,1 van € 0,2 mln",
        "72 %",
        [
            cell(
                (None, 47, 38, 56, 48), "69 % (62–75) · doel 70", BREAK, "De schaal ging in mei van 5 naar 10 punten."
            ),
            None,
            cell((28, 52, 45, 62, 50), "49 → 66 % (60–71) · doel 65", PROGRESS),
        ],
    ),
    (
        "afval",
        "Melding afval dezelfde week",
        "Buurt · gestart april 2026",
        "€ 0,3 van € 0,5 mln",
        "61 %",
        [
            cell(
                (30, 52, 44, 60, 60),
                "58 → 70 % (66–74) · doel 75",
                PROGRESS,
                "Begon na de slechtste maand: vanzelf herstel telt mee.",
            ),
            cell((66, 40, 36, 45, 34), "9 → 6 dagen (5–7) · doel 5", PROGRESS),
            None,
        ],
    ),
    (
        "verhuizen",
        "Verhuizen in één keer",
        "Burgerzaken · gestart september 2025",
        "€ 0,3 van € 0,8 mln",
        "41 %",
        [
            cell((46, 58, 50, 65, 62), "79 → 83 % (80–86) · doel 85", PROGRESS, "Steeg al even snel vóór de start."),
            cell((72, 45, 40, 50, 38), "9 → 6 dagen (5–7) · doel 5", PROGRESS),
            cell((55, 60, 48, 71, 76), "72 → 74 % (68–79) · doel 80", SAME),
        ],
    ),
    (
        "paspoort",
        "Paspoort op afspraak",
        "Burgerzaken · gestart februari 2024",
        "€ 0,4 van € 0,4 mln",
        "98 %",
        [
            cell((74, 75, 71, 79, 66), "91 → 91 % (89–93) · doel 88", GOOD),
            cell((28, 27, 24, 30, 36), "5 → 5 dagen (5–6) · doel 7", GOOD),
            cell((70, 71, 66, 76, 62), "88 → 89 % (86–91) · doel 85", GOOD),
        ],
    ),
]


def sample_portfolio(query: Mapping[str, str]) -> PortfolioView:
    english = query.get("lang") == "en"
    rows = [
        ProjectRow(
            project=Link(text=title, href=f"/project/voorbeeldstad/{name}" + ("?lang=en" if english else "")),
            programme="Voorbeeldstad",
            meta=meta,
            made_up=True,
            cells=cells,
            money=money,
            money_share=share,
            newest="30 juni 2026" if name == "brieven" else "14 november 2026",
            late=name == "brieven",
        )
        for name, title, meta, money, share, cells in PROJECTS
        if query.get("programme") != "opg"
    ]
    return PortfolioView(
        language="en" if english else "nl",
        title="Did residents benefit?" if english else "Hebben inwoners er iets aan gehad?",
        lead=(
            ("Of the 8 projects 2 meet their goals and 3 are on their way.", "Spent: €3.4 of €5.8 million.")
            if english
            else (
                "Van de 8 projecten halen er 2 hun doelen en zijn er 3 op weg; bij 1 is geen verschil aantoonbaar.",
                "Besteed: € 3,4 van € 5,8 miljoen.",
            )
        ),
        made_up="Made-up figures: this municipality does not exist."
        if english
        else "Verzonnen cijfers: deze gemeente bestaat niet.",
        notices=("Eén bron is te laat: de enquête over brieven leverde sinds 30 juni niets.",),
        legend=(
            ("baseline", "baseline" if english else "nulmeting"),
            ("now", "now" if english else "nu"),
            ("range", "how far chance can move the figure" if english else "zo ver kan het cijfer door toeval schelen"),
            ("target", "target" if english else "doel"),
        ),
        choices=(
            Choice(
                name="programme",
                label="Programme" if english else "Programma",
                chosen=query.get("programme", ""),
                options=(
                    ("", "All programmes" if english else "Alle programma’s"),
                    ("voorbeeldstad", "Voorbeeldstad"),
                    ("opg", "OPG"),
                ),
            ),
            Choice(
                name="period",
                label="Period" if english else "Periode",
                chosen=query.get("period", "2026-q3"),
                options=(
                    ("2026-q3", "3e kwartaal 2026"),
                    ("2026-q2", "2e kwartaal 2026"),
                    ("2026-q1", "1e kwartaal 2026"),
                ),
            ),
        ),
        submit="Show" if english else "Toon",
        head_project="Project",
        head_money="Spent" if english else "Besteed",
        head_newest="Newest record" if english else "Nieuwste gegeven",
        heads=(
            MeasureHead(title="Satisfaction" if english else "Tevredenheid", note="geeft 4 of 5 van de 5"),
            MeasureHead(
                title="Lead time" if english else "Doorlooptijd", note="9 van de 10 klaar, open zaken meegeteld"
            ),
            MeasureHead(title="Clarity" if english else "Duidelijkheid", note="‘ik begreep wat er gevraagd werd’"),
        ),
        rows=rows,
        empty=None if rows else "Er zijn geen projecten bij deze keuze.",
        as_of="Known on 21 November 2026." if english else "Bekend op 21 november 2026.",
        caption="Projects with their outcomes" if english else "Projecten met hun uitkomsten",
    )
