"""`uitkomst serve`: the dashboard on an address of this machine."""

from __future__ import annotations

import socket
from argparse import Namespace
from contextlib import nullcontext

from dashboard.cli.desk import Desk
from dashboard.cli.exits import Exit, StopError
from dashboard.cli.schedule import beside


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Serve until interrupted; StopError where the port is taken."""
    host, port = arguments.host or desk.settings.host, arguments.port or desk.settings.port
    _refuse_taken(desk, host, port)
    # The web stack takes a second to load; no other command should wait for it.
    import uvicorn  # noqa: PLC0415

    from dashboard.printing import open_reader  # noqa: PLC0415
    from dashboard.web.app import create_app  # noqa: PLC0415

    schedule = beside() if arguments.with_schedule else nullcontext()
    with schedule, open_reader(desk.workplace(), desk.settings.language) as reader:
        app = create_app(reader)
        desk.told.print(desk.words.say("Uitkomst is at http://{host}:{port} (stop with Ctrl+C)", host=host, port=port))
        uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)
    return Exit.DONE


def _refuse_taken(desk: Desk, host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sentence = desk.words.say(
                "Port {port} on {host} cannot be used ({why}). Stop what listens there, or choose another: "
                "uitkomst serve --port {other}.",
                port=port,
                host=host,
                why=error.strerror,
                other=port + 1,
            )
            raise StopError(Exit.PORT_IN_USE, sentence) from error
