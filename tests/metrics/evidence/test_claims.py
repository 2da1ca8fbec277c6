"""Claims: all of the evidence put together, from records to what may be said."""

from __future__ import annotations

from datetime import date

import pytest

from metrics.estimators.target import share_probability
from metrics.evidence.agreement import PilotGroups
from metrics.evidence.claim import Move
from metrics.evidence.claims import claimed
from metrics.evidence.level import Hold, Level
from metrics.kpi import Direction
from metrics.kpis import KPIS
from metrics.periods import Grain, Period
from tests.metrics.builders import answers, cases, counts, decided, satisfied, scope
from tests.metrics.evidence.projects import (
    P90,
    SATISFACTION,
    START,
    YEAR_BEFORE,
    agreement,
    looked_at,
    months,
    started,
)

FIRST, LAST = YEAR_BEFORE.start, date(2026, 6, 1)
CHANNELS = {"website": 60, "desk": 40}
"""How many of a hundred are satisfied before the start, by channel."""


def noise(at):
    """Return ups and downs that are the same every time, without a trend."""
    return (at * 7) % 5 - 2


def answered(*, first=FIRST, jump=15, channels=None, n=100):
    """Return a hundred answers a month and channel: so many more of them satisfied from the start on."""
    rows = []
    for at, month in enumerate(months(first, LAST)):
        for name, before in (channels or CHANNELS).items():
            good = before + noise(at) + (jump if month >= START else 0)
            rows += satisfied(good * n // 100, n - good * n // 100, channel=name, answered_on=month)
    return answers(*rows)


def people(*, invited=250, customers=500, channels=None):
    """Return who came and who was invited, every month and through every channel."""
    return counts(
        *(
            {"event": event, "channel": name, "happened_on": month, "n": n}
            for month in months(FIRST, LAST)
            for name in channels or CHANNELS
            for event, n in (("customer", customers), ("invitation", invited))
            if n
        )
    )


def all_claims(*frames, scopes=None, agreements=None, grain=Grain.QUARTER):
    given = scopes or [started()]
    records = agreements or {"p": agreement()}
    headline = tuple(name for one in records.values() for name in one.kpis)
    seen = looked_at(*frames, scopes=given, grain=grain, headline=headline)
    wanted = [one for one in KPIS if one.name in headline]
    return claimed(seen, records, kpis=wanted, panels={}, spent={})


def claim(*frames, record=None, **asked):
    """Return the claim of the one project with the one KPI."""
    (found,) = all_claims(*frames, agreements={"p": record or agreement()}, **asked).claims
    return found


def holds(found):
    return {one.hold for one in found.held}


def test_a_jump_that_everything_supports_is_beyond_its_own_trend():
    found = claim(answered(), people())
    assert (found.level, found.move) == (Level.BEYOND_OWN_TREND, Move.BETTER)
    assert holds(found) == {Hold.NO_COMPARATORS, Hold.NO_LOT}
    # By hand: the three months of now have 15 more satisfied of 100, but for the ups and downs, which are 2 at most.
    assert found.now.held.value == pytest.approx(0.15, abs=0.02)
    assert found.year.held.value == pytest.approx(0.15, abs=0.005)
    assert found.trend.beyond
    assert found.trend.held
    assert len(found.trend.months) == 24


def test_one_month_fewer_before_the_start_keeps_it_a_change():
    found = claim(answered(first=date(2024, 8, 1)), people())
    assert found.level is Level.CHANGED
    assert Hold.SHORT_SERIES in holds(found)


def test_what_was_put_on_record_after_the_start_keeps_any_claim_down():
    late = agreement(registered_on=date(2025, 7, 2), targets={"satisfaction": 0.6})
    found = claim(answered(), people(), record=late)
    assert found.level is Level.DESCRIBED
    assert found.held[0].hold is Hold.NOT_REGISTERED


def test_a_target_counts_only_if_it_was_put_on_record_before_the_start():
    in_time, late = (
        claim(answered(), people(), record=agreement(registered_on=day, targets={"satisfaction": 0.6}))
        for day in (START, date(2025, 7, 2))
    )
    assert in_time.target_probability > 0.9
    assert late.target_probability is None


def test_a_target_that_was_agreed_on_another_scale_has_no_chance():
    then = satisfied(60, 40, answered_on=date(2025, 1, 1))
    same, other = (
        [
            {"value": high, "n": 60, "scale": scale, "answered_on": LAST},
            {"value": low, "n": 20, "scale": scale, "answered_on": LAST},
        ]
        for scale, high, low in (("1-5", 5, 1), ("1-10", 9, 3))
    )
    record = agreement(targets={"satisfaction": 0.7})
    found = claim(answers(*then, *other), record=record)
    assert found.target_probability is None
    assert Hold.SERIES_BREAK in holds(found)
    comparable = claim(answers(*then, *same), record=record)
    assert comparable.target_probability == share_probability(60, 80, target=0.7, direction=Direction.UP)


def test_a_target_for_another_kpi_is_no_target_of_this_one():
    found = claim(answered(), people(), record=agreement(targets={"clarity": 0.6}))
    assert found.target_probability is None


@pytest.mark.parametrize(
    ("invited", "customers", "hold"),
    [(None, 500, Hold.RESPONSE_UNKNOWN), (501, 600, Hold.LOW_RESPONSE), (250, None, Hold.UNWEIGHTED)],
)
def test_a_survey_that_was_not_asked_well_keeps_a_jump_a_change(invited, customers, hold):
    found = claim(answered(), people(invited=invited, customers=customers))
    assert found.level is Level.CHANGED
    assert hold in holds(found)


def test_five_hundred_invitations_for_a_hundred_answers_are_just_enough():
    found = claim(answered(), people(invited=500, customers=600))
    assert found.level is Level.BEYOND_OWN_TREND
    assert found.reached.response == pytest.approx(0.2)


def test_nothing_that_changed_is_described():
    found = claim(answered(jump=0), people())
    assert (found.level, found.move) == (Level.DESCRIBED, Move.NONE)
    assert Hold.NO_DIFFERENCE in holds(found)


def test_a_shift_between_channels_is_no_improvement():
    rows = []
    for month in months(FIRST, LAST):
        # Each channel goes down by 6 of 100, and far more come through the better one.
        later = month >= START
        for name, good, n in (("website", 80, 300 if later else 100), ("desk", 40, 100 if later else 300)):
            share = good - 6 if later else good
            rows += satisfied(share * n // 100, n - share * n // 100, channel=name, answered_on=month)
    found = claim(answers(*rows), people())
    assert found.now.crude.value > 0 > found.now.held.value
    assert found.now.reverses
    assert found.move is Move.WORSE


def test_a_baseline_that_was_withheld_is_not_shown_by_way_of_a_difference():
    rows = [*satisfied(5, 4, answered_on=date(2025, 1, 1)), *satisfied(60, 40, answered_on=LAST)]
    found = claim(answers(*rows))
    assert (found.now, found.year) == (None, None)
    assert found.level is Level.DESCRIBED
    assert Hold.NO_BASELINE in holds(found)


def test_without_a_figure_now_nothing_was_measured():
    found = claim(answers(*satisfied(60, 40, answered_on=date(2025, 1, 1))))
    assert found.level is Level.NOT_MEASURED
    assert found.held[0].hold is Hold.NO_FIGURE


def test_a_project_that_has_not_started_has_no_trend_and_no_year():
    found = claim(answered(), people(), record=agreement(started_on=None))
    assert (found.trend, found.year) == (None, None)
    assert Hold.NOT_STARTED in holds(found)
    to_come = claim(answered(), people(), record=agreement(started_on=date(2026, 9, 1)))
    assert to_come.level is Level.DESCRIBED
    assert Hold.NOT_STARTED in holds(to_come)


def test_other_calendar_months_on_both_sides_are_told():
    spring = Period(start=date(2024, 7, 1), end=date(2024, 9, 30))
    later = agreement(started_on=date(2026, 1, 1), registered_on=date(2026, 1, 1))
    assert claim(answered(), people(), record=later, scopes=[started(baseline=spring)]).season_differs
    assert not claim(answered(), people()).season_differs


def test_a_claim_from_answers_tells_who_was_reached_now_and_how_the_channels_differ():
    found = claim(answered(), people())
    assert (found.reached.start, found.reached.end) == (date(2026, 4, 1), date(2026, 6, 30))
    assert (found.reached.invited, found.reached.answered) == (1500, 600)
    assert found.fairness.worst == "desk"
    assert found.fairness.difference == pytest.approx(-0.1, abs=0.001)


def of_cases(days_before, days_after, *, still_open=0):
    rows = []
    for at, month in enumerate(months(date(2024, 1, 1), date(2026, 5, 1))):
        days = days_after if month >= START else days_before
        rows += decided(*range(1, days + noise(at)), received_on=month)
    return cases(*rows, *[{"received_on": date(2026, 5, 4)}] * still_open)


def test_a_lead_time_needs_no_survey_to_be_trusted():
    record = agreement(kpis=("lead_time_p90",))
    found = claim(of_cases(60, 40), record=record, scopes=[started(norm_days=30)])
    assert found.kpi == P90.name
    assert (found.move, found.reached) == (Move.BETTER, None)
    assert found.level >= Level.CHANGED
    assert not holds(found) & {Hold.RESPONSE_UNKNOWN, Hold.UNWEIGHTED}


def test_a_lead_time_with_most_cases_open_rests_on_few():
    record = agreement(kpis=("lead_time_p50",))
    # By hand: of the second quarter 78 or so are decided.
    few, many = (
        claim(of_cases(60, 40, still_open=count), record=record, scopes=[started(norm_days=30)]) for count in (10, 200)
    )
    assert Hold.MANY_OPEN not in holds(few)
    assert Hold.MANY_OPEN in holds(many)


def test_a_bad_month_just_before_the_start_warns_of_what_goes_back_by_itself():
    usual, bad = answered(), []
    for row in usual.iter_rows(named=True):
        extreme = row["answered_on"] == date(2025, 6, 1)
        bad.append({**row, "n": (5 if row["value"] == 5 else 95) if extreme else row["n"]})
    rows = [{name: value for name, value in row.items() if name != "month"} for row in bad]
    found = claim(answers(*rows), people())
    assert found.regression_to_the_mean
    assert Hold.EXTREME_START in holds(found)
    assert not claim(usual, people()).regression_to_the_mean


def test_every_project_has_a_claim_on_each_kpi_that_it_follows_and_has_records_of():
    two = [started(), scope(project="q", services=("parking",)), scope(project="r", services=("passports",))]
    records = {
        "p": agreement(kpis=("satisfaction", "clarity")),
        "q": agreement(project="q"),
        "r": agreement(project="r", kpis=("lead_time_p90",), started_on=None),
    }
    found = all_claims(answered(), scopes=two, agreements=records)
    assert [(one.project, one.kpi) for one in found.claims] == [("p", "satisfaction")]
    assert set(found.controls) == {("p", "satisfaction")}
    assert found.claims[0].kpi_version == SATISFACTION.version


def test_without_a_complete_month_there_is_a_claim_and_no_chart():
    young = [started(as_of=date(2025, 7, 20))]
    rows = answers(*satisfied(60, 40, answered_on=date(2025, 7, 2)))
    found = all_claims(rows, scopes=young)
    assert found.controls == {}
    assert [one.level for one in found.claims] == [Level.NOT_MEASURED]


@pytest.mark.parametrize("which", [one.name for one in KPIS if not one.contrast])
def test_every_kpi_that_a_project_may_follow_can_be_claimed(which):
    asked = [
        {"item": item, "scale": scale, "value": value, "n": 40, "answered_on": month}
        for month in months(FIRST, LAST)
        for item, scale, value in (
            *(("satisfaction", "1-5", value) for value in (1, 5)),
            *(("clarity", "1-5", value) for value in (1, 5)),
            *(("recommend", "0-10", value) for value in (2, 9)),
        )
    ]
    received = [
        row
        for month in months(FIRST, date(2026, 5, 1))
        for row in decided(
            *range(1, 31), received_on=month, due_on=month.replace(day=20), service_due_on=month.replace(day=15)
        )
    ]
    happened = [
        {"event": event, "gap_days": gap, "n": n, "happened_on": month}
        for month in months(FIRST, LAST)
        for event, gap, n in (
            ("contact", None, 30),
            ("contact", 3, 20),
            ("form_start", None, 90),
            ("form_end", None, 60),
        )
    ]
    found = claim(
        answers(*asked),
        cases(*received),
        counts(*happened),
        record=agreement(kpis=(which,)),
        scopes=[started(norm_days=20)],
        grain=Grain.MONTH,
    )
    # What is the same every month did not change, whatever the KPI.
    assert (found.kpi, found.move) == (which, Move.NONE)
    assert found.level <= Level.DESCRIBED


def test_what_would_tell_a_figure_that_is_not_shown_is_not_told_of_who_was_reached():
    # Seven answers in the last quarter, all good: with the response and its range one could work that out.
    invited = counts({"event": "invitation", "n": 8, "happened_on": LAST})
    found = claim(answers(*satisfied(7, 0, answered_on=LAST)), invited)
    assert (found.reached.answered, found.reached.lowest, found.reached.highest) == (7, None, None)
    fewer = claim(answers(*satisfied(4, 0, answered_on=LAST)), invited)
    assert (fewer.reached.answered, fewer.reached.response, fewer.reached.lowest) == (None, None, None)


@pytest.mark.parametrize(("new_days", "move"), [(10, Move.BETTER), (90, Move.WORSE)])
def test_a_lot_without_a_baseline_says_by_itself_which_way_it_went(new_days, move):
    received = [
        row
        for month in months(START, date(2026, 2, 1))
        for days, segment in ((new_days, "arm=new"), (40, "arm=old"))
        for row in decided(*range(days, days + 20), received_on=month, segments=segment)
    ]
    groups = PilotGroups(pilot="arm=new", control="arm=old", by_lot=True, registered_on=START)
    in_time, late = (
        claim(
            cases(*received),
            record=agreement(kpis=("lead_time_p90",), pilot=groups, registered_on=day),
            scopes=[scope()],
            grain=Grain.ALL,
        )
        for day in (START, None)
    )
    assert in_time.now is None
    assert (in_time.level, in_time.move) == (Level.BY_LOT, move)
    assert (late.level, late.move) == (Level.DESCRIBED, Move.NONE)
