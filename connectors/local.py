"""Local files as pages: which files a path or glob names, and what to do when they cannot be had."""

from __future__ import annotations

import os
from collections.abc import Iterator
from glob import glob, has_magic
from io import BytesIO
from pathlib import Path, PurePath
from typing import IO

from connectors.connector import Page, SourceError, SourceRefusedError, SourceUnavailableError


def pages(folder: Path, pattern: str) -> Iterator[Page]:
    """Yield a page for each file that `pattern` names, by name, relative to `folder`; it may lead out of it by `..`."""
    for path in _matches(folder, pattern):
        name = named(path, folder)
        page = Page(name=name, body=path)
        opened(page).close()
        yield page


def opened(page: Page) -> IO[bytes]:
    """A page as a stream of bytes, wherever they are."""
    try:
        return page.body.open("rb") if isinstance(page.body, Path) else BytesIO(page.body)
    except OSError as error:
        raise _unreadable(page.name, error) from error


def content(page: Page) -> bytes:
    """The bytes of a page, wherever they are."""
    with opened(page) as stream:
        return stream.read()


def named(path: Path, folder: Path) -> str:
    """Name a file as people know it: relative to the folder of the programme."""
    return PurePath(os.path.relpath(path, folder)).as_posix()


def _matches(folder: Path, pattern: str) -> list[Path]:
    try:
        found = _found(folder, pattern)
    except OSError as error:
        raise _unreadable(pattern, error) from error
    if not found:
        kind = "no file matches this" if has_magic(pattern) else "this file is not there"
        sentence = (
            f"{kind} (looked in {folder}). Put the file there, or change `path` of this source; "
            "it is read from the folder of the programme file."
        )
        raise SourceUnavailableError(pattern, sentence)
    return found


def _found(folder: Path, pattern: str) -> list[Path]:
    exact = folder / pattern
    if exact.exists() or not has_magic(pattern):
        return [exact] if exact.exists() else []
    names = sorted(glob(pattern, root_dir=folder, recursive=True))  # noqa: PTH207 - the pattern may be absolute
    # A spreadsheet program leaves ~$name beside a workbook that somebody has open.
    return [folder / name for name in names if (folder / name).is_file() and not PurePath(name).name.startswith("~$")]


def _unreadable(name: str, error: OSError) -> SourceError:
    for cause, kind, sentence in _CAUSES:
        if isinstance(error, cause):
            return kind(name, sentence)
    sentence = f"this file cannot be read ({error.strerror}). Try again, or ask who manages the disk."
    return SourceUnavailableError(name, sentence)


_CAUSES: tuple[tuple[type[OSError], type[SourceError], str], ...] = (
    (
        PermissionError,
        SourceRefusedError,
        "we may not read this. Give the account that runs this programme the right to read it.",
    ),
    (
        FileNotFoundError,
        SourceUnavailableError,
        "this file is not there any more. Put it back, or change `path` of this source.",
    ),
    (
        IsADirectoryError,
        SourceUnavailableError,
        "this is a folder. Name the files in it, such as `folder/*.csv`, in `path` of this source.",
    ),
)
