"""The documents tell the truth: links lead somewhere, and every setting, figure and example is as the code has it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from config.load import load_programme
from config.settings import SETTINGS
from metrics.disclosure import FEWEST_FIRM, FEWEST_PERSONS, FEWEST_SHOWN, FEWEST_UNANIMOUS
from metrics.estimate import Status
from metrics.records import LONGEST_LABEL
from metrics.verdict import Verdict

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("dashboard/fonts/*.md")])

EXIT_CODES = (0, 2, 10, 11, 12, 13, 14, 15, 16, 17)
"""Written out here a second time, so that no code can change its meaning unseen."""

COMMANDS = ("check", "sync", "evaluate", "evidence", "report", "serve", "explain", "demo")


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _rows(text: str) -> list[list[str]]:
    """Return the cells of every row of every table."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("| ---")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_within_the_project_leads_somewhere(path):
    for target in re.findall(r"\]\(([^)]+)\)", path.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, heading = target.partition("#")
        there = path if not name else (path.parent / name).resolve()
        assert there.exists(), f"{path.name}: {target}"
        if heading:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert heading in {_anchor(one) for one in headings}, f"{path.name}: {target}"


def test_every_package_has_its_sentence_in_the_plan_of_the_house():
    plan = {cell.strip("`") for row in _rows(_read("docs/architecture.md")) for cell in row[0].split(", ")}
    packages = {
        f"{path.parent.relative_to(ROOT)}/"
        for package in ("dashboard", "config", "connectors", "metrics")
        for path in (ROOT / package).rglob("__init__.py")
        if path.parent.name != "versions"
    }
    assert packages - plan == set()


def test_every_setting_is_documented_and_nothing_else_is():
    documented = {row[0] for row in _rows(_read("docs/operating.md")) if row[0].startswith("UITKOMST_")}
    assert documented == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("setting", [one for one in SETTINGS if one.default], ids=lambda one: one.name)
def test_the_documented_default_of_a_setting_is_the_real_one(setting):
    rows = {row[0]: row[1] for row in _rows(_read("docs/operating.md"))}
    assert rows[setting.name] == setting.default


def test_every_exit_code_is_documented_and_nothing_else_is():
    table = _read("docs/operating.md").partition("## Exit codes")[2].partition("\n## ")[0]
    assert [int(row[0]) for row in _rows(table) if row[0].isdigit()] == list(EXIT_CODES)


def test_every_command_is_in_the_readme_and_nothing_else_is():
    named = [row[0] for row in _rows(_read("README.md")) if row[0].startswith("uitkomst ")]
    assert named == [f"uitkomst {command}" for command in COMMANDS]


@pytest.mark.parametrize("words", [Status, Verdict])
def test_every_status_and_verdict_is_in_the_glossary_and_nothing_else_is(words):
    section = _read("docs/glossary.md").partition(f"## `{words.__name__}`")[2].partition("\n## ")[0]
    assert {row[0] for row in _rows(section)[1:]} == {word.value for word in words}


def test_the_privacy_text_gives_the_limits_that_the_arithmetic_keeps():
    text = _read("docs/privacy.md")
    assert f"below {FEWEST_PERSONS} persons" in text
    assert f"below {FEWEST_SHOWN} no figure" in text
    assert f"below {FEWEST_FIRM} a figure is called indicative" in text
    assert f"on fewer than {FEWEST_UNANIMOUS} is hidden" in text
    assert f"more than {LONGEST_LABEL} characters" in text


def test_the_programme_in_the_readme_is_a_right_one(tmp_path):
    example = _read("README.md").partition("```toml\n")[2].partition("```")[0]
    written = tmp_path / "programme.toml"
    written.write_text(example, encoding="utf-8")
    programme = load_programme(written)
    assert list(programme.projects) == ["parking-permit"]
    assert programme.projects["parking-permit"].targets == {"satisfaction": 0.80}


def test_the_version_is_the_same_everywhere():
    version = tomllib.loads(_read("pyproject.toml"))["project"]["version"]
    assert f'softwareVersion: "{version}"' in _read("publiccode.yml")
    assert f"## {version}" in _read("CHANGELOG.md")


def test_the_licence_is_the_whole_eupl():
    text = _read("LICENSE")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert [int(number) for number in re.findall(r"^(\d+)\.[A-Z]", text, flags=re.MULTILINE)] == list(range(1, 16))
    assert "Appendix" in text
