"""`uitkomst demo`: make the made-up municipality and load both example programmes."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rich.progress import Progress

from config.load import load_programme
from dashboard.cli.desk import Desk
from dashboard.cli.evaluate import evaluate_programme
from dashboard.cli.exits import Exit, StopError
from dashboard.cli.sync import failure_code, run_sentences, sync_programme
from dashboard.demo import FILES, write
from metrics.periods import Grain
from metrics.store.looks import Question

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Generate the records where they are absent, then sync and evaluate; a second time changes nothing."""
    chosen = (
        [arguments.programme]
        if arguments.programme
        else [EXAMPLES / name / "programme.toml" for name in ("voorbeeldstad", "public")]
    )
    if not all(path.exists() for path in chosen):
        raise StopError(
            Exit.NOTHING_THERE, desk.words.say("The examples are not here: run this from a clone of the project.")
        )
    _generate(desk, EXAMPLES / "voorbeeldstad" / "data", seed=arguments.seed)
    place = desk.workplace()
    failures = []
    for path in chosen:
        programme = load_programme(path)
        for one in sync_programme(desk, place, programme, path):
            desk.told.print(run_sentences(desk.words, one)[0], markup=False)
            failures.extend([one.failure] if one.failure is not None else [])
        evaluate_programme(desk, place, programme, Question(programme=programme.name, grain=Grain(programme.period)))
    return failure_code(failures)


def _generate(desk: Desk, folder: Path, *, seed: int | None) -> None:
    if seed is None and all((folder / f"{name}.parquet").exists() for name in FILES):
        return
    with Progress(console=desk.told, transient=True) as bar:
        task = bar.add_task(desk.words.say("making up Voorbeeldstad"), total=len(FILES))

        def told(done: int, total: int, path: Path) -> None:
            bar.update(task, completed=done, total=total, description=path.stem)

        if seed is None:
            write(folder, progress=told)
        else:
            write(folder, seed=seed, progress=told)
