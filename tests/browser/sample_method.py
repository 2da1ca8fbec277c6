"""The method page of the samples."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.views.method import Definition, MethodView


def sample_method(query: Mapping[str, str]) -> MethodView:
    english = query.get("lang") == "en"
    facts = (
        ("Eenheid", "percentage van de antwoorden"),
        ("Teller", "antwoorden 4 of 5 op een schaal van 5"),
        ("Noemer", "alle geldige antwoorden in de periode, in Amsterdamse tijd"),
        ("Marge", "Wilson, 95 %"),
        ("Wat niet meetelt", "lege antwoorden, dubbele inzendingen, antwoorden op een andere schaal"),
        ("Versie", "2, sinds 1 april 2026"),
    )
    titles = (
        ("satisfaction_top2", "Tevredenheid"),
        ("lead_time_p90", "Doorlooptijd"),
        ("clarity_top2", "Duidelijkheid"),
    )
    return MethodView(
        language="en" if english else "nl",
        title="How the figures are calculated" if english else "Hoe de cijfers zijn berekend",
        lead=("Elk cijfer heeft één omschrijving. Verandert die, dan krijgt zij een nieuw versienummer.",),
        history_label="Earlier versions" if english else "Eerdere versies",
        definitions=[
            Definition(
                name=name,
                title=title,
                facts=facts,
                why="Wie een 4 of een 5 geeft is tevreden; een gemiddelde verbergt wie dat niet is.",
                history=(
                    "2 (1 april 2026): lege antwoorden tellen niet meer mee.",
                    "1 (1 januari 2024): eerste versie.",
                ),
                contrast="Alleen afgeronde zaken tellen zou 50 dagen geven; dat is te mooi."
                if name.startswith("lead")
                else None,
            )
            for name, title in titles
        ],
        words_heading="Words beside figures" if english else "Woorden bij cijfers",
        words=(("te weinig", "minder dan 30 antwoorden"), ("nog niet zeker", "de marge is breder dan 10 punten")),
    )
