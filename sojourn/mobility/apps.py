"""Registers the mobility app."""

from django.apps import AppConfig


class MobilityConfig(AppConfig):
    name = "sojourn.mobility"
    label = "mobility"
    verbose_name = "Mobility"

    def ready(self) -> None:
        from sojourn.mobility import beginnings, endings
        from sojourn.selection import followers

        followers.tell_of_nominations(beginnings.begin_for_nomination)
        followers.tell_of_given_up_places(endings.lose_place)
