"""Which figure of everybody leads: in proportion to who came wherever that can be had, and never giving away more."""

from __future__ import annotations

import json
from datetime import date
from math import sqrt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from metrics.estimate import Reason, Status
from metrics.evaluate import Seen, evaluated
from metrics.kpis import KPIS
from metrics.leading import ELSEWHERE, METHOD, THIN
from metrics.periods import Grain, Period
from tests.metrics.builders import (
    answers,
    cases,
    counted_by_kind,
    counts,
    decided,
    ends,
    pick,
    quickly,
    satisfied,
    scope,
    seen,
)

APRIL, MAY, JUNE = (date(2026, month, 1) for month in (4, 5, 6))
BASELINE = Period(start=date(2025, 10, 1), end=date(2025, 12, 31))
NOVEMBER = date(2025, 11, 1)


def asked(month, **channels):
    """Answers of a month: how many were satisfied and how many were not, by channel."""
    return [
        row
        for channel, (good, bad) in channels.items()
        for row in satisfied(good, bad, channel=channel, answered_on=month)
    ]


def came(month, **channels):
    """Customers of a month by channel."""
    return [{"event": "customer", "channel": name, "happened_on": month, "n": n} for name, n in channels.items()]


def led(rows, customers=(), *, segments=(), grain=Grain.MONTH, **changed):
    given_frames = [answers(*rows), *([counts(*customers)] if customers else [])]
    looked_at = Seen(
        scopes=[scope(**changed)],
        counted=counted_by_kind(*given_frames),
        digital=frozenset({"website"}),
        segments=segments,
    )
    return evaluated(looked_at, kpis=KPIS, grain=grain).evidence


def of(evidence, month=JUNE, kpi="satisfaction", **where):
    return pick(evidence, kpi, month, **{"grain": "month", **where})


def detail(row):
    return json.loads(row["detail"])


TWO_CHANNELS = {"website": (90, 10), "desk": (10, 10)}
MOST_AT_THE_DESK = {"website": 100, "desk": 300}


def test_answers_count_in_proportion_to_who_came():
    row = of(led(asked(JUNE, **TWO_CHANNELS), came(JUNE, **MOST_AT_THE_DESK)))
    # By hand: .25 x .9 + .75 x .5, where the crude figure is 100 of 120; Kish: 400^2 / (100^2/100 + 300^2/20).
    assert row["value"] == pytest.approx(0.6)
    assert detail(row)["crude"] == pytest.approx(100 / 120)
    assert detail(row)["n_eff"] == pytest.approx(160_000 / 4_600)
    assert row["low"] < 0.6 < row["high"]
    assert (row["method"], row["n"]) == (METHOD, 120)


def test_the_crude_figure_and_what_came_with_it_stay_beside():
    rows = asked(JUNE, **TWO_CHANNELS)
    crude, row = of(led(rows)), of(led(rows, came(JUNE, **MOST_AT_THE_DESK)))
    told = detail(row)
    assert (told["crude"], told["crude_low"], told["crude_high"]) == (crude["value"], crude["low"], crude["high"])
    assert {name: told[name] for name in ("scale", "question", "hits", "bottom")} == {
        "scale": "1-5",
        "question": None,
        "hits": 100,
        "bottom": 20,
    }


def test_the_interval_is_that_of_as_many_plain_answers_as_would_be_as_certain():
    row = of(led(asked(JUNE, website=(150, 50), desk=(75, 25)), came(JUNE, website=100, desk=100)))
    # By hand: .75 on both, of which the variance is p (1 - p) / (n - 1) each: as certain as 4 / (1/199 + 1/99) answers.
    n, z = 4 / (1 / 199 + 1 / 99), 1.959964
    # Wilson, written out.
    half = z * sqrt(0.75 * 0.25 / n + z**2 / 4 / n**2)
    low, high = ((0.75 + z**2 / 2 / n + sign * half) / (1 + z**2 / n) for sign in (-1, 1))
    assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-6)


