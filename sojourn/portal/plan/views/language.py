"""The languages of a place against one's own, and whether there is time to learn."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from sojourn.common.view_marks import private_page
from sojourn.people.permissions import anybody, open_to
from sojourn.planning.current import plan_of
from sojourn.planning.language import languages_of
from sojourn.planning.study_choice import profile_for
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.plan.forms import PlainIntegerField
from sojourn.portal.plan.presenters import preparation
from sojourn.portal.shared import errors


class PaceForm(forms.Form):
    """A number of hours to try; the profile keeps its own."""

    hours = PlainIntegerField(
        label=gettext_lazy("Hours a week for a language"),
        required=False,
        min_value=0,
        max_value=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 4}),
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["hours"].error_messages |= {
            "invalid": _("Write a number, such as %(example)s.") % {"example": "4"},
            "min_value": _("This cannot be less than %(limit_value)s."),
            "max_value": _("This cannot be more than %(limit_value)s."),
        }
        for validator in self.fields["hours"].validators:
            code = getattr(validator, "code", "")
            if code in self.fields["hours"].error_messages:
                validator.message = self.fields["hours"].error_messages[code]  # type: ignore[attr-defined]


@require_safe
@private_page
@open_to(anybody)
def language(request: HttpRequest, slug: str) -> HttpResponse:
    snapshot = visible_snapshot(request.user)
    place = snapshot.records.opportunities.get(slug)
    if place is None:
        return errors.missing(request, snapshot.records, "opportunity", slug)
    profile = profile_for(request, plan_of(request))
    asked = "hours" in request.GET
    form = PaceForm(request.GET) if asked else PaceForm(initial={"hours": profile.hours_a_week})
    valid = form.is_valid() if asked else True
    pace = form.cleaned_data.get("hours") if asked and valid else None
    needs = languages_of(snapshot.records, place, profile, snapshot.built_on, pace)
    context = {
        "page": preparation.languages(snapshot.records, needs),
        "place": place,
        "form": form,
        "part": "language",
    }
    return render(
        request, "portal/plan/templates/language.html", context, status=200 if valid else 422
    )
