#!/usr/bin/env bash
# Writes requirements.lock (what runs) and requirements-dev.lock (that and the checkers) from pyproject.toml.
# Versions already locked stay unless --upgrade is given. Gets uv where it is missing.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

uv="$(command -v uv || command -v .tools/bin/uv || true)"
if [[ -z "$uv" ]]; then
    uv=".tools/bin/uv"
    if ! python3 -m pip install --quiet --disable-pip-version-check --target .tools uv >/dev/null 2>&1; then
        echo "Locking needs uv: install it and run this again." >&2
        exit 1
    fi
fi

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
        --no-emit-find-links "${@:2}" --output-file "$1" pyproject.toml
    if grep -n "://" "$1"; then
        echo "$1 names an address: a lock file holds versions and hashes only." >&2
        exit 1
    fi
}

compile requirements.lock "$@"
compile requirements-dev.lock --group dev --constraint requirements.lock "$@"
echo "Wrote requirements.lock and requirements-dev.lock."
