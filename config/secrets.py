"""Secrets of sources: each from a variable of its own, or from the file that the variable names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from config.problems import ConfigurationError, Problem
from connectors.web.secret import Secret

PREFIX = "UITKOMST_SECRET_"
_FILE = "_FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """The secrets that were given, by the name of their variable."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def of(self, name: str) -> Secret:
        """Return the secret of a source by its name in the programme file; without a value where nobody set it."""
        variable = PREFIX + name.upper().replace("-", "_")
        return Secret(variable=variable, value=self.values.get(variable))


def read_secrets(given: Mapping[str, str]) -> Secrets:
    """Read the secrets from an environment; ConfigurationError where a file that should hold one cannot be read."""
    named = {name: value for name, value in given.items() if name.startswith(PREFIX) and value}
    values = {name: value for name, value in named.items() if not name.endswith(_FILE)}
    files = {name.removesuffix(_FILE): Path(value) for name, value in named.items() if name.endswith(_FILE)}
    return Secrets(values={**{name: _content(name, path) for name, path in files.items()}, **values})


def _content(name: str, path: Path) -> str:
    try:
        value = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        sentence = f"'{path}' cannot be read ({why}). Give a file that holds the secret."
        # The text of a decoding error holds a piece of the secret.
        raise ConfigurationError([Problem(where=f"environment, {name}{_FILE}", sentence=sentence)]) from None
    if not value:
        sentence = f"'{path}' is empty. It must hold the secret."
        raise ConfigurationError([Problem(where=f"environment, {name}{_FILE}", sentence=sentence)])
    return value
