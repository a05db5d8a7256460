"""What the office sees about a student: plan, fit, questions, notes, earlier appointments.

It is shown only for students who asked for an appointment, and the booking pages tell them so. The
student's own notes on the top five are not in it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising import appointment_notes, question_lists
from sojourn.advising import formatting as advising_formatting
from sojourn.advising.models import (
    Appointment,
    AppointmentNote,
    NextStep,
    SelfArrangedPlace,
)
from sojourn.advising.permissions import may_advise
from sojourn.catalogue.names import country_name
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import language_title, page_language
from sojourn.common.urls import url_for
from sojourn.design.components import Fact
from sojourn.engines.fit import Reason, Verdict
from sojourn.office.shared import formatting, people
from sojourn.people.models import User
from sojourn.planning.fit import FitList, PlaceFit, fit_of, weights_of
from sojourn.planning.models import Plan
from sojourn.planning.profile import Profile, profile_of
from sojourn.planning.top_five import Entry, top_five_of
from sojourn.planning.visible_catalogue import visible_snapshot

_VERDICTS: dict[Verdict, tuple[str | Promise, str]] = {
    Verdict.FITS: (gettext_lazy("fits"), "good"),
    Verdict.ON_TRACK: (gettext_lazy("on track"), "track"),
    Verdict.PERHAPS: (gettext_lazy("perhaps"), "open"),
    Verdict.NOT_YET: (gettext_lazy("not yet"), "warn"),
    Verdict.NO: (gettext_lazy("does not fit"), "bad"),
}
_REASONS: dict[Reason, str | Promise] = {
    Reason.LATER_YEAR: gettext_lazy("a later year of study"),
    Reason.LATER_PROGRAMME: gettext_lazy("a later programme"),
    Reason.OTHER_PROGRAMME: gettext_lazy("another programme"),
    Reason.WINDOW_PASSED: gettext_lazy("the year for it is over"),
    Reason.ECTS: gettext_lazy("credits"),
    Reason.ECTS_AHEAD: gettext_lazy("credits by departure"),
    Reason.LANGUAGE: gettext_lazy("language level"),
    Reason.LANGUAGE_AHEAD: gettext_lazy("language level by departure"),
    Reason.NO_SEATS: gettext_lazy("no seats"),
    Reason.AGREEMENT_ENDS: gettext_lazy("the agreement ends"),
    Reason.DEADLINE_PASSED: gettext_lazy("the deadline is over"),
    Reason.ADVISED_AGAINST: gettext_lazy("advised against"),
}


@dataclass(frozen=True)
class Place:
    """One line of the top five."""

    rank: int
    title: str
    where: str
    href: str
    verdict: str
    tone: str
    reasons: str
    pays: str


@dataclass(frozen=True)
class Note:
    when: str
    who: str
    text: str
    is_shared: bool


@dataclass(frozen=True)
class Step:
    text: str
    by: str
    is_done: bool
    remove_href: str
    """Empty when it cannot be taken back, or not by the reader."""


@dataclass(frozen=True)
class Earlier:
    when: str
    topic: str
    state: str
    href: str


@dataclass(frozen=True)
class StudentSummary:
    name: people.PersonLink
    mail: str
    facts: tuple[Fact, ...]
    places: tuple[Place, ...]
    notes: tuple[Note, ...]
    steps: tuple[Step, ...]
    asked: tuple[Earlier, ...]
    """Questions that wait for the office."""
    earlier: tuple[Earlier, ...]


def summary_of(reader: User, student: User, besides: Appointment | None = None) -> StudentSummary:
    """Collect what an appointment needs and the reader may see.

    `besides` is the appointment that is open and not an earlier one.

    A self-arranged place that nobody else sees is shown like any other place.
    """
    snapshot = visible_snapshot(student)
    plan = Plan.objects.visible_to(reader).filter(owner=student).first()
    profile = profile_of(plan)
    return StudentSummary(
        name=people.link(student),
        mail=student.email,
        facts=facts_of(snapshot, profile),
        places=places_of(reader, snapshot, plan, profile),
        notes=tuple(_note(note) for note in appointment_notes.notes_about(reader, student)),
        steps=tuple(
            _step(reader, step) for step in appointment_notes.steps_seen_by(reader, student)
        ),
        asked=tuple(
            Earlier(
                formatting.moment(question.asked_at),
                question.subject,
                question.get_state_display(),
                reverse("office:question", kwargs={"number": question.pk}),
            )
            for question in question_lists.waiting(reader).filter(asker=student)
        ),
        earlier=tuple(
            Earlier(
                advising_formatting.when(each.starts_at, each.ends_at),
                each.topic,
                each.get_state_display(),
                reverse("office:appointment", kwargs={"appointment_id": each.pk}),
            )
            for each in Appointment.objects.visible_to(reader)
            .filter(student=student)
            .order_by("-starts_at")
            if besides is None or each.pk != besides.pk
        )[:10],
    )


def facts_of(snapshot: Snapshot, profile: Profile) -> tuple[Fact, ...]:
    records = snapshot.records
    programme = records.programmes.get(profile.programme)
    found = [
        (_("Programme"), str(programme.short_name) if programme else ""),
        (_("Year"), str(profile.year or "")),
        (_("ECTS earned"), str(profile.ects_earned or "")),
        (
            _("Languages"),
            ", ".join(f"{language_title(known.code)} {known.level}" for known in profile.languages),
        ),
        (_("Budget"), _euros(profile.budget) if profile.budget is not None else ""),
        (
            _("Preferred subjects"),
            ", ".join(
                str(records.subjects[slug].name)
                for slug in profile.wished_subjects
                if slug in records.subjects
            ),
        ),
    ]
    return tuple(Fact(label, value) for label, value in found if value)


def places_of(
    reader: User, snapshot: Snapshot, plan: Plan | None, profile: Profile
) -> tuple[Place, ...]:
    """Show the top five of a plan, and how each place fits."""
    entries = top_five_of(plan)
    fits = fit_of(snapshot, profile, weights_of(plan))
    own = SelfArrangedPlace.objects.visible_to(reader).filter(
        opportunity__slug__in=[entry.key for entry in entries],
        opportunity__private_to__isnull=False,
    )
    pages = dict(own.values_list("opportunity__slug", "pk"))
    return tuple(
        _place(snapshot, rank, entry, fits, pages) for rank, entry in enumerate(entries, start=1)
    )


def _place(
    snapshot: Snapshot, rank: int, entry: Entry, fits: FitList, pages: Mapping[str, uuid.UUID]
) -> Place:
    language = page_language()
    if entry.is_country:
        return Place(
            rank, country_name(entry.key, language), _("country"),
            url_for("portal:country", entry.key), "", "", "", "",
        )  # fmt: skip
    place = snapshot.records.opportunities.get(entry.key)
    fit = fits.of(entry.key)
    if place is None or fit is None:
        return Place(rank, entry.key, _("no longer offered"), "", "", "", "", "")
    host = snapshot.records.institutions[place.hosts[0]]
    verdict, tone = _VERDICTS[fit.verdict]
    mine = pages.get(place.slug)
    return Place(
        rank=rank,
        title=str(place.title),
        where=f"{host.city}, {country_name(place.country, language)}",
        # Its page is for its student alone; the office has its own.
        href=reverse("office:self-arranged-place", kwargs={"number": mine})
        if mine
        else url_for("portal:opportunity", place.slug),
        verdict=str(verdict),
        tone=tone,
        reasons=", ".join(str(_REASONS.get(reason, reason.name)) for reason in fit.reasons),
        pays=_pays(fit),
    )


def _pays(fit: PlaceFit) -> str:
    if fit.to_pay is None:
        return ""
    return _("%(low)s to %(high)s") % {
        "low": _euros(fit.to_pay.low),
        "high": _euros(fit.to_pay.high),
    }


def _euros(amount: object) -> str:
    return f"€\N{NO-BREAK SPACE}{number_format(round(float(str(amount))), force_grouping=True)}"


def _note(note: AppointmentNote) -> Note:
    return Note(
        formatting.moment(note.created_at), str(note.author or ""), note.text, note.is_shared
    )


def _step(reader: User, step: NextStep) -> Step:
    return Step(
        step.text,
        formatting.short_day(step.due_on) if step.due_on else "",
        step.done_at is not None,
        reverse("office:step-remove", kwargs={"step_id": step.pk})
        if step.done_at is None and may_advise(reader, step)
        else "",
    )
