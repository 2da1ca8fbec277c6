"""`uitkomst check`: does a published figure follow from its own answers? Saves nothing."""

from __future__ import annotations

import re

import pytest

from dashboard.cli.exits import Exit
from tests.dashboard.small import ANSWERS, PROJECT, small, surveyed

APART = {
    # The issue gives the two single months and the range of the others; worked out by hand from the five counts.
    ("use-an-lpa", "2023-02"): 0.7,
    ("use-an-lpa", "2025-04"): 1.3,
    ("use-an-lpa", "2026-04"): 3.5,
    ("use-an-lpa", "2026-05"): 4.0,
    ("use-an-lpa", "2026-06"): 3.7,
    ("make-a-lpa", "2026-04"): 3.2,
    ("make-a-lpa", "2026-05"): 3.9,
    ("make-a-lpa", "2026-06"): 3.8,
    ("deputy-reporting", "2026-04"): 3.1,
    ("deputy-reporting", "2026-05"): 3.2,
    ("deputy-reporting", "2026-06"): 2.5,
}

SERVICES = ["deputy-reporting", "make-a-lpa", "use-an-lpa"]


@pytest.mark.usefixtures("desk")
def test_published_and_recomputed_part_in_exactly_eleven_service_months(as_json, public_file):
    (told,) = as_json("check", "--programme", public_file)
    apart = {
        (row["service"], row["month"][:7]): round(100 * abs(row["published"] - row["recomputed"]), 1)
        for row in told["published"]
    }
    assert apart == APART


@pytest.mark.usefixtures("desk")
def test_since_april_2026_the_share_of_satisfied_explains_all_three(as_json, public_file):
    (told,) = as_json("check", "--programme", public_file)
    parted = told["published_parted"]
    assert [(row["service"], row["since"], row["explained_by"]) for row in parted] == [
        (service, "2026-04-01", "satisfaction") for service in SERVICES
    ]
    explained = {row["explained_by"] for row in told["published"] if row["month"] >= "2026-04"}
    assert explained == {"satisfaction"}


@pytest.mark.parametrize(
    ("language", "switched", "month"),
    [
        (
            "en",
            r"Since April 2026 the published figure of ([\w-]+) no longer follows from the same formula",
            "use-an-lpa, February 2023: published 89%, the same formula gives 89.7% (0.7 points apart).",
        ),
        (
            "nl",
            r"Sinds april 2026 volgt het gepubliceerde cijfer van ([\w-]+) niet meer uit dezelfde formule",
            "use-an-lpa, februari 2023: gepubliceerd 89%, dezelfde formule geeft 89,7% (0,7 punten verschil).",
        ),
    ],
)
@pytest.mark.usefixtures("desk")
def test_check_names_the_services_and_the_months_in_both_languages(uitkomst, public_file, language, switched, month):
    code, out, _ = uitkomst("check", "--programme", public_file, "--language", language)
    assert code == Exit.DONE
    assert re.findall(switched, out) == SERVICES
    months = [line.strip() for line in out.splitlines() if re.match(r"  [\w-]+, \w+ 20\d\d: ", line)]
    assert len(months) == 11
    assert month in months


@pytest.mark.usefixtures("desk")
def test_check_says_what_the_figure_would_have_been(uitkomst, public_file):
    _, out, _ = uitkomst("check", "--programme", public_file)
    assert (
        "for June 2026 it says 90%, the same formula gives 86.3%. It now follows from the share that was satisfied "
        "(89.7%): another formula, not a better service." in out
    )


@pytest.mark.usefixtures("desk")
def test_the_page_says_the_same_as_check(uitkomst, reader, public_file):
    _, out, _ = uitkomst("check", "--programme", public_file)
    for service in SERVICES:
        view = reader.project("public", service, {})
        assert view.notices[0] in out
        assert view.published.heading in out
        filled = [point for point in view.published.points if point.differs]
        assert len(filled) == sum(name == service for name, _ in APART)


@pytest.mark.usefixtures("desk")
def test_check_without_a_programme_checks_all_in_the_database(uitkomst, as_json, tmp_path):
    for name in ("first", "second"):
        uitkomst("sync", "--programme", surveyed(tmp_path / name, 8, 12, name=name))
    told = as_json("check")
    assert [one["programme"] for one in told] == ["first", "second"]
    assert [one["published"] for one in told] == [[], []]


@pytest.mark.usefixtures("desk")
def test_a_service_of_two_projects_is_named_once(uitkomst, tmp_path):
    second = PROJECT.replace("permits", "extensions")
    published = (
        ANSWERS.replace("sources.survey", "sources.published")
        .replace('"answers"', '"published"')
        .replace("answers.csv", "published.csv")
        .replace(', scale = "1-5"', "")
        .replace("answered_on", "published_for")
        .replace("value", "percent")
    )
    path = small(tmp_path, PROJECT, second, ANSWERS, published)
    days = [f"2026-{month:02}-01" for month in (1, 2, 3)]
    rows = [f"a{day}{n},web,{day},{5 if n < 6 else 1}" for day in days for n in range(12)]
    (tmp_path / "answers.csv").write_text("id,channel,day,score\n" + "\n".join(rows) + "\n")
    claims = [f"p{day},web,{day},{percent}" for day, percent in zip(days, (50, 70, 70), strict=True)]
    (tmp_path / "published.csv").write_text("id,channel,day,score\n" + "\n".join(claims) + "\n")
    _, out, _ = uitkomst("check", "--programme", path)
    # Six of twelve gave a 5 and six a 1: every formula gives 50 %, so two months differ by 20 points.
    assert out.count("Since February 2026") == 1
    assert out.count("published 70%, the same formula gives 50.0% (20.0 points apart)") == 2
