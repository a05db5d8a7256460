"""`make screenshots`: a picture of every kind of page, in both languages, light and dark, phone and
desk, into `var/screenshots/` (or the folder given).

    python tools/screenshots.py [--into FOLDER] [--site URL] [--only KIND ...]

Without `--site` it starts a server of its own, with the Leiden edition in a folder that is thrown
away.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from playwright.sync_api import sync_playwright  # noqa: E402

from tests.portal.pages import LANGUAGES, SAMPLES, Sample  # noqa: E402
from tests.support import chromium  # noqa: E402
from tests.support.ready import EDITION  # noqa: E402
from tests.support.site import environment, running_site, sojourn  # noqa: E402

WIDTHS = (390, 1280)
SCHEMES = ("light", "dark")


def take(site: str, into: Path, samples: Sequence[Sample]) -> int:
    """One picture each; returns how many."""
    taken = 0
    into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable(), args=list(chromium.FLAGS)
        )
        for scheme, width in product(SCHEMES, WIDTHS):
            context = browser.new_context(
                viewport={"width": width, "height": 844 if width < 500 else 900},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            page = context.new_page()
            for sample, language in product(samples, LANGUAGES):
                page.goto(site + sample.address(language))
                page.evaluate("document.fonts.ready")
                page.screenshot(
                    path=into / f"{sample.kind}-{language}-{width}-{scheme}.png", full_page=True
                )
                taken += 1
            context.close()
        browser.close()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=PROJECT / "var" / "screenshots")
    parser.add_argument("--site", help="a running site, such as http://127.0.0.1:8000")
    parser.add_argument("--only", nargs="*", default=[], help="kinds of pages")
    arguments = parser.parse_args()
    if chromium.executable() is None:
        raise SystemExit("There is no chromium here: apt-get install chromium-headless-shell")
    samples = [s for s in SAMPLES if not arguments.only or s.kind in arguments.only]
    if arguments.site:
        taken = take(arguments.site.rstrip("/"), arguments.into, samples)
    else:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder)
            env = environment(data)
            loaded = sojourn("load", str(EDITION), env=env)
            if loaded.returncode:
                raise SystemExit(loaded.stdout + loaded.stderr)
            with running_site(data, env=env) as site:
                taken = take(site.url, arguments.into, samples)
    print(f"{taken} pictures in {arguments.into}")


if __name__ == "__main__":
    main()
