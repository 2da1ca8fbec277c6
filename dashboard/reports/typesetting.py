"""Typesetting: content on paper, as a tagged PDF that conforms to PDF/UA-1 and PDF/A-2a."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import typst

from dashboard.reports.letters import letters_of, printable
from dashboard.reports.row_headers import mark_row_headers

HERE = Path(__file__).parent
FONTS = HERE.parent / "fonts"
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]


class NotTypesetError(Exception):
    """The report could not be set without something being lost; whoever changed the template must act."""


def typeset(content: Mapping[str, Any], *, as_of: date) -> bytes:
    """Return the PDF of a report's content, dated at the start of the as-of day: the same content, the same bytes."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    compiler = typst.Compiler(HERE / "report.typ", root=HERE, font_paths=fonts)
    pdf, warnings = compiler.compile_with_warnings(
        format="pdf",
        sys_inputs={"view": json.dumps(printable(content, letters_of(FONTS / "NotoSans-Regular.ttf")))},
        pdf_standards=STANDARDS,
        timestamp=datetime.combine(as_of, time(), UTC),
    )
    if warnings or not isinstance(pdf, bytes):
        # A warning is all that Typst gives when a title or a letter is lost.
        raise NotTypesetError("; ".join(warning.diagnostic for warning in warnings))
    return mark_row_headers(pdf)
