"""Settings in one line, `key = value`: what a person writes is what stands in the block."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.source_settings import has_secret, put, required
from dashboard.toml_text import key_text, value_text


def block_of(kind, *lines, under=None):
    block = {}
    for line in lines:
        put(block, kind, line, under=under)
    return block


@pytest.mark.parametrize(
    ("kind", "line", "block"),
    [
        ("zgw", "url=https://a.example/x", {"url": "https://a.example/x"}),
        ("zgw", "page_size = 50", {"page_size": 50}),
        ("zgw", "part_cases=true", {"part_cases": True}),
        ("zgw", "client_id=12", {"client_id": "12"}),
        ("zgw", 'client_id="12"', {"client_id": "12"}),
        ("zgw", "services.ZT-1=2024", {"services": {"ZT-1": "2024"}}),
        ("zgw", "services.a.b c=parking", {"services": {"a.b c": "parking"}}),
        ("zgw", "channels.https://a.example/b=web", {"channels": {"https://a.example/b": "web"}}),
        ("zgw", 'channels."a=b"=web', {"channels": {"a=b": "web"}}),
        ("zgw", 'services={ "ZT-1" = "parking" }', {"services": {"ZT-1": "parking"}}),
        ("zgw", "schedule=15 5 * * *", {"schedule": "15 5 * * *"}),
        ("matomo", "from=2026-01-01", {"from": date(2026, 1, 1)}),
        ("matomo", "site=1", {"site": 1}),
        ("limesurvey", "survey=202601", {"survey": 202601}),
        (
            "limesurvey",
            'items.clear={ question = "Q", scale = "1-5" }',
            {"items": {"clear": {"question": "Q", "scale": "1-5"}}},
        ),
        ("limesurvey", "items.clear.question=12", {"items": {"clear": {"question": "12"}}}),
        ("rest", "access.by=key", {"access": {"by": "key"}}),
        ("rest", "rows=data.rows", {"rows": "data.rows"}),
        ("rest", "constants.scale=1-5", {"constants": {"scale": "1-5"}}),
        ("files", "decimal=,", {"decimal": ","}),
        ("files", 'columns.source_id=["a", "b"]', {"columns": {"source_id": ["a", "b"]}}),
        ("sql", "query=SELECT a FROM b WHERE c = 1", {"query": "SELECT a FROM b WHERE c = 1"}),
    ],
)
def test_a_line_says_what_its_setting_is(kind, line, block):
    found = block_of(kind, line)
    assert found == block
    assert repr(found) == repr(block)


def test_lines_of_one_map_come_together():
    assert block_of("zgw", "services.a=x", "services.b=y", "services.a=z") == {"services": {"a": "z", "b": "y"}}


def test_a_pair_under_a_key_is_one_name_with_dots_and_all():
    assert block_of("open311", "00.6 = sidewalks", '"a=b" = c', under="services") == {
        "services": {"00.6": "sidewalks", "a=b": "c"}
    }


@pytest.mark.parametrize("line", ["", "url", "=x", "url=", '"url=x'])
def test_a_line_that_says_nothing_is_told(line):
    with pytest.raises(ValueError, match="write it as key=value"):
        block_of("zgw", line)


def test_a_value_cannot_hold_another():
    with pytest.raises(ValueError, match="url has a value already"):
        block_of("zgw", "url=x", "url.path=y")


@example(key='"', value="=")
@example(key="\\", value="")
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1, max_size=12),
    st.text(st.characters(codec="utf-8"), max_size=12),
)
def test_a_quoted_key_and_value_are_taken_to_the_letter(key, value):
    # Quoted always: a bare key and a bare text mean what a person means by them.
    quoted = value_text(key)
    found = block_of("zgw", f"services.{quoted} = {value_text(value)}")
    assert found == {"services": {key: value}}
    assert key_text(key) in {key, quoted}


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ("files", ["path", "record"]),
        ("zgw", ["url", "client_id", "services"]),
        ("matomo", ["url", "site", "from"]),
        ("sql", ["url", "record"]),
    ],
)
def test_what_a_block_must_have_is_told_by_its_own_names(kind, keys):
    assert required(kind) == keys


def test_files_have_no_secret():
    assert [has_secret(kind) for kind in ("files", "event_log", "zgw", "sql")] == [False, False, True, True]
