"""The page of one project: what residents noticed, how sure that is, by channel, and what was left out."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components.address import Address, local
from dashboard.components.attributes import aria
from dashboard.components.charts import breakdown_section, chart_section
from dashboard.components.chrome import Chrome
from dashboard.components.evidence import compared_section, ladder_section, question_section
from dashboard.components.filters import filter_form
from dashboard.components.frame import Part, framed, lead_text, notice_list, page_head
from dashboard.components.marks import made_up_mark, track_mark, verdict_mark
from dashboard.components.markup import still
from dashboard.components.tables import data_table
from dashboard.figures.control import control_figure
from dashboard.figures.curve import curve_figure
from dashboard.figures.expected import expected_figure
from dashboard.figures.published import published_figure
from dashboard.figures.series import series_figure
from dashboard.views.evidence import ControlChart
from dashboard.views.parts import Link, Table
from dashboard.views.project import MeasureCard, ProjectView


def layout(view: ProjectView, *, address: Address, chrome: Chrome) -> Component:
    """Draw a project."""
    content = [
        _head(view),
        _tools(view, address, chrome),
        still(html.Div([_card(card) for card in view.cards], className="cards")),
        question_section(
            view.sure, [ladder_section(one, question=view.sure.key) for one in view.ladders], layout="cards"
        ),
        question_section(view.over_time, _over_time(view, chrome)),
        question_section(view.real, [_control(one, view, chrome) for one in view.controls]),
        question_section(view.cause, _cause(view, chrome)),
        question_section(view.money, _tables([view.worth], "worth"), layout="blocks"),
        question_section(
            view.whom, [breakdown_section(one, label=view.table_label, chrome=chrome) for one in view.breakdowns]
        ),
        *_waiting(view),
        *_others(view),
        question_section(view.inside, [*_reach(view), _left_out(view), _origin(view)], layout="blocks"),
    ]
    return framed(content, title=view.title, address=address, chrome=chrome)


def _head(view: ProjectView) -> Component:
    meta = html.Ul([html.Li(item) for item in view.meta], className="meta")
    goal = html.P(view.goal, className="goal") if view.goal else None
    made_up = made_up_mark(view.made_up) if view.made_up else None
    return page_head([meta, goal, lead_text(view.lead), made_up, notice_list(view.notices)], title=view.title)


def _tools(view: ProjectView, address: Address, chrome: Chrome) -> Component:
    form = filter_form(view.choices, submit=view.submit, address=address, chrome=chrome)
    parts = [form, _links(view.links, chrome)]
    return html.Div([part for part in parts if part is not None], className="tools")


def _links(links: Sequence[Link], chrome: Chrome) -> Part:
    if not links:
        return None
    return html.Ul(
        [html.Li(html.A(link.text, href=local(link.href, chrome.language))) for link in links], className="links"
    )


def _card(card: MeasureCard) -> Component:
    key = f"card-{card.name}"
    tone = card.verdict.tone
    contrast = html.P(card.contrast, className="card__contrast") if card.contrast else None
    parts = [
        html.H2(card.title, id=key, className="card__title"),
        html.P(card.note, className="card__note"),
        html.P(card.value, className="card__value"),
        html.P(card.range, className="card__range"),
        track_mark(card.track, tone) if card.track else None,
        verdict_mark(card.verdict),
        html.P(card.sentence, className="card__sentence"),
        html.Ul([html.Li(fact) for fact in card.facts], className="card__facts") if card.facts else None,
        contrast,
    ]
    return html.Section([part for part in parts if part is not None], className="card", **aria(labelledby=key))


def _over_time(view: ProjectView, chrome: Chrome) -> list[Component]:
    language, label = view.language, view.table_label
    drawn = [
        chart_section(chart, series_figure(chart, language=language), label=label, chrome=chrome)
        for chart in view.series
        if chart.points
    ]
    if view.curve:
        drawn.append(chart_section(view.curve, curve_figure(view.curve, language=language), label=label, chrome=chrome))
    if view.published:
        figure = published_figure(view.published, language=language)
        drawn.append(chart_section(view.published, figure, label=label, chrome=chrome))
    return drawn


def _control(chart: ControlChart, view: ProjectView, chrome: Chrome) -> Component:
    figure = control_figure(chart, language=view.language)
    return chart_section(chart, figure, label=view.table_label, chrome=chrome)


def _cause(view: ProjectView, chrome: Chrome) -> list[Component]:
    drawn = [
        chart_section(chart, expected_figure(chart, language=view.language), label=view.table_label, chrome=chrome)
        for chart in view.counterfactuals
    ]
    return [*drawn, *(compared_section(one, label=view.table_label) for one in view.compared)]


def _waiting(view: ProjectView) -> list[Component]:
    """Draw what waits, where the project has cases."""
    if view.flow is None:
        return []
    return [question_section(view.waiting, _tables([*view.waits, view.flow], "waits"), layout="blocks blocks--pairs")]


def _others(view: ProjectView) -> list[Component]:
    """Draw what else was measured, where there is anything."""
    if view.others is None:
        return []
    return [question_section(view.beside, _tables([view.others], "others"), layout="blocks")]


def _tables(tables: Sequence[Table | None], key: str) -> list[Component]:
    shown = [table for table in tables if table is not None]
    return [html.Div(data_table(table, key=f"{key}-{number}"), className="block") for number, table in enumerate(shown)]


def _reach(view: ProjectView) -> list[Component]:
    return [] if view.reach is None else [html.Div(data_table(view.reach, key="reach"), className="block")]


def _left_out(view: ProjectView) -> Component:
    return html.Section(
        [
            html.H3(view.left_out_heading, id="left-out", className="heading"),
            html.P(view.left_out_note, className="caption"),
            data_table(view.left_out, key="left-out"),
        ],
        className="block",
        **aria(labelledby="left-out"),
    )


def _origin(view: ProjectView) -> Component:
    facts = [html.Div([html.Dt(label), html.Dd(text)]) for label, text in view.origin]
    return html.Section(
        [html.H3(view.origin_heading, id="origin", className="heading"), still(html.Dl(facts, className="facts"))],
        className="block",
        **aria(labelledby="origin"),
    )
