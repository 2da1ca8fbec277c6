"""Clarity: the share of residents who understood what was asked of them."""

from metrics.estimators.share import TopShare
from metrics.kpi import IN_PROPORTION, Change, Direction, Kpi, Measure, Unit
from metrics.records import Kind

CLARITY = Kpi(
    name="clarity",
    version=2,
    measure=Measure.CLARITY,
    record=Kind.ANSWERS,
    item="clarity",
    estimator=TopShare(),
    unit=Unit.SHARE,
    direction=Direction.UP,
    title="Clear to residents",
    why="How many of every 100 residents who answered understood what was asked of them.",
    population="All answers to the clarity question on one scale and in one wording; who did not answer is left out.",
    formula=(
        "Answers 4 and 5 of 5 (8 and higher of 10; yes of yes-no), divided by all answers. "
        "Neutral answers count in the total."
    ),
    source=(
        "OMB A-11 section 280, transparency question; top-2 share; interval: Wilson score, 95 %."
        " Where it is known who came: in proportion to them, by channel and segment "
        "(post-stratification, raking; Lumley 2010)."
    ),
    not_for="Do not replace it by a readability score of the text: that measures the letter, not the reader.",
    reviewer="Uitkomst",
    history=(Change(version=1, since="2026-11", what="First definition."), IN_PROPORTION),
)
