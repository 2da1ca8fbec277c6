"""Populations: the counted rows that belong together, by month, as the estimators of its KPIs look at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from metrics.breakdowns import EVERYBODY, broken_down
from metrics.cohorts import LEFT_OUT, cohort
from metrics.estimators.events import Event
from metrics.estimators.next_contact import followed_up
from metrics.kpi import Cohort, Kpi
from metrics.naming import category, with_categories
from metrics.packing import added
from metrics.records import Kind
from metrics.scope import Scope, scope_frame
from metrics.threads import side_by_side

CONTENT: Mapping[Cohort | None, tuple[str, ...]] = {
    None: ("scale", "question", "value"),
    Cohort.RECEIVED: ("days", "closed"),
    Cohort.ARRIVED: ("days", "ended"),
    Cohort.DUE: ("closed", "on_time"),
    Cohort.SERVICE_DUE: ("closed", "on_time"),
    Cohort.DECIDED: ("days", "net_days", "suspended_days"),
}
"""What the estimators of answers, and of each cohort of cases, look at, beside the norm of the project."""

_REPEATS = ("gap_days", "follow_up_days")
_EVENTS = ("event",)
_EVENT_COLUMNS = ("project_number", "channel", "segments", *_EVENTS, "n", "day")

Key = tuple[Kind, str | None, Cohort | None, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """The rows of one population of all projects.

    `cohort` is None for answers and events. `rows` has `place`, the content (`CONTENT`) and `n`; `places` says which
    `project`, `month` (its first day), `channel` and `segments` a place stands for. `broken` has `cell`, the content
    and `n`, each row repeated for every breakdown that it belongs to; `cells` says which `project`, `month` and
    `breakdown` a cell stands for. Both have `norm_days` beside. Where all KPIs of the population are mere contrasts it
    is not broken down: channel and segments are null, and there is everybody only. `facts` has a row per project with
    records: `as_of`, `fresh_within_days`, `baseline_start`, `baseline_end`, `norm_days`, `first` (its first day),
    `newest_on`, and `read_until`: the day up to which its sources were read, where one of them is late, else null.
    """

    key: Key
    cohort: Cohort | None
    places: pl.DataFrame
    rows: pl.DataFrame
    cells: pl.DataFrame
    broken: pl.DataFrame
    facts: pl.DataFrame

    @property
    def kind(self) -> Kind:
        """The kind of record that it counts."""
        return self.key[0]

    @property
    def name(self) -> str:
        """What names it: a word for each part of its key."""
        kind, item, cohort, events = self.key
        return " ".join([kind.value, *([item] if item else []), *([cohort.value] if cohort else []), *events])

    def joint(self, months: pl.DataFrame | None = None) -> pl.DataFrame:
        """Return the rows by project, month, channel and segments, with their content and `n`.

        `months` (`project`, `month` and more) says which months, and what goes beside them; None stands for all.
        """
        wanted = self.places if months is None else self.places.join(months, on=["project", "month"])
        return self.rows.join(wanted, on="place").drop("place")

    def sizes(self) -> pl.DataFrame:
        """Return the places with `n`, how many there are in each."""
        return self.places.join(self.rows.group_by("place").agg(pl.col("n").sum()), on="place")

    def everybody(self, months: pl.DataFrame | None = None) -> pl.DataFrame:
        """Return the rows of everybody by project and month, with their content and `n`; `months` as in `joint`."""
        cells = self.cells.filter(pl.col("breakdown") == EVERYBODY).drop("breakdown")
        wanted = cells if months is None else cells.join(months, on=["project", "month"])
        return self.broken.join(wanted, on="cell").drop("cell")


def key_of(kpi: Kpi) -> Key:
    """Return what names the population of a KPI: KPIs with the same key look at the same rows."""
    return kpi.record, kpi.item, kpi.cohort, kpi.events


Late = Mapping[Kind, Mapping[str, date]]
"""By kind of record: the projects of which a source is late, with the day on which that was last read."""


def populations(
    scopes: Sequence[Scope], counted: Mapping[Kind, pl.DataFrame], kpis: Iterable[Kpi], *, late: Late | None = None
) -> Mapping[Key, Population]:
    """Return the population of every KPI whose kind of record was counted.

    `counted` holds the outcome of `metrics.counting.count` per record kind, answers counted up to the as-of day
    of their scope.
    """
    plain: dict[Key, bool] = {}
    for kpi in kpis:
        plain[key_of(kpi)] = kpi.contrast and plain.get(key_of(kpi), True)
    scope = scope_frame(scopes)
    lexicon = _Lexicon.of(scope, late or {})
    scoped = {kind: lexicon.coded(frame, kind) for kind, frame in counted.items() if kind in _OF_FIGURES}
    made = [key for key in plain if key[0] in scoped]
    # Who was received, arrived: where all of those are counted, the others need no look at the records.
    derived = plain.get(_RECEIVED) is False and plain.get(_ARRIVED) is False and Kind.CASES in scoped
    whole = [key for key in made if not (derived and key == _RECEIVED)]
    seen = _newest_of_cases(scoped)
    parts = side_by_side(lambda key: _population(_rows(scoped, key, seen), key, lexicon, plain=plain[key]), whole)
    found = dict(zip(whole, parts, strict=True))
    if derived:
        found[_RECEIVED] = _without_withdrawn(found[_ARRIVED], _first_received(scoped[Kind.CASES], lexicon))
    return {key: found[key] for key in made}


_RECEIVED: Key = (Kind.CASES, None, Cohort.RECEIVED, ())
_ARRIVED: Key = (Kind.CASES, None, Cohort.ARRIVED, ())

_OF_FIGURES = (Kind.ANSWERS, Kind.CASES, Kind.COUNTS)

_UNUSED = {Kind.CASES: ("extended_on", "newest")}
"""Of millions of cases, what no figure looks at takes room."""

_READ = {"project": pl.String(), "read_until": pl.Date()}

_ENDS = pl.Enum(["decided", "withdrawn", "transferred"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    """Numbers for what names millions of rows: as numbers, names take a tenth of the room.

    `scope` has `service`, `project_number` and `as_of`; `projects` the facts of each project with its number.
    """

    scope: pl.DataFrame
    projects: pl.DataFrame
    late: Late

    @classmethod
    def of(cls, scope: pl.DataFrame, late: Late) -> _Lexicon:
        facts = scope.drop("service").unique("project", maintain_order=True).with_row_index("project_number")
        numbered = scope.select(pl.col("service").cast(category("service")), "project", "as_of").join(
            facts.select("project", "project_number"), on="project", maintain_order="left"
        )
        return cls(scope=numbered.drop("project"), projects=facts, late=late)

    def facts_of(self, kind: Kind) -> pl.DataFrame:
        """Return the facts of each project, with `read_until` of the sources of a kind of record."""
        late = dict(self.late.get(kind, {}))
        read = pl.DataFrame({"project": list(late), "read_until": list(late.values())}, schema=_READ)
        return self.projects.join(read, on="project", how="left", maintain_order="left")

    def coded(self, counted: pl.DataFrame, kind: Kind) -> pl.DataFrame:
        """Return counted records of the projects, with `project_number` and `as_of`, and categories for names."""
        coded = with_categories(counted.drop(_UNUSED.get(kind, ())))
        if not self.scope["service"].is_unique().all():
            return coded.join(self.scope, on="service")
        # A service of one project each: its number is put beside the cases, and nothing else has to move.
        numbers = coded.select("service").join(self.scope, on="service", how="left", maintain_order="left")
        numbered = coded.with_columns(numbers.drop("service"))
        return numbered.drop_nulls("project_number") if numbers["project_number"].null_count() else numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Rows with a `day`, what of them is content, and the newest day on which anything was recorded per project."""

    rows: pl.LazyFrame
    content: tuple[str, ...]
    newest: pl.DataFrame


