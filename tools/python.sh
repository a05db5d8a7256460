#!/bin/sh
# Says in one sentence why this Python will not do, or nothing when it will: python.sh COMMAND
python=${1:-python3}
if ! command -v "$python" >/dev/null 2>&1; then
    echo "Sojourn needs Python 3.11 or newer, and there is no '$python' here. Install it, or name another: make run PYTHON=python3.12" >&2
    exit 1
fi
answer=$("$python" -c 'import sys; print(sys.version_info >= (3, 11))' 2>/dev/null)
if [ "$answer" != True ]; then
    version=$("$python" --version 2>&1 | head -n 1)
    echo "Sojourn needs Python 3.11 or newer; '$python' is ${version:-something else}. Name a newer one: make run PYTHON=python3.12" >&2
    exit 1
fi
