"""The office's view of the catalogue: every table, the languages beside each other.

Whatever is saved here moves the catalogue's version in the same transaction, so that visitors see
it within two seconds. Entries are withdrawn rather than deleted: an address that was public once
answers 410, which needs a row that remembers it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import models as db
from django.db.models import Model, QuerySet
from django.forms import Field
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin, TranslationInlineModelAdmin
from modeltranslation.manager import get_translatable_fields_for_model

from sojourn.catalogue import models, services
from sojourn.catalogue.forms import (
    CatalogueForm,
    CountryField,
    CourseForm,
    DomainsField,
    LinesField,
    ReportForm,
    WordSetsField,
)
from sojourn.catalogue.snapshot.build import UnreadableRowError, require_shown
from sojourn.common.languages import FIRST
from sojourn.common.translated_fields import column, columns
from sojourn.people.recorded_admin import RecordedAdmin

logger = logging.getLogger("sojourn.catalogue")

admin.site.site_header = "Sojourn"
admin.site.site_title = "Sojourn"
admin.site.index_title = _("The office's tables")


def texts(*names: str) -> list[tuple[str, ...]]:
    """Each translated field as a row of its languages."""
    return [columns(name) for name in names]


def facts(model: type[models.Entry], *but: str) -> list[Any]:
    """Return a row for each optional fact: its columns, and where it comes from."""
    translated = get_translatable_fields_for_model(model) or ()
    rows: list[Any] = []
    for fact, parts in model.FACTS.items():
        if fact not in but:
            rows += texts(*(name for name in parts if name in translated))
            plain = (name for name in parts if name not in translated)
            rows.append((*plain, f"{fact}_source", f"{fact}_is_example"))
    return rows


def part(title: str | Promise | None, *fields: Any) -> Any:
    return title, {"fields": list(fields)}


def folded(title: str | Promise, *fields: Any) -> Any:
    """Return a part of the form that few need, closed at first."""
    return title, {"fields": list(fields), "classes": ["collapse"]}


class CatalogueFields:
    """How the fields of the catalogue look in a form, on their own and in inlines."""

    formfield_overrides: ClassVar[Any] = {
        db.JSONField: {"form_class": LinesField},
    }

    def formfield_for_dbfield(
        self, db_field: db.Field[Any, Any], request: HttpRequest, **options: Any
    ) -> Field | None:
        if db_field.name in {"country", "holidays_country"}:
            options["form_class"] = CountryField
        elif db_field.name == "synonyms":
            options["form_class"] = WordSetsField
        elif db_field.name == "student_domains":
            options["form_class"] = DomainsField
        elif isinstance(db_field, db.URLField):
            options["assume_scheme"] = "https"
        field: Field | None = super().formfield_for_dbfield(  # type: ignore[misc]
            db_field, request, **options
        )
        language = getattr(db_field, "language", "")
        if field is not None and language:
            # For the browser's spelling checker and for screen readers.
            field.widget.attrs["lang"] = language
        return field


class CatalogueAdmin(CatalogueFields, RecordedAdmin):
    """What all tables of the catalogue share: the lock, the version, the rules of deletion."""

    form = CatalogueForm
    list_per_page = 50
    save_on_top = True
    page_name = ""  # of the portal's address for one entry

    class Media:
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("catalogue/admin.css",)}

    # --- Every change takes the lock and moves the version --------------------------------

    def _in_turn(self, request: HttpRequest, view: Callable[[], Any]) -> Any:
        if request.method != "POST":
            return view()
        try:
            with services.changing_catalogue():
                before = services.version()
                answer = view()
                if services.version() != before:
                    require_shown()  # nothing is saved that visitors could not be shown
                return answer
        except UnreadableRowError as error:
            logger.error("a change of the catalogue was refused: %s", error)  # noqa: TRY400
            self.message_user(
                request,
                _("Nothing was saved: “%(row)s” could not be shown to visitors after this change.")
                % {"row": error.row},
                messages.ERROR,
            )
            return redirect(request.get_full_path())

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        change = super().changeform_view
        return self._in_turn(request, lambda: change(request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        delete = super().delete_view
        return self._in_turn(request, lambda: delete(request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        act = super().changelist_view
        return self._in_turn(request, lambda: act(request, *args, **kwargs))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Record the change as the last step of saving a form."""
        super().save_related(request, form, formsets, change)
        if not change or form.has_changed() or any(one.has_changed() for one in formsets):
            # An entry's form saves its own rows and links; what else has forms may hang on many.
            services.publish_change()

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        super().delete_model(request, obj)
        services.publish_change()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        services.publish_change()

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Inner rows that nobody gives an id, such as deadlines, get one."""
        for row in formset.save(commit=False):
            if getattr(row, "slug", None) == "":
                row.slug = services.unused_slug(type(row), self.inner_slug(form.instance, row))
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()

    def inner_slug(self, owner: Any, row: Any) -> str:
        return f"{owner.slug}-{getattr(row, 'kind', '') or getattr(row, column('name', FIRST), '')}"

    # --- What may be deleted ---------------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Withdraw what an edition brought instead of deleting it.

        The next load would restore it.
        """
        if obj is not None and getattr(obj, "edition_state", None):
            return False
        return super().has_delete_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Make the id read-only once it exists: it is an address."""
        fixed = ("slug",) if obj is not None else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj is not None else super().get_prepopulated_fields(request, obj)

    def view_on_site(self, obj: Any) -> str | None:
        if not self.page_name or getattr(obj, "status", "") != models.PublicationStatus.PUBLISHED:
            return None
        try:
            return reverse(f"portal:{self.page_name}", args=[obj.slug])
        except NoReverseMatch:
            return None

    @admin.display(description=_("example"), boolean=True, ordering="is_example")
    def example(self, obj: Any) -> bool:
        return bool(obj.is_example)

    @admin.display(description=_("written by"))
    def written_by(self, obj: Any) -> Any:
        return _("the edition") if obj.edition_state else _("the office")


class TranslatedAdmin(CatalogueAdmin, TranslationAdmin):  # type: ignore[type-arg]
    """A table with texts in every language."""


class EntryAdmin(TranslatedAdmin):
    """A table whose rows are published, withdrawn and sourced."""

    actions = ["publish_entries", "withdraw_entries"]
    list_filter: ClassVar[Any] = ("status", "is_example")
    ordering = ("slug",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        status = part(None, ("slug", "status", "is_example"))
        origin = part(_("Where it comes from"), "sources")
        return [status, *super().get_fieldsets(request, obj), origin]

    autocomplete_fields: ClassVar[Any] = ("sources",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a draft may go without a trace; anything else has had a public address."""
        if obj is not None and obj.status != models.PublicationStatus.DRAFT:
            return False
        return super().has_delete_permission(request, obj)

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish_entries(self, request: HttpRequest, entries: QuerySet[Any]) -> None:
        changed = self._move(request, entries, models.PublicationStatus.PUBLISHED)
        self._tell(
            request,
            ngettext("%d entry is now published.", "%d entries are now published.", changed),
            changed,
        )

    @admin.action(description=_("Withdraw"), permissions=["change"])
    def withdraw_entries(self, request: HttpRequest, entries: QuerySet[Any]) -> None:
        changed = self._move(request, entries, models.PublicationStatus.WITHDRAWN)
        self._tell(
            request,
            ngettext("%d entry is now withdrawn.", "%d entries are now withdrawn.", changed),
            changed,
        )

    def _move(
        self, request: HttpRequest, entries: QuerySet[Any], status: models.PublicationStatus
    ) -> int:
        """Publish or withdraw; the list's view holds the lock. Returns how many were moved."""
        publishes = status == models.PublicationStatus.PUBLISHED
        move = services.publish if publishes else services.withdraw
        for entry in entries.exclude(status=status):
            self.record_change(request, entry, f"admin.{status}")
        return move(entries)

    def _tell(self, request: HttpRequest, message: str, changed: int) -> None:
        level = messages.SUCCESS if changed else messages.INFO
        self.message_user(request, message % changed, level)


