"""The office's forms about hours and appointments."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from sojourn.advising import diaries, formatting
from sojourn.advising.hours import DateChange
from sojourn.advising.models import Appointment, Diary, SlotRule
from sojourn.advising.models.notes import LONGEST_NOTE, LONGEST_STEP
from sojourn.advising.slots import Slot
from sojourn.advising.weekly_hours import WeeklyHour
from sojourn.catalogue.models import Weekday
from sojourn.common.translated_fields import Translated, TranslatedForm

_TIME = {"type": "time"}
_DATE = {"type": "date"}


class PlainForm(forms.Form):
    """Refuses the one character that PostgreSQL cannot keep."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and "\x00" in value:
                self.add_error(name, _("This text contains a character that cannot be saved."))
        return cleaned


class NoteForm(PlainForm):
    text = forms.CharField(
        label=_("Note"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 4})
    )
    readers = forms.ChoiceField(
        label=_("Who reads it?"),
        choices=[("office", _("The office only")), ("both", _("The student too"))],
        initial="office",
        widget=forms.RadioSelect,
    )


class StepForm(PlainForm):
    text = forms.CharField(
        label=_("Agreed step"),
        max_length=LONGEST_STEP,
        help_text=_("The student finds it in the plan."),
    )
    due_on = forms.DateField(
        label=_("By"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )


_TYPED = ("day", "starts", "minutes")


class MoveForm(PlainForm):
    """Another time for an appointment: one of the free slots, or one that is typed."""

    seen = forms.IntegerField(min_value=0, max_value=32767, widget=forms.HiddenInput)
    slot = forms.ChoiceField(label=_("A free time"), required=False)
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    starts = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput(attrs=_TIME, format="%H:%M")
    )
    minutes = forms.IntegerField(label=_("Minutes"), required=False, min_value=5, max_value=240)
    room = forms.CharField(label=_("Room"), max_length=60, required=False)
    online_link = forms.URLField(
        label=_("Link for an online appointment"),
        required=False,
        assume_scheme="https",
        max_length=200,
    )

    def __init__(self, *arguments: Any, times: tuple[Slot, ...], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._times = {slot.starts.isoformat(): slot for slot in times}
        field = cast(forms.ChoiceField, self.fields["slot"])
        field.choices = [("", _("Another time, as below"))] + [
            (value, slot_label(slot)) for value, slot in self._times.items()
        ]
        for name in _TYPED:
            # Needed only where no free time was chosen.
            self.fields[name].required = not self.data.get("slot")
            self.fields[name].error_messages["required"] = _(
                "Choose a free time above, or fill in this one."
            )
        field.error_messages["invalid_choice"] = _("That time was just taken. Choose another one.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        latest = timezone.localdate() + dt.timedelta(days=366)
        if (day := cleaned.get("day")) is not None and day > latest:
            self.add_error("day", _("At most a year ahead."))
        return cleaned

    @property
    def time(self) -> Slot:
        """The chosen time with its place; the form is valid."""
        data = self.cleaned_data
        if data["slot"]:
            return self._times[data["slot"]]
        starts = dt.datetime.combine(data["day"], data["starts"], diaries.zone())
        starts = starts.astimezone(dt.UTC)
        return Slot(
            starts,
            starts + dt.timedelta(minutes=data["minutes"]),
            data["room"],
            data["online_link"],
        )


def move_initial(appointment: Appointment) -> dict[str, object]:
    """Return what the form shows first: the appointment as it is."""
    local = appointment.starts_at.astimezone(diaries.zone())
    return {
        "seen": appointment.sequence,
        "day": local.date(),
        "starts": local.time(),
        "minutes": (appointment.ends_at - appointment.starts_at) // dt.timedelta(minutes=1),
        "room": appointment.room,
        "online_link": appointment.online_link,
    }


def slot_label(slot: Slot) -> str:
    place = formatting.place(slot.room, slot.online_link)
    when = formatting.when(slot.starts, slot.ends)
    return f"{when}, {place}" if place else when


def _minutes(starts: dt.time, ends: dt.time) -> float:
    """From one time to another by the wall clock."""
    day = dt.date.min
    return (dt.datetime.combine(day, ends) - dt.datetime.combine(day, starts)).seconds / 60


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    online_link = forms.URLField(
        label=_("Link for an online appointment"),
        required=False,
        assume_scheme="https",
        max_length=200,
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
        length = cleaned.get("length")
        if starts and ends and starts >= ends:
            self.add_error("ends", _("The hour must end after it starts."))
        elif starts and ends and length and _minutes(starts, ends) < length:
            self.add_error("length", _("No appointment of that length fits between those times."))
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and first > last:
            self.add_error("valid_until", _("The last day must not come before the first."))
        if "\x00" in cleaned.get("room", ""):
            self.add_error("room", _("This text contains a character that cannot be saved."))
        return cleaned


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Diary
        fields = ("notice_hours", "horizon_weeks", "offer_hours")


class AbsenceForm(TranslatedForm, PlainForm):
    first_day = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Until and including"), widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )
    reason = Translated(label=_("Reason"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and first > last:
            self.add_error("last_day", _("The last day must not come before the first."))
        if last and last - (first or last) > dt.timedelta(days=366):
            self.add_error("last_day", _("At most a year at a time."))
        return cleaned


class WeeklyForm(TranslatedForm, PlainForm):
    """A walk-in hour every week."""

    weekday = forms.TypedChoiceField(label=_("Weekday"), choices=Weekday.choices, coerce=int)
    starts = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs=_TIME, format="%H:%M"))
    ends = forms.TimeField(
        label=pgettext_lazy("time of day", "Until"),
        widget=forms.TimeInput(attrs=_TIME, format="%H:%M"),
    )
    room = forms.CharField(label=_("Room"), max_length=60, required=False)
    online_link = forms.URLField(
        label=_("Link for an online hour"), required=False, assume_scheme="https", max_length=200
    )
    note = Translated(label=_("Note"), max_length=300, required=False)
    valid_from = forms.DateField(
        label=_("First day"),
        required=False,
        help_text=_("Empty: it has always been so."),
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
    )
    valid_until = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until further notice."),
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and starts >= ends:
            self.add_error("ends", _("The hour must end after it starts."))
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and first > last:
            self.add_error("valid_until", _("The last day must not come before the first."))
        return cleaned

    @property
    def weekly(self) -> WeeklyHour:
        return WeeklyHour(**self.values())


class LastDayForm(PlainForm):
    last_day = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )


class DateForm(TranslatedForm, PlainForm):
    """A walk-in hour on one date."""

    takes_place = forms.ChoiceField(
        label=_("Does it take place?"),
        choices=[("yes", _("Yes, but different from usual")), ("no", _("No"))],
        initial="yes",
        widget=forms.RadioSelect,
    )
    starts = forms.TimeField(
        label=_("From"), required=False, widget=forms.TimeInput(attrs=_TIME, format="%H:%M")
    )
    ends = forms.TimeField(
        label=pgettext_lazy("time of day", "Until"),
        required=False,
        widget=forms.TimeInput(attrs=_TIME, format="%H:%M"),
    )
    room = forms.CharField(label=_("Room"), max_length=60, required=False)
    online_link = forms.URLField(
        label=_("Link for an online hour"), required=False, assume_scheme="https", max_length=200
    )
    note = Translated(label=_("Why"), max_length=300, required=False)

    @property
    def otherwise(self) -> DateChange:
        data = self.cleaned_data
        return DateChange(
            is_cancelled=data["takes_place"] == "no",
            starts=data["starts"],
            ends=data["ends"],
            room=data["room"],
            online_link=data["online_link"],
            note=self.translations("note"),
        )
