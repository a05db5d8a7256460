"""Says what went wrong with a request to the API, as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from django.http import Http404, HttpRequest, JsonResponse
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel, Field

from sojourn.common.request_log import current_request_id, log_unexpected_error
from sojourn.common.urls import url_for

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """One parameter that cannot be used."""

    field: str = Field(description="The parameter or path part that is wrong.", examples=["page"])
    message: str = Field(description="What is wrong with it, and what would be right.")


class Problem(BaseModel):
    """What went wrong, in the form of RFC 9457 (`application/problem+json`)."""

    type: str = Field(
        description="An address that stands for this kind of problem; it leads to its explanation."
    )
    title: str = Field(description="The kind of problem, the same every time.")
    status: int = Field(description="The HTTP status, repeated.", examples=[400])
    detail: str = Field(description="What happened this time, for a person to read.")
    instance: str = Field(description="The path that was asked for.")
    request_id: str = Field(
        description="Name this when you ask about the problem; it is in our log and in the "
        "`X-Request-ID` header."
    )
    errors: list[FieldError] = Field(
        default_factory=list, description="For status 400: each parameter that is wrong."
    )


# Status -> (fragment of the reference page, title, detail when there is nothing better to say).
KINDS: dict[int, tuple[str, str, str]] = {
    400: (
        "invalid-request",
        "The request cannot be understood",
        "Correct the parameters named below and send the request again.",
    ),
    403: ("forbidden", "This is not allowed", "This request was refused."),
    404: (
        "not-found",
        "There is nothing here",
        "No such address or id. Lists give the ids that exist.",
    ),
    405: (
        "method-not-allowed",
        "This interface can only be read",
        "Use GET or HEAD; the Allow header says the same.",
    ),
    410: (
        "gone",
        "This was withdrawn",
        "It existed and was withdrawn. Take it out of what you keep.",
    ),
    429: (
        "too-many-requests",
        "Too many requests",
        "Wait as many seconds as the Retry-After header says, then go on more slowly.",
    ),
    500: (
        "unexpected-error",
        "Something broke on our side",
        "It was logged under the request id. Try again later.",
    ),
    503: (
        "not-ready",
        "The catalogue is not ready yet",
        "Try again in a few seconds.",
    ),
}


class ProblemError(Exception):
    """Raised by an endpoint to answer with a problem."""

    def __init__(
        self, status: int, detail: str | None = None, errors: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(detail or "")
        self.status = status
        self.detail = detail
        self.errors = errors


def invalid_parameter(field: str, message: str) -> ProblemError:
    """Return the problem of one parameter that cannot be used."""
    return ProblemError(
        400, f"The parameter “{field}” cannot be used: {message}", [_field(field, message)]
    )


def problem_response(
    request: HttpRequest,
    status: int,
    detail: str | None = None,
    errors: Sequence[FieldError] = (),
) -> JsonResponse:
    """Return the answer that tells of a problem; never stored by a cache."""
    if status in KINDS:
        fragment, title, usual_detail = KINDS[status]
        kind = f"{url_for('api-reference')}#{fragment}"
    else:
        # RFC 9457 section 4.2.1: about:blank means nothing more than the status itself.
        kind, title = "about:blank", HTTPStatus(status).phrase
        usual_detail = title
    problem = Problem(
        type=kind,
        title=title,
        status=status,
        detail=detail or usual_detail,
        instance=request.path,
        request_id=current_request_id(),
        errors=list(errors),
    )
    response = JsonResponse(
        problem.model_dump(),
        status=status,
        content_type=MEDIA_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def problem_from(request: HttpRequest, error: Exception) -> JsonResponse:
    """Return the problem that tells of an error inside an endpoint."""
    match error:
        case ProblemError():
            return problem_response(request, error.status, error.detail, error.errors)
        case Http404():
            return problem_response(request, 404)
        case ValidationError():
            return problem_response(request, 400, errors=_invalid_fields(error))
        case HttpError():
            return problem_response(request, error.status_code, str(error))
    log_unexpected_error(request=request)
    return problem_response(request, 500)


def _invalid_fields(error: ValidationError) -> list[FieldError]:
    """Return the parameters that django-ninja refused, by name."""
    return [_field(_parameter(item["loc"]), item["msg"]) for item in error.errors]


def _parameter(location: Sequence[str | int]) -> str:
    """Return the name in ("query", "query", "country", 0)."""
    return str(location[2]) if len(location) > 2 else str(location[-1])


def _field(field: str, message: str) -> FieldError:
    return FieldError(field=field, message=message)
