"""Give allauth's forms labels of our own, and take the placeholders away."""

from __future__ import annotations

from django import forms, template
from django.utils.translation import gettext_lazy as _

register = template.Library()

_LABELS = {
    "login": _("Mail address"),
    "email": _("Mail address"),
    "password": _("Password"),
    "password1": _("Password"),
    "password2": _("The same password once more"),
    "oldpassword": _("The password you have now"),
    "code": _("Code"),
    "name": _("A name for this key, so that you know it again"),
    "passwordless": _("Sign in with this key alone, without a password"),
    "remember": _("Stay signed in on this computer"),
}


@register.filter
def plain_fields(form: forms.Form) -> forms.Form:
    """Label each field above it; grey words inside a field vanish as one types."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name == "code":
            # Digits in a field for text: codes begin with zeros, and phones show digits.
            field.widget.attrs["inputmode"] = "numeric"
        if name in _LABELS:
            field.label = _LABELS[name]
        if name == "password1":
            field.help_text = _(
                "At least 10 characters; no word that many people use, not only digits, "
                "not like your mail address."
            )
    return form
