"""Control charts of projects: limits from before the start, and whether the target is met from the months since."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.evidence.agreement import KpiRebase
from metrics.evidence.control import controls
from metrics.kpis import kpi
from metrics.periods import months_between
from metrics.variation.rebase import Rebase
from tests.metrics.builders import quickly
from tests.metrics.evidence.projects import MEAN, P90, SATISFACTION, agreement
from tests.metrics.variation.drawn import BASE

FIRST, START = date(2024, 7, 1), date(2025, 7, 1)
"""A year before the start, so that `BASE` fills it: mean 10, limits 4.68 and 15.32."""

SHOWN = {
    "project": pl.String,
    "kpi": pl.String,
    "period_start": pl.Date,
    "value": pl.Float64,
    "n": pl.Int64,
    "detail": pl.String,
    "instrument": pl.String,
}


def month(number):
    """Return a month, counted from the first."""
    return months_between(FIRST, date(2030, 1, 1))[number]


def shown(*values, which=MEAN, project="p", n=100, details=None, instruments=None):
    rows = [
        (
            project,
            which.name,
            month(at),
            value,
            n[at] if isinstance(n, list) else n,
            json.dumps(details[at]) if details else None,
            instruments[at] if instruments else "1-5|",
        )
        for at, value in enumerate(values)
    ]
    return pl.DataFrame(rows, schema=SHOWN, orient="row")


def chart(*values, which=MEAN, put_on_record=None, **changed):
    frame = shown(*values, which=which, **changed)
    record = put_on_record or of(which)
    (found,) = controls(frame, [which], {"p": record}).values()
    return found


def of(which=MEAN, **changed):
    return agreement(**{"kpis": (which.name,), "started_on": START, **changed})


def limits(dot):
    return tuple(None if one is None else round(one, 6) for one in (dot.mean, dot.low, dot.high))


def test_limits_rest_on_the_months_before_the_start():
    found = chart(*BASE, 30, 31, 29)
    # By hand: mean 10, every range 2, 2.66 ranges to either side; what came after changes nothing.
    assert {limits(dot) for dot in found.dots} == {(10, 4.68, 15.32)}
    assert found.frozen_until == date(2025, 6, 1)
    assert [dot.signal for dot in found.dots[-3:]] == ["outside"] * 3
    assert (found.variation, found.since) == ("improvement", START)


@quickly
@given(st.lists(st.floats(0, 100), min_size=1, max_size=12))
def test_no_month_after_the_start_moves_the_limits(later):
    assert {limits(dot) for dot in chart(*BASE, *later).dots} == {(10, 4.68, 15.32)}


def test_with_fewer_than_twelve_months_before_the_start_the_limits_rest_on_all():
    found = chart(*BASE[:11], 30, 30, put_on_record=of(started_on=month(11)))
    assert found.frozen_until is None
    # By hand: six times 9, five times 11 and twice 30.
    assert found.dots[0].mean == pytest.approx((54 + 55 + 60) / 13)


def test_a_month_that_is_not_known_is_none_of_the_twelve():
    found = chart(*BASE[:11], None, 30, 31)
    assert found.frozen_until is None
    assert found.missing_months == 1
    assert (found.dots[11].value, found.dots[11].signal, found.dots[11].mark) == (None, None, None)


def test_without_a_start_the_limits_rest_on_all_months():
    found = chart(*BASE, 30, 31, put_on_record=of(started_on=None))
    assert found.frozen_until is None
    assert found.dots[0].mean == pytest.approx(181 / 14)


@pytest.mark.parametrize(("count", "assurance"), [(7, None), (8, "pass")])
def test_whether_the_target_will_be_met_follows_from_eight_months_since_the_start(count, assurance):
    # By hand: 29 and 31 by turns have limits 24.68 and 35.32, above 12; those of the year before hold 12.
    after = [29, 31] * 4
    assert chart(*BASE, *after[:count], put_on_record=of(targets={MEAN.name: 12.0})).assurance == assurance


@pytest.mark.parametrize(("target", "assurance"), [(24.6, "pass"), (24.7, "inconsistent"), (35.4, "fail")])
def test_a_target_is_met_always_sometimes_or_never(target, assurance):
    assert chart(*BASE, *[29, 31] * 5, put_on_record=of(targets={MEAN.name: target})).assurance == assurance


def test_where_less_is_better_the_lower_side_is_the_good_one():
    found = chart(*BASE, *[1, 2] * 5, which=P90, put_on_record=of(P90, targets={P90.name: 5.0}))
    assert (found.assurance, found.variation) == ("pass", "improvement")
    assert chart(*BASE, *[30] * 3, which=P90).variation == "concern"


def test_where_nothing_is_frozen_all_months_tell_whether_the_target_will_be_met():
    record = of(started_on=None, targets={MEAN.name: 4.0})
    assert chart(*BASE, put_on_record=record).assurance == "pass"


def test_before_the_start_nothing_is_said_of_what_comes_after_it():
    found = chart(*BASE, put_on_record=of(targets={MEAN.name: 4.0}))
    assert found.assurance is None
    assert found.frozen_until == date(2025, 6, 1)
    assert (found.variation, found.since) == ("ordinary", None)


def test_without_a_target_nothing_is_said_of_it():
    assert chart(*BASE, *[29, 31] * 5).assurance is None


def rebase(number, *kpis):
    decision = Rebase(on=month(number), reason="A new system.", who="The board", decided_on=month(number))
    return KpiRebase(rebase=decision, kpis=kpis)


def test_a_rebase_that_was_put_on_record_starts_the_limits_anew():
    later = [29, 31] * 4
    found = chart(*BASE, *later, put_on_record=of(rebases=(rebase(12, MEAN.name),)))
    assert limits(found.dots[0]) == (10, 4.68, 15.32)
    assert limits(found.dots[12]) == (30, 24.68, 35.32)
    assert found.variation == "ordinary"
    untouched = chart(*BASE, *later, put_on_record=of(rebases=(rebase(12, "clarity"),)))
    assert limits(untouched.dots[12]) == (10, 4.68, 15.32)


def test_a_question_in_other_words_starts_the_limits_anew_and_a_gap_does_not():
    words = ["1-5|"] * 3 + [None] + ["1-5|"] * 8 + ["1-5|Was it good?"] * 8
    values = [*BASE[:3], None, *BASE[4:], *[29, 31] * 4]
    found = chart(*values, instruments=words, put_on_record=of(started_on=None))
    assert {dot.mean for dot in found.dots[:12]} == {found.dots[0].mean}
    assert limits(found.dots[12]) == (30, 24.68, 35.32)


def test_answers_that_were_asked_in_another_way_are_not_held_against_the_frozen_limits():
    words = ["1-5|"] * 12 + ["1-10|"] * 8
    found = chart(*BASE, *[29, 31] * 4, instruments=words, put_on_record=of(targets={MEAN.name: 12.0}))
    assert limits(found.dots[0]) == (10, 4.68, 15.32)
    assert limits(found.dots[12]) == (30, 24.68, 35.32)
    assert (found.variation, found.assurance) == ("ordinary", "pass")


def counted(hits, n, **more):
    """Return a share by month with its hits."""
    details = [{"hits": some, **{name: given[at] for name, given in more.items()}} for at, some in enumerate(hits)]
    return {"n": n, "details": details}


def test_a_share_of_small_numbers_that_differ_gets_a_chart_of_proportions():
    hits, n = [16, 30, 17, 29] * 3, [20, 40] * 6
    values = [some / many for some, many in zip(hits, n, strict=True)]
    found = chart(*values, which=SATISFACTION, put_on_record=of(SATISFACTION), **counted(hits, n))
    # By hand: 276 of 360; three standard deviations of a share of 20 and of 40.
    mean = 276 / 360
    half = [3 * (mean * (1 - mean) / many) ** 0.5 for many in (20, 40)]
    assert found.kind == "p"
    for dot, reach in zip(found.dots, half * 6, strict=True):
        assert (dot.mean, dot.low) == (pytest.approx(mean), pytest.approx(mean - reach))
        assert dot.high == pytest.approx(min(1.0, mean + reach))


def test_a_weighted_share_counts_for_as_many_answers_as_kish_says():
    hits, n = [99] * 12, [200] * 12
    details = counted(hits, n, n_eff=[20.0, 40.0] * 6)
    found = chart(*[0.75] * 12, which=SATISFACTION, put_on_record=of(SATISFACTION), **details)
    assert found.kind == "p"
    assert found.dots[0].value == pytest.approx(0.75)
    assert found.dots[1].low == pytest.approx(0.75 - 3 * (0.75 * 0.25 / 40) ** 0.5)


def test_large_numbers_get_limits_that_are_wider_than_chance():
    n = [1000, 3000] * 6
    values = [0.7, 0.8, 0.75, 0.72] * 3
    hits = [round(value * many) for value, many in zip(values, n, strict=True)]
    found = chart(*values, which=SATISFACTION, put_on_record=of(SATISFACTION), **counted(hits, n))
    assert found.kind == "laney_p"
    assert found.sigma_z > 1
    reach = found.dots[0].mean - found.dots[0].low
    chance = 3 * (found.dots[0].mean * (1 - found.dots[0].mean) / 1000) ** 0.5
    assert reach == pytest.approx(found.sigma_z * chance)


def test_even_numbers_and_what_is_no_share_get_limits_from_their_own_ups_and_downs():
    even = chart(
        *[0.74, 0.76] * 6, which=SATISFACTION, put_on_record=of(SATISFACTION), **counted([74, 76] * 6, [100] * 12)
    )
    assert (even.kind, even.sigma_z) == ("xmr", None)
    assert chart(*BASE, n=[20, 400] * 6).kind == "xmr"
    no_hits = chart(*[0.7, 0.8] * 6, which=kpi("lead_time_within_norm"), n=[20, 400] * 6)
    assert no_hits.kind == "xmr"


def test_a_run_that_reaches_over_the_start_stands_out_since_the_start():
    # By hand: three months above 10 before the start and five after it are one run of eight.
    before = [9, 11, 9, 11, 9, 11, 9, 9, 9, 11, 11, 11]
    found = chart(*before, *[11.5] * 5)
    assert [dot.signal for dot in found.dots[9:]] == ["shift"] * 8
    assert (found.variation, found.since) == ("improvement", START)


def test_a_run_that_was_there_before_the_start_stands_out_since_it_began():
    found = chart(*[9] * 7, *[11] * 7, *[11] * 3, put_on_record=of(started_on=month(14)))
    assert (found.variation, found.since) == ("improvement", month(7))


def test_a_month_before_the_start_that_stands_out_by_itself_is_where_it_began():
    found = chart(*BASE[:11], 40, 41, 42)
    assert found.dots[11].signal == "outside"
    assert (found.variation, found.since) == ("improvement", month(11))


def test_a_signal_after_the_start_stands_out_since_its_own_month():
    found = chart(*BASE, 10, 9, 30)
    assert (found.variation, found.since) == ("improvement", month(14))


def test_without_a_frozen_year_a_run_stands_out_since_it_began():
    found = chart(*[9, 11] * 4, *[30] * 8, put_on_record=of(started_on=None))
    assert (found.variation, found.since) == ("improvement", month(8))


def test_few_months_are_too_few_for_limits_and_twelve_are_on_trial():
    few, trial, firm = (chart(*[9, 11] * count, put_on_record=of(started_on=None)) for count in (3, 6, 7))
    assert (few.status, trial.status, firm.status) == ("too_few", "indicative", "ok")
    assert (trial.trial, firm.trial) == (True, False)


def test_months_that_never_differ_have_no_limits_and_no_verdict():
    found = chart(*[10] * 14, put_on_record=of(started_on=None, targets={MEAN.name: 12.0}))
    assert (found.no_limits, found.status) == ("no_movement", "undefined")
    assert (found.variation, found.assurance) == (None, None)
    assert limits(found.dots[0]) == (10, None, None)


def test_every_project_and_kpi_has_a_chart_of_its_own():
    frame = pl.concat(
        [shown(*BASE), shown(*[one + 20 for one in BASE], project="q"), shown(*[0.7, 0.8] * 6, which=SATISFACTION)]
    )
    both = of(kpis=(MEAN.name, SATISFACTION.name))
    found = controls(frame, [MEAN, SATISFACTION], {"p": both, "q": of(started_on=None)})
    assert {key: round(one.dots[0].mean, 6) for key, one in found.items()} == {
        ("p", MEAN.name): 10,
        ("q", MEAN.name): 30,
        ("p", SATISFACTION.name): 0.75,
    }
    assert {key: one.frozen_until for key, one in found.items()}["q", MEAN.name] is None


def test_a_kpi_that_no_project_follows_has_no_chart():
    assert controls(shown(*BASE), [MEAN], {"p": of(SATISFACTION)}) == {}
    assert controls(shown(), [MEAN], {"p": of()}) == {}
