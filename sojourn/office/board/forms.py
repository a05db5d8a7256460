"""The forms of the Board's desk."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext, gettext_lazy

from sojourn.mobility import board_mandates
from sojourn.mobility.board_desk import Given
from sojourn.mobility.forms import day_field
from sojourn.mobility.models import Outcome, RequestKind
from sojourn.mobility.models.board import MOST_WORDS
from sojourn.people.models import User

ALL_PROGRAMMES = "*"
ASK_BACK = "ask_back"


class DecideForm(forms.Form):
    """What the Board decides, in words; whoever sends it saw exactly this request."""

    digest = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    outcome = forms.ChoiceField(
        label=gettext_lazy("The Board"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what the Board decides.")},
    )
    conditions = forms.CharField(
        label=gettext_lazy("Under which condition"),
        help_text=gettext_lazy("Only if there is one. It stands in the letter, word for word."),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reasons, or the question"),
        help_text=gettext_lazy("Needed for a refusal and for a question. The student reads it."),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=200)
    function = forms.CharField(label=gettext_lazy("Your function"), max_length=200, required=False)

    def __init__(self, *arguments: Any, sentence: str = "", **named: Any) -> None:
        """With a sentence whoever approves signs the agreement for home with it."""
        super().__init__(*arguments, **named)
        cast(forms.ChoiceField, self.fields["outcome"]).choices = [
            (Outcome.APPROVED.value, gettext("approves")),
            (Outcome.CONDITIONAL.value, gettext("approves under a condition")),
            (Outcome.REFUSED.value, gettext("refuses")),
            (ASK_BACK, gettext("asks something first")),
        ]
        if sentence:
            self.fields["agrees"] = forms.BooleanField(label=sentence, required=False)

    def given(self, sentence: str) -> Given:
        """Return what was sent; the form is valid."""
        data = self.cleaned_data
        return Given(
            outcome=data["outcome"],
            digest=data["digest"],
            revision=data["revision"],
            name=data["name"],
            function=data["function"],
            conditions=data["conditions"],
            reason=data["reason"],
            sentence=sentence,
            agrees=bool(data.get("agrees")),
        )


class WordsForm(forms.Form):
    """An answer, or why something is withdrawn."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AskForm(forms.Form):
    """What the Board is asked after the return."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    asked = forms.CharField(
        label=gettext_lazy("What is not as it was agreed, and what do you ask?"),
        help_text=gettext_lazy(
            "Name each course as the transcript does, with its result. What was agreed and passed "
            "needs no decision."
        ),
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class MandateForm(forms.Form):
    """Who decides for the Board, about what, from when until when."""

    holder = forms.ChoiceField(label=gettext_lazy("Colleague"))
    programme = forms.ChoiceField(label=gettext_lazy("Degree programme"))
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("For"), choices=RequestKind, widget=forms.CheckboxSelectMultiple
    )
    starts_on = day_field(gettext_lazy("First day"), required=True)
    ends_on = day_field(gettext_lazy("Last day"), required=True)
    rests_on = forms.CharField(
        label=gettext_lazy("Decision of the Board on which it rests"),
        help_text=gettext_lazy("Such as: meeting of 12 November 2026, point 4."),
        max_length=300,
    )

    def __init__(self, *arguments: Any, giver: User, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._holders = {str(each.uuid): each for each in board_mandates.possible_holders(giver)}
        self._programmes = {each.slug: each for each in board_mandates.programmes_of(giver)}
        cast(forms.ChoiceField, self.fields["holder"]).choices = [
            ("", gettext("Choose")),
            *((key, str(each)) for key, each in self._holders.items()),
        ]
        offered = [(slug, str(each.short_name)) for slug, each in self._programmes.items()]
        if board_mandates.may_give(giver, None):
            offered.insert(0, (ALL_PROGRAMMES, gettext("All degree programmes")))
        cast(forms.ChoiceField, self.fields["programme"]).choices = offered

    @property
    def given(self) -> tuple[Any, ...]:
        """Return what `board_mandates.give` takes; the form is valid."""
        data = self.cleaned_data
        return (
            self._holders[data["holder"]],
            self._programmes.get(data["programme"]),
            data["kinds"],
            data["starts_on"],
            data["ends_on"],
            data["rests_on"],
        )
