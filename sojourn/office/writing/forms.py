"""The form of a message to several students."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from sojourn.advising.group_messages import Draft
from sojourn.advising.models import QuestionState
from sojourn.advising.questions import LONGEST_SUBJECT
from sojourn.advising.threads import LONGEST_TEXT
from sojourn.common.translated_fields import Translated, TranslatedForm
from sojourn.office.appointments.forms import PlainForm


class GroupMessageForm(TranslatedForm, PlainForm):
    """Subject and text in every language; those that nobody reads may stay empty."""

    sending = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    subject = Translated(label=_("In short"), max_length=LONGEST_SUBJECT, required=False)
    text = Translated(
        label=_("Message"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    becomes = forms.ChoiceField(
        label=_("Does the office wait for an answer?"),
        choices=[
            (QuestionState.ANSWERED, _("No, the students just have to know")),
            (QuestionState.ASKED_BACK, _("Yes, this is a question")),
        ],
        initial=QuestionState.ANSWERED,
        widget=forms.RadioSelect,
    )

    @property
    def draft(self) -> Draft:
        """Return what was written; the form is valid."""
        return Draft(
            self.translations("subject").stripped(),
            self.translations("text").stripped(),
            self.cleaned_data["becomes"],
        )