def _rows(scoped: Mapping[Kind, pl.DataFrame], key: Key, seen: pl.DataFrame) -> _Rows:
    kind, item, which, events = key
    if kind is Kind.COUNTS:
        return _of_events(scoped, events)
    if which is None:
        known = scoped[kind].filter(pl.col("item") == item)
        return _Rows(rows=_dated(known).lazy(), content=CONTENT[None], newest=_newest(known, pl.col("newest").max()))
    # Lazily: of the many columns of cases each cohort needs a few.
    return _Rows(rows=cohort(scoped[kind].lazy(), which), content=CONTENT[which], newest=seen)


def _newest_of_cases(scoped: Mapping[Kind, pl.DataFrame]) -> pl.DataFrame:
    """Return the newest day on which anything was recorded of cases, by project.

    Whatever happened to any case shows that the source is alive, also where nothing fell due lately.
    """
    if Kind.CASES not in scoped:
        return pl.DataFrame()
    cases, days = scoped[Kind.CASES], ("received_on", "decided_on")
    latest = cases.group_by("project_number").agg(pl.col(*days).max(), pl.col("as_of").first())
    if latest.select((pl.col(*days) <= pl.col("as_of")).fill_null(value=True).all()).row(0) == (True, True):
        return latest.select("project_number", newest_on=pl.max_horizontal(*days))
    # What happened after the as-of day is not known yet; seldom has anything, so it is not looked for at first.
    return _newest(cases, pl.max_horizontal(_newest_seen(name) for name in days))


def _of_events(scoped: Mapping[Kind, pl.DataFrame], events: tuple[str, ...]) -> _Rows:
    """Return the rows of events; contacts beside the cases that they are held against, or followed up alone."""
    counts = scoped[Kind.COUNTS]
    known = counts.filter(pl.col("event").is_in(list(events)))
    newest = _newest(known, pl.col("newest").max())
    if events == (Event.CONTACT.value,):
        followed = followed_up(counts, until=pl.col("as_of"))
        return _Rows(rows=_dated(followed).lazy(), content=_REPEATS, newest=newest)
    rows = _dated(known).lazy().select(_EVENT_COLUMNS)
    if Event.CONTACT.value in events and Kind.CASES in scoped:
        rows = pl.concat([rows, _cases(scoped[Kind.CASES].lazy(), known.lazy())])
    return _Rows(rows=rows, content=_EVENTS, newest=newest)


