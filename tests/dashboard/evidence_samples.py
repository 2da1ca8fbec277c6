"""Evidence for tests of words and views: one fact varies, the rest stands here."""

from __future__ import annotations

from datetime import date
from typing import Any

from config.programme import Programme, Project, Text
from dashboard.findings import Figure, Finding, Group
from dashboard.wording.words import Words
from metrics.effect.effects import Effect
from metrics.effect.interrupted import Interrupted, Line
from metrics.effect.panel import DifferenceInDifferences, ServiceChange
from metrics.effect.permutation import Permuted
from metrics.effect.pilot import Pilot, Side
from metrics.estimate import Estimate, NotReported, Reason, Status
from metrics.evidence.change import Change, Difference
from metrics.evidence.claim import Claim, Move, Trend
from metrics.evidence.control import Control, Dot
from metrics.evidence.level import Level
from metrics.evidence.reach import Reach
from metrics.evidence.worth import Worth
from metrics.flow.workload import MonthFlow, Workload
from metrics.kpis import kpi
from metrics.periods import Period
from metrics.verdict import Judged, Verdict

NL, EN = Words(language="nl"), Words(language="en")
SATISFACTION, LEAD_TIME = kpi("satisfaction"), kpi("lead_time_p90")
QUARTER = Period(start=date(2026, 1, 1), end=date(2026, 3, 31))
YEAR = Period(start=date(2025, 1, 1), end=date(2025, 12, 31))
STARTED_ON = date(2026, 1, 1)


def in_both(told, *args, **particulars) -> tuple[Any, Any]:
    """What a function of the wording says, in Dutch and in English."""
    return told(NL, *args, **particulars), told(EN, *args, **particulars)


def estimate(value, low=None, high=None, n=400, reason=None) -> Estimate:
    status = Status.OK if reason is None else Status.INDICATIVE
    return Estimate(value=value, low=low, high=high, n=n, status=status, reason=reason, method="")


def absent(reason, n=0, status=Status.TOO_FEW) -> NotReported:
    return NotReported(status=status, reason=reason, n=n)


def figure(known, period=QUARTER, **detail) -> Figure:
    return Figure(period=period, known=known, detail=detail, newest_on=date(2026, 3, 31), running=False)


def group(breakdown, now, before=None, verdict=Verdict.MEASURED) -> Group:
    return Group(
        breakdown=breakdown,
        now=None if now is None else figure(now),
        baseline=None if before is None else figure(before, YEAR),
        judged=Judged(verdict=verdict),
    )


def finding(one=SATISFACTION, **changed) -> Finding:
    """A finding with a figure, and nothing else that is known."""
    now = changed.pop("now", None) or figure(estimate(0.82, 0.78, 0.86))
    known = {"baseline": None, "target": None, "judged": Judged(verdict=Verdict.MEASURED), "contrast": None}
    return Finding(kpi=one, now=now, **{**known, "series": [now], "groups": [], **changed})


def programme(**changed) -> Programme:
    return Programme(
        name="small",
        title=Text(nl="Klein", en="Small"),
        channels={"web": Text(nl="website", en="website"), "desk": Text(nl="balie", en="desk")},
        segments={"age": {"old": Text(nl="65 en ouder", en="65 and over"), "young": Text(nl="tot 65", en="up to 65")}},
        **changed,
    )


def project(**changed) -> Project:
    return Project(
        **{"title": Text(nl="Vergunning", en="Permits"), "services": ("permit",), "started_on": STARTED_ON, **changed}
    )


# --- claims ------------------------------------------------------------------------------------------------------


def worth(**known) -> Worth:
    return Worth(**{"achieved": None, "came": None, "cost": None, "extra": None, "extra_cost": None, **known})


def claim(level=Level.DESCRIBED, **known) -> Claim:
    """A claim of which nothing is known but its level."""
    nothing = {"held": (), "now": None, "year": None, "trend": None, "panel": None, "pilot": None, "reached": None}
    nothing |= {"fairness": None, "target_probability": None, "worth": worth(), "move": Move.NONE}
    nothing |= {"season_differs": False, "regression_to_the_mean": False}
    return Claim(project="permits", kpi="satisfaction", kpi_version=1, level=level, **{**nothing, **known})


def change(crude=None, held=None) -> Change:
    return Change(crude=crude, held=held)


def difference(before, after, low=None, high=None) -> Difference:
    return Difference(before=before, after=after, low=low, high=high)


