"""Row headers in a tagged PDF: Typst marks the heads of columns only, and our tables are read by row too."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pikepdf

_BODY = pikepdf.Name("/TBody")


def mark_row_headers(pdf: bytes) -> bytes:
    """Return the PDF with the first cell of every body row as the header of its row."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        header = document.make_indirect(pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row))
        for body in _bodies(document.Root.StructTreeRoot):
            for row in _children(body):
                first, *others = _children(row)
                first.S = pikepdf.Name.TH
                first.A = header
                for cell in others:
                    _leave_to_scopes(cell)
        document.save(out, deterministic_id=True)
    return out.getvalue()


def _leave_to_scopes(cell: pikepdf.Object) -> None:
    """Take away the list of heads that Typst gives a cell: it names the column's only, and would hide the row's."""
    for attributes in cell.get("/A", ()):
        if "/Headers" in attributes:
            del attributes["/Headers"]


def _bodies(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for child in _children(element):
        if child.S == _BODY:
            yield child
        else:
            yield from _bodies(child)


def _children(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Give the elements right below one; content on a page is none."""
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
