"""Queries for self-arranged places: a student's own, the office's, similar institutions."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from sojourn.advising.models import Message, SelfArrangedPlace, SelfArrangedState, StoredFile
from sojourn.catalogue.names import country_name
from sojourn.catalogue.snapshot.types import Institution, Records
from sojourn.common.folding import with_words
from sojourn.common.languages import LANGUAGES, page_language
from sojourn.common.translated_fields import columns, text_of
from sojourn.engines.similarity.names import name_similarity
from sojourn.people.models import User

LEAST_SIMILARITY = 0.5
MOST_SIMILAR = 4
SHORTEST_NAME = 3


def host_and_place(place: SelfArrangedPlace) -> str:
    """Format as 'Karolinska Institutet, Stockholm, Sweden', in the language of the page."""
    language = page_language()
    known = place.institution
    if known is not None:
        parts = [str(text_of(known, name)) for name in ("name", "city")]
        country = known.country
    else:
        parts = [place.institution_name, place.city]
        country = place.country
    return ", ".join([*parts, country_name(country, language)])


@dataclass(frozen=True)
class SimilarInstitution:
    """A known institution that may be the one that was typed."""

    institution: Institution
    similarity: float


def similar_institutions(
    records: Records, name: str, country: str = ""
) -> tuple[SimilarInstitution, ...]:
    """List known institutions with a similar name, the most similar first.

    Every name is tried: both languages, its own, and the short one as it is. One in another
    country than was said has to be called nearly the same.
    """
    name = name.strip()
    if len(name) < SHORTEST_NAME:
        return ()
    found = []
    for one in records.institutions.values():
        if one.is_home:
            continue
        similarity = _similarity(one, name)
        if country and country != one.country:
            similarity *= 0.7
        if similarity >= LEAST_SIMILARITY:
            found.append(SimilarInstitution(one, similarity))
    found.sort(key=lambda near: (-near.similarity, near.institution.slug))
    return tuple(found[:MOST_SIMILAR])


def _similarity(one: Institution, typed: str) -> float:
    if one.short_name and one.short_name.casefold() in typed.casefold().split():
        return 1.0
    names = {one.name.in_language(language) for language in LANGUAGES} | {one.native_name}
    # With its city: "Heidelberg" is how people call the university there.
    cities = {one.city.in_language(language) for language in LANGUAGES}
    return max(
        *(name_similarity(typed, name) for name in names if name),
        0.9 * max(name_similarity(typed, city) for city in cities),
    )


def places_of(student: User) -> QuerySet[SelfArrangedPlace]:
    """List a student's places, the last change first."""
    return _with_related(SelfArrangedPlace.objects.owned_by(student)).order_by("-changed_at")


def find_own(student: User, number: uuid.UUID) -> SelfArrangedPlace | None:
    """Find a place of this student; None for anybody else's."""
    return _with_related(SelfArrangedPlace.objects.owned_by(student)).filter(pk=number).first()


def find(reader: User, number: uuid.UUID) -> SelfArrangedPlace | None:
    """Find a place that somebody of the office may see."""
    return all_places(reader).filter(pk=number).first()


def all_places(reader: User) -> QuerySet[SelfArrangedPlace]:
    """List every place that somebody may see, with what a list says of it."""
    return _with_related(SelfArrangedPlace.objects.visible_to(reader).select_related("student"))


def waiting(reader: User) -> QuerySet[SelfArrangedPlace]:
    """List the places that wait for the office, the longest wait first."""
    found = all_places(reader).filter(state=SelfArrangedState.WAITING)
    return found.order_by("waiting_since", "pk")


def messages_of(place: SelfArrangedPlace) -> Sequence[Message]:
    return list(
        place.messages.select_related("author").prefetch_related("files").order_by("number")
    )


def file_of(place: SelfArrangedPlace, number: uuid.UUID) -> StoredFile | None:
    """Find a file of this conversation; None for one of another."""
    return StoredFile.objects.filter(pk=number, message__self_arranged_place=place).first()


def matching(found: QuerySet[SelfArrangedPlace], words: str) -> QuerySet[SelfArrangedPlace]:
    """Narrow to the places in which each word is found."""
    for word in words[:100].split():
        said = with_words(Message.objects.filter(self_arranged_place=OuterRef("pk")), word, "text")
        names = with_words(
            found, word, "subject", "institution_name", *columns("institution__name"), "city",
            "supervisor_name", "student__email", "student__first_name", "student__last_name",
            "student__preferred_name",
        )  # fmt: skip
        found = found.filter(Q(pk__in=names.values("pk")) | Q(Exists(said)))
    return found


def _with_related(found: QuerySet[SelfArrangedPlace]) -> QuerySet[SelfArrangedPlace]:
    return found.select_related("institution", "window", "opportunity", "decided_by")
