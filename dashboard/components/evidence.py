"""Evidence on a page: ladders of certainty, the icons of a control chart, and what was compared."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components.attributes import aria
from dashboard.components.markup import still
from dashboard.components.tables import table_toggle
from dashboard.views.evidence import Compared, Icon, Ladder, Rung, Section

_SIGNS = {
    "better": "↗",
    "worse": "↘",
    "other": "◆",
    "ordinary": "≈",
    "pass": "✔",
    "fail": "✘",
    "inconsistent": "↔",
}
"""The sign of each icon; its text says the same."""


def question_section(section: Section, content: Sequence[Component], *, layout: str = "charts") -> Component:
    """Draw a question as the heading of what answers it, laid out as `cards`, `charts` or `blocks`."""
    return html.Section(
        [
            html.H2(section.heading, id=section.key, className="question"),
            *(html.P(line, className="question__intro") for line in section.intro),
            html.Div(list(content), className=layout),
        ],
        className="part",
        **aria(labelledby=section.key),
    )


def ladder_section(ladder: Ladder, *, question: str) -> Component:
    """Draw how sure we are of one measure: the level, its ladder, why not higher and what would raise it.

    `question` is the key of the section it stands in: the measure alone is the name of its card already.
    """
    key = f"ladder-{ladder.name}"
    parts = [
        html.H3(ladder.title, id=key, className="card__title"),
        html.P(ladder.level_text, className="ladder__level"),
        html.P(ladder.sentence, className="ladder__sentence"),
        html.Ol([_rung(rung) for rung in ladder.rungs], className="ladder"),
        *_list(ladder.why_not_label, ladder.why_not),
        *_list(ladder.what_would_label, ladder.what_would),
    ]
    return html.Section([still(html.Div(parts))], className="card", **aria(labelledby=f"{question} {key}"))


def icon_list(icons: Sequence[Icon]) -> Component:
    """Draw the icons of a control chart, each with its text."""
    return html.Ul(
        [
            html.Li(
                [html.Span(_SIGNS[icon.code], className=f"icon icon--{icon.code}", **aria(hidden="true")), icon.text]
            )
            for icon in icons
        ],
        className="icons",
    )


def compared_section(compared: Compared, *, label: str) -> Component:
    """Draw a comparison in sentences, with its table."""
    key = f"compared-{compared.name}"
    table = [table_toggle(compared.table, key=key, label=label)] if compared.table else []
    return html.Section(
        [
            html.H3(compared.heading, id=key, className="heading"),
            *(html.P(sentence) for sentence in compared.sentences),
            *table,
        ],
        className="chart",
        **aria(labelledby=key),
    )


def note_list(notes: Sequence[str]) -> list[Component]:
    """Draw what a reader must know of a chart, or nothing."""
    return [html.Ul([html.Li(note) for note in notes], className="chart__notes")] if notes else []


def _rung(rung: Rung) -> Component:
    note = [html.Span(rung.note, className="ladder__note")] if rung.note else []
    here = aria(current="step") if rung.state == "here" else {}
    return html.Li(
        [html.Span(str(rung.number), className="ladder__number"), html.Span([rung.text, *note])],
        className=f"ladder__rung ladder__rung--{rung.state}",
        **here,
    )


def _list(label: str, lines: Sequence[str]) -> list[Component]:
    if not lines:
        return []
    return [
        html.H4(label, className="ladder__label"),
        html.Ul([html.Li(line) for line in lines], className="ladder__lines"),
    ]
