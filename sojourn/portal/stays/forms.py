"""The student's form to say that they do not go."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from sojourn.mobility.endings import LONGEST_REASON


class WithdrawForm(forms.Form):
    """Why the student does not go."""

    reason = forms.CharField(
        label=gettext_lazy("Why? The office reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Say why in a few words.")},
    )
