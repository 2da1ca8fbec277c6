"""Every English sentence that the catalogues must translate, collected from the code that says it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from dashboard.calculations import METHODS
from metrics.kpis import KPIS
from metrics.leading import METHOD

_PACKAGE = Path(__file__).parents[1]
_TABLES = frozenset(
    {
        "_STATEMENTS",
        "_WEIGHTED_STATEMENTS",
        "_HEADINGS",
        "_OWN_HEADINGS",
        "_OVERALL",
        "_SHARES_IN_WORDS",
        "_QUARTERS",
        "_NOTICES",
        "_LEVELS",
        "_CLAIMS",
        "_HOLDS",
        "_RAISES",
        "_CAUTIONS",
        "_UNWEIGHTED",
        "_LIKELIHOODS",
        "_VARIATIONS",
        "_ASSURANCES",
        "_NO_LIMITS",
        "_BEYOND",
        "_STANDINGS",
    }
)
"""Constants that map something to a sentence (or to one for one and one for many) which is said later."""


def sentences() -> frozenset[str]:
    """Return the sentences with one form."""
    return frozenset([*(one for tree in _trees() for one in _said(tree)), *_definitions()])


def counted() -> frozenset[tuple[str, str]]:
    """Return the sentences with a form for one and a form for many."""
    return frozenset(pair for tree in _trees() for pair in _counted(tree))


def _trees() -> Iterator[ast.Module]:
    for path in sorted(_PACKAGE.rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def _said(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if _is_call(node, "say"):
            yield from _texts(node.args[:1])  # type: ignore[attr-defined]
        yield from _texts(_values(node))


def _counted(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        pairs = [node.args[:2]] if _is_call(node, "count") else []  # type: ignore[attr-defined]
        pairs += [one.elts for one in _values(node) if isinstance(one, ast.Tuple)]
        for pair in pairs:
            texts = list(_texts(pair))
            if len(texts) == 2:  # noqa: PLR2004 - one and many
                yield texts[0], texts[1]


def _values(node: ast.AST) -> list[ast.expr]:
    """Return what one of the constants maps to; nothing for any other node."""
    if isinstance(node, ast.AnnAssign | ast.Assign) and _names(node) & _TABLES and isinstance(node.value, ast.Dict):
        return node.value.values
    return []


def _is_call(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name


def _names(node: ast.AnnAssign | ast.Assign) -> set[str]:
    targets = [node.target] if isinstance(node, ast.AnnAssign) else node.targets
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _definitions() -> Iterator[str]:
    yield METHOD
    yield from (method.what for method in METHODS)
    for kpi in KPIS:
        yield from (kpi.title, kpi.why, kpi.population, kpi.formula, kpi.source, kpi.not_for, kpi.estimator.method)
        yield from (change.what for change in kpi.history)
