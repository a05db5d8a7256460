"""One address of every kind of page, for the tests that look at all of them."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("en", "nl")


@dataclass(frozen=True)
class Sample:
    kind: str
    path: str
    """Below the language."""
    status: int = 200

    def address(self, language: str) -> str:
        return f"/{language}/{self.path}"


SAMPLES = (
    Sample("home", ""),
    Sample("opportunities", "opportunities/"),
    Sample("opportunities-found", "opportunities/?q=immunology&country=SE"),
    Sample("opportunities-for-me", "opportunities/?programme=biomedical-sciences-bsc&year=2"),
    Sample("opportunities-map", "opportunities/?view=map"),
    Sample("opportunities-table", "opportunities/?view=table"),
    Sample("opportunities-empty", "opportunities/?q=karolinska&country=CU"),
    Sample("opportunity", "opportunities/karolinska-biomedicine-semester/"),
    Sample("opportunity-cuba", "opportunities/half-minor-global-health-cuba/"),
    Sample("institutions", "institutions/"),
    Sample("institution", "institutions/karolinska-institutet/"),
    Sample("country", "countries/SE/"),
    Sample("course", "courses/ki-immunology-and-microbiology/"),
    Sample("most-like-home", "alike/"),
    Sample("map", "map/"),
    Sample("guides", "guide/"),
    Sample("guide", "guide/costs/"),
    Sample("how-it-works", "guide/how-it-works/"),
    Sample("contacts", "contacts/"),
    Sample("not-found", "nowhere/", 404),
    Sample("nonsense", "opportunities/?sort=purple", 400),
)
