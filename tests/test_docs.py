"""The documents tell the truth: links lead somewhere, and every setting, figure and example is as the code has it."""

from __future__ import annotations

import re
import tomllib
from argparse import ArgumentParser, _SubParsersAction
from pathlib import Path

import pytest

from config.load import load_programme
from config.settings import SETTINGS
from dashboard.cli.exits import Exit
from dashboard.cli.parser import make_parser
from dashboard.compose.method import definition
from dashboard.wording.words import Words
from metrics.disclosure.primary import FEWEST_FIRM, FEWEST_PERSONS, FEWEST_SHOWN, FEWEST_UNANIMOUS
from metrics.estimate import Status
from metrics.kpis import KPIS
from metrics.records import LONGEST_LABEL
from metrics.verdict import Verdict

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("dashboard/fonts/*.md")])


def _commands() -> dict[str, ArgumentParser]:
    """Return the parser of every command, by name."""
    (actions,) = [one for one in make_parser()._actions if isinstance(one, _SubParsersAction)]
    return dict(actions.choices)


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
    assert [int(row[0]) for row in _rows(table) if row[0].isdigit()] == [code.value for code in Exit]


def test_every_command_is_in_the_readme_and_nothing_else_is():
    named = [row[0] for row in _rows(_read("README.md")) if row[0].startswith("uitkomst ")]
    assert sorted(named) == sorted(f"uitkomst {command}" for command in _commands())


def test_every_option_that_a_document_names_is_one_of_the_program():
    known = {option for parser in [make_parser(), *_commands().values()] for option in parser._option_string_actions}
    named = {
        (path.name, option)
        for path in DOCUMENTS
        for line in re.findall(r"uitkomst [a-z]+ [^`|\n]*", path.read_text(encoding="utf-8"))
        for option in re.findall(r"(?<![\w-])--[a-z-]+", line)
    }
    assert {(name, option) for name, option in named if option not in known} == set()


def kpi_document() -> str:
    """Return docs/kpis.md as it must be: what `uitkomst explain` prints, in English, with headings."""
    words = Words(language="en")
    parts = [
        (
            "# KPIs\n\n"
            "Every figure has one definition, with a version. `uitkomst explain` prints the same, in Dutch too. "
            "This page is made from\nthe code: `.venv/bin/python -m tests.test_docs` writes it anew.\n"
        )
    ]
    for one in (definition(words, kpi) for kpi in KPIS):
        facts = "".join(f"- {label}: {text}\n" for label, text in one.facts)
        contrast = f"\n{one.contrast}\n" if one.contrast else ""
        history = "".join(f"- {line}\n" for line in one.history)
        parts.append(f"\n## {one.title}: `{one.name}`\n\n{one.why}\n{contrast}\n{facts}{history}")
    return "".join(parts)


def test_every_kpi_is_documented_as_it_is_explained():
    assert _read("docs/kpis.md") == kpi_document(), "write it anew: .venv/bin/python -m tests.test_docs"


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
    assert f"must lie at least {FEWEST_PERSONS} apart" in text
    assert f"A share on {FEWEST_SHOWN} or more may tell of 1 to {FEWEST_PERSONS - 1} persons" in text
    assert f"all of fewer than {FEWEST_UNANIMOUS} gave the same answer" in text
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


if __name__ == "__main__":
    (ROOT / "docs" / "kpis.md").write_text(kpi_document(), encoding="utf-8")
