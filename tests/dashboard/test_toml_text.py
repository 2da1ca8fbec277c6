"""TOML as we write it says to any reader what went in."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.toml_text import block_text, key_text, value_text

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
ODD = st.sampled_from(
    ['"', "\\", "a.b", "", " ", "#", "=", "\r\n", "\x00", "\x7f", "'''", "é", "\u2028", "[x]", "1", "true"]
)
ONES = st.one_of(
    TEXTS,
    ODD,
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.dates(),
    st.datetimes(),
    st.times(),
)
KEYS = st.one_of(TEXTS, ODD)
VALUES = st.recursive(
    ONES, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)), max_leaves=12
)


@given(st.dictionaries(KEYS, VALUES, max_size=6), st.lists(KEYS, min_size=1, max_size=3))
def test_a_block_is_read_back_as_it_was(block, name):
    found = tomllib.loads(block_text(name, block))
    for part in name:
        found = found[part]
    assert found == block
    assert _kinds(found) == _kinds(block)


def _kinds(value):
    """Tell 1 from true and 1.0, which are equal to Python."""
    if isinstance(value, dict):
        return {key: _kinds(one) for key, one in value.items()}
    return [_kinds(one) for one in value] if isinstance(value, list) else type(value)


@given(TEXTS, VALUES)
def test_a_block_behind_a_file_changes_nothing_before_it(name, value):
    before = '[programme]\nname = "town"\n'
    found = tomllib.loads(before + "\n" + block_text(["sources", name], {"kind": "files", "value": value}))
    assert found == {"programme": {"name": "town"}, "sources": {name: {"kind": "files", "value": value}}}


def test_a_block_looks_as_a_person_would_write_it():
    block = {
        "kind": "zgw",
        "page_size": 100,
        "part_cases": False,
        "link": ["zaak"],
        "services": {"ZT-PARK": "parking", "a/b c": 'the "best"'},
        "columns": {"day": {"column": "Datum", "format": "%d-%m-%Y"}},
        "channels": {},
    }
    assert block_text(["sources", "zaken"], block) == (
        "[sources.zaken]\n"
        'kind = "zgw"\n'
        "page_size = 100\n"
        "part_cases = false\n"
        'link = ["zaak"]\n'
        "channels = {}\n"
        "\n"
        "[sources.zaken.services]\n"
        'ZT-PARK = "parking"\n'
        '"a/b c" = "the \\"best\\""\n'
        "\n"
        "[sources.zaken.columns]\n"
        'day = { column = "Datum", format = "%d-%m-%Y" }\n'
    )


def test_a_key_has_quotes_only_where_it_needs_them():
    assert [key_text(key) for key in ("a-b_1", "a.b", "", "é")] == ["a-b_1", '"a.b"', '""', '"é"']


@pytest.mark.parametrize("value", [None, b"bytes", {1, 2}, object()])
def test_what_toml_does_not_have_is_no_value(value):
    with pytest.raises(TypeError, match="TOML has no"):
        value_text(value)
