"""What the reference says around the OpenAPI document, in the language of its reader."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Manner:
    """How every answer behaves, in one respect."""

    about: str
    said: str


def manners() -> tuple[Manner, ...]:
    return (
        Manner(
            _("Language"),
            _(
                "`?lang=nl`, or the header `Accept-Language: nl`. The header "
                "`Content-Language` says which language was used."
            ),
        ),
        Manner(
            _("Lists"),
            _(
                "They come in pages. Follow `links.next` until it is null, or the `Link` header. "
                "Ask for up to 100 results a page with `per_page`."
            ),
        ),
        Manner(
            _("Asking again"),
            _(
                "Send the `ETag` you received as `If-None-Match`. If nothing was published since, "
                "the answer is 304 without a body."
            ),
        ),
        Manner(_("From a browser"), _("Any site may read this (CORS). No cookies are used.")),
        Manner(
            _("Unknown parameters"),
            _("They are refused with 400, so that a misspelt filter is not silently ignored."),
        ),
        Manner(_("Withdrawn entries"), _("They answer 410, unknown ones 404.")),
        Manner(
            _("Numbers"),
            _(
                "They are JSON numbers; money is in EUR. Dates look like `2027-02-05`, "
                "times like `23:59`, in the time zone that the start names."
            ),
        ),
    )


def in_words(said: str) -> str:
    """Return a name or a title of the OpenAPI document in the reader's language."""
    return {
        "Start": _("Start"),
        "Where everything is.": _("Where everything is."),
        "Opportunities": _("Opportunities"),
        "Places abroad where students can go.": _("Places abroad where students can go."),
        "Institutions": _("Institutions"),
        "Our own institution and the hosts.": _("Our own institution and the hosts."),
        "Courses": _("Courses"),
        "Courses at home and abroad.": _("Courses at home and abroad."),
        "Programmes and windows": _("Programmes and windows"),
        "What our students study, and when they can go abroad.": _(
            "What our students study, and when they can go abroad."
        ),
        "Contacts": _("Contacts"),
        "Whom one can ask.": _("People and offices that answer questions."),
        "Guides": _("Guides"),
        "What to know before, during and after.": _("What to know before, during and after."),
        "Answers": _("Answers"),
        "Questions that were answered for everybody.": _(
            "Questions that were answered for everybody."
        ),
        "List published answers": _("List published answers"),
        "Read a published answer": _("Read a published answer"),
        "Read the start": _("Read the start"),
        "Search opportunities": _("Search opportunities"),
        "Read an opportunity": _("Read an opportunity"),
        "List institutions": _("List institutions"),
        "Read an institution": _("Read an institution"),
        "Search courses": _("Search courses"),
        "Read a course": _("Read a course"),
        "List degree programmes": _("List degree programmes"),
        "Read a degree programme": _("Read a degree programme"),
        "List mobility windows": _("List mobility windows"),
        "Read a mobility window": _("Read a mobility window"),
        "List public contacts": _("List public contacts"),
        "Read a public contact": _("Read a public contact"),
        "List guides": _("List guides"),
        "Read a guide": _("Read a guide"),
    }[said]
