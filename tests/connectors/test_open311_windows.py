"""Open311: windows over a source that cuts long answers off without saying so."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from connectors.connector import EVERYTHING
from connectors.open311.windows import Read, Window, whole
from metrics.records import Kind
from tests.connectors.open311_site import City, many, open311
from tests.connectors.serving import serving

NEW_YEAR = datetime(2026, 1, 1, 9, tzinfo=UTC)


def ids_and_cuts(city: City, **changed):
    with serving(city) as site:
        connector = open311(site.url, first_day="2026-01-01", **changed)
        batches = [connector.parse(page) for page in connector.fetch(EVERYTHING)]
    ids = [one for batch in batches for one in batch.frames[Kind.CASES]["source_id"]]
    cuts = [one for batch in batches for one in batch.notices if one.code == "requests_cap_reached"]
    return ids, cuts, len(site.asked)


@pytest.mark.parametrize("cap", [50, 100, 137, 200, 250, 1000])
@pytest.mark.parametrize("newest_first", [False, True])
def test_every_request_is_found_whatever_the_cap_that_nobody_knows(cap, newest_first):
    rows = many(800, first=NEW_YEAR, minutes=240)
    ids, cuts, _ = ids_and_cuts(City(rows=rows, cap=cap, newest_first=newest_first))
    assert set(ids) == {row["service_request_id"] for row in rows}
    assert not cuts


def test_every_request_is_found_when_they_come_in_bursts():
    rows = [
        {**row, "service_request_id": f"{burst}-{row['service_request_id']}"}
        for burst in range(5)
        for row in many(180, first=NEW_YEAR + timedelta(days=40 * burst), minutes=4)
    ]
    ids, cuts, _ = ids_and_cuts(City(rows=rows, cap=50))
    assert set(ids) == {row["service_request_id"] for row in rows}
    assert not cuts


def test_an_answer_shorter_than_any_cap_is_not_asked_for_twice():
    ids, _, asked = ids_and_cuts(City(rows=many(120, first=NEW_YEAR, minutes=60 * 48)))
    assert len(ids) == 120
    assert asked == len({*range(asked)}) <= 5


def test_a_known_cap_spares_questions():
    rows = many(800, first=NEW_YEAR, minutes=240)
    *_, doubting = ids_and_cuts(City(rows=rows, cap=6260))
    ids, cuts, knowing = ids_and_cuts(City(rows=rows, cap=6260), cap=6260)
    assert (len(set(ids)), cuts) == (800, [])
    assert knowing < doubting


def test_an_hour_that_holds_more_than_the_cap_is_told():
    rows = many(300, first=NEW_YEAR, minutes=0.1)
    ids, cuts, asked = ids_and_cuts(City(rows=rows, cap=50))
    assert len(set(ids)) < 300
    assert cuts
    assert asked < 60


def test_a_server_that_looks_at_days_alone_is_not_asked_for_ever():
    rows = many(150, first=NEW_YEAR, minutes=5)
    ids, cuts, asked = ids_and_cuts(City(rows=rows, cap=50, whole_days=True))
    assert 50 <= len(set(ids)) < 150
    assert cuts
    assert asked < 60


def test_a_server_that_looks_at_days_alone_gives_all_where_no_day_is_too_full():
    rows = many(600, first=NEW_YEAR, minutes=180)
    ids, cuts, _ = ids_and_cuts(City(rows=rows, cap=50, whole_days=True))
    assert set(ids) == {row["service_request_id"] for row in rows}
    assert not cuts


def test_a_request_at_the_moment_where_two_windows_meet_is_not_lost():
    rows = many(4, first=datetime(2026, 4, 1, 8, tzinfo=UTC), minutes=1)
    rows[0]["requested_datetime"] = "2026-01-08T00:00:00-08:00"
    # FixMyStreet leaves out what came at the very end.
    ids, *_ = ids_and_cuts(City(rows=rows, end_is_out=True), window_days=7)
    assert set(ids) == {row["service_request_id"] for row in rows}


@pytest.mark.parametrize("seed", range(4))
def test_whatever_came_when_every_request_is_found_or_the_cap_is_told(seed):
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    for _ in range(100):
        cap = chance.choice([50, 63, 100, 137, 200, 250, 301, 500, 1000])
        days = sorted({chance.uniform(0, 300) for _ in range(chance.randint(1, 8))})
        moments = [
            NEW_YEAR + timedelta(days=day, minutes=chance.choice([0.2, 7, 45]) * place)
            for day in days
            for place in range(chance.choice([1, 40, cap - 1, cap, cap + 1, 3 * cap]))
        ]
        known = dict(enumerate(moments))
        found, cuts = set(), []
        span = Window(NEW_YEAR, NEW_YEAR + timedelta(420))
        for window, read, cut in whole(_answering(known, cap, chance), [span], days=89):
            found |= read.ids
            cuts += [window] if cut else []
        lost = [known[one] for one in known if str(one) not in found]
        assert not [one for one in lost if not any(window.begin <= one <= window.end for window in cuts)]
        assert len(cuts) <= len(moments) / cap * 2 + 1


def _answering(known, cap, chance):
    turned = chance.random() < 0.5

    def ask(window: Window) -> Read:
        within = [one for one, moment in known.items() if window.begin <= moment <= window.end]
        within.sort(key=known.__getitem__, reverse=turned)
        return Read(body=b"", requests=[{"service_request_id": one} for one in within[:cap]])

    return ask
