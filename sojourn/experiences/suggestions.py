"""Suggestions for the catalogue from reports: languages and courses, for the office to decide.

A suggestion names one change. Each published report that says the same joins it, so the office
sees how many said so and when; it decides once, and the decision is kept.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from sojourn.catalogue.models import (
    Certainty,
    Course,
    LanguageNeed,
    Level,
    Opportunity,
    Source,
)
from sojourn.catalogue.services import changing_catalogue, publish_change, unused_slug
from sojourn.common.languages import FIRST, REQUIRED, in_every_language
from sojourn.common.translated_fields import columns_of, text_of, write
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.models import (
    Decision,
    FollowedCourse,
    Report,
    ReportState,
    Suggestion,
    SuggestionKind,
)
from sojourn.people import audit
from sojourn.people.models import User


def suggest_from(report: Report) -> None:
    """Suggest to the office what a published report says and the catalogue does not."""
    place = report.opportunity
    if place is None:
        return
    said_on = report.ends_on or timezone.localdate()
    for spoken in report.languages.all():
        known = LanguageNeed.objects.filter(
            opportunity=place, use=spoken.use, language=spoken.language, level=spoken.level
        )
        if known.exists():
            continue
        _suggest(
            report,
            Suggestion(
                kind=SuggestionKind.LANGUAGE,
                opportunity=place,
                key=f"{spoken.use}:{spoken.language}:{spoken.level}",
                use=spoken.use,
                language=spoken.language,
                level=spoken.level,
                first_said=said_on,
                last_said=said_on,
            ),
        )
    for course in report.courses.filter(host_course__isnull=True):
        _suggest(
            report,
            Suggestion(
                kind=SuggestionKind.COURSE,
                opportunity=place,
                key=slugify(course.title) or course.title.casefold()[:200],
                title=course.title,
                ects=course.ects,
                first_said=said_on,
                last_said=said_on,
            ),
        )


def _suggest(report: Report, wanted: Suggestion) -> None:
    kept, made = Suggestion.objects.get_or_create(
        opportunity=wanted.opportunity,
        kind=wanted.kind,
        key=wanted.key,
        defaults={
            name: getattr(wanted, name)
            for name in ("use", "language", "level", "title", "ects", "first_said", "last_said")
        },
    )
    kept.reports.add(report)
    if not made:
        kept.first_said = min(kept.first_said, wanted.first_said)
        kept.last_said = max(kept.last_said, wanted.last_said)
        kept.save(update_fields=["first_said", "last_said"])


def withdraw_from(report: Report) -> None:
    """Withdraw the suggestions that only this report made, once it is unpublished."""
    for suggestion in Suggestion.objects.filter(reports=report):
        suggestion.reports.remove(report)
        if suggestion.state == Decision.OPEN and not suggestion.reports.exists():
            suggestion.delete()


def accept_language(by: User, number: UUID) -> Suggestion:
    """Accept the level that reports name as the one that the place asks for."""
    with changing_catalogue():
        suggestion = _open(number, SuggestionKind.LANGUAGE)
        place = suggestion.opportunity
        source = _source(suggestion)
        need = LanguageNeed.objects.filter(
            opportunity=place, use=suggestion.use, language=suggestion.language
        ).first()
        was = need.level if need else ""
        if need is None:
            last = LanguageNeed.objects.filter(opportunity=place).aggregate(last=Max("position"))
            need = LanguageNeed(
                opportunity=place,
                use=suggestion.use,
                language=suggestion.language,
                # Reports say what one needs, not what a host demands.
                is_required=False,
                position=(last["last"] or 0) + 1,
            )
        need.level = suggestion.level
        need.source, need.is_example = source, _stands_on_examples(suggestion)
        need.save()
        publish_change()
        _decide(by, suggestion, Decision.ACCEPTED, {"was": was, "now": suggestion.level})
    return suggestion


def accept_course(by: User, number: UUID, language: str, level: str) -> Suggestion:
    """Add the course to the host and to the opportunity."""
    if level not in Level.values:
        raise ExperienceError(_("Choose the level of the course."), "level")
    if not language:
        raise ExperienceError(_("Choose the language of the course."), "language")
    with changing_catalogue():
        suggestion = _open(number, SuggestionKind.COURSE)
        place = suggestion.opportunity
        link = place.host_links.order_by("position").select_related("institution").first()
        if link is None:
            raise ExperienceError(_("This place has no host to which a course could belong."))
        course = Course.objects.create(
            slug=unused_slug(Course, f"{link.institution.slug}-{suggestion.title}"),
            institution=link.institution,
            **columns_of("title", dict.fromkeys(REQUIRED, suggestion.title)),
            ects=suggestion.ects,
            level=level,
            language=language,
            is_example=_stands_on_examples(suggestion),
        )
        course.sources.add(_source(suggestion))
        place.courses.add(course)
        # Those who followed it can now have it recognised as a precedent.
        following = FollowedCourse.objects.filter(
            report__in=suggestion.reports.all(), host_course__isnull=True
        )
        for followed in following:
            if slugify(followed.title) == suggestion.key:
                followed.host_course = course
                followed.save(update_fields=["host_course"])
        publish_change()
        _decide(by, suggestion, Decision.ACCEPTED, {"course": course.slug})
    return suggestion


def reject(by: User, number: UUID) -> Suggestion:
    """Leave the catalogue as it is. A decision stays as it was made."""
    with transaction.atomic():
        suggestion = Suggestion.objects.select_for_update().get(pk=number)
        if suggestion.state == Decision.OPEN:
            _decide(by, suggestion, Decision.REJECTED, {})
    return suggestion


def _stands_on_examples(suggestion: Suggestion) -> bool:
    """Tell whether only example reports suggest it."""
    return not suggestion.reports.filter(is_example=False).exists()


def _open(number: UUID, kind: SuggestionKind) -> Suggestion:
    suggestion = Suggestion.objects.select_for_update().filter(pk=number, kind=kind).first()
    if suggestion is None:
        raise ExperienceError(_("No report says this any more: they were withdrawn."))
    if suggestion.state != Decision.OPEN:
        raise ExperienceError(_("A colleague decided about this already."))
    return suggestion


def _decide(by: User, suggestion: Suggestion, state: Decision, details: dict[str, str]) -> None:
    suggestion.state = state
    suggestion.decided_by, suggestion.decided_at = by, timezone.now()
    suggestion.save(update_fields=["state", "decided_by", "decided_at"])
    audit.record(
        f"suggestion.{state.value}",
        actor=by,
        about=None,
        on=suggestion,
        details=details
        | {"reports": suggestion.reports.count(), "place": suggestion.opportunity.slug},
    )


def source_of_reports(place: Opportunity) -> Source:
    """Return students' reports about a place as a source of facts."""
    count = Report.objects.filter(opportunity=place, state=ReportState.PUBLISHED).count()
    today = timezone.localdate()
    source, _made = Source.objects.get_or_create(
        slug=f"reports-{place.slug}"[:100].strip("-"),
        defaults={
            "title": f"Experience reports: {text_of(place, 'title')[FIRST]}"[:300],
            "publisher": "Sojourn",
            "certainty": Certainty.FIRST_HAND,
        },
    )
    source.year, source.checked_on = today.year, today
    note = in_every_language(
        lambda: (
            _("%(count)d published reports of students, on %(day)s")
            % {"count": count, "day": f"{today:%Y-%m-%d}"}
        )
    )
    write(source, "note", note)
    source.save()
    return source


def _source(suggestion: Suggestion) -> Source:
    return source_of_reports(suggestion.opportunity)
