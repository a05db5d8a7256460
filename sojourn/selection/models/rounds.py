"""A round: what is given, to whom, by which rules and when.

Each table has its counterpart in the allocation engine: a `RoundOpportunity` is an Opportunity
(its `key` the id, seats less those held back), a `Quota` a Quota, the `category` of a
`RoundProgramme` an application's category, the criteria a ScoringScheme.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.models import Agreement, DegreeProgramme, Opportunity, slug_validator
from sojourn.common.translated_fields import written
from sojourn.people.models import User
from sojourn.people.visibility import Account, Casework, Roles, Rows, Rule, Through
from sojourn.selection.criteria import (
    KINDS,
    CriterionKind,
    CriterionScope,
    LanguageLevel,
    Rubric,
    kind_choices,
)
from sojourn.selection.states import RoundState

MOST_CHOICES = 20


@dataclass(frozen=True)
class OfRound(Rule):
    """Rows of rounds that are for a degree programme of the role, or for none yet."""

    lookup: str

    def in_units(self, model: type[models.Model], user: Account, roles: Roles) -> Rows:
        units = user.units(*roles)
        if units.of_all or not units:
            return units.of_all
        named = RoundProgramme.objects.values("round")
        inside = named.filter(programme__slug__in=units.programmes)
        return Q(**{f"{self.lookup}__in": inside}) | ~Q(**{f"{self.lookup}__in": named})


@dataclass(frozen=True)
class OfWholeRound(Rule):
    """Rows of rounds that are for no other degree programmes than those of the role."""

    lookup: str

    def in_units(self, model: type[models.Model], user: Account, roles: Roles) -> Rows:
        units = user.units(*roles)
        if units.of_all or not units:
            return units.of_all
        named = RoundProgramme.objects.values("round")
        outside = named.exclude(programme__slug__in=units.programmes)
        return ~Q(**{f"{self.lookup}__in": outside})


class Round(Casework):
    """One selection round."""

    visible = OfRound("pk")

    slug = models.CharField(max_length=100, unique=True, validators=[slug_validator])
    title = models.CharField(max_length=150)
    intro = models.TextField(blank=True, max_length=4000)
    academic_year = models.CharField(max_length=9)
    state = models.CharField(
        max_length=20, choices=RoundState, default=RoundState.DRAFT, db_index=True
    )
    copied_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="copies"
    )
    # The round whose left-over seats this one gives.
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="continued_by"
    )
    is_example = models.BooleanField(default=False)

    # The calendar. What is typed until `closes_at` plus the grace counts, by the server's clock.
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    grace_minutes = models.PositiveSmallIntegerField(
        default=10, validators=[MaxValueValidator(1440)]
    )
    # 0: nobody is reminded.
    remind_days_before = models.PositiveSmallIntegerField(
        default=3, validators=[MaxValueValidator(30)]
    )
    results_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    objection_days = models.PositiveSmallIntegerField(default=14)

    # What is asked of an applicant.
    most_choices = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_CHOICES)],
    )
    motivation_words_min = models.PositiveSmallIntegerField(default=0)
    # 0: no motivation is asked.
    motivation_words_max = models.PositiveSmallIntegerField(default=300)
    asks_cv = models.BooleanField(default=True)
    asks_transcript = models.BooleanField(default=True)
    referees_asked = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(3)])

    # How it is decided.
    score_digits = models.PositiveSmallIntegerField(default=3, validators=[MaxValueValidator(6)])
    score_highest = models.PositiveSmallIntegerField(default=10, validators=[MinValueValidator(1)])
    reviews_each = models.PositiveSmallIntegerField(default=2, validators=[MaxValueValidator(5)])
    # In points of a rubric; two reviewers further apart than this are flagged for a third.
    disagreement_limit = models.DecimalField(max_digits=5, decimal_places=2, default=2)
    is_anonymous = models.BooleanField(default=True)
    approvals_needed = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1)]
    )
    may_accept_and_wait = models.BooleanField(default=True)

    # Counts every change of the rules after publication; each has its public note.
    rules_revision = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-closes_at", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RoundState.values), name="round_state_known"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True)
                | Q(opens_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="round_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(results_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(results_at__gt=F("closes_at")),
                name="round_results_after_closing",
            ),
            models.CheckConstraint(
                condition=Q(answer_by__isnull=True)
                | Q(results_at__isnull=True)
                | Q(answer_by__gt=F("results_at")),
                name="round_answers_after_results",
            ),
            models.CheckConstraint(
                condition=Q(state=RoundState.DRAFT)
                | Q(
                    opens_at__isnull=False,
                    closes_at__isnull=False,
                    results_at__isnull=False,
                    answer_by__isnull=False,
                    published_at__isnull=False,
                ),
                name="round_published_with_a_calendar",
            ),
            models.CheckConstraint(
                condition=Q(most_choices__gte=1, most_choices__lte=MOST_CHOICES),
                name="round_most_choices",
            ),
            models.CheckConstraint(
                condition=Q(motivation_words_max=0)
                | Q(motivation_words_max__gte=F("motivation_words_min")),
                name="round_motivation_words_in_order",
            ),
            models.CheckConstraint(
                condition=Q(approvals_needed__gte=1), name="round_somebody_approves"
            ),
            models.CheckConstraint(
                condition=Q(score_highest__gte=1) & Q(score_digits__lte=6),
                name="round_score_scale",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Lottery(Casework):
    """The seed that breaks ties, apart from the round so that no list ever loads it.

    The commitment is shown from publication on, the seed once the results are published.
    """

    visible = Through("round")

    round = models.OneToOneField(Round, models.CASCADE, related_name="lottery")
    seed = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    committed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.commitment


class RoundProgramme(Casework):
    """Who may apply: a degree programme, from which year to which, and as which category.

    The category is what quotas speak of; programmes that share one (under one agreement, say)
    count together.
    """

    visible = Through("round")

    round = models.ForeignKey(Round, models.CASCADE, related_name="programmes")
    programme = models.ForeignKey(DegreeProgramme, models.PROTECT, related_name="+")
    category = models.CharField(max_length=120, validators=[slug_validator])
    year_min = models.PositiveSmallIntegerField(null=True, blank=True)
    year_max = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["programme__position", "programme__slug"]
        constraints = [
            models.UniqueConstraint(fields=["round", "programme"], name="round_programme_once"),
            models.CheckConstraint(
                condition=Q(year_min__isnull=True)
                | Q(year_max__isnull=True)
                | Q(year_max__gte=F("year_min")),
                name="round_programme_years_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(category=""), name="round_programme_has_a_category"
            ),
        ]

    def __str__(self) -> str:
        return self.category


class RoundOpportunity(Casework):
    """An opportunity in a round, with the seats to give.

    `key` is its id in the allocation and in published results. The same opportunity may stand in
    a round again under another agreement, with seats of its own.
    """

    visible = Through("round")

    round = models.ForeignKey(Round, models.CASCADE, related_name="opportunities")
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="rounds")
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, null=True, blank=True, related_name="rounds"
    )
    key = models.CharField(max_length=120, validators=[slug_validator])
    position = models.PositiveSmallIntegerField(default=0)
    seats = models.PositiveSmallIntegerField()
    held_back = models.PositiveSmallIntegerField(default=0)
    minimum_score = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    nomination_deadline = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["position", "key"]
        constraints = [
            models.UniqueConstraint(fields=["round", "key"], name="round_opportunity_key_once"),
            models.UniqueConstraint(
                fields=["round", "opportunity", "agreement"], name="round_opportunity_once"
            ),
            models.UniqueConstraint(
                fields=["round", "opportunity"],
                condition=Q(agreement__isnull=True),
                name="round_opportunity_once_without_agreement",
            ),
            models.CheckConstraint(
                condition=Q(held_back__lte=F("seats")), name="round_opportunity_held_back"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def seats_to_give(self) -> int:
        return self.seats - self.held_back


class SeatsBeyondAgreement(Casework):
    """Why a round gives more seats of an agreement than it has; rows are only ever added.

    The newest row of a round and an agreement counts, for as many seats a year as it says.
    """

    visible = Through("round")

    round = models.ForeignKey(Round, models.CASCADE, related_name="beyond_agreements")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    seats = models.PositiveSmallIntegerField()
    # What the agreement gave when this was stated.
    agreed = models.PositiveSmallIntegerField()
    because = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(because=""), name="beyond_agreement_with_a_reason"),
            models.CheckConstraint(
                condition=Q(seats__gt=F("agreed")), name="beyond_agreement_is_more"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}: {self.seats} of {self.agreed}"


class OutsideAgreement(Casework):
    """Why a place stands in a round outside its agreement; rows are only ever added.

    The newest row of a place and an agreement counts, for the `kinds` that it names.
    """

    visible = Through("round")

    round = models.ForeignKey(Round, models.CASCADE, related_name="outside_agreements")
    place = models.ForeignKey(RoundOpportunity, models.CASCADE, related_name="outside_agreements")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="+")
    # How it is outside (`sojourn.selection.agreements.Outside`) when this was stated.
    kinds = models.JSONField(default=list)
    because = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(because=""), name="outside_agreement_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id}: {self.kinds}"


class Quota(Casework):
    """What one category is promised (softly) and limited to at one opportunity."""

    visible = Through("opportunity")

    opportunity = models.ForeignKey(RoundOpportunity, models.CASCADE, related_name="quotas")
    category = models.CharField(max_length=120, validators=[slug_validator])
    minimum = models.PositiveSmallIntegerField(default=0)
    maximum = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["category"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "category"], name="quota_once"),
            models.CheckConstraint(
                condition=Q(maximum__isnull=True) | Q(maximum__gte=F("minimum")),
                name="quota_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.category


class Criterion(Casework):
    """One thing that counts, with its weight and the range of its values."""

    visible = Through("round")

    round = models.ForeignKey(Round, models.CASCADE, related_name="criteria")
    code = models.CharField(max_length=60, validators=[slug_validator])
    kind = models.CharField(max_length=20, choices=kind_choices)
    scope = models.CharField(
        max_length=20,
        choices=CriterionScope,
        default=CriterionScope.APPLICATION,
    )
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=120)
    about = models.TextField(blank=True, max_length=1000)
    weight = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    lowest = models.DecimalField(max_digits=8, decimal_places=3)
    highest = models.DecimalField(max_digits=8, decimal_places=3)
    # Of a language criterion: which language (values are 0 for none, 1 for A1, up to 6 for C2).
    language = models.CharField(max_length=3, blank=True)

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "code"], name="criterion_once"),
            models.CheckConstraint(
                condition=Q(highest__gt=F("lowest")), name="criterion_range_in_order"
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="criterion_counts"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="criterion_kind_known"),
            models.CheckConstraint(
                condition=Q(scope=CriterionScope.APPLICATION)
                | Q(scope=CriterionScope.CHOICE, kind=Rubric.code),
                name="criterion_per_choice_is_a_rubric",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LanguageLevel.code) | ~Q(language=""),
                name="criterion_language_named",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def behaviour(self) -> CriterionKind:
        """Return what a criterion of this kind does."""
        return KINDS[self.kind]


class RubricLevel(Casework):
    """What a reviewer means by a number of points."""

    visible = Through("criterion")

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="levels")
    points = models.PositiveSmallIntegerField(validators=[MaxValueValidator(9)])
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["points"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "points"], name="rubric_level_once"),
        ]

    def __str__(self) -> str:
        return f"{self.points}: {self.text}"


class QuestionKind(models.TextChoices):
    SHORT = "short", _("One line")
    LONG = "long", _("A few paragraphs")
    YES_NO = "yes_no", _("Yes or no")


class CustomQuestion(Casework):
    """Something more that a round asks its applicants."""

    visible = Through("round")

    round = models.ForeignKey(Round, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10, choices=QuestionKind)
    text = models.CharField(max_length=300)
    # 0: no limit but that of the field.
    words_max = models.PositiveSmallIntegerField(default=0)
    is_required = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=QuestionKind.values), name="question_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class PublicNote(Casework):
    """Why and how the rules of a published round changed, for everybody to read."""

    visible = Through("round")

    round = models.ForeignKey(Round, models.CASCADE, related_name="notes")
    revision = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000)
    # What changed: a list of {"what", "before", "after"}, names of fields and plain values.
    changes = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-revision"]
        constraints = [
            models.UniqueConstraint(fields=["round", "revision"], name="public_note_once"),
            models.CheckConstraint(condition=written("text"), name="public_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.revision}"
