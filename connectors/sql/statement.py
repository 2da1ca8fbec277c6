"""The one question that is put to a database: what it may look like, and how a text of SQL is taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NOT_SQL = re.compile(
    r"""
    '(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[A-Za-z_][^\]]*\]
    | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | --[^\n]* | /\*.*?\*/
    """,
    re.VERBOSE | re.DOTALL,
)
"""What may hold anything: texts, names in quotes, and comments."""

_UNCLOSED = re.compile(r"['\"`]|/\*|\$\w*\$")
_FIRST = re.compile(r"\s*\(*\s*(select|with)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(insert|update|delete|merge|into|truncate|drop|alter|create|grant|call)\b", re.IGNORECASE)


def statement_problems(query: str) -> Iterator[str]:
    """Yield a sentence for each reason why a query is not one question that changes nothing.

    It keeps mistakes out; what an account may do is decided by its rights in the database.
    """
    bare = _NOT_SQL.sub(" x ", closed(query))
    wrong = (
        (not _FIRST.match(_without_comments(query)), "the query is one question: begin it with SELECT or WITH."),
        (";" in bare, "the query is one question: leave out everything from the ; on."),
        (_UNCLOSED.search(bare) is not None, "a quote or a comment in the query is opened and not closed."),
        (not _balanced(bare), "the brackets in the query do not match."),
    )
    yield from (sentence for found, sentence in wrong if found)
    words = sorted({found.upper() for found in _WRITES.findall(bare)})
    yield from (f"the query holds '{word}'; it only reads. Put a column of that name in quotes." for word in words)


def closed(query: str) -> str:
    """Return a query without the ; and the blanks at its end."""
    return query.strip().rstrip("; \t\r\n")


def _without_comments(query: str) -> str:
    return re.sub(r"\A(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", "", query, flags=re.DOTALL)


def _balanced(bare: str) -> bool:
    depth = 0
    for mark in re.findall(r"[()]", bare):
        depth += 1 if mark == "(" else -1
        if depth < 0:
            return False
    return depth == 0
