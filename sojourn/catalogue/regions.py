"""Parts of the world: what lies in them and what they are called, for the search.

The regions and what they contain are those of the United Nations (M49) as CLDR has them
(`territoryContainment`, release 48, Unicode License v3); CLDR knows their names too (Babel).
"""

from __future__ import annotations

from functools import lru_cache

from sojourn.catalogue.names import ALSO_CALLED, country_name
from sojourn.common.languages import LANGUAGES, locale

# Countries of the smallest regions, by ISO 3166-1.
_COUNTRIES: dict[str, str] = {
    "005": "AR BO BR BV CL CO EC FK GF GS GY PE PY SR UY VE",
    "011": "BF BJ CI CV GH GM GN GW LR ML MR NE NG SH SL SN TG",
    "013": "BZ CR GT HN MX NI PA SV",
    "014": "BI DJ ER ET IO KE KM MG MU MW MZ RE RW SC SO SS TF TZ UG YT ZM ZW",
    "015": "DZ EA EG EH IC LY MA SD TN",
    "017": "AO CD CF CG CM GA GQ ST TD",
    "018": "BW LS NA SZ ZA",
    "021": "BM CA GL PM US",
    "029": ("AG AI AW BB BL BQ BS CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PR SX TC TT VC VG VI"),
    "030": "CN HK JP KP KR MN MO TW",
    "034": "AF BD BT IN IR LK MV NP PK",
    "035": "BN ID KH LA MM MY PH SG TH TL VN",
    "039": "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK",
    "053": "AU CC CX HM NF NZ",
    "054": "FJ NC PG SB VU",
    "057": "FM GU KI MH MP NR PW UM",
    "061": "AS CK NU PF PN TK TO TV WF WS",
    "143": "KG KZ TJ TM UZ",
    "145": "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE",
    "151": "BG BY CZ HU MD PL RO RU SK UA",
    "154": "AX CQ DK EE FI FO GB GG IE IM IS JE LT LV NO SE SJ",
    "155": "AT BE CH DE FR LI LU MC NL",
}
# Regions that are made of smaller ones, from small to large.
_REGIONS: dict[str, str] = {
    "202": "011 014 017 018",
    "419": "005 013 029",
    "003": "013 021 029",
    "009": "053 054 057 061",
    "002": "011 014 015 017 018",
    "019": "005 013 021 029",
    "142": "030 034 035 143 145",
    "150": "039 151 154 155",
}
# What people say that M49 has no region for, or calls otherwise.
_ALSO_SAID: dict[tuple[str, ...], str] = {
    ("Scandinavia", "Scandinavië"): "DK NO SE",
    ("Nordic countries", "Noordse landen"): "DK FI FO IS NO SE",
    ("Benelux",): "BE LU NL",
    ("Baltic states", "Baltische staten"): "EE LT LV",
    ("Balkans", "Balkan"): "AL BA BG GR HR ME MK RO RS SI XK",
    ("Middle East", "Midden-Oosten"): "AE BH CY EG IL IQ IR JO KW LB OM PS QA SA SY TR YE",
    ("Antilles", "Antillen"): "AW BQ CW SX",
    ("Central Europe", "Midden-Europa"): "AT CH CZ DE HU LI PL SI SK",
}


@lru_cache(maxsize=1)
def _regions_by_country() -> dict[str, tuple[str, ...]]:
    """Return the codes of the regions that each country is in, smallest first."""
    found: dict[str, list[str]] = {}
    for region, countries in _COUNTRIES.items():
        larger = [region, *(name for name, parts in _REGIONS.items() if region in parts.split())]
        for country in countries.split():
            found.setdefault(country, []).extend(larger)
    return {country: tuple(regions) for country, regions in found.items()}


def region_codes(country: str) -> tuple[str, ...]:
    """Return the codes of the parts of the world that a country is in, smallest first."""
    return _regions_by_country().get(country, ())


def region_title(code: str, language: str) -> str:
    """Return what a part of the world is called."""
    return str(locale(language).territories[code])


@lru_cache(maxsize=1024)
def region_names(country: str, language: str) -> tuple[str, ...]:
    """Return what the parts of the world are called that a country is in, smallest first."""
    names = locale(language).territories
    said = (
        name
        for names_said, countries in _ALSO_SAID.items()
        if country in countries.split()
        for name in names_said
    )
    return (*said, *(str(names[code]) for code in _regions_by_country().get(country, ())))


@lru_cache(maxsize=1)
def nearest_regions() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return every country by each of its names, with the parts of the world to look in instead.

    For who asks for a country where no place is: its neighbours are nearer than words like it.
    Regions are there too, with the larger ones that they are in.
    """
    found: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        for country in _regions_by_country():
            around = region_names(country, language)
            for name in (country_name(country, language), *ALSO_CALLED.get(country, ())):
                found.setdefault(name, around)
            for place, name in enumerate(around):
                found.setdefault(name, around[place + 1 :])
    return tuple(found.items())
