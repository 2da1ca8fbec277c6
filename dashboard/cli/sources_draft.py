"""The draft of a source: its kind, name and settings, from the command line or from what a person answers."""

from __future__ import annotations

import re
import shlex
from argparse import Namespace
from collections.abc import Callable, Container, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from config.problems import did_you_mean
from config.secrets import Secrets
from dashboard.cli.exits import Exit, StopError
from dashboard.source_settings import Block, put
from dashboard.sources_asked import Ask, kinds_asked, needs_secret
from dashboard.toml_text import value_text
from dashboard.wording.words import Words

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A source that is not in the programme file yet; `settings` are those of its block, without its kind."""

    kind: str
    name: str
    settings: Block

    @property
    def block(self) -> Block:
        """Return the block as it goes into the file."""
        return {"kind": self.kind, **self.settings}

    def changed(self, line: str) -> Draft:
        """Return the draft with one setting more or other; ValueError where the line is none."""
        settings = deepcopy(self.settings)
        put(settings, self.kind, line)
        return Draft(kind=self.kind, name=self.name, settings=settings)

    def command(self, path: Path) -> str:
        """Return the command that adds this source, for whoever goes on later."""
        given = [f"{key}={value_text(value)}" for key, value in self.settings.items()]
        sets = [part for one in given for part in ("--set", one)]
        head = ["uitkomst", "sources", "add", "--programme", str(path), "--kind", self.kind, "--name", self.name]
        return shlex.join([*head, *sets])


def from_arguments(words: Words, arguments: Namespace, taken: Container[str]) -> Draft:
    """Return the draft that a command holds; StopError tells all that is missing or wrong at once."""
    kind = arguments.kind
    settings: Block = {}
    problems = [*_kind_problems(words, kind), *_name_problems(words, arguments.name, taken)]
    if kind in kinds_asked(words):
        problems += _set(words, settings, kind, arguments.set)
        problems += _missing(words, settings, kind)
    if problems:
        raise StopError(Exit.USAGE, "\n".join(problems))
    return Draft(kind=kind, name=arguments.name, settings=settings)


def check_secret(words: Words, draft: Draft, secrets: Secrets, path: Path) -> None:
    """Raise StopError where the secret of a source is not set, with what to do."""
    named = draft.settings.get("secret")
    if named is not None and secrets.of(str(named)).value is None:
        sentence = words.say(
            "secret names a variable that is not set; it never holds a secret itself. Leave it out, or give the name "
            "of a source of which the variable is set."
        )
        raise StopError(Exit.USAGE, sentence)
    secret = secrets.of(str(named or draft.name))
    if secret.value is None and needs_secret(draft.kind, draft.settings):
        sentence = words.say(
            "This source asks for a secret, and {variable} is not set. Set it in the environment, or set "
            "{variable}_FILE to the path of a file that holds it. Never write it on the command line or in the "
            "programme file.",
            variable=secret.variable,
        )
        raise StopError(Exit.REFUSED, f"{sentence}\n{go_on(words, draft, path)}")


def go_on(words: Words, draft: Draft, path: Path) -> str:
    """Say with which command to go on."""
    return words.say("Then go on with:") + f"\n  {draft.command(path)}"


def _kind_problems(words: Words, kind: str | None) -> Iterator[str]:
    kinds = kinds_asked(words)
    if kind is None:
        yield words.say("--kind is missing: what kind of source is it?")
        yield from (f"  {line}" for line in kind_lines(words))
    elif kind not in kinds:
        yield words.say("--kind: there is no kind of source '{kind}'.", kind=kind) + " " + did_you_mean(kind, kinds)


def kind_lines(words: Words) -> Sequence[str]:
    """Return every kind of source with its sentence."""
    kinds = kinds_asked(words)
    width = max(map(len, kinds))
    return [f"{name.ljust(width)}  {one.what}" for name, one in kinds.items()]


def _name_problems(words: Words, name: str | None, taken: Container[str]) -> Iterator[str]:
    if name is None:
        yield words.say("--name is missing: what do we call this source?")
    elif not _SLUG.fullmatch(name) or len(name) > _LONGEST_NAME:
        yield words.say(
            "The name of a source is made of small letters and digits, with hyphens between words, such as "
            "parking-survey."
        )
    elif name in taken:
        yield words.say("The programme has a source '{name}' already. Take another name.", name=name)


def _set(words: Words, settings: Block, kind: str, lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        try:
            put(settings, kind, line)
        except ValueError as error:
            # What it says is not repeated: somebody may have written a secret there.
            yield words.say("--set number {number}: {why}", number=number, why=error)


def _missing(words: Words, settings: Block, kind: str) -> Iterator[str]:
    for ask in kinds_asked(words)[kind].needed:
        if ask.key not in settings:
            given = f"{ask.key}.{ask.example}" if ask.pairs else f"{ask.key}={ask.example}"
            told = words.say("{key} is missing: {question}", key=ask.key, question=ask.question)
            yield f"{told} --set {shlex.quote(given)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """Asks a person at a terminal: `tell` shows a line, `line` asks for one."""

    words: Words
    tell: Callable[[str], None]
    line: Callable[[str], str]

    def draft(self, arguments: Namespace, taken: Container[str]) -> Draft:
        """Ask for all that the command does not say."""
        kind = self._kind(arguments.kind)
        name = self._name(arguments.name, taken)
        settings: Block = {}
        for problem in _set(self.words, settings, kind, arguments.set):
            self.tell(problem)
        asked = kinds_asked(self.words)[kind]
        for ask in asked.asks:
            if ask.key not in settings:
                self._answer(settings, kind, ask, needed=ask in asked.needed)
        return Draft(kind=kind, name=name, settings=settings)

    def after_try(self, draft: Draft, *, good: bool) -> Draft | None:
        """Ask what to do with a draft that was tried: None ends it, the same draft goes on, another is tried."""
        self.tell(
            self.words.say("Enter writes the block. key = value changes a setting and tries again. stop ends it.")
            if good
            else self.words.say("key = value changes a setting. Enter tries again. stop ends it without writing.")
        )
        while True:
            said = self.line("> ").strip()
            if said in {"", "stop"}:
                return draft if not said else None
            try:
                return draft.changed(said)
            except ValueError as error:
                self.tell(str(error))

    def _kind(self, given: str | None) -> str:
        kind = given
        while problems := list(_kind_problems(self.words, kind)):
            for line in kind_lines(self.words) if kind is None else problems:
                self.tell(line)
            kind = self.line(self.words.say("What kind of source is it?") + " ").strip()
        return str(kind)

    def _name(self, given: str | None, taken: Container[str]) -> str:
        name = given
        while problems := list(_name_problems(self.words, name, taken)):
            for line in problems if name is not None else ():
                self.tell(line)
            name = self.line(self.words.say("What do we call this source (parking-survey)?") + " ").strip()
        return str(name)

    def _answer(self, settings: Block, kind: str, ask: Ask, *, needed: bool) -> None:
        """Ask for one setting until it is given or, where that may be, left out."""
        way = (
            self.words.say("A pair a line, such as {example}; an empty line ends them.", example=ask.example)
            if ask.pairs
            else self.words.say("Such as {example}.", example=ask.example)
        )
        self.tell(" ".join([ask.question, way, *([] if needed else [self.words.say("Enter leaves it out.")])]))
        said = self._put(settings, kind, ask)
        while (ask.pairs and said) or (needed and ask.key not in settings):
            said = self._put(settings, kind, ask)

    def _put(self, settings: Block, kind: str, ask: Ask) -> bool:
        """Ask for a line and add what it says; tell whether there was one."""
        said = self.line(f"{ask.key}: ").strip()
        if not said:
            return False
        try:
            put(settings, kind, said if ask.pairs else f"{ask.key} = {said}", under=ask.key if ask.pairs else None)
        except ValueError as error:
            self.tell(str(error))
        return True
