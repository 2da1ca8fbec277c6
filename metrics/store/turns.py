"""Turns: one process at a time does a job, and its turn ends with it, however it ends."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

_BYTES = 8

Held = Callable[[], bool]


class TakenError(Exception):
    """Another process has this turn."""


@contextmanager
def turn(engine: Engine, name: str) -> Iterator[Held]:
    """Hold the turn of this name for as long as the block lasts; TakenError where another process holds it.

    Gives a function that tells whether it is still ours. On PostgreSQL an advisory lock on a connection of its own: it
    goes when the process dies, on whatever machine. With SQLite a lock on a file beside the database, for one machine.
    """
    digest = hashlib.sha256(name.encode()).digest()[:_BYTES]
    if engine.dialect.name == "postgresql":
        yield from _in_database(engine, int.from_bytes(digest, signed=True), name)
        return
    place = engine.url.database
    if not place or place == ":memory:":
        yield lambda: True
        return
    yield from _in_file(Path(place).resolve().parent / "turns" / digest.hex(), name)


def _in_database(engine: Engine, key: int, name: str) -> Iterator[Held]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
            raise TakenError(name)

        def held() -> bool:
            # A server that was started anew has forgotten who held what.
            try:
                return bool(connection.scalar(text("SELECT 1")))
            except DBAPIError:
                return False

        try:
            yield held
        finally:
            if held():
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


def _in_file(path: Path, name: str) -> Iterator[Held]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TakenError(name) from None
        yield lambda: True
