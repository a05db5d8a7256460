"""The forms by which the office writes the rules of a round, a part of them on each page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue.models import Agreement, DegreeProgramme, Opportunity, PublicationStatus
from sojourn.common.languages import FIRST, LANGUAGES, REQUIRED
from sojourn.common.translated_fields import (
    Translated,
    TranslatedForm,
    column,
    columns,
    columns_of,
    field_of,
    text_of,
)
from sojourn.selection import agreements, rules
from sojourn.selection.criteria import KINDS
from sojourn.selection.models import (
    Criterion,
    CustomQuestion,
    Quota,
    Round,
    RoundOpportunity,
    RoundProgramme,
    RubricLevel,
)
from sojourn.selection.rounds import answer_by
from sojourn.selection.rule_names import FIELD_NAMES, field_name

_MOMENTS = ("opens_at", "closes_at", "results_at", "answer_by")
_LONG = ("intro", "about")


@dataclass(frozen=True)
class Part:
    """One page of rules."""

    name: str
    title: str | Promise


PARTS: tuple[Part, ...] = (
    Part("basics", gettext_lazy("Name, calendar, what is asked")),
    Part("who", gettext_lazy("Who may apply")),
    Part("seats", gettext_lazy("Places and seats")),
    Part("criteria", gettext_lazy("What counts")),
    Part("questions", gettext_lazy("Own questions")),
)


class NewRoundForm(TranslatedForm, forms.Form):
    """What a round needs to begin with."""

    title = Translated(gettext_lazy("Title"), max_length=150)
    academic_year = forms.RegexField(
        r"^20\d\d-20\d\d$",
        label=gettext_lazy("Academic year of the stay"),
        help_text=gettext_lazy("For instance 2027-2028."),
        error_messages={"invalid": gettext_lazy("Write both years, such as 2027-2028.")},
    )
    slug = forms.SlugField(
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Small letters, digits and hyphens, such as autumn-2027."),
        max_length=100,
    )


class CopyForm(forms.Form):
    academic_year = NewRoundForm.base_fields["academic_year"]
    slug = NewRoundForm.base_fields["slug"]


class NoteForm(TranslatedForm, forms.Form):
    """Why the rules of a published round change."""

    note = Translated(
        gettext_lazy("What changes and why"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class BeyondAgreementForm(forms.Form):
    """Why a round gives more seats of an agreement than it has."""

    agreement: forms.ModelChoiceField[Agreement] = forms.ModelChoiceField(
        label=gettext_lazy("Agreement"),
        queryset=Agreement.objects.none(),
        to_field_name="slug",
        empty_label=gettext_lazy("Choose"),
    )
    seats = forms.IntegerField(
        label=gettext_lazy("Maximum number of seats a year"),
        help_text=gettext_lazy("All rounds of the academic year together."),
        min_value=1,
        max_value=agreements.MOST_SEATS,
    )
    because = forms.CharField(
        label=gettext_lazy("Why, and who at the host agreed to it"), max_length=300
    )

    def __init__(self, round_: Round, sent: QueryDict | None) -> None:
        super().__init__(sent)
        claimed = [each.agreement.pk for each in agreements.claims_of(round_)]
        _choices(self, "agreement", Agreement.objects.filter(pk__in=claimed).order_by("slug"))


class OutsideAgreementForm(forms.Form):
    """Why a place stands in a round outside its agreement."""

    place: forms.ModelChoiceField[RoundOpportunity] = forms.ModelChoiceField(
        label=gettext_lazy("Place"),
        queryset=RoundOpportunity.objects.none(),
        to_field_name="key",
        empty_label=gettext_lazy("Choose"),
    )
    because = forms.CharField(
        label=gettext_lazy("Why, and who at the host agreed to it"), max_length=300
    )

    def __init__(self, round_: Round, sent: QueryDict | None) -> None:
        super().__init__(sent, prefix="outside")
        strays = [each.place.pk for each in agreements.strays_of(round_)]
        # The round is one that `managed_round` found.
        _choices(self, "place", round_.opportunities.filter(pk__in=strays).order_by("key"))


class _Named(forms.ModelForm):  # type: ignore[type-arg]
    """A model's form that calls its fields as the public notes do."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name, field in self.fields.items():
            if field_of(name)[0] in FIELD_NAMES:
                field.label = field_name(name)
            if field_of(name)[0] in _LONG:
                field.widget = forms.Textarea(attrs={"rows": 3})


