"""The office's forms for questions: answering, publishing an answer, keeping a reply."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising.forms import MessageForm
from sojourn.advising.models import QuestionState
from sojourn.advising.publishing import LONGEST_ANSWER, LONGEST_QUESTION
from sojourn.advising.questions import QuestionSubject
from sojourn.advising.threads import LONGEST_TEXT
from sojourn.common.translated_fields import Translated, TranslatedForm
from sojourn.people.models import User

_PAGE = re.compile(r"/(opportunities|institutions|guide)/([a-z0-9-]+)/?(?:[?#].*)?$")
_KINDS = {"opportunities": "opportunity", "institutions": "institution", "guide": "guide"}


class ReplyForm(MessageForm):
    """What the office writes in a conversation. `seen` is the last message that was read."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    becomes = forms.ChoiceField(
        label=gettext_lazy("Then the question is"),
        choices=[
            (QuestionState.ANSWERED, gettext_lazy("answered")),
            (QuestionState.ASKED_BACK, gettext_lazy("waiting for the person who asked")),
        ],
        widget=forms.RadioSelect,
        initial=QuestionState.ANSWERED,
    )
    field_order = ("sending", "seen", "text", "attachments", "becomes")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["text"].label = _("Your answer")
        self.fields["text"].widget.attrs["rows"] = 9


class AnswerForm(TranslatedForm, forms.Form):
    """An answer for everybody, in every language, on one page, with an owner and a review date."""

    question = Translated(label=gettext_lazy("Question"), max_length=LONGEST_QUESTION)
    text = Translated(
        label=gettext_lazy("Answer"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy("Markdown"),
    )
    page = forms.ChoiceField(label=gettext_lazy("On which page"), required=False)
    address = forms.CharField(
        label=gettext_lazy("Or the address of another page"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Of a place, a host or a guide, copied from the browser."),
    )
    owner = forms.ChoiceField(label=gettext_lazy("Who keeps it up to date"))
    review_on = forms.DateField(
        label=gettext_lazy("Check it again on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self,
        *arguments: Any,
        pages: Iterable[tuple[str, str]],
        owners: Iterable[User],
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        self.owners = {str(owner.pk): owner for owner in owners}
        page, owner = self.fields["page"], self.fields["owner"]
        assert isinstance(page, forms.ChoiceField)  # noqa: S101 (declared above)
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101
        page.choices = [("", _("Choose a page")), *pages]
        owner.choices = [(key, str(user)) for key, user in self.owners.items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        about = data.get("page", "")
        if data.get("address"):
            found = _PAGE.search(data["address"].strip())
            if found is None:
                self.add_error("address", _("This is not the address of such a page."))
                return data
            data["about"] = QuestionSubject.named(f"{_KINDS[found[1]]}:{found[2]}")
        elif about:
            data["about"] = QuestionSubject.named(about)
        elif "page" not in self.errors:
            self.add_error("page", _("Choose the page for the answer."))
        return data

    def owner_chosen(self) -> User:
        return self.owners[self.cleaned_data["owner"]]


class SavedReplyForm(TranslatedForm, forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    text = Translated(
        label=gettext_lazy("Text"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
