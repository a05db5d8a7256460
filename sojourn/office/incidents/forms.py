"""The forms of an incident."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from sojourn.catalogue.choices import ContactWay
from sojourn.mobility.forms import day_field
from sojourn.mobility.incidents import LONGEST_REPORT, LONGEST_TEXT, LONGEST_TITLE
from sojourn.mobility.models import Answer
from sojourn.office.away.forms import Choices


class MeantForm(forms.Form):
    """On which day and where: whom it may concern."""

    day = day_field(gettext_lazy("On which day"), required=True)
    places = forms.MultipleChoiceField(
        label=gettext_lazy("Where"),
        help_text=gettext_lazy("Several with Ctrl. Nothing chosen means everywhere."),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )

    def __init__(self, choices: Choices, data: Any = None, **named: Any) -> None:
        super().__init__(data, **named)
        field = self.fields["places"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 (declared above)
        field.choices = choices


class OpenForm(MeantForm):
    """What happened, and that the students are written to."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=gettext_lazy("What happened? The students read it."),
        help_text=gettext_lazy(
            "One plain sentence: There was an earthquake near Makassar at 06:40."
        ),
        max_length=LONGEST_TITLE,
        error_messages={"required": gettext_lazy("Say what happened. The students read it.")},
    )
    is_drill = forms.BooleanField(
        label=gettext_lazy("This is a drill. Every mail and every page says so."), required=False
    )


class PersonForm(forms.Form):
    """What was heard of somebody, and how."""

    way = forms.ChoiceField(label=gettext_lazy("How"), choices=ContactWay.choices)
    answer = forms.ChoiceField(
        label=gettext_lazy("What you know now"),
        choices=[
            (Answer.NONE, gettext_lazy("Not reached")),
            *((each, each.label) for each in Answer if each != Answer.NONE),
        ],
    )
    text = forms.CharField(
        label=gettext_lazy("What was said"), max_length=LONGEST_TEXT, required=False
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Note for the log"),
        max_length=LONGEST_TEXT,
        error_messages={"required": gettext_lazy("Write something first.")},
    )


class CloseForm(forms.Form):
    report = forms.CharField(
        label=gettext_lazy("Report: what happened, what was done, what was hard"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONGEST_REPORT,
        error_messages={"required": gettext_lazy("Write the report first.")},
    )
