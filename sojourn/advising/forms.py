"""What the forms of a conversation share: a message, its files, its number."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising.files import ENDINGS, LARGEST_FILE, MOST_FILES
from sojourn.advising.threads import LONGEST_TEXT

TOO_LONG = gettext_lazy("At most %(limit_value)d characters; these are %(show_value)d.")


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
        """Return the files as they came; an empty one is reported with the others."""
        if data is None:
            return []
        return [one for one in (data if isinstance(data, list | tuple) else [data]) if one]


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
        """Refuse a form without its number: it could be sent twice."""
        return self.cleaned_data["sending"] or uuid.uuid4()
