"""Secrets of sources: each from a variable of its own, or from the file that the variable names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.problems import ConfigurationError, Problem
from connectors.web.secret import Secret

PREFIX = "UITKOMST_SECRET_"
_FILE = "_FILE"
_SEVERAL_LINES = "the secret holds a line break or another character that is none. Give it on one line."


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The secrets that were given, by the name of their variable."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def of(self, name: str) -> Secret:
        """Return the secret of a source by its name in the programme file; without a value where nobody set it."""
        variable = PREFIX + name.upper().replace("-", "_")
        return Secret(variable=variable, value=self.values.get(variable))


def read_secrets(given: Mapping[str, str]) -> Secrets:
    """Read the secrets from an environment: a variable goes before a file, and one that is empty counts as absent.

    ConfigurationError tells every secret that cannot be used. It repeats neither the secret nor what a variable holds,
    for that may be the secret itself where somebody took one name for the other.
    """
    told = {name: value.strip() for name, value in given.items() if name.startswith(PREFIX) and value.strip()}
    values = {name: value for name, value in told.items() if not name.endswith(_FILE)}
    files = {name: path for name, path in told.items() if name.removesuffix(_FILE) not in values}
    read = {name: _content(Path(path)) for name, path in files.items() if name.endswith(_FILE)}
    wrong = {
        **{name: content.sentence for name, content in read.items() if isinstance(content, _Unread)},
        **{name: _SEVERAL_LINES for name, value in {**values, **_texts(read)}.items() if not value.isprintable()},
    }
    if wrong:
        raise ConfigurationError(
            [Problem(where=f"environment, {name}", sentence=sentence) for name, sentence in sorted(wrong.items())]
        )
    return Secrets(values={**{name.removesuffix(_FILE): text for name, text in _texts(read).items()}, **values})


@dataclass(frozen=True, slots=True)
class _Unread:
    """Why a file gives no secret."""

    sentence: str


def _content(path: Path) -> str | _Unread:
    try:
        # Some editors on Windows put a mark before the text.
        value = path.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        return _Unread(f"the file that it names cannot be read ({error.strerror}). Give a file that holds the secret.")
    except UnicodeDecodeError:
        # The text of a decoding error holds a piece of the secret.
        return _Unread("the file that it names holds no UTF-8 text. Give a file that holds the secret.")
    return value or _Unread("the file that it names is empty. It must hold the secret.")


def _texts(read: Mapping[str, str | _Unread]) -> dict[str, str]:
    return {name: content for name, content in read.items() if isinstance(content, str)}


def name_problems(name: str) -> Iterator[str]:
    """Yield a sentence where the secret of a source of this name would be mistaken."""
    if name.endswith("-file"):
        yield "the name of a source may not end in '-file': its secret would be taken for the file of another one."
