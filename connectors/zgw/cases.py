"""Cases of one page of a ZGW system: which count, what each column says, and what people must be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from connectors import columns as ours
from connectors.cells import Reading
from connectors.columns import Column
from connectors.connector import Batch, Page
from connectors.objects import Path, at, loaded, table_of
from connectors.zgw.catalogue import CaseType, Catalogue, definitions, uuid_of
from metrics.notices import Notice
from metrics.records import Kind, Reason, complete

_WANTED: Mapping[str, Path] = {
    "uuid": "uuid",
    "type": "zaaktype",
    "started": "startdatum",
    "ended": "einddatum",
    "planned": "einddatumGepland",
    "latest": "uiterlijkeEinddatumAfdoening",
    "channel": "communicatiekanaal",
    "main": "hoofdzaak",
    "result": "resultaat",
    "result_type": ("_expand", "resultaat", "resultaattype"),
    "suspended": ("opschorting", "indicatie"),
    "suspended_before": ("opschorting", "eerdereOpschorting"),
    "extension": ("verlenging", "duur"),
}
"""All that is read of a case. Descriptions, explanations, reasons, persons and places are not."""

_UUID = r"(?i)^(?:.*/)?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/?$"
_UUID_LENGTH = 36
_NO_TIME = r"^P(0+[YMWD])*(T0+[HMS])?$"
_MOST_TOLD = 20
_YEARS = (1900, 2200)
_DAYS = ("started", "ended", "planned", "latest")
_STARTED = pl.col("started")
_UNMAPPED = pl.col("channel").is_not_null() & pl.col("our_channel").is_null()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """What the settings say of the words of a source; see `Zgw`."""

    services: Mapping[str, str]
    zone: str
    channels: Mapping[str, str] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    part_cases: bool = False


def batch_of(page: Page, meanings: Meanings) -> Batch:
    """Turn a page into cases; those of other case types, and parts of another case, are left out and told."""
    body = loaded(page)
    catalogue = Catalogue.of(at(body, "catalogue"))
    table = table_of(at(body, ("page", "results")), _WANTED)
    rows = _rows(table.cells.with_columns(line=table.lines), catalogue, meanings, again=at(body, "again"))
    kept = rows.filter(~pl.col("is_part") & ~pl.col("is_other"))
    frame, rejected = ours.sorted_out(
        dict(_columns(kept, meanings)),
        kept.select("line", file=pl.lit(page.name)),
        Kind.CASES,
    )
    if not table.unreadable.is_empty():
        unreadable = ours.unreadable(table.unreadable, file=page.name, kind=Kind.CASES)
        rejected = pl.concat([rejected, unreadable]).sort("line", maintain_order=True)
    read = kept if frame.height == kept.height else kept.join(frame.select("line"), on="line", maintain_order="left")
    return Batch(
        frames={Kind.CASES: complete(frame, Kind.CASES)},
        rejected=rejected,
        notices=(*_of_the_run(at(body, "notices")), *_left_out(rows), *_of_cases(read, meanings)),
        definitions=definitions(catalogue, meanings.services),
    )


def _rows(cells: pl.DataFrame, catalogue: Catalogue, meanings: Meanings, *, again: object) -> pl.DataFrame:
    """Return the rows with what they refer to, and their days; those that stood on an earlier page are gone."""
    skipped = again if isinstance(again, list) else []
    part = pl.lit(value=False) if meanings.part_cases else pl.col("main").is_not_null()
    again_here = pl.col("line").is_in(pl.Series(skipped, dtype=pl.Int64).implode())
    left = cells.filter(~again_here) if skipped else cells
    return (
        _without_blanks(left)
        .with_columns(
            source_id=_at_the_end("uuid"),
            type_uuid=_at_the_end("type"),
            channel_uuid=_at_the_end("channel"),
            result_uuid=_at_the_end("result_type"),
            **{f"{name}_on": pl.col(name).str.to_date("%Y-%m-%d", strict=False) for name in _DAYS},
        )
        .join(_types(catalogue, meanings), on="type_uuid", how="left", maintain_order="left")
        .with_columns(
            is_part=part,
            is_other=pl.col("name").is_not_null() & pl.col("service").is_null(),
            our_channel=_channel(meanings),
            found_outcome=_outcome(catalogue, meanings),
        )
    )


def _without_blanks(cells: pl.DataFrame) -> pl.DataFrame:
    """Return cells without the spaces around them; a blank one is null, for which few columns need another look."""
    stripped = cells.with_columns(pl.col(list(_WANTED)).str.strip_chars())
    blank = [name for name in _WANTED if (stripped[name] == "").any()]
    return stripped.with_columns(pl.col(blank).replace("", None)) if blank else stripped


def _types(catalogue: Catalogue, meanings: Meanings) -> pl.DataFrame:
    """Return the versions of case types with their services and norms."""
    types = list(catalogue.types.values())
    # A catalogue has hundreds of versions and a handful of norms: each is worked out once.
    of = {one.norms: (one.norm, one.service_norm, one.service_norm_is_nothing) for one in _unlike(types)}
    norms, service_norms, no_time = zip(*(of[one.norms] for one in types), strict=True) if types else ((), (), ())
    return pl.DataFrame(
        [
            pl.Series("type_uuid", list(catalogue.types), dtype=pl.String),
            pl.Series("name", [one.name for one in types], dtype=pl.String),
            pl.Series("service", [meanings.services.get(one.name) for one in types], dtype=pl.String),
            pl.Series("norm", norms, dtype=pl.String),
            pl.Series("service_norm", service_norms, dtype=pl.String),
            pl.Series("no_time", no_time, dtype=pl.Boolean),
        ],
    )


def _unlike(types: Sequence[CaseType]) -> Iterable[CaseType]:
    return {one.norms: one for one in types}.values()


def _channel(meanings: Meanings) -> pl.Expr:
    theirs = {uuid_of(key) or key: value for key, value in meanings.channels.items()}
    return _translated(pl.coalesce("channel_uuid", "channel"), theirs)


def _outcome(catalogue: Catalogue, meanings: Meanings) -> pl.Expr:
    """Translate results; a result that the settings do not name is a decision."""
    outcomes = {uuid: _first_of(names, meanings.outcomes) for uuid, names in catalogue.results.items()}
    return _translated(pl.col("result_uuid"), outcomes if meanings.outcomes else {})


def _first_of(names: Sequence[str], outcomes: Mapping[str, str]) -> str:
    return next((outcomes[name] for name in names if name in outcomes), "decided")


def _translated(cells: pl.Expr, meanings: Mapping[str, str]) -> pl.Expr:
    if not meanings:
        return pl.lit(None, dtype=pl.String)
    return cells.replace_strict(dict(meanings), default=None, return_dtype=pl.String)


def _columns(rows: pl.DataFrame, meanings: Meanings) -> Iterator[tuple[str, Column]]:
    days = {name: _day(rows, name, meanings.zone) for name in _DAYS}
    norms = [rows[name] for name in ("norm", "service_norm", "no_time", "found_outcome")]
    derived = pl.DataFrame([*norms, *(day.values.alias(name) for name, day in days.items())]).select(
        due=_or_norm("latest", "norm"),
        service_due=_or_norm("planned", "service_norm", unless=pl.col("no_time") & (pl.col("planned") == _STARTED)),
        outcome=pl.when(pl.col("ended").is_not_null()).then("found_outcome"),
    )
    # Anybody's words can stand where a uuid should: they are not repeated. That of a case type may be.
    yield "source_id", _referred(rows["source_id"], rows["uuid"], allowed="uuid")
    services = ", ".join(meanings.services)
    yield "service", _referred(rows["service"], rows["type"], allowed=services, found=rows["type_uuid"])
    yield "channel", Column(values=rows["our_channel"])
    yield "received_on", days["started"]
    yield "decided_on", days["ended"]
    yield "due_on", replace(days["latest"], values=derived["due"])
    yield "service_due_on", replace(days["planned"], values=derived["service_due"])
    yield "outcome", Column(values=derived["outcome"])


def _day(rows: pl.DataFrame, name: str, zone: str) -> Column:
    found = rows[f"{name}_on"]
    if found.null_count() == rows[name].null_count():
        return Column(values=found)
    return ours.typed(rows[name], pl.Date(), Reading(zone=zone, typed_source=True))


def _or_norm(day: str, norm: str, *, unless: pl.Expr | None = None) -> pl.Expr:
    """Return the day of the case itself and, where it has none, its start with the norm of its type added.

    Open Zaak before 1.30.0 took a norm of no time for one, and planned the end on the day of the start: no norm is
    told by such a day, which `unless` names.
    """
    own = pl.col(day) if unless is None else pl.when(~unless.fill_null(value=False)).then(day)
    return pl.coalesce(own, pl.when(_STARTED.dt.year().is_between(*_YEARS)).then(_STARTED).dt.offset_by(pl.col(norm)))


def _referred(values: pl.Series, cells: pl.Series, *, allowed: str, found: pl.Series | None = None) -> Column:
    """Return what a reference was found to be; where something stands that leads to nothing the row is rejected."""
    if values.null_count() == cells.null_count():
        return Column(values=values)
    broken = values.is_null() & cells.is_not_null()
    reasons = pl.select(pl.when(broken).then(pl.lit(Reason.UNKNOWN_VALUE.value))).to_series()
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(values))
    return Column(values=values, reasons=reasons, found=nothing if found is None else found, allowed=allowed)


def _of_the_run(told: object) -> Iterator[Notice]:
    for one in told if isinstance(told, list) else []:
        yield Notice(code=one["code"], particulars=one["particulars"])


def _left_out(rows: pl.DataFrame) -> Iterator[Notice]:
    parts, others = rows["is_part"].sum(), rows["is_other"].sum()
    yield from _counted("part_cases_left_out", int(parts))
    if others:
        by_name = rows.filter(pl.col("is_other") & ~pl.col("is_part")).group_by("name").len().sort("name")
        for name, cases in by_name.iter_rows():
            yield Notice(code="zaaktype_unmapped", particulars={"zaaktype": name, "cases": cases})


def _of_cases(read: pl.DataFrame, meanings: Meanings) -> Iterator[Notice]:
    now, before = pl.col("suspended") == "true", pl.col("suspended_before") == "true"
    closed = pl.col("ended").is_not_null()
    numbers = read.select(
        ever=(now | before).sum(),
        now=now.sum(),
        extended=(~pl.col("extension").str.contains(_NO_TIME)).sum(),
        open_with_result=(~closed & pl.col("result").is_not_null()).sum(),
        outcome_unknown=(closed & pl.col("found_outcome").is_null()).sum(),
        channel_unmapped=_UNMAPPED.sum(),
    ).row(0, named=True)
    if numbers["ever"]:
        particulars = {"cases": numbers["ever"], "now": numbers["now"]}
        yield Notice(code="suspension_without_days", particulars=particulars)
    yield from _counted("extension_without_day", numbers["extended"])
    yield from _counted("open_with_result", numbers["open_with_result"])
    yield from _counted("outcome_unknown", numbers["outcome_unknown"] if meanings.outcomes else 0)
    if numbers["channel_unmapped"]:
        yield from _channels_unmapped(read)


def _channels_unmapped(read: pl.DataFrame) -> Iterator[Notice]:
    """Yield each channel that the settings do not name. Only uuids are repeated."""
    counted = read.filter(_UNMAPPED).group_by(pl.col("channel_uuid").fill_null("?")).len("cases")
    most = counted.sort("cases", "channel_uuid", descending=[True, False]).head(_MOST_TOLD)
    for channel, cases in most.iter_rows():
        yield Notice(code="channel_unmapped", particulars={"channel": channel, "cases": cases})


def _counted(code: str, cases: int) -> Iterator[Notice]:
    if cases:
        yield Notice(code=code, particulars={"cases": cases})


def _at_the_end(column: str) -> pl.Expr:
    # A test and a cut cost half of what the engine asks for a part of a match.
    cell = pl.col(column)
    return pl.when(cell.str.contains(_UUID)).then(cell.str.strip_suffix("/").str.tail(_UUID_LENGTH).str.to_lowercase())
