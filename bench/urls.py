"""The site's addresses with one page that only says hello, to compare the others with."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sojourn.config.urls import *  # noqa: F403
from sojourn.config.urls import urlpatterns as site


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello", content_type="text/plain")


urlpatterns = [path("hello/", hello), *site]
