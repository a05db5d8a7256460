#!/bin/sh
# Installs Debian's chromium for the browser tests when it may (root and apt); never fails itself.
# Without a browser those tests are skipped loudly, and fail when CI=true (tests/conftest.py).
command -v chromium-headless-shell >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium-headless-shell for the browser tests …"
    export DEBIAN_FRONTEND=noninteractive
    install="apt-get install -y -q --no-install-recommends chromium-headless-shell"
    # The whole chromium, where it is already, does as well, only slower.
    { $install || command -v chromium || { apt-get update -q && $install; }; } >/dev/null 2>&1
fi
command -v chromium-headless-shell >/dev/null 2>&1 || command -v chromium >/dev/null 2>&1 ||
    echo "!! No chromium here: the browser tests will not run. apt-get install chromium-headless-shell"
exit 0
