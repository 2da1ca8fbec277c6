"""Evaluation: counted records of a set of projects in, evidence rows out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import polars as pl

from metrics.disclosure.cells import CELLS, cells_of, hide, protect
from metrics.disclosure.primary import withhold
from metrics.estimate import FIGURES, Reason, Status
from metrics.estimators.share import TOP
from metrics.kpi import Cohort, CurveEstimator, Estimator, Kpi
from metrics.leading import Weighing, led, weighted_figures
from metrics.packing import added
from metrics.periods import Grain
from metrics.placing import PERIOD, grid, placed
from metrics.populations import Key, Late, Population, key_of, populations
from metrics.records import Kind
from metrics.scope import Scope, scope_frame
from metrics.threads import side_by_side
from metrics.volumes import volumes

EVIDENCE = pl.Schema(
    {
        "project": pl.String(),
        "kpi": pl.String(),
        "kpi_version": pl.Int64(),
        "grain": pl.String(),
        "period_start": pl.Date(),
        "period_end": pl.Date(),
        "breakdown": pl.String(),
        **FIGURES,
        "as_of": pl.Date(),
        "newest_on": pl.Date(),
        "warnings": pl.List(pl.String),
    },
)
"""Evidence: a figure of a project for a KPI version, a period and a breakdown, as seen on `as_of`.

`newest_on` is the latest day on which something was recorded for this KPI; `warnings` are codes that
`dashboard.wording` puts into sentences.
"""

_BY = [*PERIOD, "breakdown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What an evaluation looks at: the projects, and the counted records of each kind.

    `counted` holds the outcome of `metrics.counting.count` per record kind, answers counted up to the as-of day of
    their scope. `headline` names the KPIs that stand for a measure in any project: those are followed by month too.
    `digital` names the channels that need a screen, `segments` the dimensions to weight answers by. `late` tells of
    which projects a source is late: what it may not have told yet gets no verdict.
    """

    scopes: Sequence[Scope]
    counted: Mapping[Kind, pl.DataFrame]
    headline: frozenset[str] = frozenset()
    digital: frozenset[str] = frozenset()
    segments: tuple[str, ...] = ()
    late: Late = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """What an evaluation found.

    `evidence` is that of the grain that was asked for, `monthly` that of whole months for the headline KPIs at least:
    protected, led by the weighted figures where these can be had, and in no order. `hidden` says which
    cells are not shown, `counts` are the counted events with `project` and `month` (first day).
    """

    scopes: Sequence[Scope]
    grain: Grain
    found: Mapping[Key, Population]
    hidden: pl.DataFrame
    evidence: pl.DataFrame
    monthly: pl.DataFrame
    counts: pl.DataFrame
    weighing: Weighing


def evaluate(
    scopes: Sequence[Scope],
    counted: Mapping[Kind, pl.DataFrame],
    *,
    kpis: Sequence[Kpi],
    grain: Grain,
) -> pl.DataFrame:
    """Return the evidence (`EVIDENCE`) for every KPI, every period of the grain, the baseline and every breakdown.

    A period between the first record and the as-of day without any is a row with `no_data`. A project without any
    record of a KPI has no row of it.
    """
    found = populations(scopes, counted, kpis)
    evidence = evidence_of(found, hidden_in(found), kpis=kpis, grain=grain)
    return evidence.sort("project", "kpi", "grain", "breakdown", "period_start")


def evaluated(seen: Seen, *, kpis: Sequence[Kpi], grain: Grain) -> Evaluated:
    """Evaluate: the evidence by the grain and by month, and what it was made of."""
    found = populations(seen.scopes, seen.counted, kpis, late=seen.late)
    counts = _counts(seen)
    weighing = Weighing(volumes=_volumes(found, counts), digital=seen.digital, segments=seen.segments)
    # By the grain everything; month by month only what a control chart is drawn of.
    asked = {Grain.MONTH: [kpi for kpi in kpis if kpi.name in seen.headline], grain: kpis}
    with ThreadPoolExecutor() as threads:
        weighed = {
            one: threads.submit(weighted_figures, found, kpis=wanted, grain=one, weighing=weighing)
            for one, wanted in asked.items()
        }
        hidden = hidden_in(found)
        led_by = {
            one: led(evidence_of(found, hidden, kpis=wanted, grain=one), weighed[one].result(), kpis=wanted)
            for one, wanted in asked.items()
        }
    return Evaluated(
        scopes=seen.scopes,
        grain=grain,
        found=found,
        hidden=hidden,
        evidence=led_by[grain],
        monthly=led_by[Grain.MONTH],
        counts=counts,
        weighing=weighing,
    )


def _volumes(found: Mapping[Key, Population], counts: pl.DataFrame) -> pl.DataFrame:
    arrived = next((one for one in found.values() if one.cohort is Cohort.ARRIVED), None)
    return volumes(None if arrived is None else arrived.sizes(), counts)


