"""Voorbeeldstad: the records hold the eight truths that examples/voorbeeldstad/README.md tells.

Each truth is worked out here with plain sums on the frames, not with the product's own KPIs.
"""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pydantic import TypeAdapter

from connectors.connector import EVERYTHING
from connectors.files import Files
from dashboard.demo import FILES, FIRST_DAY, LAST_DAY, SEED, generate, write
from metrics.records import SCHEMAS, Kind, check, complete

EXAMPLE = Path(__file__).parents[2] / "examples" / "voorbeeldstad"
KINDS = (Kind.ANSWERS, Kind.CASES, Kind.COUNTS, Kind.SPENDING)
LATEST = (date(2026, 7, 1), date(2026, 9, 30))
YEAR_BEFORE = (date(2024, 4, 1), date(2025, 3, 31))
START = date(2025, 4, 1)


@pytest.fixture(scope="module")
def records():
    return generate(SEED)


def answers(records, service, item, between=(FIRST_DAY, LAST_DAY)):
    return records[Kind.ANSWERS].filter(
        pl.col("service") == service,
        pl.col("item") == item,
        pl.col("answered_on").is_between(*between),
    )


def cases(records, service, between=(FIRST_DAY, LAST_DAY), day="received_on"):
    kept = pl.col("outcome").is_null() | (pl.col("outcome") == "decided")
    days = (pl.col("decided_on") - pl.col("received_on")).dt.total_days()
    own = records[Kind.CASES].filter(pl.col("service") == service, pl.col(day).is_between(*between), kept)
    return own.with_columns(days=days)


def content(rows):
    """Share of 4 and 5."""
    return (rows["value"] >= 4).mean()


def by_month(rows, day, value):
    return rows.group_by(pl.col(day).dt.truncate("1mo").alias("month")).agg(value.alias("y")).sort("month")


def content_by_month(records, service, item):
    return by_month(answers(records, service, item), "answered_on", (pl.col("value") >= 4).mean())


def ninth_of_ten(rows):
    """Days within which 9 of 10 are decided, for cases that are all decided."""
    return rows["days"].quantile(0.9, interpolation="higher")


def within(rows, norm, seen_for):
    """Share decided within the norm, of cases that could be watched that long."""
    watched = rows.filter(pl.col("received_on") <= LAST_DAY - timedelta(days=seen_for))
    return ((watched["days"] <= norm).fill_null(value=False)).mean()


# --- the same for everybody ---------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_records(records):
    again = generate(SEED)
    for kind in KINDS:
        assert_frame_equal(again[kind], records[kind])


def test_another_seed_gives_other_records(records):
    other = generate(SEED + 1)
    assert not other[Kind.ANSWERS].equals(records[Kind.ANSWERS])
    assert not other[Kind.CASES].equals(records[Kind.CASES])


