"""Voorbeeldstad: every project gets the verdict and the level of evidence that its README promises.

What is expected follows from the truth that each project was made with (dashboard/demo/municipality.py). Figures at a
constant mix are worked out here a second time, with plain sums on the records.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from conftest import EXAMPLES

from config.programme import Programme
from dashboard.demo import SEED, generate
from dashboard.evaluating import look
from dashboard.exhibits import claims_in, controls_in, exhibits_by_project
from dashboard.findings import Kept, by_project, findings
from dashboard.wording.verdicts import verdict_word
from dashboard.wording.words import Words
from metrics.estimate import Estimate
from metrics.evidence.claim import Move
from metrics.evidence.level import Hold
from metrics.kpi import Unit
from metrics.kpis import kpi as kpi_of
from metrics.periods import Grain
from metrics.records import Kind
from metrics.store.exhibits import load_exhibits
from metrics.store.looks import Question, load_evidence
from metrics.store.programmes import stored_programmes
from metrics.variation.signals import Mark

PROJECTS = {
    1: "sneller-omgevingsvergunning",
    2: "digitaal-loket-burgerzaken",
    3: "bezwaar-binnen-de-termijn",
    4: "wmo-aanvraag-aan-huis",
    5: "duidelijke-brieven-bijstand",
    6: "meldingen-openbare-ruimte",
    7: "schuldhulp-eerste-gesprek",
    8: "parkeervergunning",
}
QUARTER = (date(2026, 7, 1), date(2026, 9, 30))
MEASURES = {
    "satisfaction": ("tevredenheid", "satisfaction"),
    "lead_time": ("doorlooptijd", "lead time"),
    "clarity": ("duidelijkheid", "clarity"),
}
BEHAVIOUR = ("contacts_per_hundred", "repeat_contact", "completion")


@pytest.fixture(scope="session")
def kept(workplace):
    """The evaluation of Voorbeeldstad, made once: its programme, and per project what was kept of it."""
    written = next(one for one in stored_programmes(workplace.engine) if one.name == "voorbeeldstad")
    programme = Programme.model_validate_json(written.content)
    found = look(workplace, programme, Question(programme=programme.name, grain=Grain(programme.period)))
    evidence = by_project(load_evidence(workplace.engine, found))
    exhibits = exhibits_by_project(load_exhibits(workplace.engine, found.number))
    return programme, {
        name: Kept(evidence=evidence[name], claims=claims_in(shown), controls=controls_in(shown))
        for name, shown in exhibits.items()
    }


@pytest.fixture(scope="session")
def found(kept):
    """The finding of each measure, by the number of the project."""
    programme, projects = kept
    return {
        number: {
            one.kpi.measure.value: one
            for one in findings(projects[name], programme, name, grain=Grain.QUARTER, as_of=QUARTER[1])
        }
        for number, name in PROJECTS.items()
    }


@pytest.fixture(scope="module")
def records():
    return generate(SEED)


def said(project):
    """The verdict and the level of each measure."""
    return {measure: (one.judged.verdict.value, int(one.claim.level)) for measure, one in project.items()}


def holds(finding):
    return {one.hold for one in finding.claim.held}


# --- the eight projects -------------------------------------------------------------------------------------------


def test_project_1_met_its_goals_and_changed_more_than_its_own_trend(found):
    assert said(found[1]) == {
        "satisfaction": ("goal_met", 3),
        "lead_time": ("goal_met", 3),
        "clarity": ("goal_met", 3),
    }
    assert all(one.claim.move is Move.BETTER and one.claim.trend.beyond for one in found[1].values())


def test_project_2_is_worse_at_a_constant_mix_though_its_crude_figure_rose(found):
    assert said(found[2]) == {
        "satisfaction": ("worse", 2),
        "lead_time": ("no_difference", 1),
        "clarity": ("no_difference", 1),
    }
    change = found[2]["satisfaction"].claim.now
    assert change.reverses
    assert change.crude.low > 0
    assert change.held.high < 0


def test_project_2_holds_the_mix_of_who_came_in_the_year_before_the_start(found, records):
    """Second method: the share of each channel, weighted by the cases of that channel in 2024."""
    year = (date(2024, 1, 1), date(2024, 12, 31))
    of_service = pl.col("service") == "burgerzaken"
    came = records[Kind.CASES].filter(of_service, pl.col("received_on").is_between(*year))
    weights = dict(came.group_by("channel").agg(pl.len() / came.height).iter_rows())

    def answers(between):
        asked = of_service & (pl.col("item") == "satisfaction") & pl.col("answered_on").is_between(*between)
        return records[Kind.ANSWERS].filter(asked).with_columns(content=pl.col("value") >= 4)

    def held(rows):
        shares = dict(rows.group_by("channel").agg(pl.col("content").mean()).iter_rows())
        return sum(weights[channel] * shares[channel] for channel in weights)

    change = found[2]["satisfaction"].claim.now
    assert change.crude.before == pytest.approx(answers(year)["content"].mean())
    assert change.crude.after == pytest.approx(answers(QUARTER)["content"].mean())
    assert change.held.before == pytest.approx(held(answers(year)))
    assert change.held.after == pytest.approx(held(answers(QUARTER)))


def test_project_3_is_worse_with_open_cases_in_it_though_its_finished_cases_look_better(found, kept):
    assert said(found[3]) == {
        "satisfaction": ("no_difference", 1),
        "lead_time": ("worse", 3),
        "clarity": ("no_difference", 1),
    }
    lead_time = found[3]["lead_time"]
    assert lead_time.kpi.name == "lead_time_within_norm"
    finished = {
        row["grain"]: row["value"]
        for row in kept[1][PROJECTS[3]].evidence
        if row["kpi"] == "completed_within_norm" and row["breakdown"] == "all"
    }
    # Rows are oldest first, so the quarter is the last one.
    assert finished["quarter"] > finished["baseline"] + 0.05
    assert lead_time.now.known.value < lead_time.baseline.known.value - 0.15


def test_project_4_has_too_little_to_say(found):
    assert said(found[4]) == dict.fromkeys(MEASURES, ("too_little", 0))
    for one in found[4].values():
        assert not isinstance(one.now.known, Estimate)
        assert one.claim.now is None
        assert one.claim.year is None
        assert one.claim.target_probability is None


def test_project_5_compares_nothing_across_the_break_of_its_series(found):
    assert said(found[5]) == {
        "satisfaction": ("series_break", 1),
        "lead_time": ("goal_met", 1),
        "clarity": ("series_break", 1),
    }
    for measure in ("satisfaction", "clarity"):
        claim = found[5][measure].claim
        assert claim.now is None
        assert claim.year is None
        assert claim.move is Move.NONE
        assert claim.target_probability is None
        assert Hold.SERIES_BREAK in holds(found[5][measure])


def test_project_6_changed_with_the_warning_that_an_extreme_goes_back_by_itself(found):
    assert said(found[6]) == {
        "satisfaction": ("on_its_way", 2),
        "lead_time": ("goal_met", 2),
        "clarity": ("goal_met", 2),
    }
    for one in found[6].values():
        assert one.claim.regression_to_the_mean
        assert Hold.EXTREME_START in holds(one)


def test_no_other_project_gets_the_warning_of_project_6(found):
    warned = {
        number for number, project in found.items() for one in project.values() if one.claim.regression_to_the_mean
    }
    assert warned == {6}


def test_project_7_shows_no_effect_beyond_the_trend_that_it_already_had(found):
    assert said(found[7]) == {
        "satisfaction": ("on_its_way", 2),
        "lead_time": ("goal_met", 2),
        "clarity": ("on_its_way", 2),
    }
    for one in found[7].values():
        assert one.claim.move is Move.BETTER
        assert not one.claim.trend.beyond
        assert Hold.OWN_TREND in holds(one)


def test_project_8_is_on_its_goals_with_ordinary_variation(found):
    assert said(found[8]) == dict.fromkeys(MEASURES, ("goal_met", 1))
    for one in found[8].values():
        assert one.claim.move is Move.NONE
        assert one.control.variation == Mark.ORDINARY.value
        assert one.control.dots[-1].mark == Mark.ORDINARY.value


# --- what residents did -------------------------------------------------------------------------------------------


def behaviour(kept, number, kpi):
    """The figures of a KPI for everybody: of the baseline and of the shown quarter."""
    rows = [row for row in kept[1][PROJECTS[number]].evidence if row["kpi"] == kpi and row["breakdown"] == "all"]
    baseline = next(row for row in rows if row["grain"] == Grain.BASELINE.value)
    return baseline, next(row for row in rows if row["period_start"] == QUARTER[0] and row["grain"] == "quarter")


@pytest.mark.parametrize("kpi", BEHAVIOUR)
@pytest.mark.parametrize("number", [one for one in PROJECTS if one != 4])
def test_every_project_but_the_small_one_has_firm_figures_of_what_residents_did(kept, number, kpi):
    assert [row["status"] for row in behaviour(kept, number, kpi)] == ["ok", "ok"]


@pytest.mark.parametrize("kpi", BEHAVIOUR)
def test_the_small_project_has_no_figure_of_what_residents_did_in_any_quarter(kept, kpi):
    rows = [row for row in kept[1][PROJECTS[4]].evidence if row["kpi"] == kpi and row["grain"] == "quarter"]
    assert rows
    assert all(row["value"] is None for row in rows)


def test_residents_had_to_come_back_as_often_as_plain_sums_say(kept, records):
    """Second method: gaps of 28 days and less, of contacts in the months that end 28 days or more before the last."""
    for number, service in ((1, "omgevingsvergunning"), (3, "bezwaar")):
        rows = records[Kind.COUNTS].filter(
            pl.col("service") == service,
            pl.col("event") == "contact",
            pl.col("happened_on").is_between(date(2026, 7, 1), date(2026, 8, 31)),
        )
        back = rows.filter(pl.col("gap_days") <= 28)["n"].sum()
        _, now = behaviour(kept, number, "repeat_contact")
        assert (now["n"], now["value"]) == (rows["n"].sum(), pytest.approx(back / rows["n"].sum()))


# --- the README ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def readme():
    text = (EXAMPLES / "voorbeeldstad" / "README.md").read_text(encoding="utf-8")
    return dict(zip(("nl", "en"), text.split("## In English"), strict=True))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("number", PROJECTS)
def test_the_readme_tells_what_the_product_says_of_every_measure(found, readme, number, measure, language):
    one = found[number][measure]
    words = Words(language=language)
    change = one.claim.now
    cells = (
        str(number),
        MEASURES[measure][language == "en"],
        verdict_word(words, one.judged.verdict).text,
        str(int(one.claim.level)),
        moved(change.crude, one.kpi, words) if change else "–",
        moved(change.held, one.kpi, words) if change and change.held else "–",
    )
    assert f"| {' | '.join(cells)} |\n" in readme[language]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("number", PROJECTS)
def test_the_readme_tells_what_residents_did(kept, readme, number, language):
    pairs = [behaviour(kept, number, kpi) for kpi in BEHAVIOUR]
    cells = ["–" if now["value"] is None else f"{of_100(was)} → {of_100(now)}" for was, now in pairs]
    assert f"| {number} | {' | '.join(cells)} |" in readme[language]


def of_100(row):
    return f"{row['value'] * (1 if kpi_of(row['kpi']).unit is Unit.PER_HUNDRED else 100):.0f}"


def moved(difference, kpi, words):
    if kpi.unit is Unit.SHARE:
        return f"{difference.before * 100:.0f} → {difference.after * 100:.0f}"
    return f"{difference.before:.0f} → {words.value(difference.after, kpi.unit)}"