def test_without_knowing_who_came_the_crude_figure_leads_and_says_so():
    row = of(led(asked(JUNE, **TWO_CHANNELS)))
    assert row["value"] == pytest.approx(100 / 120)
    assert detail(row)["unweighted"] == "no_volumes"
    assert "crude" not in detail(row)


def test_cases_tell_who_came_before_customers_do():
    received = cases(*decided(*[3] * 100, received_on=JUNE), *decided(*[3] * 100, received_on=JUNE, channel="desk"))
    frames = [answers(*asked(JUNE, **TWO_CHANNELS)), received, counts(*came(JUNE, **MOST_AT_THE_DESK))]
    looked_at = Seen(scopes=[scope()], counted=counted_by_kind(*frames), digital=frozenset({"website"}))
    # By hand: half of .9 and half of .5.
    assert of(evaluated(looked_at, kpis=KPIS, grain=Grain.MONTH).evidence)["value"] == pytest.approx(0.7)


@pytest.mark.parametrize(("bad", "leads"), [(5, True), (4, False)])
def test_every_channel_needs_ten_answers(bad, leads):
    row = of(led(asked(JUNE, website=(90, 10), desk=(5, bad)), came(JUNE, **MOST_AT_THE_DESK)))
    assert ("crude" in detail(row)) is leads
    assert detail(row).get("unweighted") == (None if leads else THIN)


def test_a_channel_whose_own_figure_was_withheld_is_never_a_stratum_by_itself():
    # Ten of ten satisfied is no figure to show: with the website's and the weighted figure it could be worked out.
    evidence = led(asked(JUNE, website=(90, 10), desk=(10, 0)), came(JUNE, **MOST_AT_THE_DESK))
    assert of(evidence, breakdown="channel=desk")["status"] == Status.HIDDEN
    assert detail(of(evidence))["unweighted"] == THIN
    assert of(evidence)["value"] == pytest.approx(100 / 110)


def test_thin_channels_that_are_not_digital_are_put_together_and_named():
    rows = asked(JUNE, website=(90, 10), desk=(4, 5), telephone=(5, 4))
    row = of(led(rows, came(JUNE, website=100, desk=200, telephone=100)))
    # By hand: .25 x .9 + .75 x 9/18.
    assert row["value"] == pytest.approx(0.6)
    assert detail(row)["merged"] == ["desk+telephone"]
    assert "strata_merged" in detail(row)["cautions"]


def test_answers_through_an_unknown_channel_are_left_out_and_told():
    rows = [*asked(JUNE, **TWO_CHANNELS), *satisfied(9, 3, channel=None, answered_on=JUNE)]
    row = of(led(rows, came(JUNE, **MOST_AT_THE_DESK)))
    assert row["value"] == pytest.approx(0.6)
    assert "answers_left_out" in detail(row)["cautions"]


def test_a_channel_that_is_hidden_to_protect_another_is_no_stratum_by_itself_either():
    # Five answers of an unknown channel are withheld, and so is a channel that would give them away.
    rows = [*asked(JUNE, **TWO_CHANNELS), *satisfied(3, 2, channel=None, answered_on=JUNE)]
    evidence = led(rows, came(JUNE, **MOST_AT_THE_DESK))
    channels = [of(evidence, breakdown=f"channel={name}")["status"] for name in ("website", "desk")]
    assert Status.HIDDEN in channels
    assert detail(of(evidence))["unweighted"] == THIN
    assert of(evidence)["value"] == pytest.approx(103 / 125)


def test_segments_are_weighted_by_as_well_where_they_are_named():
    rows = [
        *satisfied(45, 5, answered_on=JUNE, segments="customer=resident"),
        *satisfied(10, 40, answered_on=JUNE, segments="customer=business"),
    ]
    customers = [
        {"event": "customer", "channel": "website", "happened_on": JUNE, "n": n, "segments": f"customer={who}"}
        for who, n in (("resident", 100), ("business", 300))
    ]
    plain, by_segment = (of(led(rows, customers, segments=names)) for names in ((), ("customer",)))
    # By hand: 55 of 100, for all came through one channel; .25 x .9 + .75 x .2.
    assert plain["value"] == pytest.approx(0.55)
    assert by_segment["value"] == pytest.approx(0.375)