def test_the_records_of_a_project_do_not_depend_on_the_other_projects(records):
    alone = generate(SEED, projects=["parkeervergunning"])
    for kind in KINDS:
        assert_frame_equal(alone[kind], records[kind].filter(pl.col("service") == "parkeervergunning"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_row_passes_the_check(records, kind):
    assert records[kind].schema == SCHEMAS[kind]
    checked = check(
        complete(records[kind].with_columns(file=pl.lit("demo"), line=pl.lit(1)), kind), kind, latest=LAST_DAY
    )
    assert checked.rejected.height == 0
    assert_frame_equal(checked.accepted, records[kind])


def test_there_are_three_whole_years_of_single_records(records):
    size = sum(len(records[kind]) for kind in KINDS)
    assert 200_000 <= size <= 260_000
    assert records[Kind.ANSWERS]["n"].unique().to_list() == [1]
    months = records[Kind.CASES].group_by("service").agg(pl.col("received_on").dt.truncate("1mo").n_unique())
    assert months["received_on"].unique().to_list() == [36]
    assert records[Kind.CASES]["received_on"].min() == FIRST_DAY
    assert records[Kind.ANSWERS]["answered_on"].max() == LAST_DAY


def test_nothing_is_decided_at_the_weekend_or_after_the_last_day(records):
    decided = records[Kind.CASES]["decided_on"].drop_nulls()
    assert decided.dt.weekday().max() == 5
    assert decided.max() <= LAST_DAY


def test_an_open_case_has_no_outcome(records):
    still_open = records[Kind.CASES].filter(pl.col("decided_on").is_null())
    assert still_open.height > 1000
    assert still_open["outcome"].null_count() == still_open.height
    assert not still_open["reopened"].any()


def test_some_cases_are_withdrawn_or_reopened_and_some_channels_unknown(records):
    made = records[Kind.CASES]
    assert 0.01 < (made["outcome"] == "withdrawn").mean() < 0.03
    assert 0.005 < made["reopened"].mean() < 0.015
    unknown = made.filter(pl.col("channel").is_null())["service"].unique().sort().to_list()
    assert unknown == ["bezwaar", "bijstand", "meldingen"]


def test_nobody_answers_without_an_invitation_and_nobody_is_invited_who_did_not_come(records):
    stratum = ["service", "month", "channel", "segments"]
    counted = (
        records[Kind.COUNTS]
        .with_columns(month=pl.col("happened_on"))
        .pivot("event", index=stratum, values="n", aggregate_function="sum")
        .fill_null(0)
    )
    answered = (
        records[Kind.ANSWERS]
        .filter(pl.col("item") == "satisfaction")
        .group_by("service", pl.col("answered_on").dt.truncate("1mo").alias("month"), "channel", "segments")
        .agg(answered=pl.len())
    )
    joined = answered.join(counted, on=stratum, nulls_equal=True, how="left")
    assert (joined["answered"] <= joined["invitation"]).all()
    assert (counted["invitation"] <= counted["customer"]).all()


def test_every_project_books_about_what_it_was_given(records):
    budgets = {slug: project["budget"] for slug, project in programme()["projects"].items()}
    booked = dict(records[Kind.SPENDING].group_by("project").agg(pl.col("amount").sum().cast(pl.Float64)).iter_rows())
    assert booked.keys() == budgets.keys()
    for slug, budget in budgets.items():
        assert 0.8 < booked[slug] / budget < 1.05


# --- the eight truths ---------------------------------------------------------------------------------------


def test_1_is_really_faster_and_clearer_from_one_month_to_the_next(records):
    service = "omgevingsvergunning"
    clear = content_by_month(records, service, "clarity")
    before, after = clear.filter(pl.col("month") < START)["y"], clear.filter(pl.col("month") >= START)["y"]
    assert (len(before), len(after)) == (18, 18)
    assert before.max() < after.min()
    assert ninth_of_ten(cases(records, service, YEAR_BEFORE)) >= 65
    followed = cases(records, service, (START, LAST_DAY - timedelta(days=120)))
    assert followed["days"].null_count() / len(followed) < 0.001
    assert ninth_of_ten(followed) <= 47


def test_2_looks_better_but_is_worse_when_the_mix_is_held_constant(records):
    def by_channel(between):
        rows = answers(records, "burgerzaken", "satisfaction", between)
        shares = dict(rows.group_by("channel").agg((pl.col("value") >= 4).mean()).iter_rows())
        mix = dict(rows.group_by("channel").agg(pl.len() / rows.height).iter_rows())
        return content(rows), shares, mix

    crude_before, before, mix_before = by_channel((date(2024, 1, 1), date(2024, 12, 31)))
    crude_now, now, mix_now = by_channel(LATEST)
    assert crude_now - crude_before > 0.05
    assert now["website"] > before["website"]
    assert all(now[channel] < before[channel] - 0.04 for channel in ("telefoon", "balie", "post"))
    assert mix_now["website"] > 2 * mix_before["website"]
    constant = sum(mix_before[channel] * now[channel] for channel in before)
    assert constant - crude_before < -0.05
    received = cases(records, "burgerzaken", LATEST)
    of_cases = dict(received.group_by("channel").agg(pl.len() / received.height).iter_rows())
    assert sum(of_cases[channel] * now[channel] for channel in now) < crude_before


def test_3_finishes_fast_what_it_finishes_while_the_pile_grows(records):
    done_before = cases(records, "bezwaar", YEAR_BEFORE, day="decided_on")
    done_now = cases(records, "bezwaar", LATEST, day="decided_on")
    assert ninth_of_ten(done_now) < ninth_of_ten(done_before) - 8
    assert within(cases(records, "bezwaar", YEAR_BEFORE), 42, seen_for=42) > 0.83
    assert within(cases(records, "bezwaar", LATEST), 42, seen_for=42) < 0.72

    def open_on(day):
        rows = cases(records, "bezwaar", (FIRST_DAY, day))
        return rows.filter(pl.col("decided_on").is_null() | (pl.col("decided_on") > day)).height

    pile = [open_on(date(2025, month, 1)) for month in (4, 7, 10)] + [
        open_on(date(2026, month, 1)) for month in (1, 4, 7)
    ]
    assert pile == sorted(pile)
    assert pile[-1] > 4 * pile[0]


def test_4_has_too_few_answers_and_cases_in_every_quarter(records):
    def quarters(rows, day):
        return rows.group_by(pl.col(day).dt.truncate("1q")).len()["len"]

    answered = quarters(answers(records, "wmo-aan-huis", "satisfaction"), "answered_on")
    assert answered.max() < 10
    assert answered.min() < 5
    assert quarters(cases(records, "wmo-aan-huis"), "received_on").max() < 10


def test_5_asks_from_1_to_10_from_one_day_on_in_other_words(records):
    changed = date(2025, 7, 1)
    for item in ("satisfaction", "clarity"):
        old = answers(records, "bijstand", item, (FIRST_DAY, changed - timedelta(days=1)))
        new = answers(records, "bijstand", item, (changed, LAST_DAY))
        assert old.select("scale", "question").unique().rows() == [("1-5", f"{item}-2023")]
        assert new.select("scale", "question").unique().rows() == [("1-10", f"{item}-2025")]
        # A naive dashboard: the average nearly doubles, "the top marks" fall, and neither says anything.
        assert new["value"].mean() > 1.7 * old["value"].mean()
        assert (new["value"] >= 8).mean() < content(old) - 0.1
    others = records[Kind.ANSWERS].filter(pl.col("service") != "bijstand")
    assert others["scale"].unique().to_list() == ["1-5"]


def test_6_started_after_its_worst_month_and_is_back_where_it_always_was(records):
    content_months = content_by_month(records, "meldingen", "satisfaction")
    worst = content_months.sort("y").row(0, named=True)
    assert worst["month"] == date(2025, 3, 1)
    usual = content_months.filter(~pl.col("month").is_between(date(2025, 1, 1), date(2025, 4, 1)))
    assert worst["y"] < usual["y"].mean() - 5 * usual["y"].std()
    before = answers(records, "meldingen", "satisfaction", (FIRST_DAY, date(2024, 12, 31)))
    after = answers(records, "meldingen", "satisfaction", (date(2025, 5, 1), LAST_DAY))
    assert abs(content(after) - content(before)) < 0.02
    baseline = answers(records, "meldingen", "satisfaction", (date(2025, 1, 1), date(2025, 3, 31)))
    assert content(answers(records, "meldingen", "satisfaction", LATEST)) > content(baseline) + 0.1


def test_7_improves_at_the_same_pace_before_and_after_the_start(records):
    months = content_by_month(records, "schuldhulp", "satisfaction")["y"].to_numpy()
    before, after = np.polyfit(np.arange(18), months[:18], 1)[0], np.polyfit(np.arange(18), months[18:], 1)[0]
    assert 0.002 < before < 0.010
    assert 0.002 < after < 0.010
    before_rows = answers(records, "schuldhulp", "satisfaction", YEAR_BEFORE)
    assert content(answers(records, "schuldhulp", "satisfaction", LATEST)) > content(before_rows) + 0.05


def test_8_meets_its_targets_in_every_quarter_with_the_whole_interval(records):
    targets = programme()["projects"]["parkeervergunning"]["targets"]
    for item in ("satisfaction", "clarity"):
        rows = answers(records, "parkeervergunning", item)
        quarters = rows.group_by(pl.col("answered_on").dt.truncate("1q")).agg(
            p=(pl.col("value") >= 4).mean(),
            n=pl.len(),
        )
        below = quarters["p"] - 1.96 * (quarters["p"] * (1 - quarters["p"]) / quarters["n"]).sqrt()
        assert len(quarters) == 12
        assert below.min() > targets[item]
    finished = cases(records, "parkeervergunning", (FIRST_DAY, LAST_DAY - timedelta(days=100)))
    quarters = finished.group_by(pl.col("received_on").dt.truncate("1q")).agg(
        pl.col("days").quantile(0.9, interpolation="higher"),
    )
    assert quarters["days"].max() <= targets["lead_time_p90"] - 1


@pytest.mark.parametrize(
    ("service", "item", "before"),
    [
        ("omgevingsvergunning", "clarity", YEAR_BEFORE),
        ("omgevingsvergunning", "satisfaction", YEAR_BEFORE),
        ("burgerzaken", "satisfaction", (date(2024, 1, 1), date(2024, 12, 31))),
        ("meldingen", "satisfaction", (date(2025, 1, 1), date(2025, 3, 31))),
        ("schuldhulp", "satisfaction", YEAR_BEFORE),
    ],
)
def test_the_readme_gives_the_figures_that_the_records_hold(records, service, item, before):
    was = round(100 * content(answers(records, service, item, before)))
    now = round(100 * content(answers(records, service, item, LATEST)))
    text = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    assert f"van {was} naar {now}" in text
    assert f"from {was} to {now}" in text


# --- files --------------------------------------------------------------------------------------------------


def programme():
    return tomllib.loads((EXAMPLE / "programme.toml").read_text(encoding="utf-8"))


def test_the_programme_reads_what_was_written_and_loses_nothing(records, tmp_path):
    write(tmp_path / "data", seed=SEED)
    read = {kind: [] for kind in KINDS}
    for block in programme()["sources"].values():
        settings = {key: value for key, value in block.items() if key != "kind"}
        source = TypeAdapter(Files).validate_python({**settings, "folder": tmp_path, "timezone": "Europe/Amsterdam"})
        (page,) = source.fetch(EVERYTHING)
        batch = source.parse(page)
        kind = Kind(block["record"])
        assert batch.rejected.height == 0
        read[kind].append(batch.frames[kind].select(SCHEMAS[kind].names()))
    for kind in KINDS:
        # Counts come from three files, so their order is another one.
        assert_frame_equal(pl.concat(read[kind]), records[kind], check_row_order=kind is not Kind.COUNTS)


def test_every_project_of_the_programme_has_records(records):
    services = {service for project in programme()["projects"].values() for service in project["services"]}
    assert set(records[Kind.ANSWERS]["service"]) == services
    assert set(records[Kind.CASES]["service"]) == services


def test_writing_tells_its_progress_and_leaves_nothing_unfinished(tmp_path):
    told = []
    paths = write(tmp_path, progress=lambda done, total, path: told.append((done, total, path.name)))
    assert [name for _, _, name in told] == [f"{name}.parquet" for name in FILES]
    assert told[-1][:2] == (6, 6)
    assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_writing_again_gives_the_same_files(tmp_path):
    first = [path.read_bytes() for path in write(tmp_path)]
    assert [path.read_bytes() for path in write(tmp_path)] == first
