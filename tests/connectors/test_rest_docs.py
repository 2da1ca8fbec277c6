from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from metrics.records import Kind
from tests.connectors.rest_site import FORMBRICKS, REDMINE, formbricks, ids, issues, read_all, redmine, responses, rest
from tests.connectors.serving import serving

DOC = Path(__file__).parents[2] / "docs" / "sources" / "rest.md"
BLOCKS = re.findall(r"^```toml\n(.*?)^```", DOC.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def declared(name: str) -> dict:
    (block,) = (tomllib.loads(one)["sources"] for one in BLOCKS if f"[sources.{name}]" in one)
    return block[name]


@pytest.mark.parametrize(
    ("name", "app", "settings", "kind", "rows"),
    [
        ("redmine", redmine(issues()), REDMINE, Kind.CASES, 237),
        ("survey", formbricks(responses()), FORMBRICKS, Kind.ANSWERS, 510),
    ],
)
def test_the_block_in_the_documentation_is_the_one_that_is_tried_and_it_works(name, app, settings, kind, rows):
    given = declared(name)
    assert given.pop("kind") == "rest"
    given.pop("url")
    assert given == settings
    with serving(app) as site:
        batches = read_all(rest(site.url, **given))
    assert len(ids(batches)) == rows
    assert all(set(batch.frames) == {kind} for batch in batches)
    assert not any(batch.rejected.height for batch in batches)
