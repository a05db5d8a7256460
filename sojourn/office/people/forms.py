"""The list by which the office confirms student numbers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from sojourn.people.student_numbers import LONGEST_LIST


class NumberListForm(forms.Form):
    """Lines with a student number and a mail address."""

    lines = forms.CharField(
        label=_("Student numbers and mail addresses"),
        help_text=_(
            "From the student administration: one student on each line, such as “s1234567; "
            "anna@student.example.org”. Copy the two columns from a spreadsheet."
        ),
        max_length=LONGEST_LIST,
        widget=forms.Textarea({"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
    )
