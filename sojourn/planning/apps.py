"""Registers the planning app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "sojourn.planning"
    label = "planning"
    verbose_name = "Planning"

    def ready(self) -> None:
        # A signal, because signing in and up is allauth's and Django's code: there is no call of
        # ours into which this could be written.
        from django.contrib.auth.signals import user_logged_in

        from sojourn.planning.current import keep_plan_when_signing_in

        user_logged_in.connect(
            keep_plan_when_signing_in, dispatch_uid="sojourn.planning.keep_plan_when_signing_in"
        )
