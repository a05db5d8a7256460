"""The operator's table of roles: given and taken away through the verbs, never changed."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.models import DegreeProgramme
from sojourn.office.shared.access import who
from sojourn.people.models import RoleAssignment, User
from sojourn.people.recorded_admin import FoldedSearch
from sojourn.people.role_assignments import LastOperatorError, grant_role, revoke_role
from sojourn.people.roles import EVERY_PROGRAMME, Role

# Their owners look after these, on the pages of their account: not even an operator reads the
# secret of somebody's app, or gives an account another address. Providers of single sign-on are
# settings, so that nobody adds a way in here.
for _model in (
    EmailAddress, Authenticator, UserSession, Group, SocialAccount, SocialApp, SocialToken,
):  # fmt: skip
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


class RoleForm(forms.ModelForm[RoleAssignment]):
    """A role to give: whose it is by mail address, and of which degree programme."""

    email = forms.EmailField(label=_("Mail address"))
    programme = forms.ChoiceField(label=_("Degree programme"), required=False)

    class Meta:
        model = RoleAssignment
        fields = ("role", "programme", "until")

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        known = [(each.slug, str(each)) for each in DegreeProgramme.objects.order_by("position")]
        self.fields["programme"].choices = [  # type: ignore[attr-defined]
            (EVERY_PROGRAMME, _("All degree programmes")),
            *known,
        ]

    def clean_email(self) -> User:
        user = User.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("There is no account with this mail address."))
        return user


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(FoldedSearch):
    """Who holds which role of which degree programme."""

    form = RoleForm
    fields = ("email", "role", "programme", "until")
    list_display = ("user", "role", "programme", "until", "granted_by", "granted_at")
    list_filter = ("role", "programme")
    search_fields = ("user__email", "user__first_name", "user__last_name")
    list_select_related = ("user", "granted_by")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoleAssignment]:
        return RoleAssignment.objects.visible_to(who(request))

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: RoleAssignment, form: Any, change: bool
    ) -> None:
        data = form.cleaned_data
        made = grant_role(
            data["email"],
            Role(data["role"]),
            by=who(request),
            programme=data["programme"],
            until=data["until"],
        )
        obj.pk, obj.user = made.pk, made.user

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except LastOperatorError as error:
            self.message_user(request, error.message, messages.ERROR)
            return redirect("admin:people_roleassignment_changelist")

    def delete_model(self, request: HttpRequest, obj: RoleAssignment) -> None:
        revoke_role(obj, by=who(request))
