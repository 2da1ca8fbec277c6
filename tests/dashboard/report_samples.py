"""Views as a project's report gets them: realistic ones in two languages, and the hard cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dashboard.reports.report import ReportWords
from dashboard.views.parts import (
    BarRow,
    Breakdown,
    ComparedPoint,
    CurveChart,
    CurveLine,
    Mark,
    Point,
    PublishedChart,
    SeriesChart,
    Table,
    Tone,
    Track,
    Word,
)
from dashboard.views.project import MeasureCard, ProjectView

LONG_WORD = "Omgevingsvergunningaanvraagprocedure"
LONG_CODE = "ZAAK2026OMGEVINGSVERGUNNING00012345678901234567890"
SIGNS = "van € 1.442 naar −0,3 → ≥ 85 %, ≤ 90"

DUTCH = ReportWords(
    page="Pagina {page} van {pages}",
    chart_missing={
        "no_browser": "Deze grafiek ontbreekt: er is geen Chromium op deze computer. De tabel hieronder is volledig.",
        "not_started": "Deze grafiek ontbreekt: Chromium wil niet starten. De tabel hieronder is volledig.",
        "not_drawn": "Deze grafiek ontbreekt: Chromium tekende haar niet. De tabel hieronder is volledig.",
    },
)
ENGLISH = ReportWords(
    page="Page {page} of {pages}",
    chart_missing={
        "no_browser": "This chart is missing: there is no Chromium on this computer. The table below is complete.",
        "not_started": "This chart is missing: Chromium does not start. The table below is complete.",
        "not_drawn": "This chart is missing: Chromium did not draw it. The table below is complete.",
    },
)
WORDS = {"nl": DUTCH, "en": ENGLISH}

_MONTHS = {
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def months(count: int) -> list[date]:
    return [date(2021 + (9 + i) // 12, (9 + i) % 12 + 1, 1) for i in range(count)]


def month_label(day: date, language: str) -> str:
    return f"{_MONTHS[language][day.month - 1]} {day.year}"


def series_chart(language: str, *, count: int = 24, name: str = "satisfaction") -> SeriesChart:
    nl = language == "nl"
    points = [_point(i, day, language) for i, day in enumerate(months(count))]
    rows = [
        (
            point.label,
            "–" if point.value is None else f"{point.value:.0f} %",
            "–" if point.low is None else f"{point.low:.0f} – {point.high:.0f} %",
            "0" if point.value is None else f"{100 + 7 * i}",
            ("te weinig antwoorden" if nl else "too few answers") if point.value is None else "",
        )
        for i, point in enumerate(points)
    ]
    return SeriesChart(
        name=name,
        heading="De verbetering in tevredenheid is echt, geen toeval" if nl else "Satisfaction improved beyond chance",
        caption=(
            "Per maand: het aandeel dat 4 of 5 van de 5 geeft. De band is de marge. Een maand zonder antwoorden is een gat."
            if nl
            else "By month: the share that gives 4 or 5 out of 5. The band is the range. A month without answers is a gap."
        ),
        sentence="Van 80 procent naar 88 procent, het doel is 85." if nl else "From 80 per cent to 88, the target is 85.",
        percent=True,
        unit="%",
        axis=(60.0, 100.0),
        points=points,
        target=Mark(label="doel 85 %" if nl else "target 85%", level=85.0),
        baseline=Mark(label="nulmeting 80 %" if nl else "baseline 80%", level=80.0),
        events=(Mark(label="nieuwe werkwijze" if nl else "new way of working", day=date(2022, 9, 15)),),
        breaks=(),
        table=Table(
            caption="Tevredenheid per maand" if nl else "Satisfaction by month",
            columns=("Maand", "Waarde", "Marge", "Antwoorden", "Opmerking")
            if nl
            else ("Month", "Value", "Range", "Answers", "Remark"),
            rows=rows,
            numeric=frozenset({1, 2, 3}),
        ),
    )


def _point(place: int, day: date, language: str) -> Point:
    label = month_label(day, language)
    if place % 11 == 7:
        return Point(start=day, label=label, value=None, low=None, high=None, firm=False, text=label)
    value = 80 + 8 * min(1.0, place / 20) + 2 * math.sin(place)
    return Point(
        start=day, label=label, value=value, low=value - 4, high=value + 3, firm=place % 5 != 0, text=f"{label}: {value:.0f} %"
    )


def curve_chart(language: str) -> CurveChart:
    nl = language == "nl"
    days = list(range(0, 165, 5))
    lines = [
        _curve_line("baseline", "nulmeting" if nl else "baseline", days, 70),
        _curve_line("completed", "alleen afgeronde zaken" if nl else "finished cases only", days, 35),
        _curve_line("now", "nu" if nl else "now", days, 45),
    ]
    return CurveChart(
        name="lead_time_curve",
        heading=(
            "Van elke 10 aanvragen zijn er nu 8 binnen de wettelijke termijn klaar; eerst 4"
            if nl
            else "Of every 10 applications 8 are now decided within the statutory term; 4 before"
        ),
        caption=(
            "Aandeel zaken dat klaar is na zoveel dagen. De band is de marge. 188 zaken zijn nog open en tellen mee als wachtend."
            if nl
            else "Share of cases decided after so many days. The band is the range. 188 cases are open and count as waiting."
        ),
        sentence="Na 56 dagen is 80 procent klaar, bij de nulmeting 40." if nl else "After 56 days 80 per cent; before 40.",
        x_title="dagen" if nl else "days",
        y_title="% klaar" if nl else "% decided",
        last_day=160,
        lines=lines,
        norm=Mark(label="wettelijke termijn 56 dagen" if nl else "statutory term 56 days", level=56.0),
        table=Table(
            caption="Klaar na zoveel dagen" if nl else "Decided after so many days",
            columns=("Dagen", "Nulmeting", "Alleen afgeronde zaken", "Nu", "Marge nu")
            if nl
            else ("Days", "Baseline", "Finished cases only", "Now", "Range now"),
            rows=[
                (str(day), *(f"{line.decided[i]:.0f} %" for line in lines), f"{lines[2].low[i]:.0f} – {lines[2].high[i]:.0f} %")
                for i, day in enumerate(days)
                if day % 10 == 0
            ],
            numeric=frozenset({1, 2, 3, 4}),
        ),
    )


def _curve_line(role: str, label: str, days: Sequence[int], scale: float) -> CurveLine:
    decided = [100 * (1 - math.exp(-((day / scale) ** 1.8))) for day in days]
    low: list[float | None] = [max(0.0, share - 3) for share in decided]
    high: list[float | None] = [min(100.0, share + 3) for share in decided]
    return CurveLine(role=role, label=label, days=days, decided=decided, low=low, high=high)


def published_chart(language: str) -> PublishedChart:
    nl = language == "nl"
    points = [
        ComparedPoint(
            start=day,
            published=84.0 + (5 if i > 14 else 0),
            recomputed=84.0 + 0.2 * math.sin(i),
            top_share=89.0,
            differs=i > 14,
        )
        for i, day in enumerate(months(18))
    ]
    yes, no = ("ja", "nee") if nl else ("yes", "no")
    return PublishedChart(
        name="published",
        heading="Sinds april volgt het gepubliceerde cijfer een andere formule"
        if nl
        else "Since April the published figure follows another formula",
        caption="Wat de uitgever drukte naast wat zijn eigen antwoorden geven."
        if nl
        else "What the publisher printed beside what its own answers give.",
        sentence="Het gepubliceerde cijfer stijgt naar 89, de antwoorden blijven op 84."
        if nl
        else "The published figure rises to 89, the answers stay at 84.",
        published_label="gepubliceerd" if nl else "published",
        recomputed_label="herrekend" if nl else "recomputed",
        top_share_label="aandeel tevreden" if nl else "share satisfied",
        axis=(70.0, 100.0),
        points=points,
        table=Table(
            caption="Gepubliceerd en herrekend" if nl else "Published and recomputed",
            columns=("Maand", "Gepubliceerd", "Herrekend", "Aandeel tevreden", "Wijkt af")
            if nl
            else ("Month", "Published", "Recomputed", "Share satisfied", "Differs"),
            rows=[
                (
                    month_label(p.start, language),
                    f"{p.published:.1f} %",
                    f"{p.recomputed:.1f} %",
                    f"{p.top_share:.1f} %",
                    yes if p.differs else no,
                )
                for p in points
            ],
            numeric=frozenset({1, 2, 3}),
        ),
    )


def breakdown(language: str) -> Breakdown:
    nl = language == "nl"
    names = ("Website", "Telefoon", "Balie", "Post") if nl else ("Website", "Telephone", "Counter", "Post")
    rows = [
        BarRow(
            label=names[0],
            text="91 % (88 – 93)",
            n_text="1.204 antwoorden" if nl else "1,204 answers",
            track=Track(
                baseline=50.0, now=82.0, low=76.0, high=86.0, target=70.0, open_end=False, sentence=f"{names[0]}: 91 %"
            ),
            note=None,
        ),
        BarRow(
            label=names[1],
            text="84 % (79 – 88)",
            n_text="240 antwoorden" if nl else "240 answers",
            track=Track(
                baseline=55.0, now=68.0, low=58.0, high=76.0, target=70.0, open_end=False, sentence=f"{names[1]}: 84 %"
            ),
            note="Het aandeel telefoon daalde van 30 % naar 16 %." if nl else "The share of telephone fell from 30% to 16%.",
        ),
        BarRow(
            label=names[2],
            text="≥ 70 %",
            n_text="45 antwoorden" if nl else "45 answers",
            track=Track(
                baseline=None, now=60.0, low=40.0, high=None, target=70.0, open_end=True, sentence=f"{names[2]}: ≥ 70 %"
            ),
            note=None,
        ),
        BarRow(
            label=names[3],
            text="te weinig" if nl else "too few",
            n_text="3 antwoorden" if nl else "3 answers",
            track=None,
            note="Minder dan 10 antwoorden: niet getoond." if nl else "Fewer than 10 answers: not shown.",
        ),
    ]
    return Breakdown(
        name="satisfaction_channel",
        heading="Vooral via de website beter; over de balie weten we nog te weinig"
        if nl
        else "Better on the website; of the counter we know too little",
        caption="Tevredenheid per kanaal, met de marge." if nl else "Satisfaction by channel, with its range.",
        rows=rows,
        table=Table(
            caption="Tevredenheid per kanaal" if nl else "Satisfaction by channel",
            columns=("Kanaal", "Waarde", "Aantal", "Opmerking") if nl else ("Channel", "Value", "Number", "Remark"),
            rows=[(r.label, r.text, r.n_text, r.note or "") for r in rows],
            numeric=frozenset({1, 2}),
        ),
    )


def cards(language: str) -> Sequence[MeasureCard]:
    nl = language == "nl"
    return (
        MeasureCard(
            name="satisfaction",
            title="Tevredenheid" if nl else "Satisfaction",
            note="geeft 4 of 5 van de 5" if nl else "gives 4 or 5 out of 5",
            value="88 %" if nl else "88%",
            range="85 tot 91 · 1.489 antwoorden" if nl else "85 to 91 · 1,489 answers",
            verdict=Word(
                code="met", sign="✔", text="doel gehaald (85 %)" if nl else "target met (85%)", tone=Tone.GOOD
            ),
            track=Track(
                baseline=40.0, now=72.0, low=66.0, high=78.0, target=60.0, open_end=False, sentence="80 → 88 (85 – 91), 85"
            ),
            sentence="Inwoners zijn duidelijk tevredener: 88 van de 100, dat waren er 80."
            if nl
            else "Residents are clearly more satisfied: 88 in 100, where it was 80.",
            facts=("nulmeting 80 %", "kans dat het doel is gehaald: ongeveer 97 op 100")
            if nl
            else ("baseline 80%", "chance that the target is met: about 97 in 100"),
            contrast=None,
        ),
        MeasureCard(
            name="lead_time",
            title="Doorlooptijd" if nl else "Lead time",
            note="9 van de 10 klaar, open zaken meegeteld" if nl else "9 out of 10 decided, open cases counted",
            value="≥ 74 dagen" if nl else "≥ 74 days",
            range="69 tot onbekend · 2.113 zaken, waarvan 188 open" if nl else "69 to unknown · 2,113 cases, 188 open",
            verdict=Word(code="worse", sign="↘", text="slechter" if nl else "worse", tone=Tone.BAD),
            track=Track(
                baseline=80.0, now=30.0, low=24.0, high=None, target=35.0, open_end=True, sentence="122 → 74 (≥ 69), 80"
            ),
            sentence=f"De {LONG_WORD} duurt {SIGNS} dagen." if nl else f"The {LONG_WORD} takes {SIGNS} days.",
            facts=("binnen de wettelijke termijn: 91 % van wat deze maand klaar moest zijn (norm 95 %)",)
            if nl
            else ("within the statutory term: 91% of what was due this month (norm 95%)",),
            contrast="Alleen de afgeronde zaken zouden 61 dagen zeggen; dat is te mooi."
            if nl
            else "Finished cases alone would say 61 days; that is too good to be true.",
        ),
        MeasureCard(
            name="clarity",
            title="Duidelijkheid" if nl else "Clarity",
            note="“ik begreep wat er gevraagd werd”" if nl else "“I understood what was asked”",
            value="–",
            range="14 antwoorden" if nl else "14 answers",
            verdict=Word(
                code="unsure", sign="?", text="te weinig antwoorden" if nl else "too few answers", tone=Tone.UNSURE
            ),
            track=None,
            sentence="Of de brieven duidelijk genoeg zijn, is nog niet zeker."
            if nl
            else "Whether the letters are clear enough is not certain yet.",
            facts=(),
            contrast=None,
        ),
    )


def project_view(language: str) -> ProjectView:
    nl = language == "nl"
    return ProjectView(
        language=language,
        programme="Programma Dienstverlening Voorbeeldstad",
        name="permits",
        title="Sneller een omgevingsvergunning" if nl else "A faster environmental permit",
        meta=("Gemeente Voorbeeldstad", "Ruimte", "gestart maart 2025" if nl else "started March 2025"),
        goal="Inwoners weten binnen acht weken waar zij aan toe zijn."
        if nl
        else "Residents know within eight weeks where they stand.",
        made_up="Voorbeeld met verzonnen cijfers" if nl else "Example with made-up figures",
        lead=tuple(card.sentence for card in cards(language)),
        notices=(
            "Let op: sinds mei worden meer zaken opgeschort (6 % → 11 %). Opgeschorte dagen tellen voor de inwoner mee."
            if nl
            else "Note: since May more cases are suspended (6% → 11%). Suspended days count for the resident.",
        ),
        choices=(),
        submit="Toon" if nl else "Show",
        links=(),
        cards=cards(language),
        series=(
            series_chart(language),
            replace(
                series_chart(language, count=18, name="clarity"),
                heading="Of de brieven duidelijker zijn, is nog niet zeker" if nl else "Clarity: not certain yet",
            ),
        ),
        curve=curve_chart(language),
        breakdowns=(breakdown(language),),
        published=published_chart(language),
        left_out_heading="Wat niet is meegeteld" if nl else "What was left out",
        left_out=Table(
            caption="Afgekeurde en weggelaten rijen" if nl else "Rejected rows and rows left out",
            columns=("Reden", "Rijen", "Voorbeeld") if nl else ("Reason", "Rows", "Example"),
            rows=(
                (LONG_WORD, "12", f"bron.csv, regel 17, {LONG_CODE}"),
                ("besluit vóór ontvangst" if nl else "decision before receipt", "3", "bron.csv, regel 1.204, kolom ‘besluit’"),
            ),
            numeric=frozenset({1}),
        ),
        left_out_note="Een afgekeurde rij is bewaard, met bestand, regel, kolom en reden."
        if nl
        else "A rejected row is kept, with file, line, column and reason.",
        origin_heading="Waar deze cijfers vandaan komen" if nl else "Where these figures come from",
        origin=(
            ("Stand van" if nl else "As of", "30 september 2026" if nl else "30 September 2026"),
            ("Versie van de gegevens" if nl else "Version of the records", "17"),
            (
                "Tevredenheid, versie 2" if nl else "Satisfaction, version 2",
                "Aandeel van de antwoorden dat 4 of 5 van de 5 geeft; marge volgens Wilson, 95 %."
                if nl
                else "Share of the answers that give 4 or 5 out of 5; Wilson interval, 95%.",
            ),
        ),
        table_label="Gegevens als tabel" if nl else "Data as a table",
    )


def without_charts(view: ProjectView) -> ProjectView:
    return replace(view, series=(), curve=None, published=None)


def with_long_table(view: ProjectView, *, rows: int = 1000) -> ProjectView:
    """A first series whose table is as long as asked; every row holds a key found nowhere else."""
    chart = view.series[0]
    table = replace(
        chart.table,
        rows=[(f"rij-{i:04d}", f"{i % 100} %", "80 – 90 %", str(i), "") for i in range(rows)],
    )
    return replace(view, series=(replace(chart, table=table),), curve=None, published=None)
