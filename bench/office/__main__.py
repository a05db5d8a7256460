"""The office's pages with 5,000 students: milliseconds of each, in one process.

`python -m bench.office` makes the installation of `sojourn demo large` in a folder that is thrown
away, or uses the one of `BENCH_DATA` where it is made already.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from bench.installation import folder, use

if TYPE_CHECKING:
    from django.test import Client

TIMES = 7


def main() -> None:
    with folder() as data:
        use(data)
        from django.conf import settings
        from django.test import Client

        from sojourn.catalogue.snapshot.service import refresh_snapshot
        from sojourn.cli import _prepare_demo
        from sojourn.config.installation import collect_static_files
        from sojourn.mobility.large_demo import NAME, Size, make_large
        from sojourn.people.models import User
        from sojourn.selection.permissions import may_manage

        settings.ALLOWED_HOSTS = ["*"]
        collect_static_files()
        if not User.objects.filter(email__startswith=NAME).exists():
            _prepare_demo()
            make_large(
                Size(), [each for each in User.objects.filter(is_demo=True) if may_manage(each)]
            )
        refresh_snapshot()
        client = Client()
        client.force_login(User.objects.get(email="operator@example.org"))
        print("| page | ms | of processor |\n| --- | ---: | ---: |")
        for page in pages():
            print(measured(client, page), flush=True)


def pages() -> list[str]:
    """The first page of every part of the menu, the figures, and a page about one of each."""
    from django.urls import reverse

    from sojourn.mobility.models import Stay
    from sojourn.office.insight.presenters.parts import TABS
    from sojourn.office.shared.navigation import GROUPS
    from sojourn.selection.models import Round

    found = [part.address for group in GROUPS for part in group.parts]
    found += [name for name, _title in TABS[1:]]
    stay = Stay.objects.filter(state="away").order_by("pk")[0]
    newest = Round.objects.filter(slug__startswith="made-up").order_by("-academic_year")[0]
    return [
        *(reverse(name) for name in found),
        reverse("office:student", args=[stay.student.uuid]),
        reverse("office:stay", args=[stay.uuid]),
        reverse("office:applications", args=[newest.slug]),
        reverse("office:offers", args=[newest.slug]),
        reverse("office:nominations", args=[newest.slug]),
        reverse("office:insight") + "?programme=medicine-bsc&country=SE",
    ]


def measured(client: Client, page: str) -> str:
    answer = client.get(page)
    clock, processor = [], []
    for _time in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        client.get(page)
        clock.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.process_time() - used))
    note = "" if answer.status_code == 200 else f" ({answer.status_code})"
    return (
        f"| `{page.removeprefix('/en/')}`{note} | {statistics.median(clock):.0f} |"
        f" {statistics.median(processor):.0f} |"
    )


if __name__ == "__main__":
    main()
