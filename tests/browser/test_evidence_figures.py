"""Figures of evidence: limits in steps of a month, marks by shape, a trend that is dashed where it is drawn on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from browser.sample_evidence import control, control_points, controls, counterfactuals, expected_points

from dashboard.figures.control import control_figure
from dashboard.figures.expected import expected_figure
from dashboard.figures.flags import Timeline
from dashboard.figures.framing import level_line, on_timeline
from dashboard.views.evidence import ControlPoint
from dashboard.views.parts import Mark

EVENTFUL = Timeline(
    periods=[(date(2026, month, 1), f"maand {month}") for month in range(1, 5)],
    axis=(0.0, 140.0),
    percent=False,
    unit="dagen",
    marks=[Mark(label="doel 80 dagen", level=80)],
    events=[Mark(label="start", day=date(2026, 3, 12))],
)


def trace(figure, uid):
    (found,) = [one for one in figure["data"] if one["uid"] == uid]
    return found


def uids(figure):
    return [one["uid"] for one in figure["data"]]


def point(month, value=80.0, limits=(70.0, 80.0, 90.0), mark="ordinary"):
    low, mean, high = limits
    day = date(2026, month, 1)
    return ControlPoint(
        start=day, label=f"m{month}", value=value, low=low, mean=mean, high=high, mark=mark, text=f"{month}: {value}"
    )


def chart_of(*points):
    made = control("satisfaction", "Tevredenheid", points, percent=True, told="x", target=None, icons=(), notes=())
    return replace(made, legend=[(mark, mark) for mark in dict.fromkeys(one.mark for one in points)])


# --- the control chart -------------------------------------------------------------------------------------------


def test_limits_are_steps_of_a_month_that_may_differ():
    figure = control_figure(chart_of(point(1), point(2, limits=(60.0, 75.0, 85.0))), language="nl")
    area = trace(figure, "limits-2025-12-17")
    forth = ["2025-12-17", "2026-01-17", "2026-01-17", "2026-02-16"]
    assert area["x"] == forth + forth[::-1]
    assert area["y"] == [90.0, 90.0, 85.0, 85.0, 60.0, 60.0, 70.0, 70.0]
    middle = trace(figure, "mean-2025-12-17")
    assert (middle["y"], middle["line"]["shape"], middle["line"]["dash"]) == ([80.0, 75.0, 75.0], "hv", "dash")


def test_no_limit_is_drawn_over_months_that_have_none():
    nothing = (None, None, None)
    figure = control_figure(chart_of(point(1), point(2, limits=nothing), point(3)), language="nl")
    assert [uid for uid in uids(figure) if uid.startswith("limits")] == ["limits-2025-12-17", "limits-2026-02-14"]
    without = control_figure(chart_of(point(1, limits=nothing)), language="nl")
    assert uids(without) == ["line", "ordinary"]


def test_a_month_without_a_figure_is_a_gap_and_has_no_mark():
    figure = control_figure(chart_of(point(1), point(2, value=None), point(3)), language="nl")
    line = trace(figure, "line")
    assert (line["y"], line["connectgaps"]) == ([80.0, None, 80.0], False)
    assert trace(figure, "ordinary")["x"] == ["2026-01-01", "2026-03-01"]


def test_marks_differ_in_shape_as_well_as_in_colour_and_stand_in_the_legend():
    marks = ("ordinary", "better", "worse", "other")
    made = chart_of(*(point(month, mark=mark) for month, mark in enumerate(marks, start=1)))
    figure = control_figure(made, language="nl")
    drawn = [trace(figure, mark) for mark in marks]
    assert [one["marker"]["symbol"] for one in drawn] == ["circle", "square", "diamond", "cross"]
    assert [one["text"] for one in drawn] == [["1: 80.0"], ["2: 80.0"], ["3: 80.0"], ["4: 80.0"]]
    assert [one["name"] for one in figure["data"] if one["showlegend"]] == list(marks)
    assert figure["layout"]["showlegend"]


def test_the_goal_is_a_line_over_the_whole_width_with_its_label():
    satisfied, waited, _ = controls()
    figure = control_figure(satisfied, language="nl")
    assert trace(figure, "target")["y"] == [85, 85]
    assert trace(figure, "target")["x"] == figure["layout"]["xaxis"]["range"]
    assert "doel<br>85 %" in [one["text"] for one in figure["layout"]["annotations"]]
    assert "dagen" in [one["text"] for one in control_figure(waited, language="nl")["layout"]["annotations"]]


def test_a_chart_without_a_goal_has_no_line_of_one():
    *_, unclear = controls()
    assert "target" not in uids(control_figure(unclear, language="nl"))


# --- what would have been ----------------------------------------------------------------------------------------


def test_the_trend_is_drawn_to_the_start_and_dashed_on_from_its_last_month():
    figure = expected_figure(counterfactuals()[0], language="nl")
    before, after = trace(figure, "before"), trace(figure, "expected")
    assert (before["x"][0], before["x"][-1], before["line"]["dash"]) == ("2024-01-01", "2025-03-01", "solid")
    assert (after["x"][0], after["x"][-1], after["line"]["dash"]) == ("2025-03-01", "2026-10-01", "dash")
    assert (before["showlegend"], after["name"]) == (False, "te verwachten zonder project")


def test_the_band_covers_the_months_after_the_start_and_nothing_else():
    band = trace(expected_figure(counterfactuals()[0], language="nl"), "band")
    days = band["x"][: len(band["x"]) // 2]
    assert (days[0], days[-1], len(days)) == ("2025-04-01", "2026-10-01", 19)
    # In April 2025 the trend stands at 82 + 15 x 0.05, with 4 on both sides.
    assert (band["y"][0], band["y"][-1]) == pytest.approx((86.75, 78.75))


def test_what_was_measured_is_drawn_only_where_it_was():
    points = trace(expected_figure(counterfactuals()[0], language="nl"), "points")
    assert len(points["x"]) == 32
    assert not {"2024-08-01", "2024-09-01"} & set(points["x"])
    assert points["name"] == "gemeten"


def test_a_trend_without_a_band_has_none():
    chart = replace(counterfactuals()[0], points=[replace(one, low=None) for one in expected_points((82, 88, 4))])
    assert "band" not in uids(expected_figure(chart, language="nl"))


def test_without_the_day_of_the_start_the_whole_trend_is_as_it_was_measured():
    chart = replace(counterfactuals()[0], start=Mark(label="start"))
    figure = expected_figure(chart, language="nl")
    assert len(trace(figure, "before")["x"]) == 34
    assert trace(figure, "expected")["x"] == ["2026-10-01"]
    assert "band" not in uids(figure)


# --- their frame -------------------------------------------------------------------------------------------------


def test_a_baseline_is_quiet_and_dashed_and_a_goal_solid():
    baseline, goal = (level_line(Mark(label="x", level=80), EVENTFUL, uid) for uid in ("baseline", "target"))
    assert (baseline["line"]["dash"], goal["line"]["dash"]) == ("dash", "solid")
    assert baseline["line"]["color"] != goal["line"]["color"]
    assert baseline["y"] == goal["y"] == [80, 80]


def test_what_stands_around_a_series_is_on_its_frame():
    figure = on_timeline(EVENTFUL, [], language="nl", paper=False, below=72)
    layout = figure["layout"]
    assert [one["text"] for one in layout["annotations"]] == ["doel<br>80 dagen", "start", "dagen"]
    assert [one["x0"] for one in layout["shapes"]] == ["2026-03-12"]
    assert (layout["margin"]["b"], layout["showlegend"]) == (72, False)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_on_paper_they_have_a_size_answer_to_no_pointer_and_need_the_basic_bundle_only(language):
    figures = [control_figure(chart, language=language, paper=True) for chart in controls()]
    figures += [expected_figure(chart, language=language, paper=True) for chart in counterfactuals()]
    for figure in figures:
        assert (figure["layout"]["width"], figure["layout"]["hovermode"]) == (660, False)
        assert {one["type"] for one in figure["data"]} == {"scatter"}


def test_the_samples_hold_every_mark_that_they_should():
    assert {one.mark for one in control_points((82, 88, 4), percent=True)} == {"ordinary", "better", "worse"}
