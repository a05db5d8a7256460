"""Courses of the Leiden edition, and made-up ones, as the similarity engine reads them."""

from __future__ import annotations

from hypothesis import strategies as st

from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.texts import CourseText, Version

CONCEPTS = Concepts(
    [
        ["immunology", "immunologie", "immune system", "immuunsysteem", "afweer"],
        ["heart", "hart", "cardiology", "cardiologie"],
        ["cell biology", "celbiologie", "cells", "cellen"],
        ["infection", "infectie", "ziekteverwekkers"],
        ["statistics", "statistiek", "biostatistics", "biostatistiek"],
    ]
)

IMMUNOLOGY = CourseText(
    "home-immunology",
    (
        Version(
            "nl",
            "Immunologie",
            "Hoe het immuunsysteem is opgebouwd en hoe cellen samenwerken.",
            (
                "Beschrijven hoe de afweer ontstaat",
                "Uitleggen hoe cellen op ziekteverwekkers reageren",
            ),
        ),
    ),
)
HOST_IMMUNOLOGY = CourseText(
    "host-immunology",
    (
        Version(
            "en",
            "Immunology",
            "How the immune system is built and how cells work together.",
            (
                "Explain how cells react to infection",
                "Describe how the immune system develops",
            ),
        ),
    ),
)
HOST_HEART = CourseText(
    "host-heart",
    (Version("en", "The Heart", "Cardiology for beginners.", ("Read an electrocardiogram",)),),
)
HOST_NUMBERS = CourseText(
    "host-numbers",
    (Version("en", "Biostatistics", "Statistics for trials.", ("Plan a trial", "Fit a model")),),
)
ALL = (IMMUNOLOGY, HOST_IMMUNOLOGY, HOST_HEART, HOST_NUMBERS)

words = st.sampled_from(
    [
        "immunology",
        "immunologie",
        "afweer",
        "heart",
        "hart",
        "infection",
        "infectie",
        "cells",
        "cellen",
        "statistics",
        "lung",
        "longen",
        "model",
        "trial",
        "ethics",
        "ethiek",
        "surgery",
        "chirurgie",
        "molecule",
        "moleculen",
        "2027",
        "Ångström",
        "naïve",
        "🫀",
    ]
)
phrases = st.lists(words, min_size=1, max_size=5).map(" ".join)
versions = st.builds(
    Version,
    st.sampled_from(["en", "nl"]),
    phrases,
    st.one_of(st.just(""), phrases),
    st.lists(phrases, max_size=4).map(tuple),
)


@st.composite
def catalogues(draw: st.DrawFn) -> list[CourseText]:
    """A few courses, each in one or two languages."""
    found = []
    for number in range(draw(st.integers(2, 6))):
        first = draw(versions)
        both = [first]
        if draw(st.booleans()):
            second = draw(versions)
            if second.language != first.language:
                both.append(second)
        found.append(CourseText(f"course-{number}", tuple(both)))
    return found