def _cases(cases: pl.LazyFrame, contacts: pl.LazyFrame) -> pl.LazyFrame:
    """Return the cases received, as events of their own, of the projects that record contacts."""
    received = cases.filter(pl.col("received_on") <= pl.col("as_of"))
    of_those = received.join(contacts.select("project_number").unique(), on="project_number", how="semi")
    return of_those.with_columns(event=pl.lit(Event.CASE.value), day="received_on").select(_EVENT_COLUMNS)


def _dated(counted: pl.DataFrame) -> pl.DataFrame:
    return counted.with_columns(day=(pl.col("month") + "-01").str.to_date("%Y-%m-%d"))


def _newest(known: pl.DataFrame, newest: pl.Expr) -> pl.DataFrame:
    return known.group_by("project_number").agg(newest_on=newest)


def _population(found: _Rows, key: Key, lexicon: _Lexicon, *, plain: bool) -> Population:
    names = [] if plain else ["channel", "segments"]
    place = ["project_number", "month", *names]
    day = pl.col("day")
    content = [pl.col(name).cast(_ENDS) if name == "ended" else pl.col(name) for name in found.content]
    seen = found.rows.select("project_number", *names, *content, "n", "day").collect()
    dated = seen.with_columns(month=_months_of(seen["day"]))
    firsts = dated.group_by("project_number").agg(first=day.min())
    facts = lexicon.facts_of(key[0]).join(firsts, on="project_number").join(found.newest, on="project_number")
    summed = added(dated, [*place, *found.content])
    # Sorted by place, so that a place is new where it differs from the one before.
    new = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in place)
    placed = summed.with_columns(_new=new | (pl.int_range(pl.len()) == 0))
    places = placed.filter("_new").select(place).with_row_index("place")
    rows = placed.select(*found.content, "n", place=(pl.col("_new").cum_sum() - 1).set_sorted())
    known = _named(places, facts, plain=plain)
    cells, broken = broken_down(rows, known, found.content, plain=plain)
    return Population(
        key=key,
        cohort=key[2],
        places=known,
        rows=rows,
        cells=cells,
        broken=broken,
        facts=facts.drop("project_number"),
    )


def _months_of(days: pl.Series) -> pl.Series:
    """Number the months of days, twelve a year; each day is looked up in a calendar, for rows are many and days few."""
    first, last = days.min(), days.max()
    if not (isinstance(first, date) and isinstance(last, date)):
        return days.cast(pl.Int32)
    calendar = pl.date_range(first, last, eager=True)
    months = calendar.dt.year().cast(pl.Int32) * 12 + calendar.dt.month()
    return months.gather(days.to_physical() - (first - date(1970, 1, 1)).days)


def _first_received(cases: pl.DataFrame, lexicon: _Lexicon) -> pl.DataFrame:
    """Return per `project` the `first` day on which a case came in that was not withdrawn."""
    received = cohort(cases.lazy(), Cohort.RECEIVED)
    firsts = received.group_by("project_number").agg(first=pl.col("day").min()).collect()
    return lexicon.projects.join(firsts, on="project_number").select("project", "first")


def _without_withdrawn(arrived: Population, firsts: pl.DataFrame) -> Population:
    """Return the cases received: all that arrived, without those that were withdrawn or transferred."""
    rows, broken = (_stayed(frame) for frame in (arrived.rows, arrived.broken))
    return Population(
        key=_RECEIVED,
        cohort=Cohort.RECEIVED,
        places=arrived.places.join(rows.select("place").unique(), on="place", how="semi", maintain_order="left"),
        rows=rows,
        cells=arrived.cells.join(broken.select("cell").unique(), on="cell", how="semi", maintain_order="left"),
        broken=broken,
        facts=arrived.facts.drop("first").join(firsts, on="project").select(arrived.facts.columns),
    )


def _stayed(rows: pl.DataFrame) -> pl.DataFrame:
    """Return cases with `closed` in place of `ended`, of which what is left is one-to-one."""
    stayed = rows.filter(~pl.col("ended").is_in(LEFT_OUT).fill_null(value=False))
    return stayed.with_columns(closed=pl.col("ended").is_not_null()).drop("ended")


def _named(places: pl.DataFrame, facts: pl.DataFrame, *, plain: bool) -> pl.DataFrame:
    """Return what each place stands for, in words."""
    channel, segments = (
        pl.lit(None, dtype=pl.String()) if plain else pl.col(name).cast(pl.String) for name in ("channel", "segments")
    )
    month = pl.col("month") - 1
    return places.join(facts.select("project_number", "project", "norm_days"), on="project_number").select(
        "place",
        "project",
        month=pl.date(month // 12, month % 12 + 1, 1),
        channel=channel,
        segments=segments,
        norm_days="norm_days",
    )


def _newest_seen(name: str) -> pl.Expr:
    return pl.col(name).filter(pl.col(name) <= pl.col("as_of")).max()
