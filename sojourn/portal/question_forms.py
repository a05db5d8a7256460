"""The forms of questions: asking, and writing on."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising.files import ENDINGS, LARGEST_FILE, MOST_FILES
from sojourn.advising.questions import LONGEST_SUBJECT
from sojourn.advising.threads import LONGEST_TEXT


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; what may be in them is `advising.files`' business."""

    widget = FilesInput

    def __init__(self, **more: Any) -> None:
        more.setdefault("required", False)
        super().__init__(**more)
        self.widget.attrs["accept"] = ",".join((*ENDINGS.values(), ".jpeg"))

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files as they came; an empty one is told with the others."""
        if data is None:
            return []
        return [one for one in (data if isinstance(data, list | tuple) else [data]) if one]


TOO_LONG = gettext_lazy("At most %(limit_value)d characters; these are %(show_value)d.")


class MessageForm(forms.Form):
    """A message in a conversation. `sending` makes that sending it twice sends it once."""

    sending = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=gettext_lazy("Your message"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=LONGEST_TEXT,
        error_messages={
            "required": gettext_lazy("Write something first."),
            "max_length": TOO_LONG,
        },
    )
    attachments = FilesField(label=gettext_lazy("Files"))

    def __init__(self, *arguments: Any, **named: Any) -> None:
        named.setdefault("initial", {}).setdefault("sending", uuid.uuid4())
        super().__init__(*arguments, **named)
        self.fields["attachments"].help_text = _(
            "PDF, PNG, JPEG, Word or OpenDocument; at most %(files)d, each up to %(size)d MB."
        ) % {"files": MOST_FILES, "size": LARGEST_FILE // 1_000_000}

    def clean_sending(self) -> uuid.UUID:
        """A form without its number is one that nobody can send twice."""
        return self.cleaned_data["sending"] or uuid.uuid4()


class QuestionForm(MessageForm):
    """A new question. Whoever is signed in is not asked for an address."""

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
            "For the answer only. You get a link under which you read on; no account needed."
        ),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Without an address the answer cannot reach you."),
            "invalid": gettext_lazy("Write a mail address, such as name@example.org."),
        },
    )
    field_order = ("sending", "about", "looked", "subject", "text", "email", "attachments")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["text"].label = _("Your question")
        self.fields["text"].help_text = _("Say what you know already. One question at a time.")

    @classmethod
    def for_visitor(cls, *arguments: Any, **named: Any) -> QuestionForm:
        return cls(*arguments, **named)

    @classmethod
    def for_account(cls, *arguments: Any, **named: Any) -> QuestionForm:
        form = cls(*arguments, **named)
        del form.fields["email"]
        return form
