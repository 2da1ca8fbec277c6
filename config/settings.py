"""How this installation runs: settings from the environment, each with a default and what it is for."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from config.problems import ConfigurationError, Problem, did_you_mean
from config.secrets import PREFIX as SECRET_PREFIX
from config.secrets import Secrets, read_secrets

PREFIX = "UITKOMST_"
LANGUAGES = ("nl", "en")

_OTHERS = (SECRET_PREFIX, f"{PREFIX}TEST_")
"""Variables that are ours and no settings: the secrets of sources, and what tests are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: the name of its environment variable, its default and what it is for."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting(name="UITKOMST_DATA", default="data", help="Folder for everything this installation keeps."),
    Setting(
        name="UITKOMST_DATABASE_URL",
        default="",
        help="SQL database; empty is SQLite in the data folder. PostgreSQL: postgresql://user@host/name.",
    ),
    Setting(
        name="UITKOMST_RECORDS_URL",
        default="",
        help="Where the records are; empty is a folder in the data folder. An object store by its URL.",
    ),
    Setting(
        name="UITKOMST_PSEUDONYM_KEY",
        default="",
        help="Secret under which identifiers are hashed; empty makes one in the data folder at the first start.",
    ),
    Setting(
        name="UITKOMST_PSEUDONYM_KEY_FILE",
        default="",
        help="File that holds the secret, instead of the variable itself.",
    ),
    Setting(name="UITKOMST_HOST", default="127.0.0.1", help="Address on which the dashboard listens."),
    Setting(name="UITKOMST_PORT", default="8050", help="Port on which the dashboard listens."),
    Setting(name="UITKOMST_LANGUAGE", default="nl", help="Language of pages, reports and messages: nl or en."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The checked settings.

    `pseudonym_key` is a secret: it goes nowhere but into the record store. `secrets` are those of the sources.
    """

    data: Path
    database_url: str
    records_url: str
    pseudonym_key: str = field(repr=False)
    host: str
    port: int
    language: str
    secrets: Secrets


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; ConfigurationError lists every variable that is wrong or unknown.

    Makes the secret for pseudonyms at the first start, readable for the owner only.
    """
    given = os.environ if environment is None else environment
    values = {setting.name: given.get(setting.name) or setting.default for setting in SETTINGS}
    problems = [*_unknown(given), *_wrong(values)]
    if problems:
        raise ConfigurationError(problems)
    data = Path(values["UITKOMST_DATA"]).resolve()
    return Settings(
        data=data,
        database_url=values["UITKOMST_DATABASE_URL"] or f"sqlite:///{data / 'uitkomst.db'}",
        records_url=values["UITKOMST_RECORDS_URL"] or str(data / "records"),
        pseudonym_key=_pseudonym_key(values, data),
        host=values["UITKOMST_HOST"],
        port=int(values["UITKOMST_PORT"]),
        language=values["UITKOMST_LANGUAGE"],
        secrets=read_secrets(given),
    )


def _unknown(given: Mapping[str, str]) -> list[Problem]:
    names = {setting.name for setting in SETTINGS}
    return [
        Problem(where=f"environment, {name}", sentence=f"no such setting. {did_you_mean(name, names)}")
        for name in sorted(given)
        if name.startswith(PREFIX) and name not in names and not name.startswith(_OTHERS)
    ]


def _wrong(values: Mapping[str, str]) -> list[Problem]:
    problems = []
    port = values["UITKOMST_PORT"]
    if not (port.isdecimal() and 0 < int(port) < 2**16):
        problems.append(Problem(where="environment, UITKOMST_PORT", sentence=f"'{port}' is no port. Use 1 to 65535."))
    language = values["UITKOMST_LANGUAGE"]
    if language not in LANGUAGES:
        problems.append(
            Problem(where="environment, UITKOMST_LANGUAGE", sentence=f"'{language}' is not there. Use nl or en."),
        )
    if values["UITKOMST_DATABASE_URL"] and not _is_database(values["UITKOMST_DATABASE_URL"]):
        # The value itself is not repeated: it may hold a password.
        sentence = "is no address of SQLite or PostgreSQL. Write it as postgresql://user@host/name."
        problems.append(Problem(where="environment, UITKOMST_DATABASE_URL", sentence=sentence))
    return problems


def _is_database(url: str) -> bool:
    try:
        return make_url(url).get_backend_name() in {"sqlite", "postgresql"}
    except ArgumentError:
        return False


def _pseudonym_key(values: Mapping[str, str], data: Path) -> str:
    named = values["UITKOMST_PSEUDONYM_KEY_FILE"]
    if values["UITKOMST_PSEUDONYM_KEY"]:
        return values["UITKOMST_PSEUDONYM_KEY"]
    if named:
        return _read_key(Path(named))
    return _own_key(data / "pseudonym.key")


def _read_key(path: Path) -> str:
    try:
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        sentence = f"cannot be read ({why}). Give a file that holds the secret."
        # The text of a decoding error holds a piece of the secret.
        raise ConfigurationError([Problem(where=f"{path}", sentence=sentence)]) from None
    if not key:
        raise ConfigurationError([Problem(where=f"{path}", sentence="is empty. It must hold the secret.")])
    return key


def _own_key(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make_key(path)
    except OSError as error:
        sentence = f"'{path.parent}' cannot be used ({error.strerror}). Give a folder that can be written to."
        raise ConfigurationError([Problem(where="environment, UITKOMST_DATA", sentence=sentence)]) from error
    return _read_key(path)


def _make_key(path: Path) -> None:
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    try:
        fresh.write_text(secrets.token_hex(32), encoding="utf-8")
        # A link that fails where another process was first: both then read the same secret.
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
    finally:
        fresh.unlink()
