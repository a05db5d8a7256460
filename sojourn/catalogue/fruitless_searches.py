"""Count searches that found nothing, for the office: the words and the week, nothing of people.

A page never waits for it: a thread of the process writes, and drops what comes faster than that.
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import re
import threading
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sojourn.catalogue.models import FruitlessSearch
from sojourn.engines.search.analysis import words_of
from sojourn.people.models import User

logger = logging.getLogger(__name__)

WEEKS_KEPT = 8
MOST_WORDS, LONGEST = 5, 60
# So many different ones are counted in a week; a flood of made-up words ends there.
MOST_A_WEEK = 2_000
WAITING = 50
_SALT = "sojourn.catalogue.fruitless_searches"
_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
_DIGITS = re.compile(r"\d[\d\s.-]{2,}\d")
_BEFORE_NAMES = frozenset(
    {"van", "von", "vom", "de", "den", "der", "ten", "ter", "el", "al", "bin"}
)


@dataclass(frozen=True)
class Missed:
    """Something that was searched for more than once without a result."""

    words: str
    language: str
    this_week: int
    count: int
    last_week: dt.date


def note(text: str, language: str) -> None:
    """Count a search that found nothing, soon."""
    if settings.SNAPSHOT_LOOKS_EACH_TIME:  # under tests, where a thread would see another database
        record(text, language)
        return
    try:
        _writer().put_nowait((text, language))
    except queue.Full:
        logger.info("a search without a result was not counted: too many at once")


def record(text: str, language: str) -> None:
    """Count it now, unless it may be about a person."""
    words = words_of(text)
    if not words or looks_personal(text, words):
        return
    shown = " ".join(words)
    week = _week_of(timezone.localdate())
    digest = salted_hmac(_SALT, f"{week} {shown}", algorithm="sha256").hexdigest()
    with transaction.atomic():
        known = FruitlessSearch.objects.filter(week=week, language=language, digest=digest)
        if known.update(count=F("count") + 1, words=shown):
            return
        if FruitlessSearch.objects.filter(week=week).count() < MOST_A_WEEK:
            FruitlessSearch.objects.get_or_create(week=week, language=language, digest=digest)


def looks_personal(text: str, words: list[str]) -> bool:
    """Tell what may be the name, the number or the address of a person, or a story."""
    if len(words) > MOST_WORDS or len(" ".join(words)) > LONGEST:
        return True
    if _ADDRESS.search(text) or _DIGITS.search(text):
        return True
    capitals = [one for one in text.split() if one[:1].isupper()]
    if len(capitals) > 1 or (len(words) > 1 and _BEFORE_NAMES & set(words)):
        return True
    named = Q()
    for word in words:
        named |= Q(first_name__folded=word) | Q(last_name__folded=word)
        named |= Q(last_name__folded__endswith=f" {word}")
    return User.objects.filter(named).exists()


def missed() -> list[Missed]:
    """List what was searched for at least twice in a week, what is asked most first."""
    this_week = _week_of(timezone.localdate())
    found: defaultdict[tuple[str, str], list[FruitlessSearch]] = defaultdict(list)
    oldest = this_week - dt.timedelta(weeks=WEEKS_KEPT)
    for row in FruitlessSearch.objects.filter(week__gte=oldest, count__gte=2):
        found[row.words, row.language].append(row)
    listed = [
        Missed(
            words,
            language,
            sum(row.count for row in rows if row.week == this_week),
            sum(row.count for row in rows),
            max(row.week for row in rows),
        )
        for (words, language), rows in found.items()
    ]
    return sorted(listed, key=lambda one: (-one.count, one.words))


def delete_old(today: dt.date) -> int:
    """Delete what is older than eight weeks, and of past weeks what was asked once."""
    this_week = _week_of(today)
    oldest = this_week - dt.timedelta(weeks=WEEKS_KEPT)
    gone: int = FruitlessSearch.objects.filter(
        Q(week__lt=oldest) | Q(week__lt=this_week, count=1)
    ).delete()[0]
    return gone


def _week_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


@lru_cache(maxsize=1)
def _writer() -> queue.Queue[tuple[str, str]]:
    """Start the thread of this process at its first search, which is after the fork."""
    waiting: queue.Queue[tuple[str, str]] = queue.Queue(WAITING)

    def write() -> None:
        while True:
            text, language = waiting.get()
            try:
                close_old_connections()
                record(text, language)
            except DatabaseError:
                logger.warning("a search without a result was not counted", exc_info=True)

    threading.Thread(target=write, name="fruitless searches", daemon=True).start()
    return waiting
