"""The registry of KPIs, in the order in which they are shown."""

from metrics.kpi import Kpi, Measure
from metrics.kpis.behaviour import COMPLETION, CONTACTS_PER_HUNDRED, REPEAT_CONTACT
from metrics.kpis.clarity import CLARITY
from metrics.kpis.completed import (
    COMPLETED_NET_P50,
    COMPLETED_NET_P85,
    COMPLETED_NET_P90,
    COMPLETED_P50,
    COMPLETED_P85,
    COMPLETED_P90,
    COMPLETED_WITHIN_NORM,
    SUSPENDED,
)
from metrics.kpis.lead_time import (
    DECIDED_WITHIN_NORM,
    LEAD_TIME_MEAN,
    LEAD_TIME_P50,
    LEAD_TIME_P85,
    LEAD_TIME_P90,
    LEAD_TIME_WITHIN_NORM,
)
from metrics.kpis.on_time import ON_SERVICE_NORM, ON_TIME
from metrics.kpis.satisfaction import NPS, SATISFACTION, SATISFACTION_MEAN, SATISFACTION_WEIGHTED

KPIS: tuple[Kpi, ...] = (
    SATISFACTION,
    SATISFACTION_MEAN,
    SATISFACTION_WEIGHTED,
    NPS,
    LEAD_TIME_P90,
    LEAD_TIME_P85,
    LEAD_TIME_P50,
    LEAD_TIME_MEAN,
    LEAD_TIME_WITHIN_NORM,
    DECIDED_WITHIN_NORM,
    ON_TIME,
    ON_SERVICE_NORM,
    CLARITY,
    REPEAT_CONTACT,
    COMPLETION,
    CONTACTS_PER_HUNDRED,
    COMPLETED_P90,
    COMPLETED_P85,
    COMPLETED_P50,
    COMPLETED_WITHIN_NORM,
    COMPLETED_NET_P90,
    COMPLETED_NET_P85,
    COMPLETED_NET_P50,
    SUSPENDED,
)

HEADLINE: dict[Measure, Kpi] = {
    Measure.SATISFACTION: SATISFACTION,
    Measure.LEAD_TIME: LEAD_TIME_P90,
    Measure.CLARITY: CLARITY,
}
"""The KPI that stands for a measure unless a project names another."""


def kpi(name: str) -> Kpi:
    """Return the KPI of this name; KeyError names it where there is none."""
    return {one.name: one for one in KPIS}[name]