def months_and_baseline(**known):
    """Return evidence of the baseline and three months; `known` says of which the customers are known."""
    days = {"baseline": NOVEMBER, "april": APRIL, "may": MAY, "june": JUNE}
    rows = [row for day in days.values() for row in asked(day, **TWO_CHANNELS)]
    customers = [row for name, day in days.items() if known.get(name, True) for row in came(day, **MOST_AT_THE_DESK)]
    return led(rows, customers, baseline=BASELINE)


def leading(evidence):
    """Return of which periods the weighted figure leads, and why not of the others."""
    rows = evidence.filter(pl.col("kpi") == "satisfaction", pl.col("breakdown") == "all", pl.col("value").is_not_null())
    return {
        "baseline" if row["grain"] == "baseline" else row["period_start"]: detail(row).get("unweighted", "leads")
        for row in rows.sort("grain", "period_start").iter_rows(named=True)
        if row["grain"] == "baseline" or row["period_start"] >= APRIL
    }


def test_a_series_is_led_by_weighted_figures_in_its_baseline_and_its_months():
    assert set(leading(months_and_baseline()).values()) == {"leads"}


def test_an_old_month_without_volumes_stays_crude_while_the_others_lead():
    assert leading(months_and_baseline(april=False)) == {
        "baseline": "leads",
        APRIL: "no_volumes",
        MAY: "leads",
        JUNE: "leads",
    }


@pytest.mark.parametrize(("known", "unknown"), [("june", JUNE), ("baseline", "baseline")])
def test_no_month_is_led_where_the_newest_or_the_baseline_cannot_be(known, unknown):
    found = leading(months_and_baseline(**{known: False}))
    assert found.pop(unknown) == "no_volumes"
    assert set(found.values()) == {ELSEWHERE}


def test_a_month_that_runs_still_does_not_keep_the_others_from_being_led():
    rows = [*asked(MAY, **TWO_CHANNELS), *asked(JUNE, **TWO_CHANNELS)]
    evidence = led(rows, came(MAY, **MOST_AT_THE_DESK), as_of=date(2026, 6, 20))
    assert leading(evidence) == {MAY: "leads", JUNE: "no_volumes"}


def test_a_newest_month_that_was_withheld_does_not_decide_for_the_series():
    earlier = [date(2026, month, 1) for month in range(1, 6)]
    rows = [row for month in earlier for row in asked(month, **TWO_CHANNELS)] + asked(JUNE, desk=(5, 4))
    evidence = led(rows, [row for month in (*earlier, JUNE) for row in came(month, **MOST_AT_THE_DESK)])
    found = leading(evidence)
    assert JUNE not in found
    assert set(found.values()) == {"leads"}
    hidden = of(evidence)
    assert (hidden["status"], ends(hidden), hidden["detail"]) == (Status.TOO_FEW, (None, None, None), None)


def test_the_figures_of_channels_stay_as_they_were():
    rows = asked(JUNE, **TWO_CHANNELS)
    crude, weighted = (led(rows, customers) for customers in ((), came(JUNE, **MOST_AT_THE_DESK)))
    channels = pl.col("breakdown") != "all"
    assert_frame_equal(crude.filter(channels), weighted.filter(channels), check_row_order=False)


def test_few_effective_answers_make_the_figure_an_indication():
    row = of(led(asked(JUNE, website=(900, 100), desk=(5, 5)), came(JUNE, website=100, desk=300)))
    # By hand: Kish gives 400^2 / (100^2/1000 + 300^2/10), about 18 of 1010 answers.
    assert detail(row)["n_eff"] == pytest.approx(160_000 / 9_010)
    assert (row["status"], row["reason"]) == (Status.INDICATIVE, Reason.FEW_OBSERVATIONS)


