#!/bin/sh
# Installs Debian's chromium for the browser tests when it may (root and apt); never fails itself.
# Without a browser those tests are skipped loudly, and fail when CI=true (tests/conftest.py).
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium for the browser tests …"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get install -y -q --no-install-recommends chromium ||
        { apt-get update -q && apt-get install -y -q --no-install-recommends chromium; }; } >/dev/null 2>&1
fi
command -v chromium >/dev/null 2>&1 || echo "!! No chromium here: the browser tests will not run. apt-get install chromium"
exit 0
