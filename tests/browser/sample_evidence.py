"""How sure one made-up project is: its questions, ladders, control charts, and what would have been."""

from __future__ import annotations

from datetime import date

from browser.sample_charts import DAYS, month, wave

from dashboard.views.evidence import (
    ControlChart,
    ControlPoint,
    Counterfactual,
    ExpectedPoint,
    Icon,
    Ladder,
    Rung,
    Section,
)
from dashboard.views.parts import Mark, Table, Tone, Word

START = Mark(label="start van het project", day=date(2025, 3, 12))
MARKS = {
    "better": "beter dan gewoon",
    "worse": "slechter dan gewoon",
    "other": "niet gewoon",
    "ordinary": "gewoon",
}
STEPS = (
    "Beschreven",
    "Veranderd sinds vóór de start",
    "Meer veranderd dan de eigen trend",
    "Meer veranderd dan vergelijkbare diensten",
    "Getoetst door loting",
)
QUESTIONS = {
    "sure": ("Hoe zeker zijn we?", "How sure are we?"),
    "over_time": ("Hoe ging het?", "How did it go?"),
    "real": ("Echt veranderd of toeval?", "Real change or noise?"),
    "cause": ("Kwam het door het project?", "Did the project do it?"),
    "money": ("Wat betekent dat voor het geld?", "What does that mean for the money?"),
    "whom": ("Voor wie?", "For whom?"),
    "waiting": ("Wat wacht er nog?", "What is still waiting?"),
    "beside": ("Wat is er nog meer gemeten?", "What else was measured?"),
    "inside": ("Wat zit er in het cijfer?", "What is in the number?"),
    "monthly": ("Maand voor maand", "Month by month"),
}
INTROS = {
    "sure": ("Vijf treden, van alleen een cijfer tot een proef met loting.",),
    "real": (
        "Een gemarkeerde maand is een vraag, geen oordeel.",
        "Alleen al door toeval is een nieuwste maand in ongeveer 5 van de 100 keer gemarkeerd.",
    ),
    "cause": ("Duidelijkheid: te weinig maanden om project en eigen trend uit elkaar te houden.",),
    "money": ("Tot nu toe besteed: € 1.090.000 (68%).", "De kosten tellen alles wat tot nu toe is besteed."),
    "whom": ("Tevredenheid: wie via balie komt, is het slechtst af: 80%, tegen 88% voor iedereen.",),
    "waiting": ("Er staan 188 zaken open. De helft daarvan wacht 41 dagen of langer, de oudste 203 dagen.",),
    "inside": ("Tevredenheid: 31% van de genodigden antwoordde.",),
    "monthly": ("De cijfers achter de grafieken hierboven die een punt per maand hebben.",),
}


def sections(*, english: bool) -> dict[str, Section]:
    return {
        name: Section(key=name.replace("_", "-"), heading=heading[english], intro=INTROS.get(name, ()))
        for name, heading in QUESTIONS.items()
    }


def ladder(name, title, level, sentence, **said) -> Ladder:
    """A ladder; `said` holds its verdict, and may hold `notes` by step, `why_not` and `what_would`."""
    notes = dict(said.get("notes", ()))

    def rung(number):
        state = "here" if number == level else "reached" if number < level else "above"
        return Rung(number=number, text=STEPS[number - 1], state=state, note=notes.get(number))

    return Ladder(
        name=name,
        title=title,
        verdict=said["verdict"],
        level=level,
        level_text=f"Niveau {level} van 5: {STEPS[level - 1]}",
        sentence=sentence,
        rungs=[rung(number) for number in range(1, 6)],
        why_not_label="Waarom niet hoger?",
        why_not=said.get("why_not", ()),
        what_would_label="Wat zou helpen",
        what_would=said.get("what_would", ()),
    )


