"""Composing the method: each definition, as `uitkomst explain` prints it and the method page shows it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.views.method import Definition, MethodView
from dashboard.wording.verdicts import verdict_word
from dashboard.wording.words import Words
from metrics.kpi import Direction, Kpi, Unit
from metrics.kpis import KPIS
from metrics.verdict import Verdict


def method_view(words: Words) -> MethodView:
    """Compose the method page."""
    return MethodView(
        language=words.language,
        title=words.say("How we measure"),
        lead=[
            words.say(
                "Every figure has one definition, with a version. "
                "Page, report and download all take it from the same evidence."
            ),
            words.say("A figure never comes without its range, or without the reason why there is none."),
        ],
        history_label=words.say("Versions"),
        definitions=[definition(words, kpi) for kpi in KPIS],
        words_heading=words.say("What the words mean"),
        words=_verdicts(words),
    )


def definition(words: Words, kpi: Kpi) -> Definition:
    """Word one definition."""
    better = words.say("higher is better") if kpi.direction is Direction.UP else words.say("lower is better")
    unit = {
        Unit.SHARE: words.say("percentage"),
        Unit.DAYS: words.say("calendar days"),
        Unit.POINTS: words.say("points of its scale"),
        Unit.PER_HUNDRED: words.say("number for every 100 applications"),
        Unit.NET_POINTS: words.say("points from -100 to 100"),
    }[kpi.unit]
    return Definition(
        name=kpi.name,
        title=words.say(kpi.title),
        why=words.say(kpi.why),
        facts=[
            (words.say("Counts"), words.say(kpi.population)),
            (words.say("Formula"), words.say(kpi.formula)),
            (words.say("Unit"), f"{unit}, {better}"),
            (words.say("Method and source"), words.say(kpi.source)),
            (words.say("Do not use it so"), words.say(kpi.not_for)),
            (words.say("Version"), f"{kpi.version} ({words.say('reviewed by {name}', name=kpi.reviewer)})"),
        ],
        history=[
            words.say(
                "version {version}, since {since}: {what}",
                version=one.version,
                since=one.since,
                what=words.say(one.what),
            )
            for one in sorted(kpi.history, key=lambda change: -change.version)
        ],
        contrast=words.say("Shown only beside another figure, because alone it misleads.") if kpi.contrast else None,
    )


def _verdicts(words: Words) -> Sequence[tuple[str, str]]:
    meanings = {
        Verdict.GOAL_MET: words.say("The whole range lies on the good side of the goal."),
        Verdict.ON_ITS_WAY: words.say(
            "Better than before the start, more than chance explains; the goal is not certain yet."
        ),
        Verdict.NO_DIFFERENCE: words.say(
            "The difference with before the start could be chance. That is not the same as no effect."
        ),
        Verdict.WORSE: words.say("Worse than before the start, more than chance explains."),
        Verdict.MEASURED: words.say("There is a figure, but no baseline to compare it with."),
        Verdict.STALE: words.say(
            "The records are too old, or their source was not read as agreed; "
            "the figure keeps its value and loses its verdict."
        ),
        Verdict.SERIES_BREAK: words.say(
            "The question, its scale or its words changed; then and now cannot be compared."
        ),
        Verdict.TOO_LITTLE: words.say("There are too few answers or decided cases to say anything."),
    }
    return [
        (f"{word.sign} {word.text}", meanings[verdict])
        for verdict in Verdict
        for word in [verdict_word(words, verdict)]
    ]
