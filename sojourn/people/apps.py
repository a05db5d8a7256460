"""Registers the people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "sojourn.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        """Listen to what concerns security; teach fields how names are searched and sorted."""
        from sojourn.common import folding  # noqa: F401 - it registers itself
        from sojourn.people import security_log

        security_log.listen()
        # Signals, because signing in and second steps are code of others: there is no call of ours
        # into which this could be written.
        from allauth.mfa.signals import authenticator_added
        from allauth.socialaccount.signals import social_account_added, social_account_removed
        from django.contrib.auth.signals import user_logged_in

        from sojourn.people import single_sign_on
        from sojourn.people.sessions import begin_session
        from sojourn.people.sign_in import count_new_second_step

        user_logged_in.connect(begin_session, dispatch_uid="sojourn.people.begin_session")
        authenticator_added.connect(
            count_new_second_step, dispatch_uid="sojourn.people.count_new_second_step"
        )
        social_account_added.connect(
            single_sign_on.connected, dispatch_uid="sojourn.people.single_sign_on"
        )
        social_account_removed.connect(
            single_sign_on.disconnected, dispatch_uid="sojourn.people.single_sign_on"
        )
