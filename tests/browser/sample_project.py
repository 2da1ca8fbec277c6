"""One made-up project with every part that a project's page can have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from browser import sample_evidence as evidence
from browser import sample_tables as tables
from browser.sample_charts import breakdown, curve, points, published, series

from dashboard.views.parts import (
    Choice,
    Link,
    Mark,
    Table,
    Tone,
    Track,
    Word,
)
from dashboard.views.project import MeasureCard, ProjectView


def cards() -> list[MeasureCard]:
    good = Word(code="goal_met", sign="✔", text="doel gehaald", tone=Tone.GOOD)
    way = Word(code="on_its_way", sign="↗", text="op weg", tone=Tone.PROGRESS)

    def track(baseline, now, low, high, target, sentence):
        return Track(baseline=baseline, now=now, low=low, high=high, target=target, open_end=False, sentence=sentence)

    return [
        MeasureCard(
            name="satisfaction",
            title="Tevredenheid",
            note="geeft 4 of 5 van de 5",
            value="88 %",
            range="85 tot 91 % · 1.249 antwoorden",
            verdict=good,
            track=track(55, 70, 63, 77, 62, "Van 82 naar 88 %, doel 85."),
            sentence="Van elke 100 inwoners zijn er 88 tevreden; dat waren er 82.",
            facts=("nulmeting 82 %", "doel 85 %"),
            contrast=None,
        ),
        MeasureCard(
            name="lead_time",
            title="Doorlooptijd",
            note="9 van de 10 klaar, open zaken meegeteld",
            value="74 dagen",
            range="69 tot 80 dagen · 2.113 zaken, waarvan 188 open",
            verdict=good,
            track=track(76, 36, 31, 41, 42, "Van 122 naar 74 dagen, doel 80."),
            sentence="9 van de 10 aanvragen zijn binnen 74 dagen klaar; dat was 122.",
            facts=("nulmeting 122 dagen", "doel 80 dagen"),
            contrast="Wie alleen afgeronde zaken telt, komt op 58 dagen: te mooi, want de langste zaken lopen nog.",
        ),
        MeasureCard(
            name="clarity",
            title="Duidelijkheid",
            note="‘ik begreep wat er gevraagd werd’",
            value="70 %",
            range="65 tot 75 % · 402 antwoorden",
            verdict=way,
            track=track(36, 52, 45, 60, 61, "Van 61 naar 70 %, doel 75."),
            sentence="Van elke 100 inwoners begrepen er 70 wat er gevraagd werd; dat waren er 61.",
            facts=("nulmeting 61 %", "doel 75 %"),
            contrast=None,
        ),
    ]


def sample_project(name: str, query: Mapping[str, str]) -> ProjectView:
    english = query.get("lang") == "en"
    satisfied = points(82, 88, 4, gaps=(7, 8), soft=(3, 20))
    waited = points(118, 76, 9)
    clear = points(61, 70, 6, gaps=(5, 7, 19))
    percent = (Mark(label="nulmeting 82 %", level=82), Mark(label="doel 85 %", level=85))
    return ProjectView(
        language="en" if english else "nl",
        programme="voorbeeldstad",
        name=name,
        title="Faster building permits" if english else "Sneller een omgevingsvergunning",
        meta=("Gemeente Voorbeeldstad", "Ruimte", "gestart maart 2025", "afspraak van 12 februari 2025 (versie 1)"),
        goal="Inwoners weten binnen de wettelijke termijn of zij mogen bouwen.",
        made_up="Made-up figures: this municipality does not exist."
        if english
        else "Verzonnen cijfers: deze gemeente bestaat niet.",
        lead=(
            "Inwoners wachten korter: 9 van de 10 aanvragen zijn nu binnen 74 dagen klaar, dat was 122.",
            "Zij zijn ook tevredener: 88 van de 100, dat waren er 82.",
            "Of de brieven duidelijk genoeg zijn, is nog niet zeker.",
        ),
        notices=("Sinds mei worden meer zaken opgeschort; opgeschorte dagen tellen voor de inwoner mee.",),
        choices=(
            Choice(
                name="period",
                label="Period" if english else "Periode",
                chosen=query.get("period", "2026-q3"),
                options=(("2026-q3", "3e kwartaal 2026"), ("2026-q2", "2e kwartaal 2026")),
            ),
            Choice(
                name="channel",
                label="Channel" if english else "Kanaal",
                chosen=query.get("channel", ""),
                options=(("", "Alle kanalen"), ("website", "Website"), ("balie", "Balie")),
            ),
        ),
        submit="Show" if english else "Toon",
        links=(Link(text="Rapport (PDF)", href=f"/project/voorbeeldstad/{name}/report.pdf"),),
        cards=cards(),
        **evidence.sections(english=english),
        ladders=evidence.ladders(),
        controls=evidence.controls(),
        counterfactuals=evidence.counterfactuals(),
        compared=tables.compared(),
        worth=tables.worth(),
        waits=tables.waits(),
        flow=tables.flow(),
        others=tables.others(),
        reach=tables.reach(),
        series=(
            series(
                "Inwoners zijn tevredener dan voor de start", satisfied, percent=True, axis=(70, 100), marks=percent
            ),
            series(
                "Inwoners wachten korter dan voor de start",
                waited,
                percent=False,
                axis=(0, 140),
                marks=(Mark(label="nulmeting 122 dagen", level=122), Mark(label="doel 80 dagen", level=80)),
            ),
            series(
                "Duidelijkheid werd anders gevraagd: de reeks begint opnieuw",
                clear,
                percent=True,
                axis=(40, 90),
                marks=(None, Mark(label="doel 75 %", level=75)),
                breaks=(date(2025, 9, 1),),
            ),
        ),
        curve=curve(),
        breakdowns=(breakdown(),),
        published=published(),
        left_out_heading="Wat er niet in zit" if not english else "What was left out",
        left_out=Table(
            caption="Weggelaten gegevens",
            columns=("Wat", "Hoeveel", "Waarom"),
            numeric=frozenset({1}),
            rows=(
                ("Lege antwoorden", "112", "geen antwoord op de vraag"),
                ("Zaken zonder datum", "3", "ontvangstdatum ontbreekt in het bestand"),
            ),
        ),
        left_out_note="Niets verdwijnt: wat niet meetelt staat hier met zijn reden.",
        origin_heading="Where this comes from" if english else "Waar dit vandaan komt",
        origin=(
            ("Bekend op", "21 november 2026"),
            ("Gegevens", "versie 42"),
            ("Omschrijvingen", "tevredenheid 2, doorlooptijd 1"),
        ),
        table_label="Figures as a table" if english else "Gegevens als tabel",
    )
