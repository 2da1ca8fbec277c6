"""Charts of one made-up project: a series with gaps, a curve, a published figure and a breakdown."""

from __future__ import annotations

import math
from datetime import date

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
    Track,
)

MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
DAYS = [date(2024 + number // 12, number % 12 + 1, 1) for number in range(34)]


def wave(number: int, size: float) -> float:
    return size * math.sin(number * 1.7) + size * 0.6 * math.cos(number * 3.1)


def month(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def points(before, after, spread, *, gaps=(), soft=()) -> list[Point]:
    made = []
    for number, day in enumerate(DAYS):
        value = None if number in gaps else (before if number < 15 else after) + wave(number, spread / 3)
        text = f"{month(day)}: " + ("geen cijfer" if value is None else f"{value:.0f} (marge {spread:.0f})")
        made.append(
            Point(
                start=day,
                label=month(day),
                value=value,
                low=None if value is None else value - spread,
                high=None if value is None else value + spread,
                firm=number not in soft,
                text=text,
            )
        )
    return made


def table_of(caption: str, made: list[Point]) -> Table:
    rows = [
        (p.label, *(("–", "–", "–") if p.value is None else (f"{p.value:.0f}", f"{p.low:.0f}", f"{p.high:.0f}")))
        for p in made
    ]
    return Table(caption=caption, columns=("Maand", "Cijfer", "Laag", "Hoog"), rows=rows, numeric=frozenset({1, 2, 3}))


def series(heading, made, *, percent, axis, marks, breaks=()) -> SeriesChart:
    baseline, target = marks
    return SeriesChart(
        name=heading.lower().replace(" ", "-")[:24],
        heading=heading,
        caption="Per maand. De band is de marge: zo ver kan het cijfer door toeval schelen.",
        sentence=f"{heading}. De lijn gaat van {made[0].label} tot {made[-1].label}.",
        percent=percent,
        unit="%" if percent else "dagen",
        axis=axis,
        points=made,
        target=target,
        baseline=baseline,
        events=(
            Mark(label="nieuwe werkwijze", day=date(2025, 3, 12)),
            *((Mark(label="andere schaal", day=breaks[0]),) if breaks else ()),
        ),
        breaks=breaks,
        table=table_of(heading, made),
    )


def curve() -> CurveChart:
    days = list(range(2, 161, 3))

    def share(scale, most=100.0):
        return [round(most * (1 - math.exp(-((day / scale) ** 1.9))), 1) for day in days]

    now, before, done = share(47), share(85, 98), share(36)
    lines = (
        CurveLine(
            role="now",
            label="nu, open zaken meegeteld",
            days=days,
            decided=now,
            low=[max(0, v - 4) for v in now],
            high=[min(100, v + 4) for v in now],
        ),
        CurveLine(
            role="baseline",
            label="nulmeting",
            days=days,
            decided=before,
            low=[None] * len(days),
            high=[None] * len(days),
        ),
        CurveLine(
            role="completed",
            label="alleen afgeronde zaken",
            days=days,
            decided=done,
            low=[None] * len(days),
            high=[None] * len(days),
        ),
    )
    rows = [(str(day), f"{a:.0f} %", f"{b:.0f} %") for day, a, b in zip(days[::6], now[::6], before[::6], strict=True)]
    return CurveChart(
        name="lead_time",
        heading="Van elke 10 aanvragen zijn er nu 8 binnen de wettelijke termijn klaar; eerst 4",
        caption="Aandeel zaken dat na zoveel dagen klaar is. 188 zaken zijn nog open en tellen mee als wachtend.",
        sentence="Na 56 dagen is 76 % van de aanvragen klaar; bij de nulmeting 41 %.",
        x_title="dagen sinds de aanvraag",
        y_title="aandeel klaar",
        last_day=160,
        lines=lines,
        norm=Mark(label="wettelijke termijn 56 dagen", level=56),
        table=Table(
            caption="Aandeel klaar na zoveel dagen",
            columns=("Dagen", "Nu", "Nulmeting"),
            rows=rows,
            numeric=frozenset({0, 1, 2}),
        ),
    )


def published() -> PublishedChart:
    made = [
        ComparedPoint(
            start=day,
            published=84 + wave(n, 0.6) + (4 if n > 26 else 0),
            recomputed=84 + wave(n, 0.6),
            top_share=88 + wave(n, 0.6),
            differs=n > 26,
        )
        for n, day in enumerate(DAYS)
    ]
    rows = [(month(p.start), f"{p.published:.1f} %", f"{p.recomputed:.1f} %", f"{p.top_share:.1f} %") for p in made]
    return PublishedChart(
        name="published",
        heading="Sinds april 2026 volgt het gepubliceerde cijfer een andere formule",
        caption="Het gepubliceerde percentage naast wat dezelfde antwoorden zelf geven. Een ruit: anders.",
        sentence="Tot maart 2026 vallen beide lijnen samen; daarna staat het gepubliceerde cijfer 4 punten hoger.",
        published_label="gepubliceerd",
        recomputed_label="nagerekend",
        top_share_label="aandeel 4 en 5",
        axis=(78, 94),
        points=made,
        table=Table(
            caption="Gepubliceerd en nagerekend",
            columns=("Maand", "Gepubliceerd", "Nagerekend", "Aandeel 4 en 5"),
            rows=rows,
            numeric=frozenset({1, 2, 3}),
        ),
    )


def breakdown() -> Breakdown:
    def bar(label, text, n_text, places, note=None):
        track = (
            None
            if places is None
            else Track(
                baseline=places[0],
                now=places[1],
                low=places[2],
                high=places[3],
                target=62,
                open_end=False,
                sentence=f"{label}: {text}",
            )
        )
        return BarRow(label=label, text=text, n_text=n_text, track=track, note=note)

    rows = (
        bar("Website", "90 % (87–93)", "834 antwoorden", (50, 76, 68, 84)),
        bar("Telefoon", "85 % (79–90)", "312 antwoorden", (52, 62, 47, 76)),
        bar("Balie", "80 % (71–87)", "96 antwoorden", (56, 50, 28, 68), "een aanwijzing, meer niet"),
        bar("Post", "geen cijfer", "7 antwoorden", None, "Verborgen: minder dan 10 personen, die te herkennen zijn."),
    )
    cells = [(row.label, row.text, row.n_text) for row in rows]
    return Breakdown(
        name="satisfaction-channel",
        heading="Vooral via de website tevredener; over de post weten we te weinig",
        caption="Tevredenheid per kanaal, laatste kwartaal.",
        rows=rows,
        table=Table(caption="Tevredenheid per kanaal", columns=("Kanaal", "Cijfer", "Antwoorden"), rows=cells),
    )
