"""`uitkomst evidence`: the fields, the figures of real services, as seen then and as known then."""

from __future__ import annotations

import json
from datetime import date

import pytest

from dashboard.cli.evidence import FIELDS
from metrics.estimate import Status
from tests.dashboard.small import CASES, PROJECT, small, surveyed, write_answers, write_cases

ISSUE = [
    *("project", "kpi", "kpi_version", "period_start", "period_end", "breakdown"),
    *("value", "low", "high", "n", "status", "reason", "method", "as_of", "warnings"),
]
"""The fields as the issue that asked for them lists them."""


@pytest.fixture
def everybody(as_json):
    """Ask for evidence and return the row of everybody by KPI; there must be one period."""

    def asked(*arguments):
        rows = [row for row in as_json("evidence", *arguments) if row["breakdown"] == "all"]
        assert len({row["kpi"] for row in rows}) == len(rows)
        return {row["kpi"]: row for row in rows}

    return asked


# --- the form ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("at_examples")
def test_a_figure_has_exactly_the_fields_of_the_issue_and_then_programme_and_version(as_json):
    rows = as_json("evidence")
    assert list(FIELDS) == ISSUE
    assert {tuple(row) for row in rows} == {(*ISSUE, "programme", "known_at")}


@pytest.mark.usefixtures("at_examples")
def test_every_figure_has_a_value_or_a_reason_and_a_status_that_is_known(as_json):
    for row in as_json("evidence", "--period", "month"):
        assert row["status"] in set(Status)
        if row["status"] in {"hidden", "too_few", "no_data"}:
            assert (row["value"], row["low"], row["high"]) == (None, None, None), row
        assert row["value"] is not None or row["reason"], row
        assert row["low"] is None or row["value"] is None or row["low"] <= row["value"], row
        assert row["high"] is None or row["value"] <= row["high"], row


@pytest.mark.usefixtures("at_examples")
def test_days_are_written_as_days_and_shares_as_fractions(as_json):
    for row in as_json("evidence", "--project", "sneller-omgevingsvergunning"):
        assert date.fromisoformat(row["period_start"]) <= date.fromisoformat(row["period_end"])
        if row["kpi"] == "satisfaction" and row["value"] is not None:
            assert 0 <= row["value"] <= 1


@pytest.mark.usefixtures("at_examples")
def test_only_what_was_asked_for_is_printed(as_json):
    rows = as_json("evidence", "--project", "receipt", "--kpi", "on_time")
    assert {(row["project"], row["kpi"], row["programme"]) for row in rows} == {("receipt", "on_time", "public")}


@pytest.mark.usefixtures("at_examples")
def test_without_a_programme_all_in_the_database_with_one_that_one(as_json, public_file):
    assert {row["programme"] for row in as_json("evidence", "--kpi", "satisfaction")} == {"public", "voorbeeldstad"}
    one = as_json("evidence", "--kpi", "satisfaction", "--programme", public_file)
    assert {row["programme"] for row in one} == {"public"}


@pytest.mark.parametrize(
    ("period", "lengths"),
    [("month", {28, 29, 30, 31}), ("quarter", {90, 91, 92}), ("year", {365, 366})],
)
@pytest.mark.usefixtures("at_examples")
def test_a_period_is_as_long_as_was_asked_for(as_json, period, lengths):
    rows = as_json("evidence", "--period", period, "--kpi", "satisfaction")
    spans = [date.fromisoformat(row["period_end"]) - date.fromisoformat(row["period_start"]) for row in rows]
    assert {span.days + 1 for span in spans} <= lengths
    assert {row["programme"] for row in rows} == {"public", "voorbeeldstad"}


@pytest.mark.usefixtures("at_examples")
def test_all_is_one_period_with_everything_up_to_the_day(as_json):
    rows = as_json("evidence", "--period", "all", "--kpi", "satisfaction", "--project", "use-an-lpa")
    assert [(row["period_start"], row["period_end"]) for row in rows if row["breakdown"] == "all"] == [
        ("2021-03-01", "2026-06-30")
    ]


@pytest.mark.usefixtures("at_examples")
def test_the_table_has_a_line_a_figure_that_is_cut_off_nowhere(uitkomst, as_json):
    _, out, _ = uitkomst("evidence", "--project", "receipt")
    lines = out.splitlines()
    assert lines[0].split() == [
        "project", "kpi", "period_start", "breakdown", "value", "low", "high", "n", "status", "reason",
    ]  # fmt: skip
    rows = as_json("evidence", "--project", "receipt")
    assert len(lines) == len(rows) + 1
    assert all(row["breakdown"] in line and row["kpi"] in line for row, line in zip(rows, lines[1:], strict=True))
    assert "…" not in out


