"""Safe, or in need of help: two buttons behind a link, on any telephone.

There is no CSRF token, as for the links that stop mail: the signed link alone is the right to
answer, no cookie and no session decides anything here, and a telephone that keeps no cookies must
not be refused in an emergency. A GET changes nothing.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sojourn.common.view_marks import private_page
from sojourn.mobility import away_rules, incidents
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import Answer, IncidentPerson
from sojourn.mobility.whereabouts_links import LinkPurpose, number_in
from sojourn.people.permissions import open_to, whoever_has_the_link
from sojourn.portal.stays.reach import no_link


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private_page
@open_to(whoever_has_the_link)
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Answer whether one is safe."""
    number = number_in(LinkPurpose.CHECK_IN, token)
    person = (
        IncidentPerson.objects.named_by_link(uuid=number)
        .select_related("incident", "student", "stay__whereabouts")
        .first()
        if number
        else None
    )
    if person is None:
        return no_link(request)
    problem, status = "", 200
    if request.method == "POST":
        sent = request.POST.get("answer", "")
        try:
            said = Answer(sent) if sent in Answer.values else Answer.NONE
            incidents.answer(person, said, request.POST.get("text", ""))
        except MobilityError as error:
            problem, status = error.message, 422
        else:
            return redirect("stays:check-in", token=token)
    held = getattr(person.stay, "whereabouts", None)
    answered = localtime(person.answered_at) if person.answered_at else None
    context = {
        "name": person.student.preferred_name
        or person.student.first_name
        or person.student.get_short_name(),
        "incident": person.incident,
        "is_safe": person.answer == Answer.SAFE,
        "needs_help": person.answer == Answer.HELP,
        "answered": date_format(answered, "j F, H:i") if answered else "",
        "phone": held.phone if held else "",
        "emergency_phone": away_rules.rules().emergency_phone,
        "problem": problem,
    }
    return render(request, "portal/stays/templates/check-in.html", context, status=status)
