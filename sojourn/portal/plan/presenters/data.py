"""Everything that is kept about somebody, as lists of facts with names for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue.snapshot.types import Records
from sojourn.design.components import Fact
from sojourn.portal.plan.presenters import data_labels, fit_text
from sojourn.portal.shared import formatting, labels
from sojourn.selection import queries

_NAMES: dict[str, str | Promise] = {
    "mail_address": gettext_lazy("Mail address"),
    "first_name": gettext_lazy("Given names"),
    "last_name": gettext_lazy("Family name"),
    "preferred_name": gettext_lazy("What to call you"),
    "role": gettext_lazy("Role"),
    "language_of_mail": gettext_lazy("Language of mail"),
    "joined": gettext_lazy("Account made"),
    "last_signed_in": gettext_lazy("Last signed in"),
    "european_student_identifier": gettext_lazy("European Student Identifier"),
    "single_sign_on": gettext_lazy("Single sign-on"),
    "begun": gettext_lazy("Plan started"),
    "changed": gettext_lazy("Last changed"),
    "changes": gettext_lazy("Number of changes"),
    "programme": gettext_lazy("Programme"),
    "phase": gettext_lazy("Phase"),
    "year": gettext_lazy("Year"),
    "ects_earned": gettext_lazy("ECTS earned"),
    "languages": gettext_lazy("Languages"),
    "budget_eur": gettext_lazy("Budget in euros"),
    "hours_a_week_for_a_language": gettext_lazy("Hours a week for a language"),
    "citizenship_group": gettext_lazy("Passport"),
    "wished_subjects": gettext_lazy("Preferred subjects"),
    "wished_countries": gettext_lazy("Wished countries"),
    "wished_periods": gettext_lazy("Wished periods"),
    "wished_kinds": gettext_lazy("Wished kinds"),
    "statements": gettext_lazy("Statements for grants"),
}


@dataclass(frozen=True)
class Group:
    title: str
    facts: tuple[Fact, ...]
    empty: str = ""


def groups(records: Records, export: dict[str, Any]) -> list[Group]:
    """Return the parts of an export, each with a title; an empty one says that nothing is kept."""
    plan = export["plan"] or {}
    nothing = _("Nothing is kept here.")
    return [
        Group(
            _("Your account"), _facts(records, export["account"] or {}), _("You have no account.")
        ),
        Group(
            _("Your plan"),
            _facts(
                records, {key: plan[key] for key in ("begun", "changed", "changes") if key in plan}
            ),
            _("You have no plan yet."),
        ),
        Group(_("Your profile"), _facts(records, plan.get("profile", {})), nothing),
        Group(
            _("What matters to you"),
            tuple(
                Fact(fit_text.part(part), str(weight))
                for part, weight in plan.get("what_matters", {}).items()
            ),
            nothing,
        ),
        Group(
            _("Your top five"),
            tuple(
                Fact(
                    str(entry["rank"]),
                    ": ".join(
                        text
                        for text in (data_labels.place(records, entry["place"]), entry["note"])
                        if text
                    ),
                )
                for entry in plan.get("top_five", ())
            ),
            nothing,
        ),
        Group(
            _("Costs you filled in yourself"),
            tuple(
                Fact(
                    f"{data_labels.place(records, cost['opportunity'])}, "
                    f"{labels.cost_item(cost['line'])}",
                    f"€ {cost['amount_eur']}",
                )
                for cost in plan.get("own_costs", ())
            ),
            nothing,
        ),
        Group(
            _("Course pairs you fixed or excluded"),
            tuple(
                Fact(
                    " / ".join(_course(records, pair[side]) for side in ("home", "host")),
                    data_labels.value(records, "wish", pair["wish"]),
                )
                for pair in plan.get("course_pairs", ())
            ),
            nothing,
        ),
        Group(
            _("Links you shared"),
            tuple(
                Fact(
                    _moment(link["made"]),
                    _("withdrawn %(day)s") % {"day": _moment(link["withdrawn"])}
                    if link["withdrawn"]
                    else _("active"),
                )
                for link in plan.get("share_links", ())
            ),
            nothing,
        ),
        Group(
            _("Your appointments with the office"),
            _appointments(export.get("advice") or {}),
            nothing,
        ),
        Group(_("Your applications"), _applied(records, export.get("selection") or {}), nothing),
        Group(_("Your stays abroad"), _stays(export.get("mobility") or {}), nothing),
        Group(_("Your experiences"), _experiences(export.get("experiences") or {}), nothing),
        Group(
            _("Your questions to the office"),
            _threads(records, (export.get("advice") or {}).get("questions", ())),
            nothing,
        ),
        Group(
            _("Places you found yourself"),
            _threads(records, (export.get("advice") or {}).get("self_arranged_places", ())),
            nothing,
        ),
        Group(
            _("Log of your changes"),
            tuple(
                Fact(_moment(event["at"]), data_labels.deed(event["action"]))
                for event in export["events"]
            ),
            nothing,
        ),
    ]


def _course(records: Records, slug: str) -> str:
    return str(records.courses[slug].title) if slug in records.courses else slug


def _stays(mobility: dict[str, Any]) -> tuple[Fact, ...]:
    return tuple(
        Fact(
            each["title"],
            _("%(days)s; steps: %(steps)d")
            % {
                "days": " – ".join(day for day in (each["from"], each["until"]) if day)
                or _("days not known"),
                "steps": len(each["steps"]),
            },
        )
        for each in mobility.get("stays", ())
    )


def _applied(records: Records, selection: dict[str, Any]) -> tuple[Fact, ...]:
    number = selection.get("student_number")
    if number and selection["student_number_is_confirmed"]:
        number = _("%s, confirmed") % number
    elif number:
        number = _("%s, not confirmed yet") % number
    applied = selection.get("applications", ())
    titles = queries.titles_of([each["round"] for each in applied])
    return (
        *((Fact(_("Student number"), number),) if number else ()),
        *(
            Fact(
                str(titles.get(each["round"], each["round"])),
                ", ".join(data_labels.place(records, line["place"]) for line in each["choices"])
                or "–",
            )
            for each in applied
        ),
    )


def _experiences(experiences: dict[str, Any]) -> tuple[Fact, ...]:
    """One's reports and messages; the file to take along has them whole."""
    return (
        *(
            Fact(_("Report"), each["title"] or each["place"] or each["id"])
            for each in experiences.get("reports", ())
        ),
        *(
            Fact(
                _("Answer that you received")
                if each["kind"] == "answer"
                else _("Message that you sent"),
                _moment(each["at"]),
            )
            for each in experiences.get("messages", ())
        ),
    )


