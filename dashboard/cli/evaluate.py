"""`uitkomst evaluate`: compute the evidence of every project."""

from __future__ import annotations

from argparse import Namespace

from config.programme import Programme
from dashboard.cli.desk import Desk, chosen_programmes
from dashboard.cli.exits import Exit
from dashboard.evaluating import look
from dashboard.jobs import Workplace, remember
from metrics.periods import Grain
from metrics.store.looks import Look, Question, load_evidence


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Evaluate every chosen programme and say how many figures there are."""
    place = desk.workplace()
    for programme, path in chosen_programmes(desk, place, arguments):
        if arguments.programme is not None:
            remember(place, programme, path)
        found = evaluate_programme(desk, place, programme, question_of(programme, arguments))
        desk.out.print(
            desk.words.say(
                "{programme}: {n} figures, from the records at version {version}.",
                programme=desk.words.text(programme.title),
                n=desk.words.number(load_evidence(place.engine, found).height),
                version=found.basis.known_at,
            ),
            markup=False,
        )
    return Exit.DONE


def question_of(programme: Programme, arguments: Namespace) -> Question:
    """Return what the arguments ask of a programme."""
    return Question(
        programme=programme.name,
        grain=Grain(arguments.period or programme.period),
        as_of=arguments.as_of,
        known_at=arguments.known_at,
    )


def evaluate_programme(desk: Desk, place: Workplace, programme: Programme, question: Question) -> Look:
    """Evaluate one programme and show on stderr that it is busy."""
    with desk.told.status(desk.words.say("evaluating {programme}", programme=desk.words.text(programme.title))):
        return look(place, programme, question)