def test_a_wide_interval_makes_a_share_an_indication_and_not_a_mean():
    evidence = led(asked(JUNE, **TWO_CHANNELS), came(JUNE, **MOST_AT_THE_DESK))
    row, mean = of(evidence), of(evidence, kpi="satisfaction_mean")
    # By hand: on 34.8 answers (Kish) a share of .6 reaches .15 to either side.
    assert (row["status"], row["reason"]) == (Status.INDICATIVE, Reason.WIDE_INTERVAL)
    # By hand: .25 x 4.6 + .75 x 3.
    assert (mean["value"], mean["status"], mean["reason"]) == (pytest.approx(3.4), Status.OK, None)
    assert mean["high"] - mean["low"] > 0.2


def test_a_firm_figure_is_firm():
    row = of(led(asked(JUNE, website=(900, 100), desk=(500, 500)), came(JUNE, website=100, desk=100)))
    assert (row["status"], row["reason"]) == (Status.OK, None)


def test_a_late_source_keeps_its_figure_late():
    row = of(led(asked(APRIL, **TWO_CHANNELS), came(APRIL, **MOST_AT_THE_DESK), fresh_within_days=5), APRIL)
    assert row["value"] == pytest.approx(0.6)
    assert (row["status"], row["reason"]) == (Status.STALE, Reason.SOURCE_LATE)


def test_what_is_no_average_of_answers_is_never_weighted():
    received = cases(*decided(*range(1, 61), received_on=date(2026, 2, 2)))
    looked_at = Seen(scopes=[scope()], counted=counted_by_kind(received), digital=frozenset())
    found = evaluated(looked_at, kpis=KPIS, grain=Grain.MONTH).evidence
    keys = ["kpi", "breakdown", "grain", "period_start"]
    assert_frame_equal(found.sort(keys), seen(received).sort(keys))


def test_without_records_there_is_nothing_to_lead():
    assert led([]).is_empty()
    nothing = evaluated(Seen(scopes=[scope()], counted={}), kpis=KPIS, grain=Grain.YEAR)
    assert nothing.evidence.is_empty()
    assert nothing.monthly.is_empty()
    assert nothing.counts.is_empty()


def test_only_headline_kpis_are_followed_by_month_where_another_grain_was_asked_for():
    frames = counted_by_kind(answers(*asked(APRIL, **TWO_CHANNELS)))
    looked_at = Seen(scopes=[scope()], counted=frames, headline=frozenset({"satisfaction"}))
    found = evaluated(looked_at, kpis=KPIS, grain=Grain.QUARTER)
    assert set(found.evidence["grain"]) == {"quarter"}
    assert set(found.monthly.select("kpi", "grain").rows()) == {("satisfaction", "month")}
    by_month = evaluated(looked_at, kpis=KPIS, grain=Grain.MONTH)
    assert by_month.monthly is by_month.evidence


few = st.integers(1, 4)
"""Two of these are fewer than ten answers, so that the figure of their channel is withheld."""


@quickly
@given(few, few, few, few, st.integers(1, 500), st.integers(1, 500))
def test_which_of_two_withheld_channels_an_answer_came_from_cannot_be_told(desk, no_desk, tel, no_tel, at_desk, called):
    # One satisfied answer moves from the desk to the telephone, and one that was not goes the other way.
    customers = came(JUNE, website=100, desk=at_desk, telephone=called)
    one = led(asked(JUNE, website=(60, 40), desk=(desk, no_desk), telephone=(tel, no_tel)), customers)
    two = led(asked(JUNE, website=(60, 40), desk=(desk - 1, no_desk + 1), telephone=(tel + 1, no_tel - 1)), customers)
    assert ends(of(one), 9) == ends(of(two), 9)
    assert detail(of(one)).keys() == detail(of(two)).keys()
