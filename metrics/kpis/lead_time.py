"""Lead time with open cases counted: percentiles, their mean up to half a year, and the share within the norm."""

from metrics.estimators.competing import DecidedWithinNorm
from metrics.estimators.restricted_mean import RestrictedMean
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
HALF_A_YEAR_DAYS = 182
"""Horizon of the mean: 26 weeks. The longest ordinary term of a decision is six months (Awb 3:18)."""

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

LEAD_TIME_MEAN = Kpi(
    name="lead_time_mean",
    version=1,
    measure=Measure.LEAD_TIME,
    record=Kind.CASES,
    cohort=Cohort.RECEIVED,
    estimator=RestrictedMean(HALF_A_YEAR_DAYS),
    unit=Unit.DAYS,
    direction=Direction.DOWN,
    title="Days on average, up to half a year",
    why=(
        "The number of days that an application takes on average. "
        "One that takes longer than half a year (182 days) counts as half a year."
    ),
    population=_POPULATION,
    formula="The area under the Kaplan-Meier share still waiting, from receipt to day 182.",
    source=(
        "Restricted mean, Irwin (1949); variance as R's survfit prints it; interval: normal, 95 %. "
        "Half a year is the longest ordinary term of a decision (Awb 3:18)."
    ),
    not_for=(
        "Do not use it where many cases take longer than half a year: it does not tell how much longer. "
        "It is no average of finished cases."
    ),
    reviewer="Uitkomst",
    history=_FIRST,
)

DECIDED_WITHIN_NORM = Kpi(
    name="decided_within_norm",
    version=1,
    measure=Measure.LEAD_TIME,
    record=Kind.CASES,
    cohort=Cohort.ARRIVED,
    estimator=DecidedWithinNorm(),
    unit=Unit.SHARE,
    direction=Direction.UP,
    title="Decided within the norm, of all that came in",
    why="How many of every 100 applications that come in get a decision within the norm; who withdraws gets none.",
    population=(
        "All cases received in the period, open ones included: they count as still waiting. "
        "Withdrawn and transferred cases stay in the total, as outcomes of their own."
    ),
    formula="The Aalen-Johansen share that is decided by the norm, withdrawal and transfer competing with it.",
    source="Aalen and Johansen (1978); variance as R's survfit; limits: log-log, 95 %.",
    not_for="Do not read a low share as slow work alone: cases that are withdrawn or transferred lower it too.",
    reviewer="Uitkomst",
    history=_FIRST,
)
