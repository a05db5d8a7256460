"""The host confirms the days of a stay, by the link that was mailed and without an account.

A GET shows and decides nothing, because programs that check mail follow links and run scripts.
Everything works without a script.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sojourn.common.view_marks import RateLimit, private_page, rate_limited, takes_files
from sojourn.mobility import naming
from sojourn.mobility.agreements.links import link_in
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.homecoming import asking, dates, shown, transcripts
from sojourn.mobility.homecoming.forms import HostDaysForm
from sojourn.mobility.models import PapersRequest
from sojourn.people.permissions import open_to, whoever_has_the_link


@require_http_methods(["GET", "HEAD", "POST"])
@takes_files(transcripts.LARGEST)
@private_page
@rate_limited(RateLimit.FORMS)
@open_to(whoever_has_the_link)
def papers(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is asked of the host; take the answer of whoever sends the form."""
    row = _asked(token)
    if row is None:
        return _nothing(
            request,
            _("This link does not work"),
            _("Perhaps part of the address is missing. Open it from the mail once more."),
            404,
        )
    if row.ended_at is not None:
        return _nothing(
            request,
            _("Somebody else is asked now"),
            _("This link opens nothing any more. The new one was mailed to them."),
            410,
        )
    if request.method == "POST":
        return _answer(request, token, row)
    if request.method == "GET":
        asking.note_opened(row)
    return _page(request, token, row)


def _answer(request: HttpRequest, token: str, row: PapersRequest) -> HttpResponse:
    do, data = request.POST.get("do", ""), request.POST
    try:
        if do == "days":
            form = HostDaysForm(row, data)
            if not form.is_valid():
                return _page(request, token, row, form=form, status=422)
            dates.certify_by_link(row, form.certificate)
        elif do == "transcript":
            file = transcripts.look_at(request.FILES.get("file"))
            transcripts.bring(row.stay, file, by=None, request=row)
        elif do == "hand_on":
            asking.hand_on(
                row, data.get("their_name", ""), data.get("their_email", ""), data.get("why", "")
            )
        else:
            raise Http404
    except MobilityError as error:
        now = _asked(token) or row
        form = HostDaysForm(now, data if do == "days" else None)
        return _page(request, token, now, form=form, problem=error.message, status=422)
    return redirect("stays:papers", token=token)


def _asked(token: str) -> PapersRequest | None:
    link = link_in(token)
    return asking.by_link(link) if link else None


def _page(
    request: HttpRequest,
    token: str,
    row: PapersRequest,
    *,
    form: HostDaysForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    stay = row.stay
    certificates = shown.certificates(stay)
    context = {
        "token": token,
        "student": stay.student.get_full_name() or stay.student.email,
        "where": naming.hosts_of(stay),
        "what": naming.title_of(stay),
        "form": form or HostDaysForm(row),
        "certificate": certificates[0] if certificates else None,
        "brought": [each for each in shown.brought(stay) if each.counts],
        "is_open": stay.state in dates.WHEN,
        "typed": request.POST,
        "problem": problem,
    }
    return render(request, "portal/stays/templates/papers.html", context, status=status)


def _nothing(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    context = {"title": title, "text": text}
    return render(request, "portal/stays/templates/link.html", context, status=status)
