"""A draft as it is filled in, on the student's page and on the office's."""

from __future__ import annotations

from django.http import Http404, QueryDict

from sojourn.catalogue.choices import Signer
from sojourn.mobility.agreements import page, signing, versions
from sojourn.mobility.agreements.forms import FactsForm, LineForm, SignerForm, removal_reasons
from sojourn.mobility.models import AgreementVersion
from sojourn.people.models import User


def forms_of(
    version: AgreementVersion,
    *,
    facts: FactsForm | None = None,
    line: LineForm | None = None,
    signer: SignerForm | None = None,
) -> dict[str, object]:
    """Return what `agreement-forms.html` shows; a form that is given is shown as it was sent."""
    host = signing.request_of(version, Signer.HOST)
    named = {"name": host.name, "function": host.function, "email": host.email} if host else {}
    return {
        "facts": facts or FactsForm(version),
        "line": line or LineForm(version),
        "signer": signer or SignerForm(initial=named),
        "lines": page.lines_to_edit(version),
        "reasons": removal_reasons(),
    }


def change_lines(
    version: AgreementVersion, form: LineForm, data: QueryDict, *, actor: User
) -> bool:
    """Add the line of the form, take one out, or keep one after all. False: the form is wrong."""
    do = data.get("do")
    if do == "add":
        if not form.is_valid():
            return False
        versions.add_line(version, form.line, actor=actor, **form.why)
    elif do == "keep":
        versions.keep_line(version, _number(data), actor=actor)
    else:
        versions.remove_line(
            version,
            _number(data),
            actor=actor,
            reason=data.get("reason", ""),
            reason_text=data.get("reason_text", ""),
        )
    return True


def _number(data: QueryDict) -> int:
    try:
        return int(data.get("line", ""))
    except ValueError as error:
        raise Http404 from error
