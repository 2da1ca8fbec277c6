"""On time: of all decisions that were due, the share that came in time, by the law and by the service's promise."""

from metrics.estimators.due_cohort import OnTime
from metrics.kpi import Change, Cohort, Direction, Kpi, Measure, Unit
from metrics.records import Kind

ON_TIME = Kpi(
    name="on_time",
    version=1,
    measure=Measure.LEAD_TIME,
    record=Kind.CASES,
    cohort=Cohort.DUE,
    estimator=OnTime(),
    unit=Unit.SHARE,
    direction=Direction.UP,
    title="On time of all that were due",
    why="How many of every 100 decisions that had to be there by now came in time.",
    population=(
        "All cases whose term ran out in the period. Still open counts as late. "
        "Cases without a term are left out, with their number."
    ),
    formula="Cases decided on or before their due day, divided by all cases due.",
    source="Due cohort; interval: Wilson score, 95 %.",
    not_for="Do not use it for services without a term per case.",
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."),),
)

ON_SERVICE_NORM = Kpi(
    name="on_service_norm",
    version=1,
    measure=Measure.LEAD_TIME,
    record=Kind.CASES,
    cohort=Cohort.SERVICE_DUE,
    estimator=OnTime(),
    unit=Unit.SHARE,
    direction=Direction.UP,
    title="Within the term that the service promised",
    why="How many of every 100 decisions came within the term that the service itself promised to residents.",
    population=(
        "All cases whose promised term ran out in the period. Still open counts as late. "
        "Cases without a promised term are left out."
    ),
    formula="Cases decided on or before the promised day, divided by all cases for which that day had come.",
    source="Due cohort; interval: Wilson score, 95 %.",
    not_for="Do not read it as the term of the law: a service can promise less, or more.",
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."),),
)