# --- Rows inside an entry -------------------------------------------------------------------


class Inline(CatalogueFields, TranslationInlineModelAdmin, admin.StackedInline):  # type: ignore[type-arg]
    """Rows inside an entry, each as a small form."""

    form = CatalogueForm
    extra = 0
    exclude = ("edition_state",)


class FactInline(Inline):
    autocomplete_fields = ("source",)
    origin: ClassVar[tuple[str, ...]] = ("source", "is_example", "position")


class PhaseInline(Inline):
    model = models.StudyPhase
    fields = (("year", "semester"), *texts("name"))


class UnitInline(Inline):
    model = models.OrganisationalUnit
    fields = (*texts("name"),)


class WindowRequirementInline(FactInline):
    model = models.WindowRequirement
    fields = (*texts("text"), "ects", FactInline.origin)


class RequirementInline(FactInline):
    model = models.OpportunityRequirement
    fields = (*texts("text"), "ects", FactInline.origin)


class HostInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.OpportunityHost
    fields = ("institution", "position")
    autocomplete_fields = ("institution",)
    extra = 0
    min_num = 1
    validate_min = True


class LanguageInline(CatalogueFields, admin.TabularInline):  # type: ignore[type-arg]
    model = models.LanguageNeed
    form = CatalogueForm
    fields = ("language", "use", "level", "is_required", *FactInline.origin)
    autocomplete_fields = ("source",)
    extra = 0


