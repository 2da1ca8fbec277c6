"""Finished cases only: the figures most dashboards show, and the days without pauses, as a contrast to ours."""

from metrics.estimators.completed import CompletedPercentile, CompletedWithinNorm
from metrics.estimators.suspension import SuspendedShare
from metrics.kpi import Change, Cohort, Direction, Kpi, Measure, Unit
from metrics.records import Kind

_WHY = "What a dashboard shows that forgets the cases that are still open."
_POPULATION = "Only cases that were decided in the period; open ones are forgotten."
_NOT_FOR = "Never use it as a result: leaving hard cases open makes it better."
_PERCENTILE = "Percentile of a complete count; interval: order statistics, 95 %."
_FIRST = (Change(version=1, since="2026-11", what="First definition."),)
_WITH_INTERVAL = Change(version=2, since="2026-11", what="With an interval, from order statistics; of everybody only.")
_EVERYBODY = Change(version=2, since="2026-11", what="Of everybody only, no longer by channel and segment.")


def _percentile(percent: int, title: str) -> Kpi:
    return Kpi(
        name=f"completed_p{percent}",
        version=2,
        measure=Measure.LEAD_TIME,
        record=Kind.CASES,
        cohort=Cohort.DECIDED,
        estimator=CompletedPercentile(percent / 100),
        unit=Unit.DAYS,
        direction=Direction.DOWN,
        title=title,
        why=_WHY,
        population=_POPULATION,
        formula="The lead time of the finished case at this place in the row from fast to slow (inverted CDF).",
        source=_PERCENTILE,
        not_for=_NOT_FOR,
        reviewer="Uitkomst",
        history=(*_FIRST, _WITH_INTERVAL),
        contrast=True,
    )


COMPLETED_P50 = _percentile(50, "Finished cases only: half within")
COMPLETED_P85 = _percentile(85, "Finished cases only: 85 of 100 within")
COMPLETED_P90 = _percentile(90, "Finished cases only: 9 out of 10 within")

COMPLETED_WITHIN_NORM = Kpi(
    name="completed_within_norm",
    version=2,
    measure=Measure.LEAD_TIME,
    record=Kind.CASES,
    cohort=Cohort.DECIDED,
    estimator=CompletedWithinNorm(),
    unit=Unit.SHARE,
    direction=Direction.UP,
    title="Finished cases only: within the norm",
    why=_WHY,
    population=_POPULATION,
    formula="Finished cases decided within the norm, divided by all finished cases.",
    source="Share of a complete count; interval: Wilson score, 95 %.",
    not_for=_NOT_FOR,
    reviewer="Uitkomst",
    history=(*_FIRST, _EVERYBODY),
    contrast=True,
)


def _net_percentile(percent: int, title: str) -> Kpi:
    return Kpi(
        name=f"completed_net_p{percent}",
        version=1,
        measure=Measure.LEAD_TIME,
        record=Kind.CASES,
        cohort=Cohort.DECIDED,
        estimator=CompletedPercentile(percent / 100, of="net_days"),
        unit=Unit.DAYS,
        direction=Direction.DOWN,
        title=title,
        why="The days that the law counts, beside the days that residents waited.",
        population=(
            "Only cases that were decided in the period, and of which the source says how long the clock stood still. "
            "Open ones are forgotten."
        ),
        formula=(
            "The days of the finished case at this place in the row from fast to slow (inverted CDF), "
            "without the days on which the clock of the law stood still."
        ),
        source=_PERCENTILE,
        not_for="Never show it without the days that residents waited: the clock stood still, they did not.",
        reviewer="Uitkomst",
        history=_FIRST,
        contrast=True,
    )


COMPLETED_NET_P50 = _net_percentile(50, "Finished cases only: half within, pauses left out")
COMPLETED_NET_P85 = _net_percentile(85, "Finished cases only: 85 of 100 within, pauses left out")
COMPLETED_NET_P90 = _net_percentile(90, "Finished cases only: 9 out of 10 within, pauses left out")

SUSPENDED = Kpi(
    name="suspended",
    version=1,
    measure=Measure.LEAD_TIME,
    record=Kind.CASES,
    cohort=Cohort.DECIDED,
    estimator=SuspendedShare(),
    unit=Unit.SHARE,
    direction=Direction.DOWN,
    title="Clock of the law was stopped",
    why=(
        "In how many of every 100 decided cases the clock of the law stood still. "
        "When this rises, terms can seem to be kept while residents wait longer."
    ),
    population="All cases that were decided in the period and of which the source says whether the clock stood still.",
    formula="Decided cases in which the clock stood still for a day or more, divided by all of which this is known.",
    source="Share of a complete count; interval: Wilson score, 95 %.",
    not_for="Do not read a rise as wrong by itself: more applications may have come in incomplete.",
    reviewer="Uitkomst",
    history=_FIRST,
    contrast=True,
)
