"""The forms of a plan's costs: the student's own figures, and answers to grants' questions."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from sojourn.catalogue.models import CostItem
from sojourn.common.decimals import PlainDecimalField
from sojourn.planning.costs import StatementQuestion
from sojourn.portal.shared import labels

ANSWERS = {"yes": True, "no": False, "": None}


class OwnFiguresForm(forms.Form):
    """One amount for each line, for the whole stay; empty leaves the estimate."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        wrong = _("Write an amount in euros, such as %(example)s.") % {"example": "450"}
        for item in CostItem.values:
            self.fields[item] = PlainDecimalField(
                label=_("%(line)s: your own figure") % {"line": labels.cost_item(item)},
                required=False,
                min_value=0,
                max_value=1_000_000,
                decimal_places=2,
                widget=forms.TextInput(
                    attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8}
                ),
                error_messages={
                    "invalid": wrong,
                    "min_value": _("An amount cannot be less than 0."),
                    "max_value": _("An amount cannot be more than 1,000,000 euros."),
                    "max_decimal_places": wrong,
                },
            )

    def figures(self) -> dict[str, Decimal | None]:
        return {item: self.cleaned_data.get(item) for item in CostItem.values}


class AnswersForm(forms.Form):
    """Yes, no or nothing to each question; anything else is refused."""

    def __init__(self, questions: Iterable[StatementQuestion], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in questions:
            self.fields[question.statement] = forms.ChoiceField(
                label=str(question.text),
                choices=[("yes", _("Yes")), ("no", _("No")), ("", _("I do not know"))],
                required=False,
                error_messages={"invalid_choice": _("Answer yes or no, or that you do not know.")},
            )

    def answers(self) -> dict[str, bool | None]:
        return {name: ANSWERS[self.cleaned_data.get(name) or ""] for name in self.fields}
