"""How the cells of a project add up."""

from __future__ import annotations

from datetime import date

import polars as pl

from metrics.disclosure.sums import over_breakdowns, over_time

QUARTERS = {
    "q1": ("quarter", date(2026, 1, 1), date(2026, 3, 31)),
    "q2": ("quarter", date(2026, 4, 1), date(2026, 6, 30)),
}
MONTHS = {
    "dec": ("month", date(2025, 12, 1), date(2025, 12, 31)),
    "jan": ("month", date(2026, 1, 1), date(2026, 1, 31)),
    "feb": ("month", date(2026, 2, 1), date(2026, 2, 28)),
    "apr": ("month", date(2026, 4, 1), date(2026, 4, 30)),
}
YEARS = {
    "2025": ("year", date(2025, 1, 1), date(2025, 12, 31)),
    "2026": ("year", date(2026, 1, 1), date(2026, 12, 31)),
}


def named(places, breakdowns=("all",)):
    rows = [
        {"grain": grain, "period_start": start, "period_end": end, "breakdown": one, "name": f"{name} {one}".strip()}
        for name, (grain, start, end) in places.items()
        for one in breakdowns
    ]
    return pl.DataFrame(rows)


def listed(sums):
    return {one.total: list(one.parts) for one in sums}


def timed(places):
    return {
        total.removesuffix(" all"): [part.removesuffix(" all") for part in parts]
        for total, parts in listed(over_time(named(places))).items()
    }


def test_a_quarter_is_its_months():
    assert timed({**MONTHS, **QUARTERS}) == {"q1": ["jan", "feb"], "q2": ["apr"]}


def test_a_year_is_its_quarters_and_not_its_months_again():
    assert timed({**MONTHS, **QUARTERS, **YEARS}) == {
        "q1": ["jan", "feb"],
        "q2": ["apr"],
        "2025": ["dec"],
        "2026": ["q1", "q2"],
    }


def test_everything_from_within_a_month_to_within_a_month_is_the_years():
    everything = {"ever": ("all", date(2025, 12, 15), date(2026, 4, 10))}
    assert timed({**MONTHS, **QUARTERS, **YEARS, **everything})["ever"] == ["2025", "2026"]


def test_a_baseline_is_the_longest_periods_that_lie_in_it():
    baseline = {"baseline": ("baseline", date(2025, 12, 1), date(2026, 3, 31))}
    assert timed({**MONTHS, **QUARTERS, **YEARS, **baseline})["baseline"] == ["2025", "q1"]
    across = {"baseline": ("baseline", date(2026, 2, 1), date(2026, 4, 30))}
    # By hand: the second quarter holds no other month than april.
    assert timed({**MONTHS, **QUARTERS, **YEARS, **across})["baseline"] == ["q2", "feb"]


def test_without_months_nothing_is_said_of_time():
    assert timed({**QUARTERS, **YEARS}) == {}


def test_a_period_before_the_first_month_is_no_sum():
    early = {"early": ("baseline", date(2024, 1, 1), date(2024, 12, 31))}
    assert timed({**MONTHS, **early}) == {}


def test_a_breakdown_that_a_month_does_not_have_adds_nothing():
    both = pl.concat(
        [
            named(MONTHS),
            named({"jan": MONTHS["jan"]}, ["channel=web"]),
            named(QUARTERS),
            named({"q1": QUARTERS["q1"]}, ["channel=web"]),
        ]
    )
    assert listed(over_time(both))["q1 channel=web"] == ["jan channel=web"]


def test_everybody_is_the_channels_and_the_values_of_each_segment():
    one = named(
        {"jan": MONTHS["jan"]}, ["all", "channel=web", "channel=unknown", "customer=resident", "customer=", "age=old"]
    )
    sums = [(found.total, list(found.parts)) for found in over_breakdowns(one)]
    assert sorted(sums) == [
        ("jan all", ["jan age=old"]),
        ("jan all", ["jan channel=web", "jan channel=unknown"]),
        ("jan all", ["jan customer=resident", "jan customer="]),
    ]