_COUNTS = pl.Schema(
    {
        "project": pl.String(),
        "month": pl.Date(),
        "event": pl.String(),
        "channel": pl.String(),
        "segments": pl.String(),
        "n": pl.Int64(),
    }
)


def _counts(seen: Seen) -> pl.DataFrame:
    counted = seen.counted.get(Kind.COUNTS)
    if counted is None:
        return pl.DataFrame(schema=_COUNTS)
    scope = scope_frame(seen.scopes).select("project", "service")
    placed_counts = counted.join(scope, on="service").with_columns(month=(pl.col("month") + "-01").str.to_date())
    return placed_counts.select(_COUNTS.names()).cast(_COUNTS)


def evidence_of(
    found: Mapping[Key, Population], hidden: pl.DataFrame, *, kpis: Sequence[Kpi], grain: Grain
) -> pl.DataFrame:
    """Return the evidence of KPIs from the populations they look at; see `evaluate`. `hidden` is from `hidden_in`."""
    asked = {key: [kpi for kpi in kpis if key_of(kpi) == key] for key in found}
    parts = side_by_side(
        lambda key: pl.concat([pl.DataFrame(schema=EVIDENCE), *_parts(found[key], hidden, asked[key], grain)]), found
    )
    return pl.concat([pl.DataFrame(schema=EVIDENCE), *parts])


def hidden_in(found: Mapping[Key, Population]) -> pl.DataFrame:
    """Return which cells to hide in the figures of every period (`metrics.disclosure.cells.HIDDEN`).

    One pattern for all periods: what the months hide, a year must not give away.
    """
    cells = side_by_side(lambda one: cells_of(_by_cell(one), one.facts, population=one.name), found.values())
    return protect(pl.concat([pl.DataFrame(schema=CELLS), *cells]))


def _by_cell(population: Population) -> pl.DataFrame:
    """Count the persons of each month and breakdown, and those with the good outcome where that adds up."""
    good = good_outcomes(population)
    counts = population.broken.group_by("cell").agg(
        pl.col("n").sum(),
        hits=pl.lit(None, dtype=pl.Int64) if good is None else pl.col("n").filter(good).sum(),
    )
    return population.cells.join(counts, on="cell").select("project", "month", "breakdown", "n", "hits")


def good_outcomes(population: Population) -> pl.Expr | None:
    """Tell which rows have the good outcome that shares count; None where no figure of the population adds up.

    A percentile of days does not: what one month hides, a year cannot give away.
    """
    if population.kind is Kind.ANSWERS:
        top = pl.col("scale").replace_strict(TOP, default=None, return_dtype=pl.Int64)
        return pl.col("value") >= top
    return pl.col("on_time") if population.cohort in {Cohort.DUE, Cohort.SERVICE_DUE} else None


_GROUP = "_group"
"""One number stands for project, period and breakdown while figures are computed: it is far quicker to group by."""

_SLICE = 500_000
"""Rows of which figures are computed at a time."""


def _parts(population: Population, hidden: pl.DataFrame, kpis: Sequence[Kpi], grain: Grain) -> Iterator[pl.DataFrame]:
    mine = hidden.filter(pl.col("population") == population.name)
    groups, counted = _grouped(population, grain)
    found: dict[str, list[pl.DataFrame]] = {kpi.name: [] for kpi in kpis}
    for rows in _slices(counted):
        drawn: dict[object, pl.DataFrame] = {}
        for kpi in kpis:
            found[kpi.name].append(_figures(kpi.estimator, rows, drawn))
    for kpi in kpis:
        figures = withhold(
            pl.concat(found[kpi.name]).join(groups, on=_GROUP).drop(_GROUP),
            kpi.unit,
            closed=kpi.cohort in {Cohort.RECEIVED, Cohort.ARRIVED},
        )
        yield _evidence(hide(figures, mine), population.facts, kpi, grain)


