"""What the office's search finds, in groups; each group asks the database once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising.models import Question, SelfArrangedPlace
from sojourn.advising.permissions import may_advise, may_keep_hours
from sojourn.catalogue.names import country_name
from sojourn.catalogue.permissions import may_change_in_excel, may_edit_partners
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.folding import fold, with_words
from sojourn.common.languages import LANGUAGES, Text, page_language
from sojourn.common.translated_fields import columns
from sojourn.common.urls import url_for
from sojourn.experiences.permissions import may_invite_writers
from sojourn.experiences.students import students_seen_by
from sojourn.office.shared import formatting
from sojourn.office.shared.navigation import GROUPS
from sojourn.office.shared.people import address_of
from sojourn.office.shared.seen import Kind
from sojourn.office.students.presenters.list import BY_NAME, NAMES
from sojourn.people.models import MailState, OutboxMail, User
from sojourn.people.permissions import (
    PageRule,
    may_edit_catalogue,
    may_enter_office,
    may_judge_account,
    may_run_installation,
)
from sojourn.selection.models import Application, Round
from sojourn.selection.permissions import may_manage
from sojourn.selection.states import RoundState

LONGEST = 100
MOST = 6


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    title: str
    href: str
    detail: str = ""


@dataclass(frozen=True)
class Found:
    """The hits of one kind."""

    title: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class SearchPage:
    text: str
    groups: tuple[Found, ...]

    @property
    def count(self) -> int:
        return sum(len(each.hits) for each in self.groups)


@dataclass(frozen=True)
class Deed:
    """Something that one can do, found by the words of its title."""

    title: str | Promise
    page: str
    who: PageRule


DEEDS: tuple[Deed, ...] = (
    Deed(gettext_lazy("Make a new round"), "office:round-new", may_manage),
    Deed(gettext_lazy("Make a new partner"), "office:partner-new", may_edit_partners),
    Deed(
        gettext_lazy("Take in a list of institutions"), "office:institution-list", may_edit_partners
    ),
    Deed(gettext_lazy("See which agreements end"), "office:agreements", may_enter_office),
    Deed(gettext_lazy("Begin a new place"), "office:places-new", may_edit_catalogue),
    Deed(gettext_lazy("Begin a new guide"), "office:guides-new", may_edit_catalogue),
    Deed(gettext_lazy("Begin a new course"), "office:courses-new", may_edit_catalogue),
    Deed(gettext_lazy("Change a list in Excel"), "office:imports", may_change_in_excel),
    Deed(gettext_lazy("Check off figures"), "office:figures", may_edit_catalogue),
    Deed(gettext_lazy("Write a saved reply"), "office:saved-reply-new", may_advise),
    Deed(gettext_lazy("Change walk-in hours and times"), "office:hours", may_keep_hours),
    Deed(
        gettext_lazy("Invite students to report"),
        "office:experience-invitations",
        may_invite_writers,
    ),
    Deed(gettext_lazy("Confirm student numbers with a list"), "office:accounts", may_judge_account),
    Deed(gettext_lazy("Look at mail that failed"), "office:mail", may_run_installation),
)


def page(reader: User, text: str, seen: Sequence[tuple[Kind, str]]) -> SearchPage:
    """Find everything with these words; without words, what was seen last and what one can do."""
    text = " ".join(text.replace("\x00", "").split())[:LONGEST]
    if not text:
        found = [(_("Seen last"), _seen(reader, seen)), (_("Do"), _deeds(reader, ""))]
    else:
        people = _people(reader, text)
        found = [
            (_("People"), [_person(each) for each in people]),
            (_("Do"), [*_with_person(reader, people[:1]), *_deeds(reader, text)]),
            (_("Applications"), _applications(reader, text)),
            (_("Questions and places"), _threads(reader, text)),
            (_("Rounds"), _rounds(reader, text)),
            (_("Catalogue"), list(_catalogue(reader, text))),
            (_("Mail"), _mails(reader, text)),
            (_("Go to"), _pages(reader, text)),
        ]
    groups = (Found(title, tuple(hits[:MOST])) for title, hits in found)
    return SearchPage(text, tuple(each for each in groups if each.hits))


def _people(reader: User, text: str) -> list[User]:
    found = with_words(students_seen_by(reader), text, *NAMES)
    rows = found.select_related("plan__programme").order_by(*BY_NAME, "pk")
    return list(rows[:MOST])


def _person(student: User) -> Hit:
    plan = getattr(student, "plan", None)
    programme = str(plan.programme.short_name) if plan and plan.programme else ""
    return Hit(str(student), address_of(student), programme or student.email)


def _with_person(reader: User, people: Iterable[User]) -> list[Hit]:
    found = []
    for student in people:
        if not may_advise(reader, student):
            continue
        name = {"name": student}
        for title, target in (
            (_("Write to %(name)s") % name, "office:student-write"),
            (_("Make an appointment with %(name)s") % name, "office:student-appointment"),
            (_("Write a note about %(name)s") % name, "office:student-note"),
        ):
            found.append(Hit(title, reverse(target, args=[student.uuid])))
    return found


def _deeds(reader: User, text: str) -> list[Hit]:
    found = [
        Hit(str(each.title), url_for(each.page))
        for each in DEEDS
        if _has(text, str(each.title)) and each.who(reader)
    ]
    importing = _("Import grades")
    if text and _has(text, importing):
        closed = Round.objects.visible_to(reader).filter(state=RoundState.CLOSED)
        found += [
            Hit(importing, reverse("office:values", args=[each.slug]), each.title)
            for each in closed.order_by("-closes_at")[:MOST]
            if may_manage(reader, each)
        ]
    return found


def _has(text: str, *said: str) -> bool:
    """Tell whether each word is in one of these texts."""
    folded = [fold(each) for each in said]
    return all(any(word in each for each in folded) for word in fold(text).split())


def _applications(reader: User, text: str) -> list[Hit]:
    owner = [f"owner__{name}" for name in NAMES]
    found = with_words(Application.objects.visible_to(reader), text, *owner, "code")
    rows = found.select_related("owner", "round").order_by("-created_at", "pk")[:MOST]
    return [
        Hit(
            str(each.owner),
            reverse("office:application", args=[each.round.slug, each.uuid]),
            format_html("{}, {}", each.round.title, str(each.get_state_display()).lower()),
        )
        for each in rows
    ]


def _threads(reader: User, text: str) -> list[Hit]:
    asked = with_words(
        Question.objects.visible_to(reader), text, "subject", "reply_email", "asker__first_name",
        "asker__last_name", "asker__preferred_name",
    ).select_related("asker")  # fmt: skip
    own = with_words(
        SelfArrangedPlace.objects.visible_to(reader), text, "subject", "institution_name", "city",
        "student__first_name", "student__last_name", *columns("institution__name"),
    ).select_related("student")  # fmt: skip
    hits = [
        Hit(
            each.subject,
            reverse("office:question", args=[each.pk]),
            _("question of %(who)s") % {"who": each.asker or each.reply_email},
        )
        for each in asked.order_by("-changed_at", "pk")[:MOST]
    ]
    hits += [
        Hit(
            each.subject,
            reverse("office:self-arranged-place", args=[each.pk]),
            _("self-arranged place of %(who)s") % {"who": each.student},
        )
        for each in own.order_by("-changed_at", "pk")[: MOST // 2]
    ]
    return hits


def _rounds(reader: User, text: str) -> list[Hit]:
    found = with_words(Round.objects.visible_to(reader), text, *columns("title"), "academic_year")
    return [
        Hit(each.title, reverse("office:round", args=[each.slug]), str(each.get_state_display()))
        for each in found.order_by("-closes_at", "slug")[:MOST]
    ]


def _catalogue(reader: User, text: str) -> Iterator[Hit]:
    """Find places, partners and guides by name, in every language; a name that begins so first."""
    records = current_snapshot().records
    first = fold(text)
    hits = [
        (not fold(names[0]).startswith(first), hit)
        for names, hit in _named(records, edits=may_edit_catalogue(reader))
        if _has(text, *names)
    ]
    for _rank, hit in sorted(hits, key=lambda each: each[0])[: 2 * MOST]:
        yield hit


def _named(records: Records, *, edits: bool) -> Iterator[tuple[list[str], Hit]]:
    """Whoever writes the catalogue comes to where it is written, others to the public page."""
    place_page = "office:places-entry" if edits else "portal:opportunity"
    guide_page = "office:guides-entry" if edits else "portal:guide"
    language = page_language()
    for partner in records.institutions.values():
        if partner.is_home:
            continue
        country = [country_name(partner.country, one) for one in LANGUAGES]
        names = [
            *_in_all(partner.name), partner.short_name, partner.native_name, partner.erasmus_code,
            *_in_all(partner.city), *country,
        ]  # fmt: skip
        yield (
            names,
            Hit(
                str(partner.name),
                reverse("office:partner", args=[partner.slug]),
                format_html("{}, {}", partner.city, country_name(partner.country, language)),
            ),
        )
    for place in records.opportunities.values():
        yield (
            [*_in_all(place.title), *(country_name(place.country, one) for one in LANGUAGES)],
            Hit(str(place.title), url_for(place_page, place.slug), _("place")),
        )
    for guide in records.guides.values():
        yield (
            _in_all(guide.title),
            Hit(str(guide.title), url_for(guide_page, guide.slug), _("guide")),
        )


def _in_all(text: Text) -> list[str]:
    return [text.in_language(one) for one in LANGUAGES]


def _mails(reader: User, text: str) -> list[Hit]:
    found = OutboxMail.objects.visible_to(reader).filter(is_secret=False)
    with_receivers = found.annotate(receivers=Cast("to", TextField())).select_related("receiver")
    rows = with_words(
        with_receivers, text, "subject", "receivers", "receiver__first_name", "receiver__last_name"
    ).order_by("-created_at", "pk")
    reads_all = may_run_installation(reader)
    hits = []
    for each in rows[:MOST]:
        href = _where_to_read(each, reads_all)
        if not href:
            continue
        day = formatting.short_day(timezone.localtime(each.created_at).date())
        state = str(MailState(each.state).label).lower()
        to = str(each.receiver) if each.receiver else ", ".join(each.to)
        hits.append(
            Hit(
                each.subject,
                href,
                _("to %(who)s, %(day)s, %(state)s") % {"who": to, "day": day, "state": state},
            )
        )
    return hits


def _where_to_read(mail: OutboxMail, reads_all: bool) -> str:
    """Return the page of a mail for whoever reads all of them, for others that of its student."""
    if reads_all:
        return reverse("office:mail-one", args=[mail.pk])
    student = address_of(mail.receiver)
    return f"{student}?show=talks" if student else ""


def _pages(reader: User, text: str) -> list[Hit]:
    return [
        Hit(str(part.title), url_for(part.address))
        for group in GROUPS
        for part in group.parts
        if _has(text, str(part.title)) and part.who(reader)
    ]


def _seen(reader: User, seen: Sequence[tuple[Kind, str]]) -> list[Hit]:
    keys: dict[Kind, list[str]] = {"student": [], "question": [], "round": []}
    for kind, key in seen:
        keys[kind].append(key)
    numbers = [key for key in (*keys["student"], *keys["question"]) if _is_uuid(key)]
    hits: dict[tuple[str, str], Hit] = {}
    for student in students_seen_by(reader).filter(uuid__in=numbers):
        hits["student", str(student.uuid)] = Hit(str(student), address_of(student))
    for question in Question.objects.visible_to(reader).filter(pk__in=numbers):
        hits["question", str(question.pk)] = Hit(
            question.subject, reverse("office:question", args=[question.pk]), _("question")
        )
    for round_ in Round.objects.visible_to(reader).filter(slug__in=keys["round"]):
        hits["round", round_.slug] = Hit(
            round_.title,
            reverse("office:round", args=[round_.slug]),
            str(round_.get_state_display()),
        )
    return [hits[each] for each in seen if each in hits]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
