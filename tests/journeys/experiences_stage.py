"""Sets the stage for axe: a report in each state, links of each kind; prints where they are.

Run in a process of its own, with the environment of the running site.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from dataclasses import replace
from uuid import uuid4

os.environ["DJANGO_SETTINGS_MODULE"] = "sojourn.config.settings"

import django

django.setup()

from sojourn.catalogue.models import Contact, Opportunity  # noqa: E402
from sojourn.experiences import (  # noqa: E402
    correspondents,
    invitations,
    messages,
    moderation,
    writing,
)
from sojourn.experiences.links import Purpose, token_for  # noqa: E402
from sojourn.experiences.models import ReportInvitation  # noqa: E402
from sojourn.people.models import User  # noqa: E402

PLACE = "karolinska-biomedicine-semester"
CONTENT = writing.Content(
    opportunity=PLACE, title="Staged", teaching="Words.", housing="More words.",
    starts_on=dt.date(2025, 1, 6), ends_on=dt.date(2025, 5, 30), ratings={"city": 4},
    courses=(writing.Followed("Basket weaving", None, "yes", "Something at home"),),
    languages=(writing.Spoken("daily_life", "sv", "B1"),),
    consents=frozenset({"contact", "costs"}),
)  # fmt: skip

student = User.objects.get(email="student-biomedical-sciences-bsc@example.org")
office = User.objects.get(email="coordinator@example.org")


def report(title: str) -> writing.Report:
    made = writing.begin_report(student, "en")
    return writing.save_draft(made.pk, replace(CONTENT, title=title), made.revision)


draft = report("A draft")
waiting = writing.submit(report("Waiting").pk)
shown = writing.submit(report("Published").pk)
shown = moderation.edit_words(office, shown.pk, {"housing": "Fewer."}, "Why", shown.revision)
moderation.publish(office, shown.pk, shown.revision)
asked = writing.submit(report("Sent back").pk)
moderation.send_back(office, asked.pk, "Which hospital?")
place = Opportunity.objects.get(slug=PLACE)
invitations.invite(office, ["cem@example.org"], place, "en")
contact = Contact.objects.get(slug="lumc-contact-tanzania")
person = correspondents.enter_address(office, contact, "tanzania@example.org", "en")
person = correspondents.record_agreement(office, person, "mail")
message = messages.write_to(student, person, messages.Note(uuid4(), "Hello?", "Demo"), "x")
invitation = ReportInvitation.objects.get(email="cem@example.org")
no_more = token_for(Purpose.STOP_INVITING, invitation.pk)
mine = "experiences/mine"
paths = {
    "all": "experiences/", "of": f"experiences/of/{PLACE}/", "in": "experiences/in/SE/",
    "at": "experiences/at/karolinska-institutet/", "mine": f"{mine}/", "begin": f"{mine}/begin/",
    "draft": f"{mine}/{draft.pk}/", "waiting": f"{mine}/{waiting.pk}/",
    "published": f"{mine}/{shown.pk}/", "asked": f"{mine}/{asked.pk}/",
    "delete": f"{mine}/{draft.pk}/delete/", "people": "experiences/people/",
    "write": "experiences/write/person/lumc-contact-tanzania/",
    "invited": f"experiences/invited/{token_for(Purpose.REPORT, invitation.pk)}/",
    "consent": f"experiences/consent/{token_for(Purpose.CONSENT, person.pk)}/",
    "stop": f"experiences/stop/{token_for(Purpose.STOP, person.pk)}/",
    "stop inviting": f"experiences/stop-inviting/{no_more}/",
    "answer": f"experiences/answer/{token_for(Purpose.ANSWER, message.pk)}/",
    "office list": "office/experiences/", "office report": f"office/experiences/{waiting.pk}/",
    "office published": f"office/experiences/{shown.pk}/",
    "office invitations": "office/experiences/invitations/",
    "office suggestions": "office/experiences/suggestions/",
    "office people": "office/experiences/people/",
    "office messages": "office/experiences/messages/",
}  # fmt: skip
sys.stdout.write(json.dumps(paths) + "\n")