def ladders() -> list[Ladder]:
    good = Word(code="goal_met", sign="✔", text="doel gehaald", tone=Tone.GOOD)
    way = Word(code="on_its_way", sign="↗", text="op weg", tone=Tone.PROGRESS)
    return [
        ladder(
            "satisfaction",
            "Tevredenheid",
            3,
            "Het werd beter nadat het project begon, en meer dan het al werd.",
            verdict=good,
            notes=(
                (1, "1.249 antwoorden"),
                (2, "van 82% naar 88%: 6 procentpunten meer (marge 3–9)"),
                (3, "15 maanden ervoor, 19 erna; zonder project was 82% (79–85) te verwachten"),
            ),
            why_not=(
                "Vergelijkbare diensten veranderden ongeveer evenveel.",
                "Er is niet geloot wie de nieuwe werkwijze kreeg.",
            ),
            what_would=("Laten loten wie de nieuwe werkwijze het eerst krijgt.",),
        ),
        ladder(
            "lead_time",
            "Doorlooptijd",
            5,
            "Het lot bepaalde wie de nieuwe werkwijze kreeg; die mensen waren beter af, en dat komt door het project.",
            verdict=good,
            notes=((1, "2.113 zaken, waarvan 188 nog open"), (2, "van 118 dagen naar 76 dagen: 42 dagen minder")),
        ),
        ladder(
            "clarity",
            "Duidelijkheid",
            1,
            "We weten hoe het nu is. Een verschil met vóór de start is niet aangetoond.",
            verdict=way,
            notes=((1, "402 antwoorden"),),
            why_not=("Het verschil met vóór de start kan toeval zijn.",),
            what_would=("Ongeveer 310 antwoorden meer per periode.", "Nog 4 maanden meten."),
        ),
    ]


def control_points(levels, *, percent, gaps=(), limited=True) -> list[ControlPoint]:
    """Months that move at the start, from the first level to the second; the third says how far months differ."""
    before, after, spread = levels

    def point(number, day):
        mean = before if number < 15 else after
        out = 3 * spread if number == 4 else 0
        value = None if number in gaps else mean + wave(number, spread / 3) + out
        mark = "ordinary" if not limited or number < 21 or not percent else "better"
        mark = "worse" if limited and out else mark
        return ControlPoint(
            start=day,
            label=month(day),
            value=value,
            low=mean - spread if limited else None,
            mean=mean if limited else None,
            high=mean + spread if limited else None,
            mark=mark,
            text=f"{month(day)}: " + ("geen cijfer" if value is None else f"{value:.0f}, {MARKS[mark]}"),
        )

    return [point(number, day) for number, day in enumerate(DAYS)]


def control(name, title, made, *, percent, told, **rest) -> ControlChart:
    """A control chart of these months; `rest` is as the view has it."""
    ends = [end for one in made for end in (one.value, one.low, one.high) if end is not None]
    shown = {one.mark for one in made if one.value is not None}
    heading = f"{title}: {told}"
    return ControlChart(
        name=name,
        heading=heading,
        caption=f"{title}, maand voor maand. De band toont de gewone schommelingen; de streepjeslijn is het midden.",
        sentence=". ".join([heading, *(icon.text for icon in rest["icons"][1:])]) + ".",
        percent=percent,
        unit="%" if percent else "dagen",
        axis=(min(ends) - 1, max(ends) + 1),
        points=made,
        events=(START,),
        legend=[(mark, text) for mark, text in MARKS.items() if mark in shown],
        table=Table(
            caption=f"{title}, maand voor maand",
            columns=("Maand", title, "Gewone band", "Springt eruit", "Waarom"),
            rows=[_control_row(one) for one in made],
            numeric=frozenset({1, 2}),
        ),
        **rest,
    )


def _control_row(point: ControlPoint) -> tuple[str, ...]:
    out = point.mark != "ordinary" and point.value is not None
    return (
        point.label,
        "–" if point.value is None else f"{point.value:.0f}",
        "" if point.low is None else f"{point.low:.0f}–{point.high:.0f}",
        MARKS[point.mark] if out else "",
        ("buiten de gewone band" if point.mark == "worse" else "zeven maanden op rij aan één kant") if out else "",
    )


