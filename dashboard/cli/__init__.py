"""The command line: one program with a verb for each job."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module

from config.problems import ConfigurationError
from connectors.connector import SourceChangedError, SourceRefusedError, SourceUnavailableError
from dashboard.cli.desk import open_desk
from dashboard.cli.exits import Exit, StopError
from dashboard.cli.parser import make_parser
from metrics.store.database import DatabaseNewerError, DatabaseUnreachableError
from metrics.store.records import UnknownVersionError

_CODES: Mapping[type[Exception], Exit] = {
    ConfigurationError: Exit.CONFIGURATION,
    SourceUnavailableError: Exit.UNAVAILABLE,
    SourceRefusedError: Exit.REFUSED,
    SourceChangedError: Exit.CHANGED,
    DatabaseNewerError: Exit.DATABASE,
    DatabaseUnreachableError: Exit.DATABASE,
    UnknownVersionError: Exit.NOTHING_THERE,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; an error is one sentence on stderr, never a stack of code."""
    arguments = make_parser().parse_args(argv)
    try:
        # Only the command that was asked for: all their methods together take seconds to load.
        command = import_module(f"dashboard.cli.{arguments.command}")
        code: int = command.run(open_desk(arguments), arguments)
        sys.stdout.flush()
    except StopError as stop:
        print(stop, file=sys.stderr)  # noqa: T201 - the consoles may not be open yet
        return stop.code
    except tuple(_CODES) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return next(code for kind, code in _CODES.items() if isinstance(error, kind))
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # Somebody read enough: `uitkomst evidence | head`. What is still to be written goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    return code
