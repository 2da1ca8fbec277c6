"""Composing what is in no figure: records left out by definition, hidden groups, rows that were rejected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from dashboard.findings import Finding
from dashboard.views.parts import Table
from dashboard.wording.records import rejection_reason
from dashboard.wording.words import Words
from metrics.disclosure.primary import FEWEST_PERSONS
from metrics.estimate import NotReported, Status


def left_out_table(
    words: Words, left_out: Mapping[str, int], rejected: pl.DataFrame, findings: Sequence[Finding]
) -> Table:
    """Return the table: how many, and why. One row says so where nothing was left out."""
    rows = [*_by_definition(words, left_out), *_withheld(words, findings), *_rejected(words, rejected)]
    return Table(
        caption=words.say("Left out: what, how many and why"),
        columns=[words.say("What"), words.say("How many"), words.say("Why")],
        rows=rows or [[words.say("nothing"), "0", words.say("Everything that came in is in the figures.")]],
        numeric=frozenset({1}),
    )


def _by_definition(words: Words, left_out: Mapping[str, int]) -> Iterable[Sequence[str]]:
    reasons = {
        "withdrawn": (words.say("cases withdrawn"), words.say("The resident withdrew; no decision followed.")),
        "transferred": (words.say("cases transferred"), words.say("Another organisation decides.")),
        "no_term": (
            words.say("cases without a term"),
            words.say("They are in the lead time, but cannot be on time or late."),
        ),
    }
    for reason, n in sorted(left_out.items()):
        what, why = reasons[reason]
        yield what, _persons(words, n), why


def _persons(words: Words, n: int) -> str:
    # A handful of persons is hidden here as everywhere: the reason they were left out says something of them.
    return words.number(n) if n >= FEWEST_PERSONS else words.say("fewer than {n}", n=FEWEST_PERSONS)


def _withheld(words: Words, findings: Sequence[Finding]) -> Iterable[Sequence[str]]:
    figures = [one for finding in findings for one in (*finding.series, *(group.now for group in finding.groups))]
    known = [one.known for one in figures if one is not None]
    hidden = sum(isinstance(one, NotReported) and one.status is Status.HIDDEN for one in known)
    few = sum(isinstance(one, NotReported) and one.status is Status.TOO_FEW for one in known)
    if hidden:
        yield (
            words.say("figures hidden"),
            words.number(hidden),
            words.say("So few persons that they could be recognised."),
        )
    if few:
        yield words.say("figures not shown"), words.number(few), words.say("Too few observations to say anything.")


def _rejected(words: Words, rejected: pl.DataFrame) -> Iterable[Sequence[str]]:
    counted = (
        rejected.group_by("column", "reason")
        .agg(n=pl.len())
        .sort("n", "column", "reason", descending=[True, False, False])
    )
    for column, reason, n in counted.iter_rows():
        yield words.say("rows rejected: {column}", column=column), words.number(n), rejection_reason(words, reason)
