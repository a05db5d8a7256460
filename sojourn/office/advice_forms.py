"""The office's forms about hours and talks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sojourn.advising.hours import Otherwise
from sojourn.advising.models import Diary, SlotRule
from sojourn.advising.models.talks import LONGEST_NOTE, LONGEST_STEP

_TIME = {"type": "time"}
_DATE = {"type": "date"}


class _Plain(forms.Form):
    """Refuses the one character that PostgreSQL cannot keep."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and "\x00" in value:
                self.add_error(name, _("This text holds a character that cannot be kept."))
        return cleaned


class NoteForm(_Plain):
    text = forms.CharField(
        label=_("Note"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 4})
    )
    readers = forms.ChoiceField(
        label=_("Who reads it?"),
        choices=[("office", _("The office only")), ("both", _("The student too"))],
        initial="office",
        widget=forms.RadioSelect,
    )


class StepForm(_Plain):
    text = forms.CharField(
        label=_("Agreed step"),
        max_length=LONGEST_STEP,
        help_text=_("The student finds it in the plan."),
    )
    due_on = forms.DateField(
        label=_("By"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    online_link = forms.URLField(
        label=_("Link of an online talk"), required=False, assume_scheme="https", max_length=200
    )

    class Meta:
        model = SlotRule
        fields = (
            "weekday", "starts", "ends", "length", "gap", "room", "online_link",
            "valid_from", "valid_until",
        )  # fmt: skip
        widgets = {
            "starts": forms.TimeInput(attrs=_TIME, format="%H:%M"),
            "ends": forms.TimeInput(attrs=_TIME, format="%H:%M"),
            "valid_from": forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
            "valid_until": forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and starts >= ends:
            self.add_error("ends", _("The hour must end after it starts."))
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and first > last:
            self.add_error("valid_until", _("The last day must not come before the first."))
        if "\x00" in cleaned.get("room", ""):
            self.add_error("room", _("This text holds a character that cannot be kept."))
        return cleaned


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Diary
        fields = ("notice_hours", "horizon_weeks", "offer_hours")


class AbsenceForm(_Plain):
    first_day = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Until and including"), widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    reason_en = forms.CharField(label=_("Reason, in English"), max_length=200, required=False)
    reason_nl = forms.CharField(label=_("Reason, in Dutch"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and first > last:
            self.add_error("last_day", _("The last day must not come before the first."))
        if last and last - (first or last) > dt.timedelta(days=366):
            self.add_error("last_day", _("At most a year at a time."))
        return cleaned


class DateForm(_Plain):
    """A walk-in hour on one date."""

    takes_place = forms.ChoiceField(
        label=_("Does it take place?"),
        choices=[("yes", _("Yes, but otherwise than usual")), ("no", _("No"))],
        initial="yes",
        widget=forms.RadioSelect,
    )
    starts = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput(attrs=_TIME, format="%H:%M")
    )
    ends = forms.TimeField(
        label=_("Until"), required=False, widget=forms.TimeInput(attrs=_TIME, format="%H:%M")
    )
    room = forms.CharField(label=_("Room"), max_length=60, required=False)
    online_link = forms.URLField(
        label=_("Link of an online hour"), required=False, assume_scheme="https", max_length=200
    )
    note_en = forms.CharField(label=_("Why, in English"), max_length=300, required=False)
    note_nl = forms.CharField(label=_("Why, in Dutch"), max_length=300, required=False)

    @property
    def otherwise(self) -> Otherwise:
        said = self.cleaned_data
        return Otherwise(
            is_cancelled=said["takes_place"] == "no",
            starts=said["starts"],
            ends=said["ends"],
            room=said["room"],
            online_link=said["online_link"],
            note_en=said["note_en"],
            note_nl=said["note_nl"],
        )
