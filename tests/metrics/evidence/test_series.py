"""Series: month by month on one definition throughout, at one mix of channels where that can be held."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.estimators.standardised_curve import standardised_percentile, standardised_within_norm
from metrics.evidence.series import series_of, shown_months
from metrics.evidence.windows import mix_months
from metrics.kpis import kpi
from metrics.periods import Grain, Period
from metrics.populations import key_of
from tests.metrics.builders import AS_OF, answers, cases, decided, quickly, satisfied, scope
from tests.metrics.evidence.projects import (
    MEAN,
    ON_TIME,
    P50,
    P90,
    SATISFACTION,
    WITHIN_NORM,
    channel_months,
    looked_at,
    months,
    population_of,
    weighing,
)

FIRST = date(2025, 1, 1)
SIXTEEN = months(FIRST, date(2026, 4, 1))
FIFTEEN = SIXTEEN[:15]


def shown(which, frame, **changed):
    one = scope(**changed)
    seen = looked_at(frame, scopes=[one], grain=Grain.MONTH, kpis=[which])
    return shown_months(seen.monthly, seen.found[key_of(which)], which)


def series(which, frame, *, came=None, **changed):
    one = scope(**changed)
    population = population_of(which, frame, scopes=[one])
    found = series_of(
        shown(which, frame, **changed),
        population,
        which,
        mixes=mix_months([one], population),
        weighing=came or weighing(),
    )
    return found.get("p")


def values(found):
    return {month: value for month, value in zip(found.months, found.values, strict=True) if value is not None}


def asked(some, **channels):
    return [
        row
        for month in some
        for name, (good, bad) in channels.items()
        for row in satisfied(good, bad, channel=name, answered_on=month)
    ]


def received(some, *days, **changed):
    return [row for month in some for row in decided(*days, received_on=month, **changed)]


def shown_starts(which, frame, **changed):
    return shown(which, frame, **changed)["period_start"].sort().to_list()


def test_only_complete_months_of_everybody_are_shown():
    rows = answers(*asked([date(2026, 5, 1), date(2026, 6, 1)], website=(30, 10), desk=(30, 10)))
    assert shown_starts(SATISFACTION, rows) == [date(2026, 5, 1), date(2026, 6, 1)]
    assert shown_starts(SATISFACTION, rows, as_of=date(2026, 6, 29)) == [date(2026, 5, 1)]
    assert set(shown(SATISFACTION, rows)["breakdown"]) == {"all"}


def test_a_baseline_is_no_month():
    rows = answers(*asked(SIXTEEN, website=(30, 10)))
    some = Period(start=FIRST, end=date(2025, 3, 31))
    assert shown_starts(SATISFACTION, rows, baseline=some)[:3] == SIXTEEN[:3]
    assert shown_starts(SATISFACTION, rows, baseline=some) == shown_starts(SATISFACTION, rows)


def test_the_instrument_names_scale_and_wording_and_is_unknown_for_a_gap():
    rows = [
        *asked([FIRST], website=(30, 10)),
        *({**row, "question": "Was it good?"} for row in asked([date(2025, 2, 1)], website=(30, 10))),
        *asked([date(2025, 4, 1)], website=(30, 10)),
    ]
    found = shown(SATISFACTION, answers(*rows), as_of=date(2025, 4, 30)).sort("period_start")
    assert found["instrument"].to_list() == ["1-5|", "1-5|Was it good?", None, "1-5|"]


def test_the_newest_months_of_a_lead_time_are_left_out_while_they_are_younger_than_the_norm():
    rows = cases(*received(months(date(2026, 1, 1), date(2026, 6, 1)), *[3] * 30))
    # By hand: from 30 April to 30 June are 61 days, from 31 March 91.
    for norm, newest in ((61, 4), (62, 3), (91, 3), (92, 2)):
        assert shown_starts(WITHIN_NORM, rows, norm_days=norm)[-1] == date(2026, newest, 1)
    assert shown_starts(WITHIN_NORM, rows) == []


def test_a_percentile_must_be_old_enough_for_one_and_a_half_times_itself_as_well():
    rows = cases(*received(months(date(2025, 10, 1), date(2026, 2, 1)), *[3] * 10, *[41] * 30))
    # By hand: nine in ten take 41 days, and one and a half times that is 61.5: the 61 days of April are too few.
    found = shown(P90, rows, norm_days=30).filter(pl.col("n") > 0)
    assert shown_starts(P90, rows, norm_days=30)[-1] == date(2026, 3, 1)
    assert found["value"].unique().to_list() == [41]
    assert shown_starts(P90, rows, norm_days=92)[-1] == date(2026, 2, 1)
    assert shown_starts(P90, rows)[-1] == date(2026, 3, 1)


def test_a_percentile_that_is_never_reached_follows_the_norm_or_shows_no_month():
    waiting = [{"received_on": month, "n": 60} for month in SIXTEEN]
    rows = cases(*received(SIXTEEN, *[3] * 20), *waiting)
    assert shown_starts(P90, rows, norm_days=61)[-1] == date(2026, 4, 1)
    assert shown_starts(P90, rows) == []


def test_cases_that_were_due_need_no_time_to_ripen():
    rows = cases(*received([date(2026, 5, 1)], *[3] * 30, due_on=date(2026, 6, 5)))
    assert shown_starts(ON_TIME, rows) == [date(2026, 6, 1)]


def test_a_series_of_answers_is_held_at_the_mix_of_who_came():
    shifting = [
        row
        for at, month in enumerate(SIXTEEN)
        for row in asked([month], website=(8 * (at + 5), 2 * (at + 5)), desk=(20, 30))
    ]
    came = weighing(channel_months(FIRST, date(2026, 4, 1), {"website": 10, "desk": 30}))
    found = series(SATISFACTION, answers(*shifting), came=came)
    # By hand: .25 x .8 + .75 x .4 in every month, however many more answer on the website.
    assert found.held
    assert list(values(found).values()) == pytest.approx([0.5] * 16)
    crude = series(SATISFACTION, answers(*shifting))
    assert not crude.held
    assert values(crude)[FIRST] == pytest.approx(60 / 100)
    assert values(crude)[SIXTEEN[-1]] == pytest.approx(180 / 250)


@pytest.mark.parametrize(("some", "held"), [(SIXTEEN, True), (FIFTEEN, False)])
def test_a_held_series_needs_sixteen_months_to_stand_in_for_the_crude_one(some, held):
    came = weighing(channel_months(some[0], some[-1], {"website": 10, "desk": 30}))
    found = series(SATISFACTION, answers(*asked(some, website=(40, 10), desk=(20, 30))), came=came)
    assert found.held is held
    assert list(values(found).values()) == pytest.approx([0.5 if held else 0.6] * len(some))


def test_a_channel_too_thin_in_one_month_is_put_together_throughout_and_named():
    rows = [
        *asked(SIXTEEN[:-1], website=(40, 10), desk=(5, 5), telephone=(5, 5)),
        *asked(SIXTEEN[-1:], website=(40, 10), desk=(4, 5), telephone=(4, 5)),
    ]
    came = weighing(channel_months(FIRST, SIXTEEN[-1], {"website": 20, "desk": 10, "telephone": 10}))
    found = series(SATISFACTION, answers(*rows), came=came)
    assert found.merged == ("desk+telephone",)
    assert values(found)[FIRST] == pytest.approx(0.65)
    # By hand: half of .8 and half of 8/18.
    assert values(found)[SIXTEEN[-1]] == pytest.approx(0.4 + 4 / 18)


def test_everybody_together_holds_no_mix():
    rows = asked(SIXTEEN, website=(40, 10), desk=(5, 4))
    came = weighing(channel_months(FIRST, SIXTEEN[-1], {"website": 10, "desk": 30}))
    found = series(SATISFACTION, answers(*rows), came=came)
    assert (found.held, found.merged) == (False, ())


def test_a_month_whose_figure_was_withheld_is_a_gap_in_the_held_series_as_well():
    early, last = date(2024, 9, 1), date(2026, 5, 1)
    rows = [*asked(months(early, SIXTEEN[-1]), website=(40, 10), desk=(20, 30)), *asked([last], website=(5, 4))]
    frame = answers(*rows)
    found = series(SATISFACTION, frame, came=weighing(channel_months(early, last, {"website": 10, "desk": 30})))
    withheld = shown(SATISFACTION, frame).filter(pl.col("value").is_null())["period_start"]
    assert found.held
    assert last in withheld.to_list()
    assert {month for month, value in zip(found.months, found.values, strict=True) if value is None} == set(withheld)


def test_a_series_stands_on_the_scale_and_wording_of_its_newest_month():
    rows = [
        *asked(SIXTEEN[:4], website=(40, 10)),
        *({**row, "scale": "1-10", "value": row["value"] * 2} for row in asked(SIXTEEN[4:6], website=(30, 10))),
    ]
    found = series(SATISFACTION, answers(*rows), as_of=date(2025, 6, 30))
    assert found.months == tuple(SIXTEEN[:6])
    assert found.values == (None, None, None, None, 0.75, 0.75)


def test_a_month_asked_in_two_ways_has_no_value():
    mixed = [*asked([FIRST], website=(40, 10)), *({**row, "question": "b"} for row in asked([FIRST], website=(9, 9)))]
    found = series(SATISFACTION, answers(*mixed, *asked(SIXTEEN[1:3], website=(30, 10))), as_of=date(2025, 3, 31))
    assert found.values == (None, 0.75, 0.75)


def test_decisions_that_were_due_are_held_at_the_mix_of_their_own_baseline():
    rows = []
    for month in SIXTEEN:
        due = month.replace(day=25)
        rows += received([month], *[20] * 30, *[27] * 10, due_on=due)
        rows += received([month], *[20] * 10, *[27] * 30, due_on=due, channel="desk")
    found = series(ON_TIME, cases(*rows))
    assert found.held
    assert set(values(found).values()) == {0.5}


def test_without_a_shown_month_there_is_no_series():
    assert series(P90, cases(*received(SIXTEEN, *[3] * 30)), as_of=FIRST) is None


def test_what_is_neither_average_nor_percentile_is_not_held():
    found = series(kpi("lead_time_mean"), cases(*received(SIXTEEN, *[3] * 30)), norm_days=30)
    assert not found.held
    assert set(values(found).values()) == {3.0}
    nps = [
        {"item": "recommend", "scale": "0-10", "value": value, "n": 60, "answered_on": month}
        for month in SIXTEEN
        for value in (9, 2)
    ]
    assert not series(kpi("nps"), answers(*nps)).held


def mean_series(*, as_of):
    came = weighing(channel_months(FIRST, SIXTEEN[-1], {"website": 30, "desk": 10}))
    return series(MEAN, answers(*asked(SIXTEEN, website=(30, 10), desk=(10, 30))), came=came, as_of=as_of)


def test_a_mean_is_held_like_a_share():
    found = mean_series(as_of=AS_OF)
    # By hand: .75 x 4 + .25 x 2.
    assert found.held
    assert list(values(found).values()) == pytest.approx([3.5] * 16)


def test_a_decision_on_the_very_day_of_the_norm_is_within_it():
    rows = [*received(SIXTEEN, *[30] * 10, *[31] * 10), *received(SIXTEEN, *[30] * 5, *[31] * 15, channel="desk")]
    found = series(WITHIN_NORM, cases(*rows), norm_days=30)
    # By hand: half of ten in twenty and half of five in twenty.
    assert found.held
    assert list(values(found).values()) == pytest.approx([0.375] * 16)


def test_a_month_in_which_a_case_went_out_of_sight_before_the_value_was_reached_is_a_gap():
    odd = date(2026, 1, 1)
    usual = [month for month in months(date(2024, 12, 1), SIXTEEN[-1]) if month != odd]
    rows = [*received(usual, *[3] * 20), *received(usual, *[5] * 30, channel="desk")]
    rows += [*received([odd], *[3] * 90), *received([odd], *[170] * 9, channel="desk")]
    # Still open after 156 days on 30 June.
    rows.append({"received_on": date(2026, 1, 25), "channel": "desk"})
    found = series(P50, cases(*rows), norm_days=30)
    # By hand: more than half come to the desk, where in January nobody was decided before day 170.
    assert found.held
    assert odd not in values(found)
    assert set(values(found).values()) == {5.0}
    assert len(values(found)) == 16


days = st.lists(st.tuples(st.integers(0, 120), st.integers(1, 30)), min_size=1, max_size=5)
channels = st.sampled_from([None, "website", "desk"])


@quickly
@given(st.dictionaries(st.tuples(st.integers(0, 18), channels), days, min_size=1, max_size=50), st.integers(5, 90))
def test_held_days_are_what_the_estimator_at_a_fixed_mix_gives(per_month, norm):
    some = months(FIRST, date(2026, 7, 1))
    given_rows = [
        {**row, "n": n}
        for (at, channel), waits in per_month.items()
        for wait, n in waits
        for row in decided(wait, received_on=some[at], channel=channel)
        if at < 17
    ]
    base = [
        row
        for month in SIXTEEN
        for one in ("website", "desk")
        for row in received([month], *[9] * 6, *[30] * 6, channel=one)
    ]
    rows = cases(*given_rows, *base)
    one = scope(norm_days=norm)
    population = population_of(P50, rows, scopes=[one])
    mixes = mix_months([one], population)
    # A second method: the estimator itself, on the rows by month and channel, at the mix of all months.
    strata = population.joint().with_columns(stratum=pl.col("channel").fill_null("unknown"))
    mix = strata.group_by("project", "stratum").agg(weight=pl.col("n").sum())
    by = ["project", "month"]
    for which in (P50, P90, WITHIN_NORM):
        found = series_of(shown(which, rows, norm_days=norm), population, which, mixes=mixes, weighing=weighing())
        if "p" not in found or not found["p"].held:
            continue
        expected = (
            standardised_within_norm(strata, by, mix=mix)
            if which is WITHIN_NORM
            else standardised_percentile(strata, by, mix=mix, share=which.estimator.share)
        )
        wanted = {row["month"]: row["value"] for row in expected.iter_rows(named=True) if row["value"] is not None}
        told = values(found["p"])
        assert told == pytest.approx({month: wanted[month] for month in told})
