"""Places that the map tests draw."""

from __future__ import annotations

from sojourn.design.maps import Place


def place(name: str, lat: float, lon: float, country: str = "") -> Place:
    key = name.lower().replace(" ", "-")
    return Place(key, name, lat, lon, f"/en/institutions/{key}/", country)


LEIDEN = place("Leiden", 52.166, 4.478, "NL")
STOCKHOLM = place("Stockholm", 59.348, 18.024, "SE")
EDINBURGH = place("Edinburgh", 55.945, -3.189, "GB")
LONDON = place("London", 51.524, -0.134, "GB")
OXFORD = place("Oxford", 51.755, -1.255, "GB")
BORDEAUX = place("Bordeaux", 44.827, -0.603, "FR")
HELSINKI = place("Helsinki", 60.19, 24.906, "FI")
HEIDELBERG = place("Heidelberg", 49.418, 8.67, "DE")
JAKARTA = place("Jakarta", -6.195, 106.849, "ID")
HAVANA = place("Havana", 23.137, -82.381, "CU")
MOSHI = place("Moshi", -3.335, 37.34, "TZ")
PARAMARIBO = place("Paramaribo", 5.85, -55.2, "SR")
AUCKLAND = place("Auckland", -36.852, 174.769, "NZ")
SUVA = place("Suva", -18.15, 178.446, "FJ")
APIA = place("Apia", -13.83, -171.77, "WS")
SYDNEY = place("Sydney", -33.889, 151.187, "AU")
BOSTON = place("Boston", 42.335, -71.104, "US")
SANTIAGO = place("Santiago", -33.44, -70.65, "CL")
QUITO = place("Quito", -0.2, -78.5, "EC")
HONOLULU = place("Honolulu", 21.3, -157.82, "US")
TROMSO = place("Tromsø", 69.68, 18.97, "NO")

EUROPE = (STOCKHOLM, EDINBURGH, LONDON, OXFORD, BORDEAUX, HELSINKI, HEIDELBERG)
FAR = (JAKARTA, HAVANA, MOSHI, PARAMARIBO, BOSTON)
PACIFIC = (SYDNEY, APIA, SUVA, SANTIAGO, BOSTON, JAKARTA, LEIDEN)
