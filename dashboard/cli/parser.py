"""The command line: every command with its options and help."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter, _SubParsersAction
from collections.abc import Container, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

from dashboard.cli.exits import MEANINGS
from metrics.kpis import KPIS
from metrics.periods import Grain

_PERIODS = [grain.value for grain in Grain if grain is not Grain.BASELINE]


class _MethodNames(Container[str]):
    """The names of the methods, loaded only when one is asked for: the methods themselves take long to load."""

    def __contains__(self, name: object) -> bool:
        return any(name == one for one in self)

    def __iter__(self) -> Iterator[str]:
        from dashboard.calculations import METHODS  # noqa: PLC0415 - they take seconds that `serve` need not wait

        return (one.name for one in METHODS)


def make_parser() -> ArgumentParser:
    """Return the parser; each command's arguments carry its name in `command`."""
    parser = ArgumentParser(
        prog="uitkomst",
        description="Did residents benefit, how sure are we, and what does that mean for the money?",
        epilog=_exits(),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"uitkomst {version('uitkomst')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _check(commands)
    _sync(commands)
    _evaluate(commands)
    _evidence(commands)
    _report(commands)
    _serve(commands)
    _schedule(commands)
    _compact(commands)
    _explain(commands)
    _calculate(commands)
    _demo(commands)
    _sources(commands)
    return parser


def _command(commands: _SubParsersAction[ArgumentParser], name: str, what: str) -> ArgumentParser:
    parser = commands.add_parser(
        name,
        help=what,
        description=what,
        epilog=_exits(),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--programme", type=Path, metavar="FILE", help="one programme.toml; without it all in the database"
    )
    parser.add_argument(
        "--language", choices=("nl", "en"), help="language of what is printed (default: UITKOMST_LANGUAGE)"
    )
    return parser


def _exits() -> str:
    return "exit codes:\n" + "\n".join(f"  {code.value:<4} {meaning}" for code, meaning in MEANINGS.items())


def _json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, for machines")


def _look(parser: ArgumentParser) -> None:
    parser.add_argument("--period", choices=_PERIODS, help="length of a period (default: the programme's)")
    parser.add_argument(
        "--as-of", type=_day, metavar="DATE", help="as seen on this day (default: the project's own day)"
    )
    parser.add_argument("--known-at", type=int, metavar="VERSION", help="the records as they were at this version")


def _check(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(
        commands,
        "check",
        "Check a programme: its file, its sources, and published figures against their own answers. Saves nothing.",
    )
    parser.add_argument("--live", action="store_true", help="also try every source over the network")
    _json(parser)


def _sync(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(
        commands, "sync", "Read the sources and keep their records. Reading the same again changes nothing."
    )
    parser.add_argument(
        "--source", action="append", metavar="NAME", help="only this source; may be given more than once"
    )
    parser.add_argument("--full", action="store_true", help="read from the start, also what can tell what is new")
    _json(parser)


def _evaluate(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(commands, "evaluate", "Compute the evidence of every project.")
    _look(parser)


def _evidence(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(commands, "evidence", "Print the evidence; what has not been evaluated yet is evaluated first.")
    _look(parser)
    parser.add_argument("--project", metavar="NAME", help="only this project")
    parser.add_argument("--kpi", choices=[kpi.name for kpi in KPIS], help="only this KPI")
    _json(parser)


def _report(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(commands, "report", "Make the PDF report of a project.")
    parser.add_argument("project", metavar="PROJECT", help="name of the project in its programme")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.pdf", help="where to write it")
    parser.add_argument("--period", choices=_PERIODS, help="length of a period (default: the programme's)")


def _serve(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(commands, "serve", "Serve the dashboard.")
    parser.add_argument("--host", help="address to listen on (default: UITKOMST_HOST)")
    parser.add_argument("--port", type=_port, help="port to listen on (default: UITKOMST_PORT)")
    parser.add_argument("--with-schedule", action="store_true", help="start `uitkomst schedule` beside it")


def _schedule(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(
        commands, "schedule", "Read every source when it is due, until stopped; what was missed is caught up once."
    )
    parser.add_argument("--until-input-ends", action="store_true", help=SUPPRESS)


def _compact(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(
        commands,
        "compact",
        "Count records that are past their term, prove that no figure changes, and remove the single rows for good.",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and change nothing")
    _json(parser)


def _explain(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(commands, "explain", "Explain a KPI: definition, formula, source, versions, when not to use it.")
    parser.add_argument(
        "kpi", nargs="?", choices=[kpi.name for kpi in KPIS], metavar="KPI", help="name; without it all"
    )
    _json(parser)


def _calculate(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(
        commands, "calculate", "Recompute a figure from counts by hand. Without an input it prints an example of one."
    )
    parser.add_argument("method", nargs="?", choices=_MethodNames(), metavar="METHOD", help="name; without it a list")
    parser.add_argument("--input", metavar="FILE.json", help="the counts, as JSON; - reads stdin")
    _json(parser)


def _demo(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(
        commands, "demo", "Make the made-up municipality and load both example programmes. Doubles nothing."
    )
    parser.add_argument("--seed", type=int, help="make the made-up records anew with this seed")


def _sources(commands: _SubParsersAction[ArgumentParser]) -> None:
    parser = _command(
        commands,
        "sources",
        "Connect a source (add): ask, try, show what is unmapped, write its block. Or tell how each stands (list).",
    )
    parser.add_argument("action", choices=("add", "list"), help="what to do")
    parser.add_argument("--kind", metavar="KIND", help="add: the kind of source, such as zgw")
    parser.add_argument("--name", metavar="NAME", help="add: what the source is called in the programme")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", help="add: a setting; may be given more than once"
    )
    parser.add_argument(
        "--yes", action="store_true", help="add: ask nothing, and write the block where the try is good"
    )
    parser.add_argument("--json", action="store_true", help="list: print JSON, for machines")


def _port(text: str) -> int:
    if not (text.isdecimal() and 0 < int(text) < 2**16):
        message = f"'{text}' is no port. Use 1 to 65535."
        raise ArgumentTypeError(message)
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"'{text}' is no day. Write it as 2026-01-31."
        raise ArgumentTypeError(message) from error
