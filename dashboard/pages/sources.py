"""The sources page: a card a source, what needs attention first said in words."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.address import Address, local
from dashboard.components.attributes import aria
from dashboard.components.chrome import Chrome
from dashboard.components.frame import Part, framed, lead_text, notice_list, page_head
from dashboard.components.marks import verdict_mark
from dashboard.components.tables import data_table, table_toggle
from dashboard.views.sources import Busy, SourceCard, SourceGroup, SourcesView

LIVE = "sources-live"
"""The part of the page that is drawn anew while a run is at work."""

CLOCK = "sources-clock"
"""What makes the page look again."""

_LOOK_AGAIN_MS = 2000


def layout(view: SourcesView, *, address: Address, chrome: Chrome) -> Component:
    """Draw the sources."""
    content = [
        page_head([lead_text(view.lead)], title=view.title),
        html.P(view.empty, className="empty") if view.empty else None,
        html.Div(groups(view, chrome=chrome), id=LIVE),
        dcc.Interval(id=CLOCK, interval=_LOOK_AGAIN_MS, disabled=not view.moving),
    ]
    return framed(content, title=view.title, address=address, chrome=chrome)


def groups(view: SourcesView, *, chrome: Chrome) -> Sequence[Component]:
    """Draw the cards of every programme."""
    return [_group(group, view, chrome) for group in view.groups]


def _group(group: SourceGroup, view: SourcesView, chrome: Chrome) -> Component:
    heading = html.H2(group.title, id=f"programme-{group.key}", className="heading")
    cards = [_card(card, view, chrome) for card in group.cards]
    return html.Section([heading, *cards], className="sources", **aria(labelledby=f"programme-{group.key}"))


def _card(card: SourceCard, view: SourcesView, chrome: Chrome) -> Component:
    parts: list[Part] = [
        html.Div(
            [
                html.H3([card.title, " ", html.Span(card.kind, className="tag")], id=card.key),
                verdict_mark(card.state),
                _run_now(card, view, chrome),
            ],
            className="source__head",
        ),
        html.P(card.sentence),
        _progress(card.busy) if card.busy else None,
        html.P(card.act, className="source__act") if card.act else None,
        _detail(card, view),
        html.Dl([html.Div([html.Dt(label), html.Dd(text)]) for label, text in card.facts], className="facts"),
        _notices(card, view),
        _rejected(card, view, chrome),
        table_toggle(card.runs, key=f"{card.key}-runs", label=view.runs_label) if card.runs.rows else None,
    ]
    return html.Article([part for part in parts if part is not None], className="source", **aria(labelledby=card.key))


def _run_now(card: SourceCard, view: SourcesView, chrome: Chrome) -> Part:
    if card.run_now is None:
        return None
    which = html.Span(f" ({card.title})", className="visually-hidden")
    button = html.Button([view.run_now_label, which], type="submit", className="button")
    return html.Form(button, action=local(card.run_now, chrome.language), method="post", className="source__run")


def _progress(busy: Busy) -> Component:
    share = None if busy.share is None else str(busy.share)
    bar = html.Progress(max="100", value=share, **aria(label=busy.text))
    return html.P([bar, " ", busy.text], className="source__busy")


def _detail(card: SourceCard, view: SourcesView) -> Part:
    if card.detail is None:
        return None
    text = html.P(card.detail, lang="en")
    return html.Details([html.Summary(view.detail_label, className="toggle"), text], className="figures")


def _notices(card: SourceCard, view: SourcesView) -> Part:
    if not card.notices:
        return None
    return html.Div([html.H4(view.notices_label), notice_list(card.notices)])


def _rejected(card: SourceCard, view: SourcesView, chrome: Chrome) -> Part:
    if card.rejected is None or card.download is None:
        return None
    link = html.P(html.A(card.download_text, href=local(card.download, chrome.language), download=""))
    return html.Details(
        [
            html.Summary(view.rejected_label, className="toggle", id=f"{card.key}-rejected"),
            data_table(card.rejected, key=f"{card.key}-rejected-rows", beside=f"{card.key}-rejected"),
            link,
        ],
        className="figures",
    )
