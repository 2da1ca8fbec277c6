"""A PostgreSQL server of the tests' own, from the system's package, on this machine only."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "not-for-messages"
# The server keeps another time zone than ours: moments must survive that.
_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
unix_socket_directories = ''
listen_addresses = '127.0.0.1'
timezone = 'Asia/Tokyo'
"""


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server in a temporary folder; gives its URL without a database, and stops it at the end."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="uitkomst-postgres-"))
    try:
        _own(folder)
        yield from _serve(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _serve(programs: Path, folder: Path) -> Iterator[str]:
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o644)
    store, port = folder / "store", _free_port()
    _run(
        [programs / "initdb", "-D", store, "-U", "uitkomst", "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8"]
    )
    with (store / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"{_SETTINGS}port = {port}\n")
    _run([programs / "pg_ctl", "-D", store, "-l", folder / "log", "-w", "-t", "60", "start"])
    try:
        yield f"postgresql://uitkomst:{PASSWORD}@127.0.0.1:{port}"
    finally:
        _run([programs / "pg_ctl", "-D", store, "-m", "immediate", "-w", "stop"])


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        message = "There is no PostgreSQL on this machine. Install it with: apt-get install postgresql"
        raise FileNotFoundError(message)
    return found[-1].parent


def _user() -> str | None:
    """Return who runs the server: it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {line.split(":")[0] for line in Path("/etc/passwd").read_text(encoding="utf-8").splitlines()}
    return "postgres" if "postgres" in names else "nobody"


def _own(folder: Path) -> None:
    user = _user()
    if user is not None:
        shutil.chown(folder, user)


def _run(command: Sequence[str | Path]) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        user=_user(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )
    if done.returncode != 0:
        message = f"{Path(command[0]).name} failed: {done.stderr.strip()}"
        raise RuntimeError(message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
