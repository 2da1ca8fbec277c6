"""Figures: gaps stay gaps, nothing runs across a break, and paper needs no colour."""

from __future__ import annotations

from datetime import date

import pytest
from browser.sample_charts import breakdown, curve, points, published, series

from dashboard.figures.curve import curve_figure
from dashboard.figures.published import published_figure
from dashboard.figures.series import series_figure
from dashboard.figures.ticks import level_words, levels
from dashboard.views.parts import CurveLine, Mark


def made(gaps=(), soft=(), breaks=()):
    marks = (Mark(label="nulmeting 61 %", level=61), Mark(label="doel 62 %", level=62))
    return series(
        "Duidelijker",
        points(61, 70, 6, gaps=gaps, soft=soft),
        percent=True,
        axis=(40, 90),
        marks=marks,
        breaks=breaks,
    )


def trace(figure, uid):
    return next(one for one in figure["data"] if one["uid"] == uid)


def test_a_period_without_a_figure_stays_a_gap():
    line = trace(series_figure(made(gaps=(4,)), language="nl"), "line")
    assert line["connectgaps"] is False
    assert line["x"][4] is None
    assert len([y for y in line["y"] if y is not None]) == 33


def test_no_line_crosses_a_break():
    xs = trace(series_figure(made(breaks=(date(2025, 9, 1),)), language="nl"), "line")["x"]
    assert xs[xs.index("2025-08-01") + 1] is None


def test_a_lone_period_keeps_its_range():
    whisker = trace(series_figure(made(gaps=(4, 6)), language="nl"), "whisker")
    assert whisker["x"] == ["2024-06-01"]
    assert whisker["error_y"]["array"] == pytest.approx([6])


def test_an_indicative_figure_is_hollow_and_a_firm_one_filled():
    colours = trace(series_figure(made(soft=(3,)), language="nl", paper=True), "points")["marker"]["color"]
    assert colours[3] == "white"
    assert set(colours[:3]) == {"#0b5a8a"}


def test_labels_of_levels_that_lie_close_are_moved_apart():
    notes = series_figure(made(), language="nl")["layout"]["annotations"]
    heights = [one["y"] for one in notes if one["text"].startswith(("nulmeting", "doel"))]
    assert heights[1] - heights[0] == pytest.approx(0.15)


def test_no_line_of_an_event_runs_through_the_label_of_another():
    layout = series_figure(made(breaks=(date(2025, 9, 1),)), language="nl")["layout"]
    flags = {one["x"]: one["yshift"] for one in layout["annotations"] if "yshift" in one and one["x"] != 0}
    # Both labels run to the right: the line on the left must be the one that goes higher.
    assert flags["2025-03-12"] > flags["2025-09-01"]


def test_a_curve_goes_in_steps_and_its_lines_differ_in_more_than_colour():
    figure = curve_figure(curve(), language="nl", paper=True)
    lines = [trace(figure, role)["line"] for role in ("now", "baseline", "completed")]
    assert {line["shape"] for line in lines} == {"hv"}
    assert len({line["dash"] for line in lines}) == 3


def test_a_curve_that_has_not_reached_its_end_is_not_drawn_on():
    def line(last):
        return CurveLine(role="now", label="nu", days=[10, 40], decided=[30, last], low=[None] * 2, high=[None] * 2)

    def drawn(last):
        chart = curve()
        changed = type(chart)(**{name: getattr(chart, name) for name in chart.__slots__} | {"lines": (line(last),)})
        return trace(curve_figure(changed, language="nl"), "now")["x"]

    assert drawn(60)[-1] == 40
    assert drawn(100)[-1] == 160


def test_a_month_in_which_the_figures_part_is_marked():
    chart = published()
    assert len(trace(published_figure(chart, language="nl"), "parted")["x"]) == sum(p.differs for p in chart.points)


@pytest.mark.parametrize(("language", "word"), [("nl", "mrt<br>2024"), ("en", "Mar<br>2024")])
def test_months_are_named_in_the_language_of_the_page(language, word):
    chart = published()
    first = type(chart)(**{name: getattr(chart, name) for name in chart.__slots__} | {"points": chart.points[2:4]})
    assert word in published_figure(first, language=language)["layout"]["xaxis"]["ticktext"]


def test_figures_on_paper_have_a_size_and_answer_to_no_pointer():
    for figure in (
        series_figure(made(), language="nl", paper=True),
        curve_figure(curve(), language="nl", paper=True),
        published_figure(published(), language="nl", paper=True),
    ):
        assert figure["layout"]["width"] == 660
        assert figure["layout"]["hovermode"] is False
        assert figure["layout"]["paper_bgcolor"] == "white"
        assert figure["layout"]["font"]["family"] == "Noto Sans"


def test_only_traces_of_the_basic_bundle_are_used():
    figures = [series_figure(made(), language="nl"), curve_figure(curve(), language="nl")]
    assert {one["type"] for figure in figures for one in figure["data"]} == {"scatter"}
    assert breakdown().rows


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        ((0, 100), [0, 20, 40, 60, 80, 100]),
        ((78, 94), [80, 85, 90]),
        ((1, 5), [1, 2, 3, 4, 5]),
        ((4.1, 4.6), [4.1, 4.2, 4.3, 4.4, 4.5, 4.6]),
    ],
)
def test_an_axis_carries_round_levels(axis, expected):
    assert levels(axis) == expected


def test_levels_are_worded_in_the_language():
    assert level_words([4, 4.5], percent=False, language="nl") == ["4,0", "4,5"]
    assert level_words([1000], percent=False, language="en") == ["1,000"]
