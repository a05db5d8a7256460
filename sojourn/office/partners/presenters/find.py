"""Institutions of the imported lists, to make partners of."""

from __future__ import annotations

from dataclasses import dataclass

from sojourn.catalogue import institution_lists
from sojourn.catalogue.models import Institution, ListedInstitution
from sojourn.catalogue.names import country_name
from sojourn.common.languages import page_language


@dataclass(frozen=True)
class Found:
    """An institution of a list; `there` is the partner that it already is."""

    row: ListedInstitution
    where: str
    codes: str
    there: Institution | None


def find(words: str, country: str) -> tuple[list[Found], int]:
    """Return the first that match, and how many there are more."""
    rows = institution_lists.find(words, country)
    language = page_language()
    partners = {
        code: partner
        for partner in Institution.objects.filter(is_home=False)
        for code in (partner.ror, partner.schac, partner.erasmus_code)
        if code
    }
    found = [
        Found(
            row=each,
            where=", ".join(
                part for part in (each.city, country_name(each.country, language)) if part
            ),
            codes=" · ".join(part for part in (each.erasmus_code, each.schac) if part),
            there=next(
                (
                    partners[code]
                    for code in (each.ror, each.schac, each.erasmus_code)
                    if code in partners
                ),
                None,
            ),
        )
        for each in rows[: institution_lists.MOST_FOUND]
    ]
    return found, max(0, rows.count() - len(found))
