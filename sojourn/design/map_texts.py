"""What the maps say, in the language of the page."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sojourn.design.maps import Texts


def map_texts() -> Texts:
    """Words for the language that is active now."""
    return Texts(
        language=(get_language() or "en").split("-")[0],
        world=_("Where you can go from {home}"),
        region=_("Places around {home}"),
        country=_("Places in {country}"),
        place=_("Where {name} lies"),
        distance=_("{km} km"),
        away=_("{name}, {distance} from {home}"),
        several=_("{count} places: {names}"),
    )
