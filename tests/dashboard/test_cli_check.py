"""`uitkomst check`: does a published figure follow from its own answers? Saves nothing."""

from __future__ import annotations

import re

import pytest

from dashboard.cli.exits import Exit
from dashboard.toml_text import block_text
from tests.connectors.every import NETWORK, block, secrets
from tests.connectors.serving import serving
from tests.connectors.sql_site import COLUMNS, CONSTANTS, rows, sqlite_file
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


# --- sources over the network ------------------------------------------------------------------------------------


def over_the_network(folder, *kinds, urls):
    """Write a programme with a local source and one of each kind over the network, called by its kind."""
    path = surveyed(folder, 8, 12)
    sources = [block_text(["sources", kind.replace("_", "-")], block(kind, urls[kind])) for kind in kinds]
    path.write_text("\n".join([path.read_text(encoding="utf-8"), *sources]), encoding="utf-8")
    return path


@pytest.fixture
def served(monkeypatch):
    """Two systems at work, of which the program has the secrets."""
    with serving(NETWORK["zgw"].app()) as zgw, serving(NETWORK["rest"].app()) as rest:
        for kind in ("zgw", "rest"):
            monkeypatch.setenv(f"UITKOMST_SECRET_{kind.upper()}", secrets(kind).values["UITKOMST_SECRET_SOURCE"])
        yield {"zgw": zgw, "rest": rest}


@pytest.fixture
def connected(served, tmp_path):
    return over_the_network(tmp_path / "town", *served, urls={kind: site.url for kind, site in served.items()})


@pytest.mark.usefixtures("desk")
def test_check_asks_nobody_and_says_which_sources_are_tried_with_live(uitkomst, served, connected):
    code, out, _ = uitkomst("check", "--programme", connected)
    assert code == Exit.DONE
    assert "survey: 1 page read; rows: 12 new" in out
    for name in served:
        assert f"{name}: not tried, for it is asked over the network. Try it with --live." in out
    assert [site.asked for site in served.values()] == [[], []]


@pytest.mark.usefixtures("served")
def test_check_live_reads_the_first_pages_of_every_source_and_saves_nothing(uitkomst, desk, connected):
    code, out, _ = uitkomst("check", "--live", "--programme", connected)
    assert code == Exit.DONE
    assert "survey: 1 page read; rows: 12 new" in out
    # Three pages of a hundred; 237 issues are on three pages.
    assert "zgw: 3 pages read; rows: 300 new, 0 changed, 0 as they were, 0 rejected." in out
    assert "rest: 3 pages read; rows: 237 new, 0 changed, 0 as they were, 0 rejected." in out
    assert out.count("The try stops after 3 pages: there may be more.") == 2
    assert "39 cases were extended." in out
    assert not (desk / "records").exists()


@pytest.mark.usefixtures("served", "desk")
def test_check_says_the_same_to_machines(as_json, connected):
    (told,) = as_json("check", "--programme", connected)
    assert [(one["source"], one["tried"], one["read"]) for one in told["sources"]] == [
        ("survey", True, 12),
        ("zgw", False, 0),
        ("rest", False, 0),
    ]
    (told,) = as_json("check", "--live", "--programme", connected)
    assert [(one["source"], one["whole"], one["read"]) for one in told["sources"]] == [
        ("survey", True, 12),
        ("zgw", False, 300),
        ("rest", False, 237),
    ]
    assert {"code": "extension_without_day", "cases": 39} in told["sources"][1]["notices"]


@pytest.mark.usefixtures("served", "desk")
def test_a_source_that_refuses_us_ends_check_live_with_12_and_does_not_stop_the_others(
    uitkomst, monkeypatch, connected
):
    monkeypatch.setenv("UITKOMST_SECRET_ZGW", "another secret that is long enough for HS256")
    code, out, _ = uitkomst("check", "--live", "--programme", connected)
    assert code == Exit.REFUSED
    assert "Whoever manages this source must renew our access." in out
    assert "rest: 3 pages read; rows: 237 new" in out


@pytest.mark.usefixtures("desk")
def test_a_database_in_a_file_is_read_without_live(as_json, tmp_path):
    path = small(tmp_path / "town", PROJECT)
    answers = rows(120)
    given = {
        "kind": "sql",
        "url": sqlite_file(path.parent, answers),
        "record": "answers",
        "query": 'SELECT * FROM "antw""oorden; --"',
        "columns": COLUMNS,
        "constants": CONSTANTS,
    }
    path.write_text(path.read_text(encoding="utf-8") + "\n" + block_text(["sources", "register"], given))
    (told,) = as_json("check", "--programme", path)
    # Every tenth score cannot be read or is not there.
    assert [(one["read"], one["rejected"]) for one in told["sources"]] == [(108, 12)]
