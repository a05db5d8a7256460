"""Addresses of the office, one list an area."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from sojourn.office import advice_urls
from sojourn.office.views import (
    answers,
    experiences,
    mail,
    proposals,
    questions,
    saved_replies,
    today,
)

_QUESTIONS: list[URLPattern | URLResolver] = [
    path("questions/", questions.questions, name="questions"),
    path("questions/several/", questions.several, name="questions-several"),
    path("questions/<uuid:number>/", questions.question, name="question"),
    path("questions/<uuid:number>/reply/", questions.reply, name="question-reply"),
    path("questions/<uuid:number>/assign/", questions.assign, name="question-assign"),
    path("questions/<uuid:number>/state/", questions.state, name="question-state"),
    path(
        "questions/<uuid:number>/publish/<int:message>/", questions.publish, name="question-publish"
    ),
    path("questions/<uuid:number>/files/<uuid:file>/", questions.file, name="question-file"),
    path("answers/", answers.answers, name="answers"),
    path("answers/<slug:slug>/", answers.answer, name="answer"),
    path("answers/<slug:slug>/change/", answers.change, name="answer-change"),
    path("saved-replies/", saved_replies.saved_replies, name="saved-replies"),
    path("saved-replies/new/", saved_replies.new, name="saved-reply-new"),
    path("saved-replies/<int:number>/", saved_replies.edit, name="saved-reply"),
    path(
        "saved-replies/<int:number>/throw-away/",
        saved_replies.throw_away,
        name="saved-reply-throw-away",
    ),
]

_OWN_PLACES: list[URLPattern | URLResolver] = [
    path("own-places/", proposals.own_places, name="own-places"),
    path("own-places/<uuid:number>/", proposals.own_place, name="own-place"),
    path("own-places/<uuid:number>/reply/", proposals.reply, name="own-place-reply"),
    path("own-places/<uuid:number>/approve/", proposals.approve, name="own-place-approve"),
    path("own-places/<uuid:number>/decline/", proposals.decline, name="own-place-decline"),
    path("own-places/<uuid:number>/publish/", proposals.publish, name="own-place-publish"),
    path("own-places/<uuid:number>/files/<uuid:file>/", proposals.file, name="own-place-file"),
]

app_name = "office"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", today.today, name="today"),
    *_QUESTIONS,
    *_OWN_PLACES,
    path("results/", include("sojourn.office.result_urls")),
    path("", include("sojourn.office.round_urls")),
    path("", include(advice_urls.urlpatterns)),
    path("mail/", mail.mails, name="mail"),
    path("mail/<int:number>/", mail.mail, name="mail-one"),
    path("mail/<int:number>/again/", mail.again, name="mail-again"),
    path("experiences/", experiences.reports, name="experiences"),
    path("experiences/invitations/", experiences.invited, name="experience-invitations"),
    path("experiences/suggestions/", experiences.suggested, name="experience-suggestions"),
    path("experiences/people/", experiences.people, name="experience-people"),
    path("experiences/messages/", experiences.messages, name="experience-messages"),
    path("experiences/<uuid:number>/", experiences.report, name="experience"),
    path("experiences/<uuid:number>/photo/", experiences.photo, name="experience-photo"),
]
