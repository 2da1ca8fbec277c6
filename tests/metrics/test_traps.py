"""The classic ways in which a figure goes wrong, each named after the wrong number it gives."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.connector import EVERYTHING
from connectors.files import Files
from metrics.breakdowns import UNKNOWN
from metrics.estimate import Reason, Status
from metrics.kpi import Cohort
from metrics.kpis import HEADLINE, KPIS
from metrics.periods import Grain, Period
from metrics.records import DAY, Kind, check
from tests.metrics.builders import answers, cases, decided, ends, pick, satisfied, scope, seen

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def test_an_empty_month_is_not_0_percent():
    evidence = seen(answers(*satisfied(40, 10), *satisfied(40, 10, answered_on=date(2026, 3, 9))))
    row = pick(evidence, "satisfaction", FEBRUARY)
    assert (row["status"], row["reason"], row["n"]) == (Status.NO_DATA, Reason.NOTHING_RECORDED, 0)
    assert ends(row) == (None, None, None)


def test_a_month_of_zero_counts_is_not_0_percent():
    row = pick(seen(answers(*satisfied(0, 0), *satisfied(9, 9, answered_on=date(2026, 2, 3)))), "satisfaction", JANUARY)
    assert (row["status"], row["value"], row["n"]) == (Status.NO_DATA, None, 0)


def test_an_answer_late_on_31_january_in_utc_does_not_make_a_figure_of_january(tmp_path):
    # 23:30 UTC is half past midnight on 1 February in Amsterdam.
    rows = "".join(f"{number},2026-01-31T23:30:00Z,5\n" for number in range(20))
    (tmp_path / "answers.csv").write_text(f"id,at,score\n{rows}")
    source = Files(
        folder=tmp_path,
        timezone="Europe/Amsterdam",
        path="answers.csv",
        record=Kind.ANSWERS,
        columns={"source_id": "id", "answered_on": "at", "value": "score"},
        constants={"service": "passports", "item": "satisfaction", "scale": "1-5"},
    )
    (page,) = source.fetch(EVERYTHING)
    accepted = check(source.parse(page).frames[Kind.ANSWERS], Kind.ANSWERS, latest=date(2026, 6, 30)).accepted
    evidence = seen(accepted.with_columns(month=accepted[DAY[Kind.ANSWERS]].dt.strftime("%Y-%m")))
    assert pick(evidence, "satisfaction", FEBRUARY)["n"] == 20
    assert JANUARY not in evidence["period_start"].to_list()


def test_answers_from_1_to_5_and_from_1_to_10_are_not_pooled_into_one_average():
    ten = {"scale": "1-10", "value": 8, "n": 50}
    evidence = seen(answers(*satisfied(40, 10), ten))
    for kpi in ("satisfaction", "satisfaction_mean", "satisfaction_weighted"):
        row = pick(evidence, kpi, JANUARY)
        assert (row["value"], row["status"], row["reason"]) == (None, Status.UNDEFINED, Reason.MIXED_SCALES)


def test_a_quarter_is_not_the_average_of_its_months_percentages():
    # By hand: 10 of 10, 10 of 90: together 20 of 100, while the average of 100 % and 11 % is 56 %.
    rows = [*satisfied(10, 0), *satisfied(10, 80, answered_on=date(2026, 2, 2))]
    assert pick(seen(answers(*rows), grain=Grain.QUARTER), "satisfaction", JANUARY)["value"] == pytest.approx(0.2)


def test_ninety_percent_within_10_days_is_not_said_while_half_of_the_cases_are_open():
    rows = [*decided(*[10] * 50), *[{}] * 50]
    evidence = seen(cases(*rows), scopes=[scope(norm_days=56)], grain=Grain.ALL)
    assert pick(evidence, "completed_p90")["value"] == 10
    assert (pick(evidence, "lead_time_p90")["value"], pick(evidence, "lead_time_p90")["reason"]) == (
        None,
        Reason.NOT_REACHED,
    )
    assert pick(evidence, "completed_within_norm")["value"] == 1.0
    assert pick(evidence, "lead_time_within_norm")["value"] == pytest.approx(0.5)


def test_a_figure_of_finished_cases_only_never_leads():
    contrasts = {kpi.name for kpi in KPIS if kpi.contrast}
    of_the_decided = {kpi.name for kpi in KPIS if kpi.cohort is Cohort.DECIDED}
    assert contrasts == of_the_decided >= {"completed_p90", "completed_net_p90", "completed_within_norm", "suspended"}
    assert not contrasts & {kpi.name for kpi in HEADLINE.values()}


def test_channels_add_up_to_everybody_also_where_the_channel_is_not_known():
    rows = answers(*satisfied(30, 10, channel=None), *satisfied(20, 20, channel="desk"))
    found = seen(rows).filter(kpi="satisfaction", period_start=JANUARY)
    counted = dict(found.select("breakdown", "n").iter_rows())
    assert counted == {"all": 80, "channel=desk": 40, f"channel={UNKNOWN}": 40}


def test_a_decision_after_the_as_of_day_does_not_count():
    rows = cases(*decided(*[30] * 40))
    day = scope(as_of=date(2026, 1, 31))
    assert pick(seen(rows, scopes=[day], grain=Grain.ALL), "lead_time_p50")["reason"] == Reason.ALL_OPEN
    assert seen(rows, scopes=[day], grain=Grain.ALL).filter(kpi="completed_p50").is_empty()
    later = pick(seen(rows, grain=Grain.ALL), "lead_time_p50")
    assert later["value"] == 30


def test_a_withdrawal_after_the_as_of_day_does_not_make_the_past_faster():
    gone = {"outcome": "withdrawn", "decided_on": date(2026, 5, 1), "n": 60}
    rows, then = cases(*decided(*[10] * 40), gone), scope(as_of=date(2026, 3, 31))
    assert pick(seen(rows, scopes=[then], grain=Grain.ALL), "lead_time_p90")["n"] == 100
    assert pick(seen(rows, grain=Grain.ALL), "lead_time_p90")["n"] == 40


@pytest.mark.parametrize("good", range(5))
def test_a_hidden_cell_does_not_show_its_number_nor_what_it_hides(good):
    row = pick(seen(answers(*satisfied(good, 4 - good))), "satisfaction", JANUARY)
    assert row["status"] == Status.HIDDEN
    assert [row[name] for name in ("value", "low", "high", "n", "support", "detail")] == [None] * 6


def test_an_average_of_4_does_not_tell_that_all_fifteen_gave_a_four():
    evidence = seen(answers({"value": 4, "n": 15}))
    for kpi in ("satisfaction", "satisfaction_mean", "satisfaction_weighted"):
        row = pick(evidence, kpi, JANUARY)
        assert (row["status"], row["value"], row["detail"]) == (Status.HIDDEN, None, None)


def test_a_service_named_twice_does_not_count_twice():
    twice = scope(services=("passports", "passports"))
    row = pick(seen(answers(*satisfied(30, 10)), scopes=[twice]), "satisfaction", JANUARY)
    assert row["n"] == 40


def test_0_percent_within_the_norm_is_not_said_of_cases_that_are_younger_than_the_norm():
    young = {"received_on": date(2026, 6, 20), "n": 49}
    rows = cases(young, {"received_on": date(2026, 4, 20)})
    row = pick(seen(rows, scopes=[scope(norm_days=56)], grain=Grain.ALL), "lead_time_within_norm")
    assert (row["value"], row["status"], row["n"]) == (None, Status.TOO_FEW, 50)


def test_on_time_is_not_stale_because_nothing_was_due_lately():
    # Received daily, due after 90 days: what is due by the as-of day was received long ago, the source is alive.
    old = [{"received_on": date(2026, 1, 5), "due_on": date(2026, 4, 5), "n": 40}]
    new = [{"received_on": date(2026, 6, 29), "due_on": date(2026, 9, 27)}]
    row = pick(seen(cases(*old, *new), scopes=[scope(fresh_within_days=45)], grain=Grain.ALL), "on_time")
    assert (row["newest_on"], row["value"], row["status"]) == (date(2026, 6, 29), 0.0, Status.OK)


def test_cases_do_not_wait_for_ever_because_their_source_fell_silent():
    silent, closed = [scope(fresh_within_days=45)], decided(*range(1, 41))
    row = pick(seen(cases(*closed, {"n": 30}), scopes=silent), "lead_time_p50", JANUARY)
    assert (row["status"], row["reason"]) == (Status.STALE, Reason.SOURCE_LATE)
    done = pick(seen(cases(*closed), scopes=silent), "lead_time_p50", JANUARY)
    assert (done["status"], done["value"]) == (Status.OK, 20)


def test_a_percentile_not_reached_because_the_source_fell_silent_is_stale_and_not_worse():
    rows = cases(*decided(*[10] * 40), {"n": 60})
    row = pick(seen(rows, scopes=[scope(fresh_within_days=45)]), "lead_time_p90", JANUARY)
    assert (row["status"], row["reason"], row["value"]) == (Status.STALE, Reason.SOURCE_LATE, None)


def test_a_baseline_is_not_moved_by_months_outside_it():
    baseline = Period(start=date(2025, 10, 1), end=date(2025, 12, 31))
    rows = [*satisfied(40, 10, answered_on=date(2025, 11, 5)), *satisfied(10, 40)]
    row = pick(seen(answers(*rows), scopes=[scope(baseline=baseline)]), "satisfaction", grain="baseline")
    assert (row["value"], row["n"]) == (0.8, 50)