def _appointments(advice: dict[str, Any]) -> tuple[Fact, ...]:
    """Appointments, waits, numbers, notes and steps, one line each."""
    return (
        *(
            Fact(_moment(each["starts"]), f"{each['topic']}: {each['question']}")
            for each in advice.get("appointments", ())
        ),
        *(
            Fact(_("Waiting list of %(week)s") % {"week": _day(each["week"])}, each["topic"])
            for each in advice.get("weeks_waited_for", ())
        ),
        *(
            Fact(
                _("Walk-in number %(number)d") % {"number": each["number"]},
                ", ".join(part for part in (_day(each["day"]), each["topic"]) if part),
            )
            for each in advice.get("walk_in_numbers", ())
        ),
        *(
            Fact(_moment(each["at"]), each["text"])
            for each in advice.get("notes_shared_with_you", ())
        ),
        *(Fact(_("Agreed step"), each["text"]) for each in advice.get("next_steps", ())),
    )


def _threads(records: Records, found: Iterable[dict[str, Any]]) -> tuple[Fact, ...]:
    """Each message of each conversation, and what else was said of a place."""
    apart = ("subject", "messages")
    lines = []
    for thread in found:
        parts = [
            _text(records, key, one) for key, one in thread.items() if key not in apart and one
        ]
        lines.append(Fact(str(thread["subject"]), ", ".join(parts)))
        lines += [
            Fact(_moment(each["at"]), ", ".join([each["text"], *each["files"]]))
            for each in thread["messages"]
        ]
    return tuple(lines)


def _facts(records: Records, values: dict[str, Any]) -> tuple[Fact, ...]:
    return tuple(
        Fact(str(_NAMES.get(key, key)), _text(records, key, value))
        for key, value in values.items()
        if value not in (None, "", [], {})
    )


def _text(records: Records, key: str, value: Any) -> str:
    text = data_labels.value(records, key, value)
    return _moment(text) if "T" in text and text[:4].isdigit() else text


def _day(text: str) -> str:
    return formatting.day(dt.date.fromisoformat(text))


def _moment(text: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    local = timezone.localtime(moment)
    return f"{formatting.day(local.date())}, {formatting.clock(local)}"