class BasicsForm(_Named):
    class Meta:
        model = Round
        fields = rules.FIELDS
        widgets: ClassVar[dict[str, forms.Widget]] = {
            name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            for name in _MOMENTS
        }

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["answer_by"].help_text = _(
            "Leave empty for as many days after the results as the edition says."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("results_at") and not self["answer_by"].data:
            cleaned["answer_by"] = answer_by(cleaned["results_at"])
        found = [(name, cleaned[name]) for name in _MOMENTS if cleaned.get(name)]
        for (_name, before), (name, after) in pairwise(found):
            if after <= before:
                self.add_error(name, _("This must come after the moment before it."))
        most, fewest = cleaned.get("motivation_words_max"), cleaned.get("motivation_words_min")
        if most and fewest and fewest > most:
            self.add_error(
                "motivation_words_min", _("This is more than the maximum number of words.")
            )
        return cleaned


class OpportunityForm(_Named):
    class Meta:
        model = RoundOpportunity
        fields = (
            "opportunity",
            "agreement",
            "seats",
            "held_back",
            "minimum_score",
            "nomination_deadline",
            "position",
        )
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "nomination_deadline": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        }

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _choices(
            self,
            "opportunity",
            Opportunity.objects.filter(status=PublicationStatus.PUBLISHED).order_by("title"),
        )
        _choices(self, "agreement", Agreement.objects.order_by("slug"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        seats, held_back = cleaned.get("seats"), cleaned.get("held_back")
        if seats is not None and held_back is not None and held_back > seats:
            self.add_error("held_back", _("More than there are seats."))
        return cleaned

    def save(self, commit: bool = True) -> RoundOpportunity:
        row: RoundOpportunity = self.instance
        if not row.key:
            agreement = f"-{row.agreement.slug}" if row.agreement else ""
            row.key = f"{row.opportunity.slug}{agreement}"[:120].strip("-")
        saved: RoundOpportunity = super().save(commit)
        return saved


class PlaceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A place of the round, by its title."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.opportunity.title)


class QuotaForm(_Named):
    opportunity = PlaceField(queryset=RoundOpportunity.objects.none())

    class Meta:
        model = Quota
        fields = ("opportunity", "category", "minimum", "maximum")


class ProgrammeForm(_Named):
    class Meta:
        model = RoundProgramme
        fields = ("programme", "category", "year_min", "year_max")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _choices(self, "programme", DegreeProgramme.objects.order_by("position"))
        self.fields["category"].required = False
        self.fields["category"].help_text = _(
            "For quotas; programmes with the same one count together."
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("category") and cleaned.get("programme"):
            cleaned["category"] = cleaned["programme"].slug
            self.instance.category = cleaned["category"]
        return cleaned


class CriterionForm(TranslatedForm, _Named):
    rubric = Translated(
        gettext_lazy("Rubric"),
        help_text=gettext_lazy("One line for each number of points, the lowest first."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    class Meta:
        model = Criterion
        fields = (
            *columns("name"),
            "code",
            "kind",
            "scope",
            "weight",
            "lowest",
            "highest",
            "language",
            *columns("about"),
            "position",
        )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["code"].label = _("Short name for files")
        self.fields["code"].required = False
        self.fields["language"].help_text = _("Only for a language: its code, such as en.")
        if self.instance.pk:
            levels = list(self.instance.levels.all())
            for language in LANGUAGES:
                written = [text_of(level, "text")[language] for level in levels]
                self.initial[column("rubric", language)] = "\n".join(filter(None, written))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("code") and (name := text_of(cleaned, "name")[FIRST]):
            cleaned["code"] = slugify(name)[:60]
            self.instance.code = cleaned["code"]
        lowest, highest = cleaned.get("lowest"), cleaned.get("highest")
        if lowest is not None and highest is not None and highest <= lowest:
            self.add_error("highest", _("The highest value must be above the lowest."))
        kind = KINDS.get(cleaned.get("kind", ""))
        for field, text in (kind.form_errors(cleaned) if kind else {}).items():
            self.add_error(field, text)
        if kind and kind.has_rubric and lowest is not None and highest is not None:
            self._check_rubric(cleaned, int(highest) - int(lowest) + 1)
        return cleaned

    def _check_rubric(self, cleaned: dict[str, Any], count: int) -> None:
        for language, text in text_of(cleaned, "rubric").items():
            if (text or language in REQUIRED) and len(_lines(text)) != count:
                self.add_error(
                    column("rubric", language),
                    _("Write %(count)d lines, one for each point.") % {"count": count},
                )

    def save(self, commit: bool = True) -> Criterion:
        criterion: Criterion = super().save(commit)
        criterion.levels.all().delete()
        if criterion.behaviour.has_rubric:
            lines = {
                language: _lines(text)
                for language, text in self.translations("rubric").items()
                if text
            }
            texts = zip(*lines.values(), strict=True)
            RubricLevel.objects.bulk_create(
                RubricLevel(
                    criterion=criterion,
                    points=points,
                    **columns_of("text", dict(zip(lines, versions, strict=True))),
                )
                for points, versions in enumerate(texts, start=int(criterion.lowest))
            )
        return criterion


class QuestionForm(_Named):
    class Meta:
        model = CustomQuestion
        fields = (*columns("text"), "kind", "words_max", "is_required", "position")


@dataclass
class Group:
    """Forms of one kind on a page, with their heading."""

    title: str
    formset: Any


@dataclass
class RoundEditPage:
    """Everything on one page of rules: one form, or groups of them."""

    form: forms.BaseForm | None
    groups: list[Group]

    def is_valid(self) -> bool:
        return all(
            [
                *([self.form.is_valid()] if self.form is not None else []),
                *[group.formset.is_valid() for group in self.groups],
            ]
        )

    def write(self, round_: Round) -> None:
        """Save what was sent, in the transaction of the caller."""
        if isinstance(self.form, forms.ModelForm):
            for name in rules.FIELDS:
                setattr(round_, name, self.form.cleaned_data[name])
            round_.save()
        for group in self.groups:
            group.formset.save()

    def mistakes(self) -> list[tuple[str, str]]:
        """Where and what, for the summary at the top."""
        found: list[tuple[str, str]] = []
        every = [self.form] if self.form is not None else []
        for group in self.groups:
            found += [("", str(error)) for error in group.formset.non_form_errors()]
            every += group.formset.forms
        for form in every:
            found += [("", str(error)) for error in form.non_field_errors()]
            found += [
                (field.id_for_label, f"{field.label}: {error}")
                for field in form
                for error in field.errors
            ]
        return found


def page(part: str, round_: Round, sent: QueryDict | None) -> RoundEditPage:
    """Return the forms of one part, with what was sent where something was."""
    if part == "basics":
        return RoundEditPage(BasicsForm(sent, instance=round_), [])
    return RoundEditPage(None, [build(round_, sent) for build in _GROUPS[part]])


_WITHOUT_ROWS = gettext_lazy(
    "This form arrived without its rows, so nothing was changed. Open the page again."
)


def _inline(model: Any, form: Any, title: str | Promise) -> Callable[..., Group]:
    factory = forms.inlineformset_factory(
        Round, model, form=form, extra=1, can_delete=True, can_delete_extra=False
    )

    def build(round_: Round, sent: QueryDict | None) -> Group:
        formset = factory(
            sent,
            instance=round_,
            prefix=model._meta.model_name,
            error_messages={"missing_management_form": _WITHOUT_ROWS},
        )
        return Group(str(title), formset)

    return build


def _quotas(round_: Round, sent: QueryDict | None) -> Group:
    factory = forms.modelformset_factory(
        Quota, form=QuotaForm, extra=1, can_delete=True, can_delete_extra=False
    )
    formset = factory(
        sent,
        queryset=Quota.objects.filter(opportunity__round=round_),
        prefix="quota",
        error_messages={"missing_management_form": _WITHOUT_ROWS},
    )
    for form in formset.forms:
        _choices(form, "opportunity", round_.opportunities.select_related("opportunity"))
    return Group(_("Quotas: a minimum or maximum of seats for a category"), formset)


_GROUPS: dict[str, list[Callable[..., Group]]] = {
    "who": [_inline(RoundProgramme, ProgrammeForm, gettext_lazy("Degree programmes"))],
    "seats": [_inline(RoundOpportunity, OpportunityForm, gettext_lazy("Places")), _quotas],
    "criteria": [_inline(Criterion, CriterionForm, gettext_lazy("Criteria"))],
    "questions": [_inline(CustomQuestion, QuestionForm, gettext_lazy("Questions"))],
}


def _choices(form: forms.BaseForm, name: str, rows: Any) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
    field.queryset = rows


def _lines(text: str) -> list[str]:
    return [line.strip()[:300] for line in text.splitlines() if line.strip()]