def controls() -> list[ControlChart]:
    return [
        control(
            "satisfaction",
            "Tevredenheid",
            control_points((82, 88, 4), percent=True, gaps=(7, 8)),
            percent=True,
            told="er is iets ten goede veranderd sinds maart 2025",
            target=Mark(label="doel 85 %", level=85),
            icons=(
                Icon(code="better", text="Er is iets ten goede veranderd sinds maart 2025"),
                Icon(code="pass", text="Zoals het nu gaat, wordt het doel van 85% maand na maand gehaald"),
            ),
            notes=(
                "De gewone band rust op de maanden tot en met februari 2025, vóór de start.",
                "2 maanden hebben geen cijfer: reeksen van maanden tellen daar niet overheen.",
            ),
        ),
        control(
            "lead_time",
            "Doorlooptijd",
            control_points((118, 76, 9), percent=False),
            percent=False,
            told="gewone schommelingen",
            target=Mark(label="doel 80 dagen", level=80),
            icons=(
                Icon(code="ordinary", text="Gewone schommelingen"),
                Icon(
                    code="inconsistent",
                    text="Zoals het nu gaat, wordt het doel van 80 dagen soms gehaald en soms gemist",
                ),
            ),
            notes=("Vanaf 1 september 2025 is de band opnieuw bepaald: nieuw systeem (besloten door de directeur).",),
        ),
        control(
            "clarity",
            "Duidelijkheid",
            control_points((61, 70, 6), percent=True, gaps=range(0, 34, 2), limited=False),
            percent=True,
            told="te weinig om verandering van toeval te onderscheiden",
            target=None,
            icons=(),
            notes=(),
        ),
    ]


def expected_points(levels) -> list[ExpectedPoint]:
    """Months that move at the start, beside a trend that hardly does; two months have no figure."""
    before, after, spread = levels

    def point(number, day):
        later = number > 14
        value = None if number in {7, 8} else (after if later else before) + wave(number, spread / 3)
        expected = before + 0.05 * number
        told = [] if value is None else [f"gemeten {value:.0f}"]
        return ExpectedPoint(
            start=day,
            label=month(day),
            value=value,
            expected=expected,
            low=expected - spread if later else None,
            high=expected + spread if later else None,
            text=f"{month(day)}: {', '.join([*told, *([f'verwacht {expected:.0f}'] if later else [])])}",
        )

    return [point(number, day) for number, day in enumerate(DAYS)]


def counterfactual(name, title, made, *, percent, verdict, notes) -> Counterfactual:
    unit = "%" if percent else " dagen"
    drawn = [end for one in made for end in (one.value, one.low, one.high) if end is not None]
    sentence = (
        f"Trekt u de lijn van vóór de start door, dan komt u in oktober 2026 uit op {made[-1].expected:.0f}{unit}. "
        f"De maanden sinds de start komen uit op {made[-1].value:.0f}{unit}."
    )
    return Counterfactual(
        name=name,
        heading=f"{title}: {verdict}",
        caption=f"{title}, maand voor maand. De streepjeslijn trekt de lijn van vóór de start door.",
        sentence=sentence,
        percent=percent,
        unit=unit.strip(),
        axis=(min(drawn) - 1, max(drawn) + 1),
        measured_label="gemeten",
        expected_label="te verwachten zonder project",
        points=made,
        start=START,
        notes=(sentence, *notes),
        table=Table(
            caption=f"{title} met en zonder project",
            columns=("Maand", "gemeten", "te verwachten zonder project", "Marge"),
            rows=[_expected_row(one) for one in made],
            numeric=frozenset({1, 2, 3}),
        ),
    )


def _expected_row(point: ExpectedPoint) -> tuple[str, ...]:
    return (
        point.label,
        "–" if point.value is None else f"{point.value:.0f}",
        "" if point.low is None else f"{point.expected:.0f}",
        "" if point.low is None else f"{point.low:.0f}–{point.high:.0f}",
    )


def counterfactuals() -> list[Counterfactual]:
    return [
        counterfactual(
            "satisfaction",
            "Tevredenheid",
            expected_points((82, 88, 4)),
            percent=True,
            verdict="beter dan de eigen trend had gebracht",
            notes=(
                "In de maanden telt elk kanaal even zwaar mee als vóór de start.",
                "Van 21 maanden die de start hadden kunnen zijn, springt deze er het meest uit.",
            ),
        ),
        counterfactual(
            "lead_time",
            "Doorlooptijd",
            expected_points((118, 76, 9)),
            percent=False,
            verdict="geen effect aangetoond boven op de eigen trend",
            notes=("Andere maanden springen er, als start genomen, net zo uit: plaats 4 van 21.",),
        ),
    ]
