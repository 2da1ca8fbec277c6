"""The portfolio page: the answer in a sentence, then a row a project."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.components.address import Address, local
from dashboard.components.attributes import aria, data
from dashboard.components.chrome import Chrome
from dashboard.components.filters import filter_form
from dashboard.components.frame import Part, framed, lead_text, notice_list, page_head
from dashboard.components.marks import legend_mark, made_up_mark, track_mark, verdict_mark
from dashboard.components.markup import still
from dashboard.views.portfolio import MeasureCell, MeasureHead, PortfolioView, ProjectRow


def layout(view: PortfolioView, *, address: Address, chrome: Chrome) -> Component:
    """Draw the portfolio."""
    made_up = made_up_mark(view.made_up) if view.made_up else None
    head = page_head([lead_text(view.lead), made_up, notice_list(view.notices)], title=view.title)
    tools = html.Div(
        [
            *_present(filter_form(view.choices, submit=view.submit, address=address, chrome=chrome)),
            html.P(view.as_of, className="as-of"),
        ],
        className="tools",
    )
    body = html.P(view.empty, className="empty") if view.empty else _body(view, chrome)
    return framed([head, tools, body], title=view.title, address=address, chrome=chrome)


def _present(part: Part) -> list[Component]:
    return [] if part is None else [part]


def _body(view: PortfolioView, chrome: Chrome) -> Component:
    return still(html.Div([_legend(view.legend, chrome), _table(view, chrome)], className="portfolio"))


def _legend(legend: Sequence[tuple[str, str]], chrome: Chrome) -> Component:
    return html.Ul(
        [html.Li([legend_mark(mark), text]) for mark, text in legend],
        className="legend",
        **aria(label=chrome.legend),
    )


def _table(view: PortfolioView, chrome: Chrome) -> Component:
    # The roles say again what a table is: on a narrow screen its rows are laid out as cards.
    heads = [
        html.Th(view.head_project, scope="col", role="columnheader"),
        *(_measure_head(head) for head in view.heads),
        html.Th(view.head_money, scope="col", role="columnheader", className="numeric"),
        html.Th(view.head_newest, scope="col", role="columnheader", className="newest"),
    ]
    return html.Table(
        [
            html.Caption(view.caption, className="visually-hidden"),
            html.Thead(html.Tr(heads, role="row"), role="rowgroup"),
            html.Tbody([_row(row, view, chrome) for row in view.rows], role="rowgroup"),
        ],
        className="projects",
        role="table",
    )


def _measure_head(head: MeasureHead) -> Component:
    return html.Th([head.title, html.Span(head.note, className="projects__note")], scope="col", role="columnheader")


def _row(row: ProjectRow, view: PortfolioView, chrome: Chrome) -> Component:
    cells = [_cell(cell, head, chrome) for cell, head in zip(row.cells, view.heads, strict=True)]
    return html.Tr([_project(row, chrome), *cells, _money(row, view), _newest(row, view, chrome)], role="row")


def _project(row: ProjectRow, chrome: Chrome) -> Component:
    made_up: list[str | Component] = [" ", html.Span(chrome.made_up, className="tag")] if row.made_up else []
    return html.Th(
        [
            html.A(row.project.text, href=local(row.project.href, chrome.language), className="projects__link"),
            html.Span(row.programme, className="projects__meta"),
            html.Span([row.meta, *made_up], className="projects__meta"),
        ],
        scope="row",
        role="rowheader",
    )


def _cell(cell: MeasureCell | None, head: MeasureHead, chrome: Chrome) -> Component:
    label = data(label=head.title)
    if cell is None:
        nothing = [
            html.Span("–", **aria(hidden="true")),
            html.Span(chrome.not_measured, className="visually-hidden"),
        ]
        return html.Td(nothing, role="cell", className="measure measure--none", **label)
    parts = [verdict_mark(cell.verdict)]
    if cell.track:
        parts.append(track_mark(cell.track, cell.verdict.tone))
    parts.append(html.P(cell.summary, className="measure__summary"))
    if cell.certainty:
        parts.append(html.P(cell.certainty, className="measure__certainty"))
    if cell.note:
        parts.append(html.P(cell.note, className="measure__note"))
    return html.Td(parts, role="cell", className="measure", **label)


def _money(row: ProjectRow, view: PortfolioView) -> Component:
    parts: list[Component] = []
    if row.money_share:
        parts.append(html.P(row.money_share, className="money__share"))
    if row.money:
        parts.append(html.P(row.money, className="money"))
    return html.Td(parts or "–", role="cell", className="numeric", **data(label=view.head_money))


def _newest(row: ProjectRow, view: PortfolioView, chrome: Chrome) -> Component:
    late = [html.Span(chrome.late, className="tag tag--late")] if row.late else []
    return html.Td([html.Span(row.newest), *late], role="cell", className="newest", **data(label=view.head_newest))
