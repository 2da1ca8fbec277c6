"""The house style where a machine can check it: sizes, names, the glossary, and what may not be in a file."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("dashboard", "config", "connectors", "metrics")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60

SAYS_NOTHING = ("utils?", "helpers?", "managers?", "handlers?", "processors?", "common", "misc", "info", "core")

# Put together here, so that this file does not name them.
REGISTRY_HOSTS = ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "deb.debian" + ".org")

# A path of one person's machine says nothing to anybody else.
PATHS_OF_A_MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/[\w.]")

NOT_OURS = {".venv", ".tools", ".git", "artefacts", "data", "node_modules", "__pycache__"}


def _listed_by_git() -> list[Path]:
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    answer = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in answer.stdout.decode().split("\0") if name]


def _walked() -> list[Path]:
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith(("_cache", ".hypothesis"))]
        found += [Path(folder) / name for name in names]
    return found


def _files() -> list[Path]:
    """Return the files of the project: what git knows or would take, or what lies there where git is not."""
    try:
        files = _listed_by_git()
    except (OSError, subprocess.CalledProcessError):
        files = _walked()
    return sorted(path for path in files if path.is_file())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def _modules() -> list[Path]:
    return [path for path in _files() if path.suffix == ".py" and _parts(path)[0] in PACKAGES]


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _parts(path: Path) -> tuple[str, ...]:
    return path.relative_to(ROOT).parts


def test_no_module_is_longer_than_400_lines():
    written = [path for path in _files() if path.suffix == ".py" and "versions" not in path.parts]
    lengths = {_named(path): len(_text(path).splitlines()) for path in written}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_60_lines():
    long = {}
    for path in _modules():
        for node in ast.walk(ast.parse(_text(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "migrations" not in path.parts:
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long[f"{_named(path)}:{node.name}"] = length
    assert long == {}


def test_no_module_bears_a_name_that_says_nothing():
    pattern = re.compile(rf"(^|_)({'|'.join(SAYS_NOTHING)})(_|$)")
    names = {
        _named(path)
        for path in _modules()
        if any(pattern.search(Path(part).stem) for part in path.relative_to(ROOT).parts)
    }
    assert names == set()


def test_no_class_is_a_manager_helper_handler_processor_or_util():
    pattern = re.compile(r"(Manager|Helper|Handler|Processor|Utils?)$")
    classes = {
        f"{_named(path)}:{node.name}"
        for path in _modules()
        for node in ast.walk(ast.parse(_text(path)))
        if isinstance(node, ast.ClassDef) and pattern.search(node.name)
    }
    assert classes == set()


def test_the_first_line_of_every_module_says_what_is_in_it():
    silent = {_named(path) for path in _modules() if not (ast.get_docstring(ast.parse(_text(path))) or "").strip()}
    assert {name for name in silent if "versions" not in name} == set()


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_no_file_names_the_host_of_a_package_registry(host):
    assert {_named(path) for path in _files() if host in _text(path)} == set()


def test_no_file_holds_a_path_of_one_machine():
    assert {_named(path) for path in _files() if PATHS_OF_A_MACHINE.search(_text(path))} == set()


def test_the_lock_files_hold_versions_and_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = _text(ROOT / name)
        assert "://" not in text
        pinned = re.findall(r"^[a-z0-9][\w.-]*==", text, flags=re.MULTILINE)
        assert len(pinned) > 50
        assert text.count("--hash=sha256:") >= len(pinned)


def test_every_public_class_of_the_arithmetic_is_in_the_glossary():
    glossary = _text(ROOT / "docs" / "glossary.md")
    missing = {
        node.name
        for path in _modules()
        if _parts(path)[0] == "metrics" and "migrations" not in path.parts and path.stem != "tables"
        for node in ast.parse(_text(path)).body
        if isinstance(node, ast.ClassDef)
        if not node.name.startswith("_") and not node.name.endswith("Error") and f"`{node.name}`" not in glossary
    }
    assert missing == set()
