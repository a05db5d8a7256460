"""Addresses of the office, by area."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from sojourn.office.shared import views

app_name = "office"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("sojourn.office.dashboard.urls")),
    path("", include("sojourn.office.questions.urls")),
    path("", include("sojourn.office.self_arranged.urls")),
    path("results/", include("sojourn.office.results.urls")),
    path("", include("sojourn.office.rounds.urls")),
    path("", include("sojourn.office.appointments.urls")),
    path("", include("sojourn.office.experiences.urls")),
    path("", include("sojourn.office.people.urls")),
    path("views/", views.save, name="view-save"),
    path("views/<int:number>/remove/", views.remove, name="view-remove"),
    path("write/", include("sojourn.office.writing.urls")),
    path("history/", include("sojourn.office.history.urls")),
    path("search/", include("sojourn.office.search.urls")),
    path("students/", include("sojourn.office.students.urls")),
    path("keeping/", include("sojourn.office.keeping.urls")),
    path("stays/", include("sojourn.office.stays.urls")),
    path("money/", include("sojourn.office.money.urls")),
    path("partners/", include("sojourn.office.partners.urls")),
    path("agreements/", include("sojourn.office.agreements.urls")),
    path("", include("sojourn.office.places.urls")),
    path("year/", include("sojourn.office.year.urls")),
    path("import/", include("sojourn.office.imports.urls")),
    path("figures/", include("sojourn.office.figures.urls")),
    path("away/", include("sojourn.office.away.urls")),
    path("board/", include("sojourn.office.board.urls")),
    path("incidents/", include("sojourn.office.incidents.urls")),
    path("insight/", include("sojourn.office.insight.urls")),
]
