#!/bin/sh
# Bring the translations in sojourn/locale (or the folder given) in step with the texts of the source.
set -eu
cd "$(dirname "$0")/.."
template=$(mktemp)
trap 'rm -f "$template"' EXIT
# Files without line numbers, sorted by text: an edit elsewhere in a file changes nothing here.
.venv/bin/pybabel --quiet extract --mapping-file=pyproject.toml --output-file="$template" \
    --add-location=file --sort-output --no-wrap --add-comments=Translators: sojourn
.venv/bin/pybabel --quiet update --no-fuzzy-matching --input-file="$template" --output-dir="${1:-sojourn/locale}" \
    --domain=django --no-wrap --ignore-obsolete --ignore-pot-creation-date
