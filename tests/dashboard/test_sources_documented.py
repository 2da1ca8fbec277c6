"""Each kind of source has a page that says what an operator must know, with a block that is a real one."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

import pytest

from config.load import load_programme
from connectors import CONNECTORS
from tests.dashboard.small import HEAD, PROJECT

PAGES = Path(__file__).parents[2] / "docs" / "sources"
SECTIONS = ("Access", "Settings", "What is read, and what never", "Known limits", "When to read it, and how to try")
KINDS = [kind for kind, _ in CONNECTORS]


def page(kind):
    return (PAGES / f"{kind}.md").read_text(encoding="utf-8")


def test_there_is_a_page_for_each_kind_and_for_no_other():
    assert {path.stem for path in PAGES.glob("*.md")} == {*KINDS, "README"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_says_which_rights_settings_and_limits_there_are_what_is_never_read_and_when_to_read_it(kind):
    headings = re.findall(r"^## (.+)$", page(kind), flags=re.MULTILINE)
    assert [one for one in SECTIONS if one not in headings] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_block_of_a_page_is_one_that_a_programme_takes(kind, tmp_path):
    blocks = re.findall(r"^```toml\n(.*?)^```", page(kind), flags=re.DOTALL | re.MULTILINE)
    whole = [block for block in blocks if "kind =" in block]
    assert whole != []
    for number, block in enumerate(whole):
        path = tmp_path / f"{number}.toml"
        path.write_text(HEAD.format(name="town") + PROJECT + block, encoding="utf-8")
        assert {one["kind"] for one in load_programme(path).sources.values()} == {kind}


def settings(kind):
    """The settings that a person gives, by their names in a programme file."""
    connector = dict(CONNECTORS)[kind]
    hints = get_type_hints(connector, include_extras=True)
    given = {one.name for one in fields(connector)} - {"folder", "timezone", "secret", "limits"}
    for name in sorted(given):
        (alias,) = [one.alias for one in getattr(hints[name], "__metadata__", ()) if one.alias] or [name]
        yield alias


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_that_a_person_gives_is_named_on_its_page(kind):
    text = page(kind)
    assert [name for name in settings(kind) if not re.search(rf"\b{name}\b", text)] == []
