"""The forms by which the office begins something with a student."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from sojourn.advising.models import QuestionState
from sojourn.advising.models.appointments import LONGEST_QUESTION, LONGEST_TOPIC
from sojourn.advising.questions import LONGEST_SUBJECT
from sojourn.advising.slots import Slot
from sojourn.advising.threads import LONGEST_TEXT
from sojourn.catalogue.choices import CEFR_CHOICES
from sojourn.common.languages import language_title
from sojourn.mobility import personal_data
from sojourn.office.appointments.forms import PlainForm, slot_label
from sojourn.people.models import User
from sojourn.selection import drafts
from sojourn.selection.drafts import DraftChoice
from sojourn.selection.models import Round
from sojourn.selection.taken_in import LONGEST_REASON, OnPaper

MOST_ON_PAPER = 5


class AppointmentForm(PlainForm):
    """A free time in somebody's hours, and what it is about."""

    slot = forms.ChoiceField(label=_("A free time"))
    topic = forms.CharField(label=_("Topic"), max_length=LONGEST_TOPIC)
    question = forms.CharField(
        label=_("What it is about"),
        max_length=LONGEST_QUESTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *arguments: Any, times: Iterable[tuple[str, str, Slot]], **named: Any
    ) -> None:
        """Offer times, each with the contact's slug, their name and the slot."""
        super().__init__(*arguments, **named)
        self._times: dict[str, tuple[str, Slot]] = {}
        groups: dict[str, list[tuple[str, str]]] = {}
        for slug, name, slot in times:
            key = f"{slug} {slot.starts.isoformat()}"
            self._times[key] = (slug, slot)
            groups.setdefault(name, []).append((key, slot_label(slot)))
        field = cast(forms.ChoiceField, self.fields["slot"])
        field.choices = list(groups.items())
        field.error_messages["invalid_choice"] = _("That time was just taken. Choose another one.")

    @property
    def chosen(self) -> tuple[str, Slot]:
        """The contact's slug and the time; the form is valid."""
        return self._times[self.cleaned_data["slot"]]


class NumberForm(PlainForm):
    """A number in the line of a walk-in hour that runs now."""

    hour = forms.ChoiceField(label=_("Walk-in hour"))
    topic = forms.CharField(label=_("Topic"), max_length=LONGEST_TOPIC, required=False)

    def __init__(self, *arguments: Any, hours: Iterable[tuple[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        cast(forms.ChoiceField, self.fields["hour"]).choices = list(hours)


class MessageForm(PlainForm):
    """A message that begins a conversation."""

    sending = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    subject = forms.CharField(label=_("In short"), max_length=LONGEST_SUBJECT)
    text = forms.CharField(
        label=_("Message"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8})
    )
    becomes = forms.ChoiceField(
        label=_("Does the office wait for an answer?"),
        choices=[
            (QuestionState.ASKED_BACK, _("Yes, this is a question")),
            (QuestionState.ANSWERED, _("No, the student just has to know")),
        ],
        initial=QuestionState.ASKED_BACK,
        widget=forms.RadioSelect,
    )


class OnPaperForm(PlainForm):
    """An application that did not come through the form of the round."""

    programme = forms.ChoiceField(label=_("Degree programme"))
    year = forms.TypedChoiceField(
        label=_("Year of study"), coerce=int, choices=[(year, year) for year in range(1, 9)]
    )
    number = forms.CharField(label=_("Student number"), max_length=20)

    def __init__(self, *arguments: Any, round_: Round, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._languages = drafts.language_codes(round_)
        self._ranks = range(1, min(round_.most_choices, MOST_ON_PAPER) + 1)
        cast(forms.ChoiceField, self.fields["programme"]).choices = [
            (each.programme.slug, str(each.programme.name))
            for each in round_.programmes.select_related("programme")
        ]
        for code in self._languages:
            self.fields[f"level-{code}"] = forms.ChoiceField(
                label=_("Level of %(language)s") % {"language": language_title(code)},
                choices=[("", "–"), *CEFR_CHOICES],
                required=False,
            )
        rows = round_.opportunities.select_related("opportunity")
        places = [(each.key, str(each.opportunity.title)) for each in rows]
        for rank in self._ranks:
            self.fields[f"choice-{rank}"] = forms.ChoiceField(
                label=_("Choice %(rank)d") % {"rank": rank},
                choices=[("", "–"), *places],
                required=rank == 1,
            )
            if round_.motivation_words_max:
                self.fields[f"motivation-{rank}"] = forms.CharField(
                    label=_("Motivation for choice %(rank)d") % {"rank": rank},
                    required=False,
                    max_length=drafts.LONGEST_TEXT,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )
        self.fields["because"] = forms.CharField(
            label=_("Why does the office enter it?"),
            help_text=_("The student reads it, and whoever of the office sees the application."),
            max_length=LONGEST_REASON,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    @property
    def paper(self) -> OnPaper:
        """What was typed; the form is valid."""
        data = self.cleaned_data
        return OnPaper(
            programme=data["programme"],
            year=data["year"],
            number=data["number"],
            languages={
                code: data[f"level-{code}"] for code in self._languages if data[f"level-{code}"]
            },
            choices=tuple(
                DraftChoice(data[f"choice-{rank}"], data.get(f"motivation-{rank}", ""))
                for rank in self._ranks
                if data[f"choice-{rank}"]
            ),
            because=data["because"],
        )


class EraseForm(PlainForm):
    """Why a student is erased, and the address typed once more, so that it is the right one."""

    because = forms.ChoiceField(
        label=_("Why"), choices=[("", _("Choose")), *personal_data.Reason.choices]
    )
    address = forms.CharField(
        label=_("The mail address of this student, to be sure"),
        max_length=254,
        widget=forms.TextInput(
            {"autocomplete": "off", "spellcheck": "false", "inputmode": "email"}
        ),
    )

    def __init__(self, *arguments: Any, student: User, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.student = student

    def clean_address(self) -> str:
        typed = str(self.cleaned_data["address"]).strip()
        if typed.lower() != self.student.email.lower():
            raise forms.ValidationError(_("This is not the address of this student."))
        return typed
