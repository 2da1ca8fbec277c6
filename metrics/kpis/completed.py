"""Finished cases only: the figures most dashboards show, kept beside ours as a contrast."""

from metrics.estimators.completed import CompletedPercentile, CompletedWithinNorm
from metrics.kpi import Change, Cohort, Direction, Kpi, Measure, Unit
from metrics.records import Kind

_WHY = "What a dashboard shows that forgets the cases that are still open."
_POPULATION = "Only cases that were decided in the period; open ones are forgotten."
_NOT_FOR = "Never use it as a result: leaving hard cases open makes it better."
_FIRST = (Change(version=1, since="2026-11", what="First definition."),)


def _percentile(percent: int, title: str) -> Kpi:
    return Kpi(
        name=f"completed_p{percent}",
        version=1,
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
        source="Percentile of a complete count; no interval.",
        not_for=_NOT_FOR,
        reviewer="Uitkomst",
        history=_FIRST,
        contrast=True,
    )


COMPLETED_P50 = _percentile(50, "Finished cases only: half within")
COMPLETED_P85 = _percentile(85, "Finished cases only: 85 of 100 within")
COMPLETED_P90 = _percentile(90, "Finished cases only: 9 out of 10 within")

COMPLETED_WITHIN_NORM = Kpi(
    name="completed_within_norm",
    version=1,
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
    history=_FIRST,
    contrast=True,
)
