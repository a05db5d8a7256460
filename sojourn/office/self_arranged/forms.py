"""The office's forms for places that students found: writing, approving, declining."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising.forms import TOO_LONG
from sojourn.advising.self_arranged_places import Approval
from sojourn.advising.threads import LONGEST_TEXT
from sojourn.common.translated_fields import Translated, TranslatedForm
from sojourn.office.questions.forms import ReplyForm


class AskForm(ReplyForm):
    """A message to the student."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        del self.fields["becomes"]
        self.fields["text"].label = _("Your message")


class DeclineForm(forms.Form):
    """Why it cannot be; the student reads it as written."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = forms.CharField(
        label=gettext_lazy("The reason, as the student reads it"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_TEXT,
        error_messages={
            "required": gettext_lazy("Give the reason; the student will read it."),
            "max_length": TOO_LONG,
        },
    )


class ApproveForm(TranslatedForm, forms.Form):
    """For which window, under which title, and where a new host is."""

    window = forms.ChoiceField(
        label=gettext_lazy("In which mobility window does it fit?"),
        error_messages={"required": gettext_lazy("Choose the mobility window in which it fits.")},
    )
    title = Translated(label=gettext_lazy("Title"), max_length=200)
    ects = forms.IntegerField(label=gettext_lazy("ECTS"), required=False, min_value=1, max_value=90)
    latitude = forms.FloatField(
        label=gettext_lazy("Latitude"), min_value=-90, max_value=90, required=False
    )
    longitude = forms.FloatField(
        label=gettext_lazy("Longitude"), min_value=-180, max_value=180, required=False
    )

    def __init__(
        self, *arguments: Any, windows: list[tuple[str, str]], new_host: object, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        window = self.fields["window"]
        assert isinstance(window, forms.ChoiceField)  # noqa: S101 (declared above)
        window.choices = [("", _("Choose")), *windows]
        if new_host:
            for name in ("latitude", "longitude"):
                self.fields[name].required = True
                self.fields[name].help_text = _("In degrees, as any map shows them.")
        else:
            del self.fields["latitude"], self.fields["longitude"]

    def approval(self) -> Approval:
        data = self.cleaned_data
        return Approval(
            window=data["window"],
            title=self.translations("title"),
            ects=data["ects"],
            latitude=data.get("latitude"),
            longitude=data.get("longitude"),
        )
