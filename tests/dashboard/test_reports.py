"""The report of a project: complete, readable for everybody, and the same as its page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dashboard.reports import typesetting
from dashboard.reports.browser import ChartMissingError, Charts, Missing
from dashboard.reports.letters import letters_of
from dashboard.reports.report import ReportWords, render
from dashboard.reports.typesetting import NotTypesetError
from dashboard.views.evidence import Icon
from dashboard.views.parts import Table
from dashboard.views.project import ProjectView
from tests.dashboard import page_reading
from tests.dashboard.report_reading import children, opened, page_runs, pages, squeezed, tags, text
from tests.dashboard.report_samples import (
    LANGUAGES,
    LONG_WORD,
    SIGNS,
    WORDS,
    bare_view,
    crowded_table,
    full_view,
    long_table,
    with_left_out,
)

AS_OF = date(2026, 9, 30)
MARGIN = 62.3
PAPER = 595.3


class CountedCharts(Charts):
    """A browser that is not there, or draws only the charts after the first; counts how often it was asked."""

    def __init__(self, reason: Missing, *, always: bool = True) -> None:
        super().__init__()
        self.asked = 0
        self._reason = reason
        self._always = always

    def svg(self, figure, *, width, height):
        self.asked += 1
        if self._always or self.asked == 1:
            raise ChartMissingError(self._reason, "No chart.")
        return super().svg(figure, width=width, height=height)


@pytest.fixture(scope="module")
def charts():
    with Charts() as opened_charts:
        yield opened_charts


@pytest.fixture(scope="module")
def reports(charts):
    return {language: printed(full_view(language), charts) for language in LANGUAGES}


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


def printed(view: ProjectView, charts: Charts | None = None) -> bytes:
    return render(view, charts=charts or CountedCharts(Missing.NO_BROWSER), words=WORDS[view.language], as_of=AS_OF)


def all_charts(view: ProjectView):
    return [*view.series, view.curve, view.published, *view.controls, *view.counterfactuals]


def monthly_tables(view: ProjectView) -> list[Table]:
    """The tables with a row a month, which a report keeps for its end."""
    return [view.flow, *(chart.table for chart in (*view.controls, *view.counterfactuals))]


def all_tables(view: ProjectView) -> list[Table]:
    """Every table of a report, in its order."""
    return [
        *(chart.table for chart in (*view.series, view.curve, view.published)),
        *(one.table for one in view.compared if one.table),
        view.worth,
        *(split.table for split in view.breakdowns),
        *view.waits,
        view.others,
        view.reach,
        view.left_out,
        *monthly_tables(view),
    ]


def report_headings(report: bytes) -> list[tuple[str, str]]:
    return [(tag.kind, str(tag.element.T)) for tag in tags(report, "H1", "H2", "H3")]


def test_a_report_knows_its_title_language_author_and_day(reports, language):
    document = opened(reports[language])
    view = full_view(language)
    assert str(document.docinfo.Title) == view.title
    assert str(document.docinfo.Author) == view.programme
    assert str(document.docinfo.CreationDate) == "D:20260930000000Z"
    assert str(document.docinfo.Keywords).split(", ") == [card.title for card in view.cards]
    assert str(document.Root.Lang) == language
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle)


def test_a_report_says_to_which_standards_it_keeps(reports, language):
    with opened(reports[language]).open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")


def test_the_headings_are_those_of_the_page_in_its_order_and_the_months_come_last(reports, language):
    view = full_view(language)
    assert report_headings(reports[language]) == [*page_reading.headings(view), ("H2", view.monthly.heading)]


def test_a_question_is_a_heading_and_what_answers_it_a_heading_below_it(reports, language):
    view = full_view(language)
    found = report_headings(reports[language])
    asked = [heading for kind, heading in found if kind == "H2"][len(view.cards) :]
    questions = (view.sure, view.over_time, view.real, view.cause, view.money, view.whom, view.waiting, view.beside)
    assert asked == [one.heading for one in (*questions, view.inside, view.monthly)]
    cause = found.index(("H2", view.cause.heading))
    answers = [*view.counterfactuals, *view.compared]
    assert found[cause + 1 : cause + 1 + len(answers)] == [("H3", one.heading) for one in answers]


def test_the_tables_with_a_row_a_month_stand_at_the_end(reports, language):
    view = full_view(language)
    _, _, end = text(reports[language]).partition(squeezed(view.monthly.intro[0]))
    captions = [end.index(squeezed(table.caption)) for table in monthly_tables(view)]
    assert captions == sorted(captions)
    for table in monthly_tables(view):
        assert [row for row in table.rows if squeezed("".join(row)) not in end] == []


def test_everything_is_tagged(reports, language):
    assert bool(opened(reports[language]).Root.MarkInfo.Marked)


def test_the_first_cell_of_every_row_is_the_header_of_its_row(reports, language):
    bodies = tags(reports[language], "TBody")
    assert len(bodies) == len(all_tables(full_view(language)))
    for body in bodies:
        for row in children(body):
            header, *cells = children(row)
            assert (header.kind, str(header.element.A.Scope)) == ("TH", "/Row")
            assert {cell.kind for cell in cells} == {"TD"}


def test_every_chart_and_every_line_is_said_in_words_as_on_the_page(reports, language):
    view = full_view(language)
    spoken = [str(figure.element.Alt) for figure in tags(reports[language], "Figure")]
    assert spoken == page_reading.pictures(view)
    assert {chart.sentence for chart in all_charts(view)} < set(spoken)


def test_every_word_of_the_page_is_in_the_report(reports, language):
    spoken = text(reports[language])
    said = page_reading.said(full_view(language))
    assert len(said) > 500
    assert [piece for piece in said if squeezed(piece) not in spoken] == []
    assert squeezed(SIGNS) in spoken


def test_what_a_ladder_says_is_in_the_report(reports, language):
    spoken = text(reports[language])
    for ladder in full_view(language).ladders:
        told = [ladder.level_text, ladder.sentence, *ladder.why_not, *ladder.what_would]
        told += [f"{rung.number}{rung.text}{rung.note or ''}" for rung in ladder.rungs]
        assert [piece for piece in told if squeezed(piece) not in spoken] == []


def test_a_ladder_without_reasons_has_no_label_of_reasons():
    view = full_view()
    ladder = replace(view.ladders[0], why_not=(), what_would=())
    spoken = text(printed(replace(bare_view(), ladders=[ladder])))
    assert squeezed(ladder.sentence) in spoken
    assert squeezed(ladder.why_not_label) not in spoken
    assert squeezed(ladder.what_would_label) not in spoken


def test_every_icon_of_a_control_chart_is_a_sign_with_its_words():
    signs = {
        "better": "↗",
        "worse": "↘",
        "other": "◆",
        "ordinary": "≈",
        "pass": "✔",
        "fail": "✘",
        "inconsistent": "↔",
    }
    chart = replace(full_view().controls[0], icons=[Icon(code=code, text=f"dit is {code}") for code in signs])
    view = replace(bare_view(), controls=[chart])
    spoken = text(printed(view))
    assert [code for code, sign in signs.items() if squeezed(f"{sign} dit is {code}") not in spoken] == []
    assert {f"dit is {code}" for code in signs} <= set(page_reading.said(view))


def test_every_row_of_every_table_is_in_the_report(reports, language):
    spoken = text(reports[language])
    for table in all_tables(full_view(language)):
        assert [row for row in table.rows if squeezed("".join(row)) not in spoken] == []


def test_no_letter_of_a_chart_is_lost(reports, language):
    view = full_view(language)
    labels = [line.label for line in view.curve.lines]
    labels += [mark.label for chart in (*view.series, *view.controls) for mark in (chart.target, *chart.events) if mark]
    labels += [name for chart in view.controls for _, name in chart.legend]
    labels += [label for chart in view.counterfactuals for label in (chart.measured_label, chart.expected_label)]
    labels += [chart.start.label for chart in view.counterfactuals]
    spoken = text(reports[language])
    assert [label for label in labels if squeezed(label) not in spoken] == []


def test_made_up_figures_and_the_page_are_told_on_every_page(reports, language):
    told = pages(reports[language])
    made_up = full_view(language).made_up
    for number, page in enumerate(told, start=1):
        assert squeezed(made_up) in page
        assert squeezed(WORDS[language].page.format(page=number, pages=len(told))) in page


def test_the_same_view_gives_the_same_bytes(charts):
    assert printed(full_view(), charts) == printed(full_view(), charts)


def test_a_table_of_a_thousand_rows_is_complete_under_a_head_on_every_page():
    table = long_table()
    report = printed(with_left_out(table))
    told = pages(report)
    assert [row for row in table.rows if squeezed("".join(row)) not in "".join(told)] == []
    assert all(squeezed("".join(table.columns)) in page for page in told[:-1])
    assert len(tags(report, "TR")) == len(table.rows) + 1


def test_nothing_runs_off_the_paper_however_long_the_words():
    runs = [run for page in page_runs(printed(with_left_out(crowded_table()))) for run in page]
    assert min(run.left for run in runs) >= MARGIN - 1
    assert max(run.right for run in runs) <= PAPER - MARGIN + 1


def test_a_month_or_a_number_stays_on_one_line_beside_long_heads_and_texts():
    heads = ("Maand", "deel dat tevreden was", "dezelfde formule, uit de antwoorden", "Berust op", "Opmerking")
    row = (
        "sep 2025",
        "89,5 – 91,2%",
        "21.426 antwoorden",
        "278 zaken",
        "Weinig waarnemingen: een aanwijzing, meer niet. " * 3,
    )
    runs = page_runs(printed(with_left_out(Table(caption="Krap", columns=heads, rows=[row]))))
    told = {run.text for page in runs for run in page}
    assert set(row[:4]) - told == set()


def test_a_cell_higher_than_a_page_goes_on_on_the_next_one():
    words = [f"woord{number:05d}" for number in range(3000)]
    table = Table(caption="Hoog", columns=("Wat", "Waarom"), rows=[("alles", " ".join(words))])
    report = printed(with_left_out(table))
    spoken = text(report)
    assert [word for word in words if word not in spoken] == []
    for runs in page_runs(report):
        foot = next(run for run in runs if "Pagina" in run.text)
        assert [run.text for run in runs if run.above < foot.above + 12 and run.above != foot.above] == []


@pytest.mark.parametrize("above", range(1, 9))
def test_a_question_stands_on_the_page_of_its_first_answer_however_much_is_above_it(charts, above):
    view = full_view()
    moved = replace(view, cards=view.cards[:1], ladders=(list(view.ladders) * above)[:above])
    told = pages(printed(moved, charts))
    (page,) = (page for page in told if squeezed(view.over_time.heading) in page)
    assert squeezed(view.series[0].heading) in page


def test_a_table_without_rows_is_not_printed():
    report = printed(bare_view())
    assert tags(report, "Table") == []
    assert squeezed(bare_view().left_out_note) in text(report)


def test_where_nothing_waits_nothing_else_was_measured_and_there_are_no_months_those_questions_are_not_asked():
    view = bare_view()
    found = [heading for _, heading in report_headings(printed(view))]
    assert found == [heading for _, heading in page_reading.headings(view)]
    assert {view.waiting.heading, view.beside.heading, view.monthly.heading} & set(found) == set()
    assert view.money.heading in found


def test_what_came_in_and_went_out_stands_at_the_end_without_any_chart():
    view = replace(bare_view(), flow=full_view().flow)
    report = printed(view)
    assert report_headings(report)[-1] == ("H2", view.monthly.heading)
    assert len(tags(report, "Table")) == 1


def test_without_a_browser_the_report_says_so_and_keeps_its_tables(language):
    view, words = full_view(language), WORDS[language]
    gone = CountedCharts(Missing.NO_BROWSER)
    spoken = text(printed(view, gone))
    assert spoken.count(squeezed(words.chart_missing[Missing.NO_BROWSER])) == len(all_charts(view))
    assert all(squeezed("".join(chart.table.rows[-1])) in spoken for chart in all_charts(view))
    assert gone.asked == 1


def test_a_chart_that_cannot_be_drawn_costs_no_other_chart():
    view = full_view()
    with CountedCharts(Missing.NOT_DRAWN, always=False) as first_fails:
        report = printed(view, first_fails)
    assert text(report).count(squeezed(WORDS["nl"].chart_missing[Missing.NOT_DRAWN])) == 1
    spoken = [str(figure.element.Alt) for figure in tags(report, "Figure")]
    assert [chart.sentence in spoken for chart in all_charts(view)] == [False, *[True] * 9]


def test_a_sign_that_no_font_has_is_a_box_and_costs_no_report():
    view = replace(bare_view(), title="Zo\u0308n 許可\U0001f3e0 loket\u0007\u200d", meta=("a\u3000b", "c\u202fd"))
    spoken = text(printed(view))
    assert "Zön□□□loket" in spoken
    assert squeezed("a b · c d") in spoken


def test_all_our_fonts_have_the_same_letters():
    letters = {letters_of(font) for font in typesetting.FONTS.glob("*.ttf")}
    assert len(letters) == 1
    assert letters.pop() >= set(map(ord, f"{LONG_WORD}{SIGNS}✔↗↘◆≈✘↔□"))


def test_a_warning_of_the_typesetter_is_an_error(monkeypatch, tmp_path: Path):
    (tmp_path / "report.typ").write_text('#set document(title: "x")\n#set text(font: "No such font")\nletters')
    monkeypatch.setattr(typesetting, "HERE", tmp_path)
    with pytest.raises(NotTypesetError, match="no such font"):
        printed(bare_view())


def test_words_must_say_why_a_chart_is_missing_for_every_reason():
    with pytest.raises(ValueError, match=r"no sentence for not_started, not_drawn\. Give one for each"):
        ReportWords(page="{page}", legend=(), chart_missing={Missing.NO_BROWSER: "There is no browser."})
