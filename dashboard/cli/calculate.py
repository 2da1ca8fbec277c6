"""`uitkomst calculate`: recompute a figure from counts by hand, with the functions that the figures come from."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from config.plainly import problem_of
from dashboard.calculations import METHODS
from dashboard.calculations import method as method_of
from dashboard.calculations.method import Method, Result
from dashboard.cli.desk import Desk
from dashboard.cli.exits import Exit, StopError
from dashboard.wording.words import Words


def run(desk: Desk, arguments: Namespace) -> Exit:
    """Compute and print; without an input, print an example of one, and without a method the list of methods."""
    if arguments.method is None:
        _list(desk)
        return Exit.DONE
    method = method_of(arguments.method)
    if arguments.input is None:
        desk.told.print(desk.words.say(method.what), markup=False)
        desk.told.print(desk.words.say("An example of its input, to change and to give back with --input:"))
        desk.out.file.write(json.dumps(method.example, indent=1, ensure_ascii=False) + "\n")
        return Exit.DONE
    result = calculated(desk.words, method, _read(desk, arguments.input), where=str(arguments.input))
    if arguments.json:
        desk.out.file.write(json.dumps(result, indent=1, ensure_ascii=False, default=str) + "\n")
        return Exit.DONE
    desk.out.print(desk.words.say(method.what), markup=False)
    for line in _lines(result):
        desk.out.print(line, markup=False)
    return Exit.DONE


def calculated(words: Words, method: Method, given: object, *, where: str) -> Result:
    """Check the input and compute; StopError lists all that is wrong with the input."""
    try:
        return method.run(method.given.model_validate(given))
    except ValidationError as error:
        told = "\n".join(str(problem_of(one, _place(where, one), _keys(method))) for one in error.errors())
        raise StopError(Exit.INPUT, told) from error
    except ValueError as error:
        raise StopError(Exit.INPUT, words.say("{file}: {why}", file=where, why=error)) from error


def _read(desk: Desk, name: str) -> object:
    try:
        text = sys.stdin.read() if name == "-" else _text_of(name)
        return json.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        sentence = desk.words.say(
            "{file} cannot be read ({why}). Give a JSON file, or - for stdin.", file=name, why=why
        )
        raise StopError(Exit.INPUT, sentence) from error
    except json.JSONDecodeError as error:
        sentence = desk.words.say("{file} is not JSON: {why}. Mend the line it names.", file=name, why=error)
        raise StopError(Exit.INPUT, sentence) from error


def _text_of(name: str) -> str:
    with open(name, encoding="utf-8") as file:  # noqa: PTH123 - a name that the user typed, of a pipe too
        return file.read()


def _place(where: str, error: Mapping[str, Any]) -> str:
    parents = [str(part) for part in error["loc"][:-1]]
    return f"{where}, {'.'.join(parents)}" if parents else where


def _keys(method: Method) -> Sequence[str]:
    model: type[BaseModel] = method.given
    return list(model.model_fields)


def _list(desk: Desk) -> None:
    width = max((len(one.name) for one in METHODS), default=0)
    for one in METHODS:
        desk.out.print(f"{one.name.ljust(width)}  {desk.words.say(one.what)}", markup=False)


def _lines(result: Result, indent: str = "  ") -> Iterator[str]:
    """Yield a line for each value, by its name; what has parts of its own is set out below its name."""
    for name, value in result.items():
        if isinstance(value, Mapping):
            yield f"{indent}{name}:"
            yield from _lines(value, indent + "  ")
        elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
            yield f"{indent}{name}:"
            for one in value:
                yield f"{indent}  {', '.join(f'{key}={_plain(part)}' for key, part in one.items())}"
        else:
            yield f"{indent}{name}: {_plain(value)}"


def _plain(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_plain(part) for part in value) + "]"
    return str(value)
