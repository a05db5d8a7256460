"""The forms of coming home, of the host's page and of the office's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.mobility.forms import day_field
from sojourn.mobility.homecoming.dates import LONGEST_NAME, Certificate, cut
from sojourn.mobility.models import PapersRequest, Stay
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
