"""Satisfaction: the share of satisfied answers, their mean, and the GOV.UK weighted score."""

from metrics.estimators.mean import Mean
from metrics.estimators.share import TopShare
from metrics.kpi import Change, Direction, Kpi, Measure, Unit
from metrics.records import Kind

_POPULATION = (
    "All answers to the satisfaction question on one scale and in one wording; who did not answer is left out."
)

SATISFACTION = Kpi(
    name="satisfaction",
    version=1,
    measure=Measure.SATISFACTION,
    record=Kind.ANSWERS,
    item="satisfaction",
    estimator=TopShare(),
    unit=Unit.SHARE,
    direction=Direction.UP,
    title="Satisfied residents",
    why="How many of every 100 residents who answered were satisfied with the service.",
    population=_POPULATION,
    formula=(
        "Answers 4 and 5 of 5 (8 and higher of 10; yes of yes-no), divided by all answers. "
        "Neutral answers count in the total."
    ),
    source="Top-2 share; interval: Wilson score, 95 % (Newcombe 1998; Brown, Cai and DasGupta 2001).",
    not_for="Do not compare different scales or questions, nor services with fewer than 30 answers.",
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."),),
)

SATISFACTION_MEAN = Kpi(
    name="satisfaction_mean",
    version=1,
    measure=Measure.SATISFACTION,
    record=Kind.ANSWERS,
    item="satisfaction",
    estimator=Mean(),
    unit=Unit.POINTS,
    direction=Direction.UP,
    title="Average satisfaction",
    why="The average answer, on the scale on which the question was asked.",
    population=_POPULATION,
    formula="Sum of all answers divided by their number.",
    source="Mean; interval: Student t, 95 %.",
    not_for=(
        "Do not use it alone: half very satisfied and half very dissatisfied gives the same average "
        "as everybody neutral."
    ),
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."),),
)

SATISFACTION_WEIGHTED = Kpi(
    name="satisfaction_weighted",
    version=1,
    measure=Measure.SATISFACTION,
    record=Kind.ANSWERS,
    item="satisfaction",
    estimator=Mean(rescaled=True, method="GOV.UK weighted score, Student t 95 %"),
    unit=Unit.SHARE,
    direction=Direction.UP,
    title="Satisfaction score (GOV.UK)",
    why=(
        "The average answer as a percentage: 0 when everybody gives the worst answer, "
        "100 when everybody gives the best."
    ),
    population=_POPULATION,
    formula="(mean - lowest) / (highest - lowest): five answers weigh 0, 25, 50, 75 and 100 %.",
    source="GOV.UK service manual, user satisfaction; interval: Student t, 95 %.",
    not_for="Do not read it as a share of satisfied residents: on the same answers it is usually lower.",
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."),),
)