@pytest.mark.usefixtures("desk")
def test_the_table_writes_numbers_as_its_language_does(uitkomst, tmp_path):
    uitkomst("sync", "--programme", surveyed(tmp_path, 900, 1200))
    asked = ("evidence", "--kpi", "satisfaction", "--period", "all")
    assert uitkomst(*asked, "--language", "nl")[1].splitlines()[1].split()[4:8] == ["75%", "72", "78", "1.200"]
    assert uitkomst(*asked, "--language", "en")[1].splitlines()[1].split()[4:8] == ["75%", "72", "78", "1,200"]


# --- real services: the numbers of the issue ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("project", "month", "n", "weighted", "top"),
    [
        # 422 + 406 + 1322 + 5772 + 11647; (406 + 2 x 1322 + 3 x 5772 + 4 x 11647) / 4n and (5772 + 11647) / n.
        ("use-an-lpa", "2026-04-01", 19569, 0.855358, 0.890132),
        # 23 + 46 + 153 + 419 + 528, in the same way.
        ("deputy-reporting", None, 1169, 0.795766, 0.810094),
    ],
)
@pytest.mark.usefixtures("at_examples")
def test_the_scores_of_the_opg_are_those_of_the_issue(as_json, project, month, n, weighted, top):
    rows = as_json("evidence", "--project", project, "--period", "month")
    mine = [row for row in rows if row["breakdown"] == "all" and row["n"] == n]
    months = {row["period_start"] for row in mine}
    assert months == {month} if month else len(months) == 1
    by_kpi = {row["kpi"]: row["value"] for row in mine}
    assert by_kpi["satisfaction_weighted"] == pytest.approx(weighted, abs=5e-7)
    assert by_kpi["satisfaction"] == pytest.approx(top, abs=5e-7)
    # Five answers from 1 to 5: the mean is 1 + 4 x the weighted score.
    assert by_kpi["satisfaction_mean"] == pytest.approx(1 + 4 * weighted, abs=5e-6)


@pytest.mark.parametrize(
    ("day", "n", "percentiles", "within", "completed", "completed_within"),
    [
        ("2011-01-31", 409, (55, 84, 113), 0.574, (50, 63, 69), 0.738),
        ("2011-06-30", 939, (54, 99, 122), 0.595, (51, 80, 96), None),
    ],
)
@pytest.mark.usefixtures("at_examples")
def test_the_receipt_log_as_seen_then_gives_the_figures_of_the_issue(  # noqa: PLR0913, PLR0917 - a row of a table
    everybody, public_file, day, n, percentiles, within, completed, completed_within
):
    found = everybody("--programme", public_file, "--project", "receipt", "--period", "all", "--as-of", day)
    assert tuple(found[f"lead_time_p{one}"]["value"] for one in (50, 85, 90)) == percentiles
    assert tuple(found[f"completed_p{one}"]["value"] for one in (50, 85, 90)) == completed
    assert found["lead_time_within_norm"]["value"] == pytest.approx(within, abs=0.0005)
    if completed_within is not None:
        assert found["completed_within_norm"]["value"] == pytest.approx(completed_within, abs=0.0005)
    assert found["lead_time_p90"]["n"] == n
    assert {row["as_of"] for row in found.values()} == {day}


@pytest.mark.usefixtures("at_examples")
def test_a_figure_with_an_open_end_says_so(everybody):
    p90 = everybody("--project", "receipt", "--period", "all", "--as-of", "2011-01-31")["lead_time_p90"]
    assert (p90["high"], p90["status"], p90["reason"]) == (None, "indicative", "upper_limit_open")


# --- small samples, worked out by hand ---------------------------------------------------------------------------


@pytest.mark.usefixtures("desk")
def test_eight_of_ten_is_from_0_490_to_0_943(everybody, uitkomst, tmp_path):
    """Wilson by hand: centre (0.8 + 1.9207/10) / 1.38415, half 1.96 x sqrt(0.016 + 0.9604/100) / 1.38415."""
    uitkomst("sync", "--programme", surveyed(tmp_path, 8, 10))
    found = everybody("--period", "all")["satisfaction"]
    assert found["value"] == 0.8
    assert (round(found["low"], 3), round(found["high"], 3)) == (0.490, 0.943)
    assert (found["n"], found["status"]) == (10, "indicative")


@pytest.mark.usefixtures("desk")
def test_nine_answers_give_no_figure_and_four_not_even_their_number(everybody, uitkomst, tmp_path):
    for of, n, status in [(9, 9, "too_few"), (4, None, "hidden")]:
        uitkomst("sync", "--programme", surveyed(tmp_path / str(of), 2, of, name=f"of-{of}"))
        found = everybody("--period", "all", "--programme", tmp_path / str(of) / "programme.toml")["satisfaction"]
        assert (found["value"], found["n"], found["status"]) == (None, n, status)


