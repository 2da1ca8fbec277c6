"""`uitkomst report`: the PDF of a project."""

from __future__ import annotations

import os
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.cli.desk import Desk, chosen_programmes
from dashboard.cli.exits import Exit, StopError
from dashboard.jobs import remember

if TYPE_CHECKING:
    from dashboard.reports.browser import Charts


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Write the report whole or not at all."""
    from dashboard.reports.browser import Charts  # noqa: PLC0415 - the browser and Typst are for this command only

    with Charts() as charts:
        # The browser needs a second to start: it does so while the evidence is looked up.
        charts.start()
        pdf = _print(desk, arguments, charts)
    _write(desk, arguments.out, pdf)
    desk.told.print(desk.words.say("The report is in {file}.", file=arguments.out), markup=False)
    return Exit.DONE


def _print(desk: Desk, arguments: Namespace, charts: Charts) -> bytes:
    from dashboard.printing import reader_with  # noqa: PLC0415

    place = desk.workplace()
    chosen = chosen_programmes(desk, place, arguments)
    if arguments.programme is not None:
        remember(place, *chosen[0])
    programmes = [programme.name for programme, _ in chosen if arguments.project in programme.projects]
    if len(programmes) != 1:
        raise StopError(Exit.NOTHING_THERE, _which(desk, arguments.project, programmes))
    query = {"lang": desk.words.language, "period": arguments.period or ""}
    with desk.told.status(desk.words.say("making the report")):
        pdf = reader_with(charts, place, desk.words.language).report(programmes[0], arguments.project, query)
    return pdf or b""


def _which(desk: Desk, project: str, programmes: list[str]) -> str:
    if programmes:
        return desk.words.say(
            "There is a project '{name}' in {programmes}. Say which with --programme FILE.",
            name=project,
            programmes=desk.words.both(programmes),
        )
    return desk.words.say("There is no project '{name}' in the chosen programmes.", name=project)


def _write(desk: Desk, path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
        Path(file.name).chmod(0o666 & ~_umask())
        Path(file.name).replace(path)
    except OSError as error:
        sentence = desk.words.say(
            "{file} cannot be written ({why}). Give another place.", file=path, why=error.strerror
        )
        raise StopError(Exit.NO_REPORT, sentence) from error


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