class DeadlineInline(FactInline):
    model = models.Deadline
    fields = (("kind", "date", "time"), *texts("label"), ("source", "is_example"))


class CostInline(FactInline):
    model = models.CostLine
    fields = (
        ("item", "per"),
        ("low", "typical", "high", "currency"),
        ("year", "checked_on", "certainty"),
        *texts("note"),
        ("source", "is_example"),
    )


class GrantQuestionInline(Inline):
    model = models.GrantQuestion
    fields = (("statement", "decides", "position"), *texts("question"))


class GrantConditionInline(Inline):
    model = models.GrantCondition
    fields = (("step", "stage", "own_rule", "position"), *texts("name"))


class GrantAmountInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.GrantAmount
    fields = (
        "days_min", "days_max", "km_min", "km_below", "statement", "low", "typical", "high",
        "position",
    )  # fmt: skip
    extra = 0


class RoadStepInline(FactInline):
    model = models.RoadStep
    fields = (
        "number",
        *texts("name", "about"),
        ("who", "gate", "seen_by_office", "expires"),
        ("due_days", "due_from"),
        ("begins_days", "begins_from"),
        ("after", "done_by"),
        ("own_rule", "year", "checked_on"),
        FactInline.origin,
    )


class WalkInInline(FactInline):
    model = models.WalkInHour
    fields = (
        ("weekday", "starts", "ends", "room"),
        ("online_link",),
        ("valid_from", "valid_until"),
        *texts("note"),
        ("source", "is_example"),
    )


class AbsenceInline(FactInline):
    model = models.Absence
    fields = (("first_day", "last_day"), *texts("reason"), ("source", "is_example"))


# --- Tables -------------------------------------------------------------------------------


@admin.register(models.Source)
class SourceAdmin(TranslatedAdmin):
    list_display = ("slug", "title", "publisher", "year", "checked_on", "certainty", "written_by")
    list_filter = ("certainty", "year")
    search_fields = ("slug", "title", "publisher", "url")
    date_hierarchy = "checked_on"
    fieldsets = [
        part(None, "slug", "title", "publisher", "url", ("year", "checked_on", "certainty")),
        part(None, *texts("note")),
    ]


