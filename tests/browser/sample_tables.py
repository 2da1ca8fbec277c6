"""What stands beside the charts of one made-up project: comparisons, money, what waits, and who is heard."""

from __future__ import annotations

from browser.sample_charts import DAYS, month

from dashboard.views.evidence import Compared
from dashboard.views.parts import Table


def compared() -> list[Compared]:
    return [
        Compared(
            name="lead_time-services",
            heading="Doorlooptijd: het ging beter dan bij vergelijkbare diensten",
            sentences=(
                "Sinds de start: met het project 42 dagen minder, bij 5 vergelijkbare diensten 3 dagen minder.",
                "Vóór de start gingen de diensten gelijk op, voor zover te zien is.",
            ),
            table=Table(
                caption="Doorlooptijd per dienst, vóór en sinds de start",
                columns=("Dienst", "Met het project?", "Vóór", "Sinds de start", "Verandering"),
                rows=(
                    ("omgevingsvergunning", "ja", "118 dagen", "76 dagen", "42 dagen minder"),
                    ("kapvergunning", "nee", "64 dagen", "60 dagen", "4 dagen minder"),
                    ("evenementenvergunning", "nee", "51 dagen", "51 dagen", "vrijwel geen verandering"),
                ),
                numeric=frozenset({2, 3, 4}),
            ),
        ),
        Compared(
            name="clarity-pilot",
            heading="Duidelijkheid: beter in de groep met de nieuwe werkwijze",
            sentences=("Het lot bepaalde wie in welke groep kwam.", "Gemeten: 201 van 220 met de nieuwe werkwijze."),
            table=None,
        ),
    ]


def worth() -> Table:
    return Table(
        caption="Resultaat en geld per maat",
        columns=(
            "Maatstaf",
            "Weg naar het doel",
            "Meer inwoners dan eerst",
            "Besteed per inwoner",
            "Besteed per extra inwoner",
        ),
        rows=(
            ("Tevreden inwoners", "200% (100–300)", "340 meer (170–510)", "€ 219", "€ 3.206 (2.137–6.412)"),
            ("9 van de 10 zijn klaar binnen", "100% (88–112)", "–", "–", "–"),
        ),
        numeric=frozenset({1, 2, 3, 4}),
    )


def waits() -> list[Table]:
    return [
        Table(
            caption="Open zaken en hun termijn",
            columns=("Wettelijke termijn", "Open zaken"),
            rows=(("termijn verlopen", "41"), ("termijn verloopt later", "139"), ("geen termijn bekend", "verborgen")),
            numeric=frozenset({1}),
        ),
        Table(
            caption="Hoe lang de open zaken al wachten",
            columns=("Leeftijd", "Open zaken"),
            rows=(("0–28 dagen", "72"), ("29–56 dagen", "75"), ("meer dan 182 dagen", "verborgen")),
            numeric=frozenset({1}),
        ),
    ]


def flow() -> Table:
    return Table(
        caption="Zaken per maand: binnengekomen, uitgegaan en nog open",
        columns=("Maand", "binnengekomen", "uitgegaan", "open aan het eind"),
        rows=[
            (month(day), f"{100 + number}", f"{97 + 2 * number}", f"{250 - number}")
            for number, day in enumerate(DAYS[-12:])
        ],
        numeric=frozenset({1, 2, 3}),
    )


def others() -> Table:
    return Table(
        caption="Al het andere dat is gemeten, nu en vóór de start",
        columns=("Wat", "Nu", "Vóór de start", "Berust op"),
        rows=(
            ("Gemiddelde tevredenheid", "4,3 (4,2–4,4)", "4,1 (4,0–4,2)", "1.249 antwoorden"),
            ("Contacten per 100 aanvragen", "43 per 100 (40–47)", "–", "2.113 aanvragen"),
        ),
        numeric=frozenset({1, 2}),
    )


def reach() -> Table:
    return Table(
        caption="Wie er in de cijfers van nu zitten",
        columns=("Maatstaf", "klanten", "uitgenodigd", "geantwoord", "Respons", "Als wie zweeg gehoord was"),
        rows=(
            ("Tevreden inwoners", "5.012", "4.029", "1.249", "31%", "27–97"),
            ("Duidelijk voor inwoners", "5.012", "–", "402", "–", "–"),
        ),
        numeric=frozenset({1, 2, 3, 4, 5}),
    )
