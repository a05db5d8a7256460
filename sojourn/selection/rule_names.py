"""What the rules of a round are called, in forms and in public notes alike."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.common.translated_fields import field_of, label_in
from sojourn.selection.models import Round

FIELD_NAMES: dict[str, str | Promise] = {
    "title": gettext_lazy("Title"),
    "intro": gettext_lazy("Introduction"),
    "academic_year": gettext_lazy("Academic year of the stay"),
    "opens_at": gettext_lazy("Opens"),
    "closes_at": gettext_lazy("Closes"),
    "grace_minutes": gettext_lazy("Minutes of extra time after closing"),
    "remind_days_before": gettext_lazy(
        "Days before closing to remind those who have not submitted (0: never)"
    ),
    "results_at": gettext_lazy("Results by"),
    "answer_by": gettext_lazy("Answer an offer by"),
    "objection_days": gettext_lazy("Days to object after the results"),
    "most_choices": gettext_lazy("Maximum choices on a list"),
    "motivation_words_min": gettext_lazy("Minimum words of motivation for each choice"),
    "motivation_words_max": gettext_lazy("Maximum words of motivation for each choice"),
    "asks_cv": gettext_lazy("Ask for a CV"),
    "asks_transcript": gettext_lazy("Ask for a transcript"),
    "referees_asked": gettext_lazy("Number of referees"),
    "score_digits": gettext_lazy("Decimals of a score"),
    "score_highest": gettext_lazy("Highest score"),
    "reviews_each": gettext_lazy("Reviewers for each application"),
    "disagreement_limit": gettext_lazy("Difference in points that requires a third reviewer"),
    "is_anonymous": gettext_lazy("Reviewers do not see names"),
    "approvals_needed": gettext_lazy("People who must approve a result"),
    "may_accept_and_wait": gettext_lazy("Students who accept may keep waiting for a higher choice"),
    "seats": gettext_lazy("Seats"),
    "held_back": gettext_lazy("Seats held back"),
    "minimum_score": gettext_lazy("Lowest score that can be admitted"),
    "nomination_deadline": gettext_lazy("Nominate by"),
    "position": gettext_lazy("Order"),
    "agreement": gettext_lazy("Seats of the agreement"),
    "opportunity": gettext_lazy("Opportunity"),
    "kind": gettext_lazy("Kind"),
    "scope": gettext_lazy("Is valued"),
    "name": gettext_lazy("Name"),
    "about": gettext_lazy("Explanation"),
    "weight": gettext_lazy("Weight"),
    "lowest": gettext_lazy("Lowest value"),
    "highest": gettext_lazy("Highest value"),
    "language": gettext_lazy("Language"),
    "text": gettext_lazy("Question"),
    "words_max": gettext_lazy("Maximum words"),
    "is_required": gettext_lazy("Must be answered"),
    "category": gettext_lazy("Category"),
    "minimum": gettext_lazy("At least"),
    "maximum": gettext_lazy("At most"),
    "programme": gettext_lazy("Degree programme"),
    "year_min": gettext_lazy("From year"),
    "year_max": gettext_lazy("To year"),
}


def field_name(name: str) -> str:
    """Return the label of a rule's column, with its language if it has one."""
    field, language = field_of(name)
    label = FIELD_NAMES.get(field, name)
    return label_in(label, language) if language else str(label)


def rule_name(round_: Round, what: str) -> str:
    """Return the label of a rule as in `rules.differences`: 'Half minor, Edinburgh: Seats'."""
    part, _dot, rest = what.partition(".")
    if not rest:
        return field_name(what)
    key, _dot, field = rest.partition(".")
    if part == "programme":
        return _("Who may apply: %(name)s") % {"name": _programme(round_, key)}
    owner = _owner(round_, part, key)
    if field.startswith("quota."):
        category = field.removeprefix("quota.")
        return _("%(name)s: seats for %(category)s") % {"name": owner, "category": category}
    if field.startswith("level."):
        points = field.removeprefix("level.")
        return _("%(name)s: what %(points)s points mean") % {"name": owner, "points": points}
    return f"{owner}: {field_name(field)}"


def _programme(round_: Round, slug: str) -> str:
    row = round_.programmes.filter(programme__slug=slug).select_related("programme").first()
    return str(row.programme.name) if row else slug


def _owner(round_: Round, part: str, key: str) -> str:
    if part == "opportunity":
        row = round_.opportunities.filter(key=key).select_related("opportunity").first()
        return str(row.opportunity.title) if row else key
    if part == "criterion":
        criterion = round_.criteria.filter(code=key).first()
        return criterion.name if criterion else key
    return _("Question")