def reach(**known) -> Reach:
    nothing = {"customers": None, "invited": None, "answered": None, "response": None, "lowest": None, "highest": None}
    nothing |= {"representativity": None, "silent": (), "cautions": ()}
    return Reach(start=QUARTER.start, end=QUARTER.end, **{**nothing, **known})


# --- a series against its own trend ------------------------------------------------------------------------------


def effect(value, error=0.01, degrees=30.0) -> Effect:
    return Effect(value=value, standard_error=error, degrees=degrees)


def interrupted(value=0.06, **changed) -> Interrupted:
    """A series of four months, two on each side; it moves by `value` beyond a trend that stays at 0.80."""
    months = (date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1))
    line = Line(months=months[2:], values=(0.80, 0.80), low=(0.78, 0.77), high=(0.82, 0.83))
    known = {
        "months_before": 14,
        "months_after": 12,
        "status": Status.OK,
        "reason": None,
        "effect": effect(value),
        "level": effect(value),
        "slope_per_month": effect(0.0),
        "trend_per_month": effect(0.0),
        "autocorrelation": 0.1,
        "seasonal_pairs": 0,
        "seasonality_p": None,
        "placebo_rank": 1,
        "placebo_starts": 20,
        "without_first_month": effect(value),
        "without_last_month": effect(value),
        "months": months,
        "fitted": (0.80, 0.80, 0.80 + value, 0.80 + value),
        "counterfactual": line,
    }
    return Interrupted(**{**known, **changed})


def trend(found=None, *, beyond=False, held=True, values=(0.79, 0.81, 0.85, 0.87)) -> Trend:
    found = interrupted() if found is None else found
    months = found.months if isinstance(found, Interrupted) else (date(2025, 11, 1),)
    return Trend(months=months, values=values[: len(months)], held=held, merged=(), found=found, beyond=beyond)


SHORT = absent(Reason.SHORT_SERIES, n=5)
"""What is found of a series of five months."""


# --- against others ----------------------------------------------------------------------------------------------


def service(name, before, after, *, treated=False) -> ServiceChange:
    return ServiceChange(service=name, treated=treated, before=before, after=after, slope_before=0.0)


def panel(difference_found=-30.0, p=0.01, **changed) -> DifferenceInDifferences:
    """A project of 40 days less (110 to 70), beside two services: 12 days less and 8 days less."""
    known = {
        "status": Status.OK,
        "reason": None,
        "effect": effect(difference_found, 4.0, 3.0),
        "permuted": Permuted(p_value=p, combinations=21, drawn=False, smallest=0.04),
        "pre_trend": effect(0.1, 0.5, 4.0),
        "drift": effect(1.2, 6.0, 4.0),
        "drift_months": 12.0,
        "balanced": True,
        "services": (
            service("weed-permit", 60.0, 48.0),
            service("event-permit", 50.0, 42.0),
            service("permit", 110.0, 70.0, treated=True),
        ),
        "without_both_sides": (),
    }
    return DifferenceInDifferences(**{**known, **changed})


def pilot(value=0.09, low=0.02, high=0.16, **changed) -> Pilot:
    known = {"p_value": 0.01, "degrees": None, "mann_whitney_p": None, "reason": None}
    known |= {"pilot": Side(assigned=220, measured=201), "control": Side(assigned=1230, measured=1120)}
    return Pilot(value=value, low=low, high=high, **{**known, **changed})


# --- month by month ----------------------------------------------------------------------------------------------


def dot(month, value, *, limits=(0.72, 0.80, 0.88), signal=None, mark=None) -> Dot:
    low, mean, high = limits or (None, None, None)
    return Dot(
        month=date(2026, month, 1), value=value, low=low, mean=mean, high=high, signal=signal, side=None, mark=mark
    )


def control(*dots, **changed) -> Control:
    known = {"kind": "p", "variation": "ordinary", "since": None, "assurance": None, "status": "ok", "trial": False}
    known |= {"no_limits": None, "missing_months": 0, "frozen_until": None, "sigma_z": None}
    return Control(dots=dots or (dot(1, 0.81),), **{**known, **changed})


# --- what waits --------------------------------------------------------------------------------------------------


def flow(month, inflow, outflow, still=50) -> MonthFlow:
    return MonthFlow(month=date(2026, month, 1), inflow=inflow, outflow=outflow, open=still)


def workload(**changed) -> Workload:
    """A project with no case open, and nothing known of its clock."""
    known = {"open": 0, "median_days": None, "oldest_days": None, "longest_past_due_days": None, "standing": ()}
    known |= {"bands": (), "months": (), "gross_days": None, "net_days": None, "clock": None, "balanced": True}
    return Workload(project="permits", **{**known, **changed})
