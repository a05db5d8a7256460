"""The form with which a question is asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising.forms import TOO_LONG, MessageForm
from sojourn.advising.questions import LONGEST_SUBJECT


class QuestionForm(MessageForm):
    """A new question. Students who are signed in are not asked for an address."""

    about = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    looked = forms.CharField(widget=forms.HiddenInput, required=False, max_length=1)
    subject = forms.CharField(
        label=gettext_lazy("What is it about, in a few words?"),
        max_length=LONGEST_SUBJECT,
        error_messages={
            "required": gettext_lazy("Say in a few words what it is about."),
            "max_length": TOO_LONG,
        },
    )
    email = forms.EmailField(
        label=gettext_lazy("Your mail address"),
        help_text=gettext_lazy(
            "For the answer only. You get a link to the conversation; you need no account."
        ),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Without an address we cannot send you the answer."),
            "invalid": gettext_lazy("Write a mail address, such as name@example.org."),
        },
    )
    field_order = ("sending", "about", "looked", "subject", "text", "email", "attachments")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["text"].label = _("Your question")
        self.fields["text"].help_text = _(
            "Tell us what you already know. Ask one question at a time."
        )

    @classmethod
    def for_visitor(cls, *arguments: Any, **named: Any) -> QuestionForm:
        return cls(*arguments, **named)

    @classmethod
    def for_account(cls, *arguments: Any, **named: Any) -> QuestionForm:
        form = cls(*arguments, **named)
        del form.fields["email"]
        return form
