#!/bin/sh
# Resolves requirements/*.in anew with uv, in a throwaway environment when uv is not installed.
set -e
uv=$(command -v uv) || {
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    .venv/bin/python -m venv "$folder"
    "$folder/bin/pip" install -q --disable-pip-version-check uv
    uv="$folder/bin/uv"
}
compile="$uv pip compile -q --upgrade --python-version 3.11 --generate-hashes --no-emit-index-url"
UV_CUSTOM_COMPILE_COMMAND="make lock"
export UV_CUSTOM_COMPILE_COMMAND
$compile requirements/base.in -o requirements/base.txt
$compile -c requirements/base.txt requirements/test.in -o requirements/test.txt
