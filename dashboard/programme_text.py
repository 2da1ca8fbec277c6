"""The text of a programme file: a block is added at its end, and everything before it stays as it is."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from config.load import load_programme
from config.problems import ConfigurationError, Problem
from config.programme import Programme
from dashboard.toml_text import block_text


def with_source(content: bytes, name: str, block: Mapping[str, object]) -> bytes:
    """Return the content of a programme file with the block of a source behind it, in lines as the file has them."""
    newline = b"\r\n" if b"\r\n" in content else b"\n"
    gap = b"" if content.endswith(b"\n") or not content else newline
    text = block_text(["sources", name], block).encode()
    return content + gap + newline + text.replace(b"\n", newline)


def checked(path: Path, content: bytes) -> Programme:
    """Return the programme that a file would be with this content; ConfigurationError holds all that is wrong."""
    with _beside(path, content) as draft:
        try:
            return load_programme(draft)
        except ConfigurationError as error:
            raise ConfigurationError([_at(path, draft, one) for one in error.problems]) from None


def write(path: Path, content: bytes, *, before: bytes) -> None:
    """Give a file this content at once; ConfigurationError where it is no longer what it was before."""
    with _beside(path, content) as draft:
        if path.read_bytes() != before:
            sentence = "somebody changed this file meanwhile. Nothing was written; do it again."
            raise ConfigurationError([Problem(where=str(path), sentence=sentence)])
        _like(path, draft)
        draft.replace(path.resolve())


@contextmanager
def _beside(path: Path, content: bytes) -> Iterator[Path]:
    """Keep a file with this content next to another for as long as the block lasts, or until it takes its place."""
    real = path.resolve()
    try:
        number, name = tempfile.mkstemp(prefix=f".{real.name}.", suffix=".new", dir=real.parent)
    except OSError as error:
        sentence = f"nothing can be written beside it ({error.strerror}). Give us the right to write in its folder."
        raise ConfigurationError([Problem(where=str(path), sentence=sentence)]) from error
    draft = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _like(path: Path, draft: Path) -> None:
    """Give a file the rights of another, and its owner where we may: who read the old one can read the new one."""
    owner = path.stat()
    with suppress(PermissionError):
        os.chown(draft, owner.st_uid, owner.st_gid)
    shutil.copymode(path, draft)


def _at(path: Path, draft: Path, problem: Problem) -> Problem:
    return Problem(where=problem.where.replace(str(draft), str(path)), sentence=problem.sentence)
