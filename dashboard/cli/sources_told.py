"""What a try of a source says: its first rows as records, what was read and rejected, and what is not mapped yet."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

import polars as pl

from config.programme import Programme
from dashboard.cli.sync import run_sentences
from dashboard.trying import Tried
from dashboard.wording.notices import notice_sentence
from dashboard.wording.sources import who_acts
from dashboard.wording.words import Words
from metrics.records import SCHEMAS, Kind, Reason

_FIRST_ROWS = 5
_MOST_LINES = 20
_HIDDEN = "…"
"""Stands for an id: it can be a case number, which is personal."""

_UNMAPPED = frozenset(
    {
        "answers_not_mapped",
        "channel_unmapped",
        "channels_unmapped",
        "codes_not_in_survey",
        "codes_not_mapped",
        "contact_channel_unmapped",
        "contacts_subjects_unmapped",
        "counts_channel_unmapped",
        "events_outside_services",
        "options_unknown",
        "other_services_left_out",
        "question_not_recognised",
        "result_type_not_found",
        "signalen_categories_left_out",
        "signalen_category_unknown",
        "signalen_sources_without_channel",
        "zaaktype_not_found",
        "zaaktype_unmapped",
    }
)
"""Notices that tell of a code, question, channel or case type which the settings do not name, or name wrongly."""


def tried_lines(words: Words, programme: Programme, tried: Tried) -> Iterator[str]:
    """Yield all that a person must know to say whether the settings are right."""
    yield from run_lines(words, tried)
    for kind, rows in tried.rows.items():
        yield ""
        yield words.say("The first rows, as records of the kind {kind}:", kind=kind.value)
        yield from (f"  {line}" for line in _records(kind, rows))
    unmapped = list(_unmapped(words, programme, tried))
    if unmapped:
        yield ""
        yield words.say("Not mapped yet:")
        yield from (f"  {line}" for line in unmapped)


def run_lines(words: Words, tried: Tried) -> Iterator[str]:
    """Yield what was read and rejected, where the try stopped, and who must act after a failure."""
    run = tried.run
    others = tuple(one for one in run.progress.notices if one.code not in _UNMAPPED)
    yield from run_sentences(words, replace(run, progress=replace(run.progress, notices=others)))
    if run.failure is not None:
        yield f"  {who_acts(words, f'{type(run.failure).__name__}: {run.failure}')}"
    elif not tried.whole:
        yield "  " + words.count(
            "The try stops after {n} page: there may be more.",
            "The try stops after {n} pages: there may be more.",
            run.progress.pages,
        )


def unmapped_lines(words: Words, tried: Tried) -> Iterator[str]:
    """Yield what the source told that the settings do not name."""
    yield from (notice_sentence(words, one) for one in tried.run.progress.notices if one.code in _UNMAPPED)


def table_lines(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a table as lines, its columns as wide as what stands in them."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    for row in (head, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _records(kind: Kind, rows: pl.DataFrame) -> Iterator[str]:
    filled = [name for name in SCHEMAS[kind] if rows[name].null_count() < rows.height]
    first = rows.select(filled).head(_FIRST_ROWS).rows(named=True)
    yield from table_lines(filled, [[_cell(name, row[name]) for name in filled] for row in first])


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    return _HIDDEN if name == "source_id" else str(value)


def _unmapped(words: Words, programme: Programme, tried: Tried) -> Iterator[str]:
    yield from unmapped_lines(words, tried)
    yield from _unknown(words, tried.run.progress.rejected)
    yield from _without_project(words, programme, tried)
    yield from _without_label(words, programme, tried)


def _unknown(words: Words, rejected: pl.DataFrame) -> Iterator[str]:
    unknown = rejected.filter(pl.col("reason") == Reason.UNKNOWN_VALUE, pl.col("found").is_not_null())
    counted = unknown.group_by("column", "found", maintain_order=True).len()
    for column, found, rows in counted.sort("len", descending=True, maintain_order=True).head(_MOST_LINES).rows():
        yield words.count(
            "{column}: {n} row has '{found}', which means nothing in the settings.",
            "{column}: {n} rows have '{found}', which means nothing in the settings.",
            rows,
            column=column,
            found=found,
        )


def _without_project(words: Words, programme: Programme, tried: Tried) -> Iterator[str]:
    known = {name for project in programme.projects.values() for name in (*project.services, *project.comparators)}
    for service in _others(tried, "service", known):
        yield words.say("No project works on service '{service}': its records are in no figure yet.", service=service)


def _without_label(words: Words, programme: Programme, tried: Tried) -> Iterator[str]:
    for channel in _others(tried, "channel", programme.channels):
        yield words.say("Channel '{channel}' has no name under [channels] in the programme yet.", channel=channel)


def _others(tried: Tried, column: str, known: Container[str]) -> Sequence[str]:
    found = {str(name) for rows in tried.rows.values() for name in rows[column].drop_nulls().unique()}
    return sorted(name for name in found if name not in known)[:_MOST_LINES]
