"""`uitkomst sources`: connect a source by asking and trying, and tell how each source stands."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from config.load import connectors_of, load_programme
from config.problems import ConfigurationError
from config.programme import Programme
from dashboard.cli.desk import Desk, chosen_programmes
from dashboard.cli.exits import Exit, StopError
from dashboard.cli.sources_draft import Draft, Interview, check_secret, from_arguments, go_on
from dashboard.cli.sources_told import table_lines, tried_lines
from dashboard.cli.sync import failure_code
from dashboard.compose.sources import KnownSource, KnownSources, state_of
from dashboard.programme_text import checked, with_source, write
from dashboard.source_facts import known_sources
from dashboard.toml_text import block_text
from dashboard.trying import FIRST_PAGES, PATIENCE, Tried, try_source
from dashboard.wording.sources import moment_text, state_word
from dashboard.wording.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """The programme file as it was before: where it is, its bytes, and what it says."""

    path: Path
    content: bytes
    programme: Programme


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Add a source, or list those that there are."""
    return _add(desk, arguments) if arguments.action == "add" else _list(desk, arguments)


def _add(desk: Desk, arguments: Namespace) -> Exit:
    """Ask, try, show and write; nothing is written of a source that cannot be read."""
    path = arguments.programme
    if path is None:
        sentence = desk.words.say("Say in which file the source must come: --programme FILE.")
        raise StopError(Exit.USAGE, sentence)
    programme = load_programme(path)
    file = _File(path=path, content=path.read_bytes(), programme=programme)
    if arguments.yes or not sys.stdin.isatty():
        draft = from_arguments(desk.words, arguments, programme.sources)
        code = _tried(desk, file, draft)
        return _ended(desk, file, draft, code, yes=arguments.yes)
    return _in_conversation(desk, file, _interview(desk), arguments)


def _in_conversation(desk: Desk, file: _File, interview: Interview, arguments: Namespace) -> Exit:
    draft = interview.draft(arguments, file.programme.sources)
    while True:
        code = _tried(desk, file, draft)
        if code is Exit.REFUSED:
            return code  # the secret comes from the environment: it cannot be mended here, and must not be tried again
        following = interview.after_try(draft, good=code is Exit.DONE)
        if following is None:
            desk.told.print(desk.words.say("Nothing was written."))
            return code
        if following is draft and code is Exit.DONE:
            return _ended(desk, file, draft, code, yes=True)
        draft = following


def _ended(desk: Desk, file: _File, draft: Draft, code: Exit, *, yes: bool) -> Exit:
    """Write what was tried with success, or say why nothing was written."""
    if code is not Exit.DONE:
        desk.told.print(desk.words.say("Nothing was written."))
        return code
    if not yes:
        sentence = desk.words.say("Nothing was written yet. With --yes this block comes in {file}.", file=file.path)
        desk.told.print(sentence, markup=False)
        return code
    write(file.path, with_source(file.content, draft.name, draft.block), before=file.content)
    load_programme(file.path)
    sentence = desk.words.say(
        "[sources.{name}] is in {file} now. Read it with: uitkomst sync --programme {file} --source {name}",
        name=draft.name,
        file=file.path,
    )
    desk.told.print(sentence, markup=False)
    return code


def _tried(desk: Desk, file: _File, draft: Draft) -> Exit:
    """Check a draft and try it, show what was found, and return how that went."""
    try:
        programme = checked(file.path, with_source(file.content, draft.name, draft.block))
    except ConfigurationError as error:
        desk.told.print(str(error), markup=False)
        return Exit.CONFIGURATION
    check_secret(desk.words, draft, desk.settings.secrets, file.path)
    connectors = connectors_of(programme, file.path, desk.settings.secrets, PATIENCE)
    with desk.told.status(desk.words.say("Reading the first rows of {source}", source=draft.name)):
        latest = _latest(programme)
        tried = try_source(draft.name, connectors[draft.name], latest=latest, most_pages=FIRST_PAGES)
    _print(desk, tried_lines(desk.words, programme, tried))
    code = _code(desk, file, draft, tried)
    if code is Exit.DONE:
        _print(desk, ["", *block_text(["sources", draft.name], draft.block).splitlines(), ""])
    return code


def _code(desk: Desk, file: _File, draft: Draft, tried: Tried) -> Exit:
    failure = tried.run.failure
    if failure is not None:
        code = failure_code([failure])
        if code is Exit.REFUSED:
            desk.told.print(go_on(desk.words, draft, file.path), markup=False)
        return code
    if tried.run.progress.found == 0 and tried.run.progress.rejected.height > 0:
        desk.told.print(desk.words.say("Not one row could be accepted: mend the settings first."))
        return Exit.CONFIGURATION
    return Exit.DONE


def _print(desk: Desk, lines: Iterable[str]) -> None:
    for line in lines:
        desk.out.print(line, markup=False)


def _latest(programme: Programme) -> date:
    today = datetime.now(UTC).astimezone(ZoneInfo(programme.timezone)).date()
    return max(today, programme.as_of or date.min)


def _interview(desk: Desk) -> Interview:
    def line(prompt: str) -> str:
        try:
            return desk.told.input(prompt, markup=False)
        except EOFError:
            raise StopError(Exit.INTERRUPTED, desk.words.say("Nothing was written.")) from None

    return Interview(words=desk.words, tell=lambda said: desk.told.print(said, markup=False), line=line)


def _list(desk: Desk, arguments: Namespace) -> Exit:
    """Print every source with its kind, how it stands, and when it was read well last."""
    place = desk.workplace()
    listed = []
    for programme, _ in chosen_programmes(desk, place, arguments):
        known = KnownSources(programme=programme, sources=known_sources(place.engine, programme), now=datetime.now(UTC))
        listed += [(known, one) for one in known.sources]
    if arguments.json:
        told = [_as_mapping(known, one) for known, one in listed]
        desk.out.file.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
        return Exit.DONE
    words = desk.words
    head = [words.say("Programme"), words.say("Source"), words.say("Kind"), words.say("State"), words.say("Last read")]
    _print(desk, table_lines(head, [_row(words, known, one) for known, one in listed]))
    return Exit.DONE


def _row(words: Words, known: KnownSources, one: KnownSource) -> list[str]:
    zone = ZoneInfo(known.programme.timezone)
    return [
        known.programme.name,
        one.name,
        str(one.block.get("kind", "")),
        state_word(words, state_of(known, one)).text,
        "–" if one.read_at is None else moment_text(words, one.read_at.astimezone(zone)),
    ]


def _as_mapping(known: KnownSources, one: KnownSource) -> Mapping[str, object]:
    return {
        "programme": known.programme.name,
        "source": one.name,
        "kind": one.block.get("kind"),
        "state": state_of(known, one).value,
        "last_read_at": None if one.read_at is None else one.read_at.isoformat(),
        "rejected": one.rejected.height,
        "gone": one.gone,
    }
