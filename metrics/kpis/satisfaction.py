"""Satisfaction: the share of satisfied answers, their mean, the GOV.UK weighted score, and the Net Promoter Score."""

from metrics.estimators.mean import Mean
from metrics.estimators.nps import Nps
from metrics.estimators.share import TopShare
from metrics.kpi import IN_PROPORTION, Change, Direction, Kpi, Measure, Unit
from metrics.records import Kind

_POPULATION = (
    "All answers to the satisfaction question on one scale and in one wording; who did not answer is left out."
)

SATISFACTION = Kpi(
    name="satisfaction",
    version=2,
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
    source=(
        "Top-2 share; interval: Wilson score, 95 % (Newcombe 1998; Brown, Cai and DasGupta 2001)."
        " Where it is known who came: in proportion to them, by channel and segment "
        "(post-stratification, raking; Lumley 2010)."
    ),
    not_for="Do not compare different scales or questions, nor services with fewer than 30 answers.",
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."), IN_PROPORTION),
)

SATISFACTION_MEAN = Kpi(
    name="satisfaction_mean",
    version=2,
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
    source=(
        "Mean; interval: Student t, 95 %."
        " Where it is known who came: in proportion to them, by channel and segment "
        "(post-stratification, raking; Lumley 2010)."
    ),
    not_for=(
        "Do not use it alone: half very satisfied and half very dissatisfied gives the same average "
        "as everybody neutral."
    ),
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."), IN_PROPORTION),
)

SATISFACTION_WEIGHTED = Kpi(
    name="satisfaction_weighted",
    version=2,
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
    source=(
        "GOV.UK service manual, user satisfaction; interval: Student t, 95 %."
        " Where it is known who came: in proportion to them, by channel and segment "
        "(post-stratification, raking; Lumley 2010)."
    ),
    not_for="Do not read it as a share of satisfied residents: on the same answers it is usually lower.",
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."), IN_PROPORTION),
)

NPS = Kpi(
    name="nps",
    version=1,
    measure=Measure.SATISFACTION,
    record=Kind.ANSWERS,
    item="recommend",
    estimator=Nps(),
    unit=Unit.NET_POINTS,
    direction=Direction.UP,
    title="Recommended (net promoter score)",
    why="Of every 100 residents who answered: how many more would warmly recommend the service than would not.",
    population=(
        "All answers from 0 to 10 to the question whether one would recommend the service, in one wording; who did not "
        "answer is left out."
    ),
    formula="Answers 9 and 10 minus answers 0 to 6, per 100 answers: from -100 to 100. 7 and 8 count in the total.",
    source="Net Promoter Score (Reichheld 2003); interval: adjusted Wald, 95 % (Rocks 2016).",
    not_for=(
        "Do not use it for a service that nobody can choose, such as a permit, nor with fewer than 100 answers, "
        "and do not compare it with companies."
    ),
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."),),
)