@admin.register(models.Edition)
class EditionAdmin(TranslatedAdmin):
    list_display = ("name", "short_name", "time_zone", "with_examples", "loaded_at")
    readonly_fields = ("with_examples", "loaded_at")
    fieldsets = [
        part(None, "slug", *texts("name"), "short_name", *texts("home_city", "tagline")),
        part(
            None,
            ("time_zone", "holidays_country"),
            "synonyms",
            ("with_examples", "loaded_at"),
        ),
        part(
            _("How seats are allocated"),
            "second_person_approves",
            "may_stay_on_the_list",
            "answer_days",
            "remind_application_days",
        ),
        part(_("Who gets in"), "staff_second_step", "student_domains"),
        part(_("Figures to check"), "check_figures_days", "check_advice_days"),
        part(
            _("What is kept, and for how long"),
            "keep_questions_days",
            "keep_messages_days",
            "keep_stays_days",
            "keep_whereabouts_days",
            "keep_incidents_days",
            "keep_appointments_days",
            "keep_self_arranged_days",
            "keep_applications_days",
            "keep_accounts_days",
            "remind_report_days",
        ),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(models.Subject)
class SubjectAdmin(TranslatedAdmin):
    list_display = ("slug", *columns("name"), "written_by")
    search_fields = ("slug", *columns("name"))
    fieldsets = [part(None, "slug", *texts("name"))]
    prepopulated_fields = {"slug": (column("name", FIRST),)}


@admin.register(models.DegreeProgramme)
class DegreeProgrammeAdmin(EntryAdmin):
    list_display = ("name", "level", "years", "status", "example", "written_by")
    search_fields = ("slug", *columns("name"))
    fieldsets = [
        part(None, *texts("name", "short_name"), ("level", "years", "isced_f", "position"))
    ]
    inlines = (PhaseInline,)

    def inner_slug(self, owner: Any, row: Any) -> str:
        semester = f"s{row.semester}" if row.semester else ""
        return f"{owner.slug}-y{row.year}{semester}"


@admin.register(models.StudyPhase)
class StudyPhaseAdmin(TranslatedAdmin):
    """Edited within its programme; here only so that others can look it up."""

    search_fields = ("slug", *columns("name", "programme__name"))
    list_display = ("slug", "name", "programme")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(models.OrganisationalUnit)
class UnitAdmin(TranslatedAdmin):
    """Edited within its institution; here only so that others can look it up."""

    search_fields = ("slug", *columns("name", "institution__name"))
    list_display = ("slug", "name", "institution")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(models.Institution)
class InstitutionAdmin(EntryAdmin):
    page_name = "institution"
    list_display = (
        "name", "city", "country", "kind", "is_partner", "is_preferred", "status", "example",
        "written_by",
    )  # fmt: skip
    list_filter = ("status", "is_example", "kind", "is_partner", "is_preferred", "country")
    search_fields = (
        "slug",
        *columns("name"),
        "native_name",
        "short_name",
        *columns("city"),
        "schac",
    )
    autocomplete_fields = ("sources", "preferred_source")
    fieldsets = [
        part(None, *texts("name"), ("short_name", "native_name"), ("kind", "website")),
        part(_("Place"), *texts("city"), ("country", "region"), ("latitude", "longitude")),
        part(
            _("Relation"),
            ("is_home", "is_partner"),
            *facts(models.Institution),
        ),
        part(_("Texts"), *texts("about", "city_life")),
        folded(_("Codes"), "schac", "erasmus_code", "ror"),
    ]
    inlines = (UnitInline,)


@admin.register(models.Agreement)
class AgreementAdmin(EntryAdmin):
    list_display = (
        "slug", "partner", "level", "seats_out", "seats_in", "valid_until", "status", "example",
        "written_by",
    )  # fmt: skip
    list_filter = ("status", "is_example", "level")
    list_select_related = ("partner",)
    search_fields = ("slug", *columns("partner__name"))
    autocomplete_fields = ("sources", "partner", "home_unit", "programmes")
    fieldsets = [
        part(None, "partner", "home_unit", ("level", "isced_f"), "programmes"),
        part(None, ("seats_out", "seats_in"), ("valid_from", "valid_until"), *texts("note")),
    ]


@admin.register(models.MobilityWindow)
class MobilityWindowAdmin(EntryAdmin):
    list_display = ("name", "programme", "phase", "ects", "status", "example", "written_by")
    list_filter = ("status", "is_example", "programme")
    list_select_related = ("programme", "phase__programme")
    search_fields = ("slug", *columns("name", "programme__name"))
    autocomplete_fields = ("sources", "programme", "phase", "home_courses")
    fieldsets = [
        part(None, *texts("name"), "programme", "phase", *texts("summary")),
        part(
            _("When"),
            ("starts_month", "ends_month"),
            ("weeks_min", "weeks_max"),
            "ects",
            "position",
        ),
        part(None, "home_courses"),
    ]
    inlines = (WindowRequirementInline,)


@admin.register(models.Course)
class CourseAdmin(EntryAdmin):
    form = CourseForm
    page_name = "course"
    list_display = (
        "title", "institution", "code", "ects", "level", "language", "status", "example",
        "written_by",
    )  # fmt: skip
    list_filter = ("status", "is_example", "level", "language", "institution")
    list_select_related = ("institution",)
    search_fields = ("slug", "code", *columns("title"), "native_title")
    autocomplete_fields = ("sources", "institution", "programme")
    fieldsets = [
        part(None, *texts("title"), "native_title", "institution", "code"),
        part(
            None,
            ("ects", "level", "language", "isced_f"),
            ("programme", "year"),
            ("starts_month", "ends_month"),
        ),
        part(_("Texts"), *texts("summary", "outcomes", "topics")),
    ]


@admin.register(models.Precedent)
class PrecedentAdmin(EntryAdmin):
    list_display = ("host_course", "home_course", "year", "status", "example", "written_by")
    list_filter = ("status", "is_example", "year")
    list_select_related = ("host_course", "home_course")
    search_fields = ("slug", *columns("host_course__title", "home_course__title"))
    autocomplete_fields = ("sources", "host_course", "home_course")
    fieldsets = [part(None, "host_course", "home_course", "year", *texts("decided_by", "note"))]


@admin.register(models.Contact)
class ContactAdmin(EntryAdmin):
    list_display = (
        "__str__", "role", "institution", "room", "visibility", "consent_given", "status",
        "example", "written_by",
    )  # fmt: skip
    list_filter = ("status", "is_example", "role", "visibility", "consent_given")
    list_select_related = ("institution",)
    search_fields = ("slug", "name", *columns("title", "institution__name"))
    autocomplete_fields = ("sources", "institution", "programmes", "consent_source")
    fieldsets = [
        part(None, "name", "role", *texts("title"), "institution", *texts("unit_name")),
        part(None, ("room", "email", "phone"), "website", *texts("help_with"), "programmes"),
        part(
            _("Who sees it"),
            "visibility",
            ("consent_given", "consent_on"),
            ("consent_by", "consent_source"),
            "position",
        ),
    ]
    inlines = (WalkInInline, AbsenceInline)

    def inner_slug(self, owner: Any, row: Any) -> str:
        return f"{owner.slug}-{models.Weekday(row.weekday).name}"


@admin.register(models.Opportunity)
class OpportunityAdmin(EntryAdmin):
    page_name = "opportunity"
    list_display = (
        "title", "kind", "host_names", "seats", "ects", "status", "example", "written_by",
    )  # fmt: skip
    list_filter = ("status", "is_example", "kind", "windows__programme", "hosts__country")
    search_fields = ("slug", *columns("title", "summary", "hosts__name"))
    autocomplete_fields = (
        "sources", "windows", "subjects", "courses", "contacts",
        *(f"{fact}_source" for fact in models.Opportunity.FACTS),
    )  # fmt: skip
    fieldsets = [
        part(None, *texts("title"), ("kind", "self_arranged"), *texts("summary", "description")),
        part(_("Finding it"), "windows", "subjects", *texts("keywords")),
        part(
            _("When"),
            ("starts_on", "ends_on"),
            ("starts_month", "ends_month"),
            ("period_source", "period_is_example"),
            ("weeks_min", "weeks_max"),
            "ects",
        ),
        part(
            _("Seats and how they are allocated"),
            *facts(models.Opportunity, "period"),
        ),
        part(None, "courses", "contacts"),
    ]
    inlines = (HostInline, DeadlineInline, RequirementInline, LanguageInline, CostInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("host_links__institution")

    def inner_slug(self, owner: Any, row: Any) -> str:
        if isinstance(row, models.CostLine):
            return f"{owner.slug}-{row.item}"
        return f"{owner.slug}-{row.kind}-{row.date.year}"

    @admin.display(description=_("hosts"))
    def host_names(self, opportunity: models.Opportunity) -> str:
        return ", ".join(str(link.institution) for link in opportunity.host_links.all())


@admin.register(models.CostLine)
class CostLineAdmin(TranslatedAdmin):
    list_display = (
        "slug", "item", "scope", "per", "low", "typical", "high", "currency", "year",
        "example", "written_by",
    )  # fmt: skip
    list_filter = ("item", "per", "certainty", "year", "is_example", "country")
    list_select_related = ("opportunity", "institution")
    search_fields = ("slug", *columns("opportunity__title", "institution__name"), "country")
    autocomplete_fields = ("opportunity", "institution", "source")
    fieldsets = [
        part(None, "slug", ("item", "per", "position"), "covers"),
        (
            _("For"),
            {
                "fields": ["opportunity", "institution", "country"],
                "description": _("Fill in one; a line without any of them applies everywhere."),
            },
        ),
        part(_("Figures"), ("low", "typical", "high", "currency"), *texts("note")),
        part(
            _("Where it comes from"), ("source", "is_example"), ("year", "checked_on", "certainty")
        ),
    ]

    @admin.display(description=_("for"))
    def scope(self, line: models.CostLine) -> Any:
        return line.opportunity or line.institution or line.country or _("everywhere")


@admin.register(models.ExchangeRate)
class ExchangeRateAdmin(CatalogueAdmin):
    list_display = ("currency", "valid_on", "per_euro", "source", "certainty", "written_by")
    list_filter = ("currency", "certainty", "is_example")
    list_select_related = ("source",)
    search_fields = ("currency",)
    date_hierarchy = "valid_on"
    autocomplete_fields = ("source",)
    fieldsets = [
        part(None, ("currency", "valid_on"), "per_euro"),
        part(_("Where it comes from"), ("source", "is_example"), "certainty"),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Currency and day are what a rate is known by."""
        fixed = ("currency", "valid_on") if obj is not None else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.slug = models.rate_slug(obj.currency, obj.valid_on)
        super().save_model(request, obj, form, change)


class AdviceRegionInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.AdviceRegion
    fields = (*texts("name"), "codes", "level", "position")
    extra = 0


@admin.register(models.TravelAdvice)
class TravelAdviceAdmin(TranslatedAdmin):
    inlines = (AdviceRegionInline,)
    list_display = ("country", "level", "checked_on", "source", "written_by")
    list_filter = ("level",)
    list_select_related = ("source",)
    search_fields = ("country",)
    date_hierarchy = "checked_on"
    autocomplete_fields = ("source",)
    fieldsets = [
        part(None, "country", ("level", "checked_on"), "source", *texts("note")),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Make the country read-only: the advice is known by it."""
        fixed = ("country",) if obj is not None else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.slug = obj.country.lower()
        super().save_model(request, obj, form, change)


class ReportedCostInline(admin.TabularInline):  # type: ignore[type-arg]
    model = models.ReportedCost
    extra = 0
    fields = ("item", "amount")


@admin.register(models.PublishedReport)
class ReportAdmin(EntryAdmin):
    form = ReportForm
    inlines = [ReportedCostInline]
    list_display = (
        "title",
        "opportunity",
        "year",
        "programme",
        "status",
        "example",
        "written_by",
    )
    list_filter = ("status", "is_example", "year", "programme")
    list_select_related = ("opportunity", "programme")
    search_fields = ("slug", *columns("title", "opportunity__title"))
    autocomplete_fields = ("sources", "opportunity", "programme")
    fieldsets = [
        part(None, "opportunity", "programme", ("year", "stay_weeks"), *texts("author", "title")),
        part(None, *texts("text", "advice"), ("paid_total", "is_contactable")),
        part(
            _("Ratings, 1 to 5"),
            tuple(ReportForm.RATINGS.values()),
        ),
    ]


@admin.register(models.Guide)
class GuideAdmin(EntryAdmin):
    page_name = "guide"
    list_display = ("title", "position", "checked_on", "status", "example", "written_by")
    search_fields = ("slug", *columns("title"))
    autocomplete_fields = ("sources", "related")
    fieldsets = [
        part(None, *texts("title", "summary", "text")),
        part(None, ("position", "checked_on"), "related"),
    ]


@admin.register(models.PublishedAnswer)
class PublishedAnswerAdmin(EntryAdmin):
    list_display = ("question", "opportunity", "institution", "guide", "review_on", "status")
    list_filter = ("status", "is_example", "review_on")
    list_select_related = ("opportunity", "institution", "guide")
    search_fields = ("slug", *columns("question"))
    autocomplete_fields = ("sources", "opportunity", "institution", "guide")
    fieldsets = [
        part(None, *texts("question", "text")),
        part(None, "opportunity", "institution", "guide"),
        part(None, ("checked_on", "review_on"), "owner"),
    ]


@admin.register(models.Grant)
class GrantAdmin(EntryAdmin):
    list_display = ("name", "pays", "year", "certainty", "status", "example", "written_by")
    list_filter = ("status", "pays", "year", "certainty", "is_example")
    search_fields = ("slug", *columns("name"))
    inlines = [GrantQuestionInline, GrantAmountInline, GrantConditionInline]
    fieldsets = [
        part(None, *texts("name", "about", "because"), ("pays", "one_of", "position")),
        part(_("For whom"), ("days_min", "days_max"), ("countries", "not_countries"), "kinds"),
        part(_("Once it is promised"), ("counting", "longer"), ("too_short", "force_majeure")),
        part(_("Figures"), ("year", "checked_on", "certainty")),
    ]


@admin.register(models.LearningHours)
class LearningHoursAdmin(TranslatedAdmin):
    list_display = ("slug", "measure", "level", "low", "high", "certainty", "written_by")
    list_filter = ("measure", "certainty", "is_example")
    search_fields = ("slug",)
    ordering = ("position", "slug")
    autocomplete_fields = ("source",)
    fieldsets = [
        part(None, "slug", ("measure", "level", "position"), "languages"),
        part(_("Figures"), ("low", "high"), *texts("note")),
        part(
            _("Where it comes from"), ("source", "is_example"), ("year", "checked_on", "certainty")
        ),
    ]


@admin.register(models.PreparationStep)
class PreparationStepAdmin(EntryAdmin):
    list_display = ("name", "kind", "weeks_min", "weeks_max", "status", "example", "written_by")
    list_filter = ("status", "kind", "is_example")
    search_fields = ("slug", *columns("name"))
    fieldsets = [
        part(None, *texts("name", "about"), ("kind", "position")),
        part(_("How long"), ("weeks_min", "weeks_max"), "before", ("checked_on", "certainty")),
        part(_("For whom"), ("countries", "not_countries"), "kinds", "citizenship"),
    ]


@admin.register(models.Road)
class RoadAdmin(EntryAdmin):
    list_display = ("name", "days_min", "days_max", "year", "status", "example", "written_by")
    list_filter = ("status", "is_example")
    search_fields = ("slug", *columns("name"))
    inlines = [RoadStepInline]
    fieldsets = [
        part(None, *texts("name", "about"), "position"),
        part(_("For whom"), ("days_min", "days_max"), ("countries", "not_countries"), "kinds"),
        part(_("Figures"), ("year", "checked_on")),
    ]

    def inner_slug(self, owner: Any, row: Any) -> str:
        return f"{owner.slug}-{row.who}"
