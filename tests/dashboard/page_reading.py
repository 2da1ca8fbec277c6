"""Reading a project's page: its headings and all that it says, from its HTML."""

from __future__ import annotations

from lxml.html import HtmlElement, fromstring

from dashboard.components.address import Address
from dashboard.components.chrome import chrome_in
from dashboard.components.markup import markup
from dashboard.pages.project import layout
from dashboard.views.project import ProjectView

FOR_THE_SCREEN = "//form | //summary | //ul[@class='links'] | //*[@aria-hidden='true']"
"""What has no use on paper, or is a sign that the words beside it say."""


def headings(view: ProjectView) -> list[tuple[str, str]]:
    """Return the headings of the page down to the third level, in its order."""
    return [(one.tag.upper(), one.text_content()) for one in _main(view).iter("h1", "h2", "h3")]


def said(view: ProjectView) -> list[str]:
    """Return every piece of text on the page, tables included, in its order."""
    return [piece for text in _main(view).itertext() if (piece := text.strip())]


def pictures(view: ProjectView) -> list[str]:
    """Return what the page says, to who cannot see it, of its charts and lines."""
    return [str(one) for one in _main(view).xpath("//*[@role='img']/@aria-label")]


def _main(view: ProjectView) -> HtmlElement:
    drawn = layout(view, address=Address(path="/", query={}), chrome=chrome_in(view.language))
    main = fromstring(markup(drawn)).find(".//main")
    for one in main.xpath(FOR_THE_SCREEN):
        one.drop_tree()
    return main
