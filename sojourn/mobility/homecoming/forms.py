"""The forms of coming home, of the host's page and of the office's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.common.languages import plain
from sojourn.mobility import board_decisions, wording
from sojourn.mobility.forms import day_field
from sojourn.mobility.homecoming import ledger
from sojourn.mobility.homecoming.dates import LONGEST_NAME, Certificate, cut
from sojourn.mobility.homecoming.ledger import Result, Ruling
from sojourn.mobility.models import (
    MOST_CREDITS,
    BoardDecision,
    CourseOutcome,
    CreditLine,
    PapersRequest,
    Stay,
)
from sojourn.mobility.periods import Days


class CertificateForm(forms.Form):
    """From when until when, who says so, and in which function."""

    starts_on = day_field(gettext_lazy("First day at the host"), required=True)
    ends_on = day_field(gettext_lazy("Last day at the host"), required=True)
    name = forms.CharField(
        label=gettext_lazy("Name of who confirms it"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Write the name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    function = forms.CharField(
        label=gettext_lazy("Their function"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Write the function.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day comes before the first."))
        return data

    @property
    def certificate(self) -> Certificate:
        data = self.cleaned_data
        name, function = cut(data["name"], data["function"])
        return Certificate(Days(data["starts_on"], data["ends_on"]), name, function)


class HostDaysForm(CertificateForm):
    """The same, as whoever of the host was asked fills it in."""

    def __init__(self, request: PapersRequest, data: Any = None) -> None:
        stay = request.stay
        host = stay.hosts.order_by("position").first()
        is_contact = host is not None and host.contact_name == request.name
        first = {
            "starts_on": stay.starts_on,
            "ends_on": stay.ends_on,
            "name": request.name,
            "function": host.contact_role if host and is_contact else "",
        }
        super().__init__(data, initial=first)
        self.fields["starts_on"].label = _("First day of the stay with you")
        self.fields["ends_on"].label = _("Last day of the stay with you")
        self.fields["name"].label = _("Your name")
        self.fields["function"].label = _("Your function")


class PaperDaysForm(CertificateForm):
    """The same from a paper of the host, which is kept."""

    file = forms.FileField(
        label=gettext_lazy("The paper, as a PDF"),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        error_messages={
            "required": gettext_lazy("Choose the file first."),
            "empty": gettext_lazy("The file is empty."),
        },
    )

    def __init__(self, stay: Stay, data: Any = None, files: Any = None) -> None:
        host = stay.hosts.order_by("position").first()
        first = {
            "starts_on": stay.starts_on,
            "ends_on": stay.ends_on,
            "name": host.contact_name if host else "",
            "function": host.contact_role if host else "",
        }
        super().__init__(data, files, initial=first)


class AskForm(forms.Form):
    """Who of the host is asked for the papers."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        error_messages={"required": gettext_lazy("Write the name.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Mail address"),
        error_messages={
            "required": gettext_lazy("Write the mail address."),
            "invalid": gettext_lazy("This is not a mail address: look at it again."),
        },
    )


def _credits(label: Any, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        max_digits=6,
        decimal_places=2,
        min_value=0,
        max_value=MOST_CREDITS,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "required": gettext_lazy("Give a number of credits; 0 if none count."),
            "invalid": gettext_lazy("Write a number, such as 7.5."),
        },
    )


class ResultForm(forms.Form):
    """What the host says of a course, as it is written there."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Result"),
        choices=[("", gettext_lazy("Choose")), *CourseOutcome.choices],
        error_messages={"required": gettext_lazy("Say whether the course was passed.")},
    )
    title = forms.CharField(
        label=gettext_lazy("Title on the transcript, word for word"), max_length=250, required=False
    )
    grade = forms.CharField(
        label=gettext_lazy("Grade, as it is written there"), max_length=60, required=False
    )
    credits = _credits(gettext_lazy("Credits that the host gave"))

    def __init__(self, line: CreditLine, data: Any = None) -> None:
        # Hosts count in credits of their own; a correction here keeps their kind.
        self._scheme = line.taken_scheme or line.scheme or "ects"
        is_new = line.taken is None and not line.outcome
        super().__init__(
            data,
            initial={
                "outcome": line.outcome,
                "title": line.result_title or line.title,
                "grade": line.grade,
                "credits": line.agreed if is_new else line.taken,
            },
        )

    @property
    def result(self) -> Result:
        data = self.cleaned_data
        return Result(data["outcome"], data["grade"], data["credits"], data["title"], self._scheme)


class RulingForm(forms.Form):
    """What counts of a course, and why the rest does not."""

    recognised = _credits(gettext_lazy("Credits that count"), required=True)
    loss = forms.ChoiceField(label=gettext_lazy("Why the rest is lost"), required=False)
    loss_text = forms.CharField(
        label=gettext_lazy("In words; the student reads it"), max_length=300, required=False
    )
    home_grade = forms.CharField(label=gettext_lazy("Grade at home"), max_length=60, required=False)

    def __init__(self, line: CreditLine, first: Ruling, data: Any = None) -> None:
        super().__init__(
            data,
            initial={
                "recognised": first.recognised,
                "loss": first.loss,
                "loss_text": first.loss_text,
                "home_grade": first.home_grade,
            },
        )
        field = self.fields["loss"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [
            ("", _("Nothing is lost")),
            *((code, plain(words)) for code, words in ledger.losses().items()),
        ]

    @property
    def ruling(self) -> Ruling:
        data = self.cleaned_data
        return Ruling(data["recognised"], data["loss"], data["loss_text"], data["home_grade"])


class _BoardDecisionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """What the Board decided about the stay after the return."""

    def __init__(self, made: QuerySet[BoardDecision]) -> None:
        super().__init__(
            made,
            label=_("Decision of the Board, asked for here"),
            help_text=_("If this follows from it, choose it. The basis may then stay empty."),
            empty_label=_("None"),
            required=False,
            to_field_name="uuid",
        )

    def label_from_instance(self, decision: BoardDecision) -> str:
        asked = Truncator(" ".join(decision.request.asked.split())).chars(60)
        return f"{wording.day(decision.decided_on)}: {decision.get_outcome_display()} ({asked})"


class BasisForm(forms.Form):
    """On what a decision rests, and of which day it is."""

    basis = forms.CharField(
        label=gettext_lazy("On what basis: the agreement, or which decision of the Board"),
        max_length=500,
        error_messages={
            "required": gettext_lazy(
                "Say on what basis: the agreement, or which decision of the Board of which day."
            )
        },
    )
    decided_on = day_field(gettext_lazy("Decided on"), required=True)

    def __init__(self, stay: Stay, data: Any = None, **named: Any) -> None:
        """Offer what the Board decided here after the return; then no words are needed."""
        super().__init__(data, **named)
        made = board_decisions.after_return(stay)
        if made.exists():
            self.fields["basis"].required = False
            self.fields["board_decision"] = _BoardDecisionField(made)
            self.order_fields(["board_decision"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data["basis"] and not data.get("board_decision"):
            self.add_error("basis", self.fields["basis"].error_messages["required"])
        return data


class CourseForm(forms.Form):
    """A course that was taken and is in no agreement here."""

    title = forms.CharField(
        label=gettext_lazy("Title, as the host writes it"),
        max_length=250,
        error_messages={
            "required": gettext_lazy("Write the title of the course, as the host writes it.")
        },
    )
    code = forms.CharField(label=gettext_lazy("Code"), max_length=40, required=False)
    credits = _credits(gettext_lazy("Credits"))
