"""Server time of every page of a full plan on the Leiden edition, and of a slider in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.installation import PROJECT, URL, folder, get, server, use
from bench.plan.clock import Took, measured
from tests.support import chromium

if TYPE_CHECKING:
    from django.test import Client

LIMIT_MS = 50.0
SLIDER_LIMIT_MS = 100.0
TURNS = 40
CUBA, KAROLINSKA = "half-minor-global-health-cuba", "karolinska-biomedicine-semester"
FIVE = (CUBA, KAROLINSKA, "half-minor-edinburgh", "half-minor-bordeaux", "SE")
PATHS = (
    "", "profile/", "fit/", "top-five/", "top-five/state/", "top-five/add/half-minor-finland/",
    "compare/", "compare/?only=differences", "share/", "data/", "data/export.json", "alike/",
    f"courses/{KAROLINSKA}/", f"costs/{KAROLINSKA}/", f"costs/{CUBA}/", f"costs/{CUBA}.xlsx",
    f"costs/{CUBA}.pdf", f"language/{CUBA}/", "dates/",
)  # fmt: skip
# Made on demand, not pages: typst alone takes longer than a page may.
DOCUMENTS = (".pdf", ".xlsx")
SLIDER = """async () => {
    const range = document.querySelector("#weight-cost");
    const took = [];
    for (let turn = 0; turn < 40; turn += 1) {
        await new Promise(requestAnimationFrame);
        const began = performance.now();
        range.value = turn % 2 ? 100 : 0;
        range.dispatchEvent(new Event("input", {bubbles: true}));
        document.body.offsetHeight;
        took.push(performance.now() - began);
    }
    return took.sort((one, other) => one - other);
}"""


@dataclass(frozen=True)
class Page:
    path: str
    first: Took
    """The first time that this process shows it."""
    took: Took

    @property
    def is_slow(self) -> bool:
        return not self.path.endswith(DOCUMENTS) and self.took.processor > LIMIT_MS


def with_a_full_plan() -> Client:
    """A visitor whose profile and top five are filled, and a process that knows the catalogue."""
    from django.test import Client

    from sojourn.catalogue.similarity.service import make_table, prepare
    from sojourn.catalogue.snapshot.service import refresh_snapshot

    # As the worker and the thread that takes its table do it.
    make_table(refresh_snapshot())
    prepare()
    client = Client(HTTP_HOST="localhost")
    client.get("/en/plan/profile/")
    from sojourn.planning.profile import profile_of

    answers = {
        "seen": profile_of(None).seen, "programme": "biomedical-sciences-bsc", "year": "2",
        "ects_earned": "60", "level_en": "C1", "level_sv": "A1", "budget": "4500",
        "wished_countries": ["SE", "CU"], "hours_a_week": "4",
    }  # fmt: skip
    answer = client.post("/en/plan/profile/", answers)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    for key in FIVE:
        client.post("/en/plan/top-five/add/", {"place": key})
    assert client.get("/en/plan/data/export.json").content.decode().count('"rank"') == len(FIVE)
    return client


def pages(client: Client) -> list[Page]:
    found = []
    for path in PATHS:
        address = f"/en/plan/{path}"
        first = measured(_asking(client, address), 1)
        assert client.get(address).status_code == 200, address
        found.append(Page(path, first, measured(_asking(client, address), TURNS)))
    return found


def _asking(client: Client, address: str) -> Callable[[], Any]:
    return lambda: client.get(address)


def slider() -> list[float]:
    """Milliseconds from a moved slider to a laid out page, sorted; empty without chromium."""
    if not (executable := chromium.executable()):
        return []
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=executable, args=list(chromium.FLAGS))
        page = browser.new_page()
        page.goto(f"{URL}/en/plan/profile/")
        page.select_option("#id_programme", "medicine-bsc")
        page.fill("#id_year", "2")
        page.fill("#id_budget", "4500")
        page.click(".save button")
        page.wait_for_url("**/plan/fit/")
        took: list[float] = page.evaluate(SLIDER)
        browser.close()
    return took


def main() -> int:
    with folder() as data:
        use(data)
        load()
        with server(data):
            get("/en/plan/fit/")
            moves = slider()
        # After the server: it has collected the static files that the pages name.
        found = pages(with_a_full_plan())
    print("\nServer time of the pages of a full plan, the whole way through Django")
    print(f"{'page':<50} {'first':>9} {'median':>9} {'worst':>9} {'processor':>10}")
    for page in found:
        print(
            f"/en/plan/{page.path:<41} {page.first.median:>6.1f} ms "
            f"{page.took.median:>6.1f} ms {page.took.worst:>6.1f} ms "
            f"{page.took.processor:>7.1f} ms{'  SLOW' if page.is_slow else ''}"
        )
    print(f"limit: {LIMIT_MS:.0f} ms of the processor for a page; documents are made on demand")
    too_slow = any(page.is_slow for page in found)
    if not moves:
        print("slider: not measured, no chromium here")
        return 1 if too_slow else 0
    middle, late = moves[len(moves) // 2], moves[int(len(moves) * 0.95)]
    print(
        f"slider in chromium: p50 {middle:.1f} ms, p95 {late:.1f} ms until the list lies in its "
        f"new order (limit {SLIDER_LIMIT_MS:.0f} ms)"
    )
    return 1 if too_slow or middle > SLIDER_LIMIT_MS else 0


def load() -> None:
    from sojourn.catalogue.edition.load import load_edition
    from sojourn.catalogue.models import Edition

    if not Edition.objects.exists():
        load_edition(PROJECT / "editions" / "leiden")
