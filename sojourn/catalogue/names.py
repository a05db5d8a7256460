"""What codes are called in the reader's language: from CLDR (Babel), or in our own words."""

from __future__ import annotations

from functools import lru_cache

from babel import UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages
from babel.numbers import get_currency_name, get_territory_currencies
from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import override

from sojourn.catalogue import models
from sojourn.common.languages import locale

# A language that people work in but that no law of the country names.
WORKING_LANGUAGES = {"GB": ("en",), "US": ("en",), "AU": ("en",), "MX": ("es",), "SE": ("sv",)}

# What people call a country besides its name in CLDR, for the search.
ALSO_CALLED: dict[str, tuple[str, ...]] = {
    "GB": ("UK", "Great Britain", "Groot-Brittannië", "England", "Engeland"),
    "US": ("USA", "America", "Amerika", "VS"),
    "NL": ("Holland",),
    "CZ": ("Czech Republic", "Tsjechische Republiek"),
    "CI": ("Ivory Coast",),
    "KR": ("Korea",),
}


@lru_cache(maxsize=2048)
def country_name(code: str, language: str) -> str:
    """Return the country's name, or its code where CLDR does not know it."""
    return str(locale(language).territories.get(code.upper(), code))


@lru_cache(maxsize=2048)
def country_names(language: str) -> dict[str, str]:
    """Every country by its code; CLDR's regions that are no country are left out."""
    regions = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}
    return {
        code: str(name)
        for code, name in locale(language).territories.items()
        if len(code) == 2 and code.isalpha() and code not in regions
    }


@lru_cache(maxsize=512)
def official_languages(country: str) -> tuple[str, ...]:
    """Codes of the languages spoken officially in the whole country, most spoken first."""
    official = tuple(get_official_languages(country, de_facto=True))
    return official or WORKING_LANGUAGES.get(country, ())


def main_language(country: str) -> str:
    """Return the language most used in the country, or nothing where that is not known."""
    languages = official_languages(country)
    return languages[0] if languages else ""


@lru_cache(maxsize=512)
def currency_of(country: str, language: str) -> str:
    """Return the name of the money one pays with there today."""
    if country not in get_global("territory_currencies"):
        return ""
    codes = get_territory_currencies(country)
    if not codes:
        return ""
    try:
        return get_currency_name(codes[0], locale=locale(language))
    except UnknownLocaleError:
        return codes[0]


def in_language(message: str | Promise, language: str) -> str:
    """Return a lazy message in that language."""
    with override(language):
        return str(message)


def _label(choices: type[Choices], value: str, language: str) -> str:
    known = dict(choices.choices)
    return in_language(known[value], language) if value in known else value


@lru_cache(maxsize=64)
def kind_label(kind: str, language: str) -> str:
    """Return what sort of opportunity it is: 'Research internship', 'Onderzoeksstage'."""
    return _label(models.OpportunityKind, kind, language)