def _grouped(population: Population, grain: Grain) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what each group stands for (`_BY`), and the rows by group, with `norm_days`; sorted by group.

    A group of one cell takes its rows as they are: only what holds several is added up.
    """
    cells = placed(population.cells, population.facts, grain)
    whole = cells.group_by(_BY).agg(pl.col("norm_days").max(), _cells=pl.len(), _first=pl.col("cell").min())
    # In the order of the cells, in which the rows are as well, so that sums need not look for their rows.
    groups = whole.sort(pl.col("_cells") > 1, "_first", *_BY).with_row_index(_GROUP)
    numbered = cells.select(*_BY, "cell").join(groups, on=_BY).select("cell", _GROUP, "norm_days", "_cells")
    alone, together = numbered.filter(pl.col("_cells") == 1), numbered.filter(pl.col("_cells") > 1)
    content = [name for name in population.broken.columns if name not in {"cell", "n"}]
    names = [_GROUP, *content, "n", "norm_days"]
    as_they_are = population.broken.join(alone, on="cell", maintain_order="left").select(names)
    several = added(population.broken.join(together, on="cell"), [_GROUP, *content])
    norms = groups.select(_GROUP, "norm_days")
    rows = pl.concat([as_they_are, several.join(norms, on=_GROUP, maintain_order="left").select(names)])
    ordered = rows if rows[_GROUP].is_sorted() else rows.sort(_GROUP)
    return groups.select(_GROUP, *_BY), ordered.with_columns(pl.col(_GROUP).set_sorted())


def _slices(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield rows that are sorted by group some groups at a time: what is computed of millions at once needs more room.

    Of no rows there is one slice, without any.
    """
    start = 0
    while start == 0 or start < rows.height:
        last = rows[_GROUP][min(start + _SLICE, rows.height) - 1] if rows.height else 0
        until = int(rows[_GROUP].search_sorted(last, side="right")) if rows.height else 1
        yield rows.slice(start, until - start)
        start = until


def _figures(estimator: Estimator, rows: pl.DataFrame, drawn: dict[object, pl.DataFrame]) -> pl.DataFrame:
    """Return the figures per group; a curve that several estimators read is drawn once, and kept in `drawn`."""
    if not isinstance(estimator, CurveEstimator):
        return estimator.figures(rows, [_GROUP])
    if estimator.draw not in drawn:
        drawn[estimator.draw] = estimator.draw(rows, [_GROUP])
    return estimator.read(drawn[estimator.draw], rows, [_GROUP])


def _evidence(figures: pl.DataFrame, facts: pl.DataFrame, kpi: Kpi, grain: Grain) -> pl.DataFrame:
    filled = figures if grain is Grain.ALL else _with_gaps(figures, facts, grain, kpi)
    return (
        filled.join(facts, on="project")
        .with_columns(_late=_late(kpi))
        .with_columns(
            status=pl.when("_late").then(pl.lit(Status.STALE.value)).otherwise("status"),
            reason=pl.when("_late").then(pl.lit(Reason.SOURCE_LATE.value)).otherwise("reason"),
            kpi=pl.lit(kpi.name),
            kpi_version=pl.lit(kpi.version, dtype=pl.Int64),
            warnings=_warnings(),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in EVIDENCE.items())
    )


def _with_gaps(figures: pl.DataFrame, facts: pl.DataFrame, grain: Grain, kpi: Kpi) -> pl.DataFrame:
    nothing = Reason.NOTHING_DUE if kpi.cohort in {Cohort.DUE, Cohort.SERVICE_DUE} else Reason.NOTHING_RECORDED
    periods = grid(facts, grain).join(figures.select("project", "breakdown").unique(), on="project")
    gaps = periods.join(figures, on=_BY, how="anti").with_columns(
        n=pl.lit(0, dtype=pl.Int64),
        support=pl.lit(0, dtype=pl.Int64),
        status=pl.lit(Status.NO_DATA.value),
        reason=pl.lit(nothing.value),
        method=pl.lit(kpi.estimator.method),
    )
    return pl.concat([figures, gaps], how="diagonal").select(figures.columns)


_SOME_OPEN = r'"open":[1-9]'


def _late(kpi: Kpi) -> pl.Expr:
    """Tell of a figure whether the newest record lies too far behind the period that it is about."""
    seen_until = pl.min_horizontal("period_end", "as_of")
    if kpi.cohort in {Cohort.RECEIVED, Cohort.ARRIVED}:
        # Cases that are still open are followed up to the as-of day, whatever their period.
        # The detail was written by `json_encode`, without spaces: to look into it as text is many times as fast.
        followed = pl.col("detail").str.contains(_SOME_OPEN)
        seen_until = pl.when(followed).then("as_of").otherwise(seen_until)
    old = (seen_until - pl.col("newest_on")).dt.total_days() > pl.col("fresh_within_days")
    late = old.fill_null(value=False) | (seen_until > pl.col("read_until")).fill_null(value=False)
    moving = pl.col("grain") != Grain.BASELINE.value
    usable = pl.col("status").is_in([Status.OK.value, Status.INDICATIVE.value])
    not_reached = pl.col("reason").eq_missing(Reason.NOT_REACHED.value)
    return (late & moving & (usable | not_reached)).fill_null(value=False)


def _warnings() -> pl.Expr:
    running = pl.col("period_end") > pl.col("as_of")
    none = pl.lit([], dtype=pl.List(pl.String))
    return pl.when(running).then(pl.lit(["running"], dtype=pl.List(pl.String))).otherwise(none)
