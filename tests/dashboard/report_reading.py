"""Reading a report back: its letters where they stand, and its tags. Without any program but pikepdf."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Letters set in one go: where they begin and end from the left of the paper, how far above its foot, in points."""

    text: str
    left: float
    right: float
    above: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """An element of the document's structure; without the document it would be no more."""

    document: pikepdf.Pdf
    kind: str
    depth: int
    element: pikepdf.Object


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(pdf))


def tags(pdf: bytes, *kinds: str) -> list[Tag]:
    """Return the elements of these kinds in reading order, or all of them."""
    document = opened(pdf)
    return [tag for tag in _tags(document, document.Root.StructTreeRoot, 0) if not kinds or tag.kind in kinds]


def children(tag: Tag) -> list[Tag]:
    return [one for one in _tags(tag.document, tag.element, tag.depth) if one.depth == tag.depth + 1]


def squeezed(text: str) -> str:
    """Leave out what setting a line may add or take: spaces, hyphens at its end, places where a word may break."""
    return re.sub(r"[\s\u00ad\u200b-]", "", text)


def pages(pdf: bytes) -> list[str]:
    return [squeezed("".join(run.text for run in runs)) for runs in page_runs(pdf)]


def text(pdf: bytes) -> str:
    return "".join(pages(pdf))


def page_runs(pdf: bytes) -> list[list[Run]]:
    with opened(pdf) as document:
        return [list(_runs(page)) for page in document.pages]


def _tags(document: pikepdf.Pdf, element: pikepdf.Object, depth: int) -> Iterator[Tag]:
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield Tag(document=document, kind=str(kid.S).lstrip("/"), depth=depth + 1, element=kid)
            yield from _tags(document, kid, depth + 1)


def _runs(page: pikepdf.Page) -> Iterator[Run]:
    pen = _Pen(page)
    for step in pikepdf.parse_content_stream(page):
        if run := pen.follow(str(step.operator), list(step.operands)):
            yield run


class _Pen:
    """Follows the instructions of a page as far as they move letters."""

    def __init__(self, page: pikepdf.Page) -> None:
        self._fonts = {name: _Font(font) for name, font in page.Resources.get("/Font", {}).items()}
        self._kept: list[pikepdf.Matrix] = []
        self._place = self._at = pikepdf.Matrix()
        self._font, self._size = None, 0.0
        self._steps = {"q": self._keep, "Q": self._return, "cm": self._move, "Tm": self._begin, "Tf": self._choose}

    def follow(self, operator: str, operands: list) -> Run | None:
        if operator in {"Tj", "TJ"}:
            return self._set(operands[0] if operator == "TJ" else operands)
        if operator in self._steps:
            self._steps[operator](*operands)
        return None

    def _keep(self) -> None:
        self._kept.append(self._place)

    def _return(self) -> None:
        self._place = self._kept.pop()

    def _move(self, *matrix: object) -> None:
        self._place = pikepdf.Matrix(*map(float, matrix)) @ self._place

    def _begin(self, *matrix: object) -> None:
        self._at = pikepdf.Matrix(*map(float, matrix)) @ self._place

    def _choose(self, name: object, size: object) -> None:
        self._font, self._size = self._fonts[str(name)], float(size)

    def _set(self, pieces: object) -> Run:
        strings = [piece for piece in pieces if isinstance(piece, pikepdf.String)]
        moved = sum(float(piece) for piece in pieces if not isinstance(piece, pikepdf.String))
        width = (sum(map(self._font.width, strings)) - moved) / 1000 * self._size
        return Run(
            text="".join(map(self._font.text, strings)),
            left=self._at.e,
            right=self._at.transform((width, 0))[0],
            above=self._at.f,
        )


class _Font:
    """What the codes of an embedded font stand for, and how wide they are."""

    def __init__(self, font: pikepdf.Object) -> None:
        pairs = re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>", font.ToUnicode.read_bytes().decode())
        self._letters = {int(code, 16): bytes.fromhex(letters).decode("utf-16-be") for code, letters in pairs}
        widths = list(font.DescendantFonts[0].W)
        self._widths = {}
        for first, last, width in zip(widths[::3], widths[1::3], widths[2::3], strict=True):
            self._widths |= dict.fromkeys(range(int(first), int(last) + 1), float(width))

    def text(self, codes: pikepdf.String) -> str:
        return "".join(self._letters.get(code, "") for code in self._codes(codes))

    def width(self, codes: pikepdf.String) -> float:
        return sum(self._widths.get(code, 0.0) for code in self._codes(codes))

    @staticmethod
    def _codes(codes: pikepdf.String) -> list[int]:
        raw = bytes(codes)
        return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
