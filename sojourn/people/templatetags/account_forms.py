"""Give allauth's forms labels of our own, and take the placeholders away."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.models import SocialAccount
from django import forms, template
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sojourn.people.forms import SignUpForm
from sojourn.people.reasons import reason_at

register = template.Library()

_LABELS = {
    "login": _("Mail address"),
    "email": _("Mail address"),
    "password": _("Password"),
    "password1": _("Password"),
    "password2": _("The same password once more"),
    "oldpassword": _("Your current password"),
    "code": _("Code"),
    "name": _("A name for this key, so that you recognise it"),
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
                "At least 10 characters, and hard to guess: four words that have nothing to do "
                "with each other are better than one with a digit."
            )
    return form


@register.simple_tag(takes_context=True)
def why_sign_in(context: template.Context) -> str:
    """Say why the page where this person is going needs an account."""
    return reason_at(get_next_redirect_url(context["request"]) or "")


@register.simple_tag(takes_context=True)
def sign_up_form(context: template.Context) -> forms.Form | None:
    """Return an empty form to make an account where one does that; only what must be filled in."""
    if not get_adapter().is_open_for_signup(context["request"]):
        return None
    form = SignUpForm()
    for name in [name for name, field in form.fields.items() if not field.required]:
        del form.fields[name]
    return form


@register.filter
def provider_name(account: SocialAccount) -> str:
    """Name the provider of single sign-on with which an account is connected."""
    names = {each["provider_id"]: each["name"] for each in settings.SSO_PROVIDERS}
    return str(names.get(account.provider, account.provider))


# How browsers and systems call themselves, the particular before what it pretends to be.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("Mac OS X", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def device(user_agent: str) -> str:
    """Name a browser as its owner would: "Firefox, Windows"."""
    found = [
        next((name for sign, name in kinds if sign in user_agent), "")
        for kinds in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or str(_("A device that says nothing about itself"))
