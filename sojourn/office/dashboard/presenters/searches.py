"""Searches without a result, and what the office can do so that the next one finds something."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.catalogue.fruitless_searches import Missed
from sojourn.catalogue.models import Edition
from sojourn.common.languages import language_title
from sojourn.common.urls import url_for
from sojourn.office.shared import formatting
from sojourn.people.models import User
from sojourn.people.permissions import may_edit_catalogue


@dataclass(frozen=True)
class Row:
    words: str
    href: str
    """The same search, as it answers today."""
    language: str
    this_week: int
    count: int
    last_week: str


@dataclass(frozen=True)
class Way:
    title: str
    href: str
    hint: str


def row(missed: Missed) -> Row:
    return Row(
        missed.words,
        f"{url_for('portal:opportunities')}?{urlencode({'q': missed.words})}",
        language_title(missed.language),
        missed.this_week,
        missed.count,
        formatting.day(missed.last_week),
    )


def ways(user: User) -> list[Way]:
    """Return what this person may do about it."""
    edition = Edition.objects.first()
    if edition is None or not may_edit_catalogue(user):
        return []
    return [
        Way(
            _("Make a synonym"),
            reverse("admin:catalogue_edition_change", args=[edition.pk]) + "#id_synonyms",
            _("Where we have it under another name: put both on one line of “Synonyms”."),
        ),
        Way(
            _("Write a guide"),
            reverse("admin:catalogue_guide_add"),
            _("Where people want to know something that no page says."),
        ),
    ]
