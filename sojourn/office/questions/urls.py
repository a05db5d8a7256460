"""Addresses of questions, published answers and saved replies."""

from __future__ import annotations

from django.urls import URLPattern, path

from sojourn.office.questions.views import answers, questions, saved_replies

urlpatterns: list[URLPattern] = [
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
