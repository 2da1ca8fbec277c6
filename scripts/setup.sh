#!/usr/bin/env bash
# Sets up Uitkomst in this folder: .venv with the locked packages, and a browser for the charts in reports.
#
#   scripts/setup.sh          what `make run` needs
#   scripts/setup.sh --dev    what `make test` needs as well: the checkers, and PostgreSQL for its tests
#
# A second time it looks at a stamp and is done at once. Nothing outside this folder is touched, except that a
# missing Chromium (and, with --dev, PostgreSQL) is installed with the system's package manager when that may
# be done without a password. Exit code 1 means: read the last line, it says what to do.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly OLDEST_PYTHON="3.11"
# A public body's network often has a certificate authority of its own: uv trusts what the system trusts.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}" UV_NATIVE_TLS="${UV_NATIVE_TLS:-true}"
want="run"
[[ "${1:-}" == "--dev" ]] && want="dev"

say() { printf '%s\n' "$*"; }

stop() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Runs a command silently; shows what it said only when it fails.
quietly() {
    local said
    if ! said="$("$@" 2>&1)"; then
        printf '%s\n' "$said" >&2
        return 1
    fi
}

# --- the system's package manager ---------------------------------------------------------------------------

may_install() { [[ "$(id -u)" == 0 ]] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

as_root() {
    if [[ "$(id -u)" == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

package_manager() {
    local name
    for name in apt-get dnf apk pacman; do
        command -v "$name" >/dev/null && { say "$name"; return; }
    done
    return 1
}

# Installs the first of these packages that the package manager knows.
install_package() {
    local manager package
    may_install && manager="$(package_manager)" || return 1
    [[ "$manager" == apt-get ]] && { as_root apt-get update -qq >/dev/null 2>&1 || true; }
    for package in "$@"; do
        case "$manager" in
            apt-get) as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" ;;
            dnf) as_root dnf install -y -q "$package" ;;
            apk) as_root apk add --quiet "$package" ;;
            pacman) as_root pacman -Sy --noconfirm --quiet "$package" ;;
        esac >/dev/null 2>&1 </dev/null && return 0
    done
    return 1
}

# --- Python -------------------------------------------------------------------------------------------------

new_enough() { "$1" -c "import sys; sys.exit(sys.version_info < (${OLDEST_PYTHON/./, }))" >/dev/null 2>&1; }

find_python() {
    local name
    for name in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11 python; do
        command -v "$name" >/dev/null && new_enough "$name" && { say "$name"; return; }
    done
    return 1
}

# --- packages -----------------------------------------------------------------------------------------------

lock_file() { if [[ "$1" == dev ]]; then say requirements-dev.lock; else say requirements.lock; fi; }

# Changes when the locked packages, the project's own metadata or the place of this folder change.
fingerprint() { { pwd; cat pyproject.toml "$(lock_file "$1")"; } | cksum; }

# What serves `make test` serves `make run` as well.
remember() {
    fingerprint run >.venv/.ready-run
    if [[ "$want" == dev ]]; then fingerprint dev >.venv/.ready-dev; fi
}

is_ready() {
    [[ -x .venv/bin/uitkomst && -f ".venv/.ready-$want" ]] || return 1
    [[ "$(cat ".venv/.ready-$want")" == "$(fingerprint "$want")" ]] && .venv/bin/python -c "" 2>/dev/null
}

find_uv() {
    local name
    for name in uv .tools/bin/uv; do
        command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1 && { say "$name"; return; }
    done
    return 1
}

get_uv() {
    find_uv && return
    "$python" -m pip install --quiet --disable-pip-version-check --target .tools --upgrade uv >/dev/null 2>&1 && find_uv
}

# A .venv that was moved has commands that point to where it was.
venv_is_usable() { new_enough .venv/bin/python && grep -qsF -e "$PWD/.venv" -e "$(pwd -P)/.venv" .venv/bin/activate; }

install_with_uv() {
    local uv="$1"
    { venv_is_usable || quietly "$uv" venv --quiet --clear --python "$(command -v "$python")" .venv; } &&
        quietly "$uv" pip install --quiet --python .venv/bin/python --require-hashes -r "$(lock_file "$want")" &&
        quietly "$uv" pip install --quiet --python .venv/bin/python --no-deps --editable . &&
        quietly "$uv" pip check --python .venv/bin/python
}

install_with_pip() {
    local pip=(.venv/bin/python -m pip --quiet --disable-pip-version-check --no-input)
    { { venv_is_usable && "${pip[@]}" --version >/dev/null 2>&1; } || quietly "$python" -m venv --clear .venv; } &&
        quietly "${pip[@]}" install --require-hashes -r "$(lock_file "$want")" &&
        quietly "${pip[@]}" install --no-deps --editable . &&
        quietly "${pip[@]}" check
}

# `python -m venv` makes a .venv without pip where Debian keeps ensurepip in a package of its own.
venv_works() { "$python" -c "import ensurepip, venv" >/dev/null 2>&1; }

install_packages() {
    local uv
    if uv="$(get_uv)"; then
        say "Installing the packages of $(lock_file "$want") into .venv with uv."
        install_with_uv "$uv"
        return
    fi
    if ! venv_works; then
        say "Installing python3-venv with the system's package manager."
        install_package python3-venv python3-pip py3-pip python-pip || true
        get_uv >/dev/null && { install_packages; return; }
    fi
    venv_works || stop "Neither uv, pip nor venv is here: install one of them (Debian, Ubuntu: apt-get install python3-venv) and run this again."
    say "Installing the packages of $(lock_file "$want") into .venv with pip; this takes about a minute."
    install_with_pip
}

# --- browser and database -----------------------------------------------------------------------------------

has_browser() {
    local name
    for name in "${BROWSER_PATH:-}" chromium chromium-browser google-chrome google-chrome-stable chrome \
        chromium-headless-shell "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        [[ -n "$name" ]] && command -v "$name" >/dev/null && return
    done
    return 1
}

has_postgresql() {
    local folder
    command -v initdb >/dev/null && return
    for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/libexec/postgresql*; do
        [[ -x "$folder/initdb" ]] && return
    done
    return 1
}

# Tries once per set-up; a machine that refused is not asked again at every start.
offer() {
    local name="$1" present="$2" consequence="$3"
    shift 3
    "$present" && return
    if [[ ! -e ".venv/.without-$name" ]] && may_install; then
        say "Installing $name with the system's package manager."
        install_package "$@" || true
        hash -r
        "$present" && return
    fi
    : >".venv/.without-$name"
    say "$name is not here: $consequence"
}

# --- the straight line --------------------------------------------------------------------------------------

main() {
    if ! is_ready; then
        python="$(find_python)" ||
            stop "Uitkomst needs Python $OLDEST_PYTHON or newer and found $(python3 --version 2>/dev/null || say none): install it (Debian 12, Ubuntu 24.04 or later: apt-get install python3) or set PYTHON to its path, and run this again."
        rm -f ".venv/.ready-$want" .venv/.without-*
        install_packages || stop "The packages could not be installed: read the lines above. If they say that requirements do not fit, run 'make lock'."
        remember
    fi
    offer Chromium has_browser \
        "install Chromium or Chrome (Debian: apt-get install chromium), or name it in BROWSER_PATH; until then a report says in each chart's place why it is missing." \
        chromium chromium-browser chromium-headless-shell
    if [[ "$want" == dev ]]; then
        offer PostgreSQL has_postgresql \
            "install it (Debian: apt-get install postgresql); until then the tests that need it cannot run." \
            postgresql postgresql-server
    fi
    say "Set-up is done."
}

main
