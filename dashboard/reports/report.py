"""The report of a project: what its page says, on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from dashboard.figures.control import control_figure
from dashboard.figures.curve import curve_figure
from dashboard.figures.expected import expected_figure
from dashboard.figures.published import published_figure
from dashboard.figures.series import series_figure
from dashboard.reports.browser import ChartMissingError, Charts, Missing
from dashboard.reports.letters import LONGEST_WHOLE, divided
from dashboard.reports.typesetting import typeset
from dashboard.views.evidence import ControlChart, Counterfactual, Icon
from dashboard.views.parts import CurveChart, PublishedChart, SeriesChart, Table, Tone
from dashboard.views.project import ProjectView

Chart = SeriesChart | CurveChart | PublishedChart | ControlChart | Counterfactual

# Widths of columns are counted in signs; ROOM is what the paper holds of them on one line.
ROOM = 98
NARROW_COLUMN = 20
WIDEST_COLUMN = 45
GAP = 3
GAP_AFTER_NUMBERS = 6
BOLDER = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWords:
    """The words of a report that no view holds.

    `page` counts the pages, with `{page}` and `{pages}` in it. `chart_missing` says why a chart is not there, in one
    sentence for each reason; its table follows. `legend` explains the marks of a track by their names: `baseline`,
    `now` and `target`.
    """

    page: str
    legend: Sequence[tuple[str, str]]
    chart_missing: Mapping[Missing, str]

    def __post_init__(self) -> None:
        if lacking := [reason.value for reason in Missing if reason not in self.chart_missing]:
            message = f"ReportWords.chart_missing: no sentence for {', '.join(lacking)}. Give one for each Missing."
            raise ValueError(message)


def render(view: ProjectView, *, charts: Charts, words: ReportWords, as_of: date) -> bytes:
    """Return the report as PDF. The same view, words and day give the same bytes."""
    return typeset(_content(view, charts, words=words, as_of=as_of), as_of=as_of)


def _content(view: ProjectView, charts: Charts, *, words: ReportWords, as_of: date) -> dict[str, Any]:
    """Return what the template reads: the view without what is for the screen, the charts as drawings."""
    groups: dict[str, list[Chart]] = {
        "charts": [*view.series, *([view.curve] if view.curve else [])],
        "published": [view.published] if view.published else [],
        "controls": list(view.controls),
        "counterfactuals": list(view.counterfactuals),
    }
    drawn = _drawn([one for charts_ in groups.values() for one in charts_], view.language, charts, words)
    pictures = {name: [next(drawn) for _ in of_group] for name, of_group in groups.items()}
    return {
        "language": view.language,
        "programme": view.programme,
        "title": view.title,
        "meta": view.meta,
        "goal": view.goal,
        "made_up": view.made_up,
        "lead": view.lead,
        "notices": [divided(notice) for notice in view.notices],
        "cards": [asdict(card) for card in view.cards],
        "sure": asdict(view.sure),
        "ladders": [asdict(ladder) for ladder in view.ladders],
        "over_time": asdict(view.over_time),
        **pictures,
        "real": asdict(view.real),
        "cause": asdict(view.cause),
        "compared": [asdict(one) | {"table": one.table and _table(one.table)} for one in view.compared],
        "money": asdict(view.money),
        "worth": view.worth and _table(view.worth),
        "whom": asdict(view.whom),
        "waiting": asdict(view.waiting),
        "waits": [_table(one) for one in view.waits],
        "flow": view.flow and _table(view.flow),
        "beside": asdict(view.beside),
        "others": view.others and _table(view.others),
        "inside": asdict(view.inside),
        "monthly": asdict(view.monthly),
        "reach": view.reach and _table(view.reach),
        "breakdowns": [asdict(split) | {"table": _table(split.table)} for split in view.breakdowns],
        "left_out_heading": view.left_out_heading,
        "left_out_note": view.left_out_note,
        "left_out": _table(view.left_out),
        "origin_heading": view.origin_heading,
        "origin": [(name, divided(meaning)) for name, meaning in view.origin],
        "keywords": [card.title for card in view.cards],
        "as_of": {"year": as_of.year, "month": as_of.month, "day": as_of.day},
        "page": words.page,
        "legend": words.legend,
    }


def _drawn(views: Sequence[Chart], language: str, charts: Charts, words: ReportWords) -> Iterator[dict[str, Any]]:
    """Draw the charts one after another; once there is no browser, the others do not wait for it again."""
    gone: Missing | None = None
    for view in views:
        svg, missing = None, gone
        if gone is None:
            try:
                svg = _svg(view, language, charts)
            except ChartMissingError as error:
                missing = error.reason
                gone = None if error.reason is Missing.NOT_DRAWN else error.reason
        yield {
            "heading": view.heading,
            "caption": view.caption,
            "sentence": view.sentence,
            "icons": [_icon(icon) for icon in view.icons] if isinstance(view, ControlChart) else [],
            "notes": list(view.notes) if isinstance(view, ControlChart | Counterfactual) else [],
            "svg": svg,
            "missing": None if missing is None else words.chart_missing[missing],
            "table": _table(view.table),
        }


_SIGNS = {
    "better": ("↗", Tone.GOOD),
    "worse": ("↘", Tone.BAD),
    "other": ("◆", Tone.NEUTRAL),
    "ordinary": ("≈", Tone.NEUTRAL),
    "pass": ("✔", Tone.GOOD),
    "fail": ("✘", Tone.BAD),
    "inconsistent": ("↔", Tone.UNSURE),
}


def _icon(icon: Icon) -> dict[str, str]:
    sign, tone = _SIGNS[icon.code]
    return {"sign": sign, "tone": tone.value, "text": icon.text}


def _svg(view: Chart, language: str, charts: Charts) -> str:
    figure = _figure(view, language)
    size = figure["layout"]
    return charts.svg(figure, width=size["width"], height=size["height"]).decode()


def _figure(view: Chart, language: str) -> dict[str, Any]:
    if isinstance(view, SeriesChart):
        return series_figure(view, language=language, paper=True)
    if isinstance(view, CurveChart):
        return curve_figure(view, language=language, paper=True)
    if isinstance(view, ControlChart):
        return control_figure(view, language=language, paper=True)
    if isinstance(view, Counterfactual):
        return expected_figure(view, language=language, paper=True)
    return published_figure(view, language=language, paper=True)


def _table(table: Table) -> dict[str, Any]:
    """Return a table as the template reads it, with what share of the paper each column gets."""
    wished = [_wished(texts) for texts in zip(table.columns, *table.rows, strict=True)]
    numbers = table.numeric
    gaps = [GAP_AFTER_NUMBERS if at - 1 in numbers and at not in numbers else GAP for at in range(len(wished))]
    narrow = sum(width for width in wished if width <= NARROW_COLUMN)
    wide = sum(width for width in wished if width > NARROW_COLUMN)
    # Where not all fits, the wide columns give way: their texts break well, a month or a number does not.
    given = min(1.0, max(ROOM - narrow - sum(gaps), ROOM / 3) / wide) if wide else 1.0
    return {
        "caption": table.caption,
        "columns": [divided(column) for column in table.columns],
        "rows": [[divided(cell) for cell in row] for row in table.rows],
        "numeric": sorted(numbers),
        "widths": [
            gap + (width if width <= NARROW_COLUMN else width * given) for width, gap in zip(wished, gaps, strict=True)
        ],
    }


def _wished(texts: Sequence[str]) -> float:
    """Return how many signs wide a column would be: its longest text whole, its head in two lines or so."""
    head, *cells = texts
    words = max((len(word) for word in head.split()), default=0)
    longest = max(min(words, LONGEST_WHOLE) * BOLDER, len(head) / 2, *map(len, cells), 0)
    return min(longest, WIDEST_COLUMN)
