"""Lead time with open cases counted: Kaplan-Meier percentiles and the share decided within the norm."""

from metrics.estimators.survival import WaitingPercentile, WithinNorm
from metrics.kpi import Change, Cohort, Direction, Kpi, Measure, Unit
from metrics.records import Kind

_POPULATION = (
    "All cases received in the period, open ones included: they count as still waiting. "
    "Withdrawn and transferred cases are left out, with their number."
)
_SOURCE = "Kaplan and Meier (1958); limits: log-log with Greenwood's variance, 95 %, read as R's survfit does."
_NOT_FOR = (
    "Do not use it where hard cases are moved to another system, "
    "or where only cases that were still open were brought over."
)
_FIRST = (Change(version=1, since="2026-11", what="First definition."),)


def _percentile(percent: int, title: str, why: str) -> Kpi:
    return Kpi(
        name=f"lead_time_p{percent}",
        version=1,
        measure=Measure.LEAD_TIME,
        record=Kind.CASES,
        cohort=Cohort.RECEIVED,
        estimator=WaitingPercentile(percent / 100),
        unit=Unit.DAYS,
        direction=Direction.DOWN,
        title=title,
        why=why,
        population=_POPULATION,
        formula=(
            f"The first day on which the Kaplan-Meier share still waiting is {100 - percent} % or less. "
            "Calendar days from receipt to decision."
        ),
        source=_SOURCE,
        not_for=_NOT_FOR,
        reviewer="Uitkomst",
        history=_FIRST,
    )


LEAD_TIME_P50 = _percentile(
    50, "Half are decided within", "The number of days within which half of all applications are decided."
)
LEAD_TIME_P85 = _percentile(
    85, "85 of 100 are decided within", "The number of days within which 85 of every 100 applications are decided."
)
LEAD_TIME_P90 = _percentile(
    90, "9 out of 10 are decided within", "The number of days within which 9 out of 10 applications are decided."
)

LEAD_TIME_WITHIN_NORM = Kpi(
    name="lead_time_within_norm",
    version=1,
    measure=Measure.LEAD_TIME,
    record=Kind.CASES,
    cohort=Cohort.RECEIVED,
    estimator=WithinNorm(),
    unit=Unit.SHARE,
    direction=Direction.UP,
    title="Decided within the norm",
    why="How many of every 100 applications are decided within the norm of the project.",
    population=_POPULATION,
    formula="1 - S(norm), S being the Kaplan-Meier share still waiting.",
    source=_SOURCE,
    not_for=_NOT_FOR,
    reviewer="Uitkomst",
    history=_FIRST,
)