@pytest.mark.usefixtures("desk")
def test_what_happened_after_the_day_is_not_known_on_that_day(everybody, uitkomst, tmp_path):
    """Twelve received on 1 January; six decided after 10 days, six after 50. Seen after 20 days six are open."""
    path = small(tmp_path, PROJECT, CASES)
    write_cases(
        tmp_path,
        [(f"c{n}", "2026-01-01", "2026-01-11" if n < 6 else "2026-02-20") for n in range(12)],
    )
    uitkomst("sync", "--programme", path)
    later = everybody("--period", "all", "--as-of", "2026-03-31")
    then = everybody("--period", "all", "--as-of", "2026-01-21")
    assert (later["lead_time_p90"]["value"], later["lead_time_p90"]["n"]) == (50, 12)
    assert then["lead_time_p90"]["value"] is None
    assert then["lead_time_p90"]["n"] == 12


@pytest.mark.usefixtures("desk")
def test_a_month_without_answers_is_a_gap_and_not_a_zero(as_json, uitkomst, tmp_path):
    path = surveyed(tmp_path, 0, 0)
    rows = [f"a{n},web,2026-{month:02}-15,5" for month in (1, 3) for n in range(month * 100, month * 100 + 12)]
    (tmp_path / "answers.csv").write_text("id,channel,day,score\n" + "\n".join(rows) + "\n")
    uitkomst("sync", "--programme", path)
    months = [
        (row["period_start"], row["n"], row["value"], row["status"])
        for row in as_json("evidence", "--period", "month", "--kpi", "satisfaction_mean")
        if row["breakdown"] == "all"
    ]
    assert months[1] == ("2026-02-01", 0, None, "no_data")
    assert [n for _, n, _, _ in months] == [12, 0, 12]


@pytest.mark.usefixtures("desk")
def test_an_answer_at_half_past_eleven_utc_counts_in_the_next_month_in_amsterdam(as_json, uitkomst, tmp_path):
    path = surveyed(tmp_path, 0, 0)
    rows = [f"a{n},web,2026-01-31T23:30:00Z,{1 + n % 5}" for n in range(12)]
    (tmp_path / "answers.csv").write_text("id,channel,day,score\n" + "\n".join(rows) + "\n")
    uitkomst("sync", "--programme", path)
    rows = as_json("evidence", "--period", "month", "--kpi", "satisfaction_mean")
    assert [(row["period_start"], row["n"]) for row in rows if row["breakdown"] == "all" and row["n"]] == [
        ("2026-02-01", 12)
    ]


# --- as known then -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("desk")
def test_after_a_correction_the_old_version_still_gives_the_old_figure(everybody, as_json, tmp_path):
    path = surveyed(tmp_path, 15, 20)
    (first,) = as_json("sync", "--programme", path)
    write_answers(tmp_path, [(f"a{number}", "web", 5 if number < 12 else 2) for number in range(20)])
    (second,) = as_json("sync", "--programme", path)
    now = everybody("--period", "all")["satisfaction"]
    then = everybody("--period", "all", "--known-at", first["known_at"])["satisfaction"]
    assert (now["value"], now["known_at"]) == (0.60, second["known_at"])
    assert (then["value"], then["known_at"]) == (0.75, first["known_at"])
    assert second["known_at"] > first["known_at"]


@pytest.mark.usefixtures("desk")
def test_a_later_correction_is_evaluated_without_being_asked(everybody, as_json, tmp_path):
    path = surveyed(tmp_path, 15, 20)
    as_json("sync", "--programme", path)
    assert everybody("--period", "all")["satisfaction"]["value"] == 0.75
    write_answers(tmp_path, [(f"a{number}", "web", 5 if number < 12 else 2) for number in range(20)])
    as_json("sync", "--programme", path)
    assert everybody("--period", "all")["satisfaction"]["value"] == 0.60


@pytest.mark.usefixtures("desk")
def test_evaluate_says_how_many_figures_there_are(uitkomst, as_json, tmp_path):
    uitkomst("sync", "--programme", surveyed(tmp_path, 8, 12))
    code, out, _ = uitkomst("evaluate", "--period", "all")
    assert code == 0
    assert out == f"Small: {len(as_json('evidence', '--period', 'all'))} figures, from the records at version 1.\n"


@pytest.mark.usefixtures("at_examples")
def test_json_is_json_whatever_the_language(uitkomst):
    _, out, _ = uitkomst("evidence", "--project", "receipt", "--json", "--language", "nl")
    assert json.loads(out)[0]["project"] == "receipt"
