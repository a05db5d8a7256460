"""What the maps say, in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sojourn.common.languages import locale, page_language
from sojourn.design.maps import Texts


def map_texts() -> Texts:
    """Words for the language that is active now."""
    return Texts(
        language=str(locale(page_language())),
        world=_("Where you can go from {home}"),
        region=_("Places around {home}"),
        country=_("Places in {country}"),
        place=_("Where {name} is"),
        distance=_("{km} km"),
        away=_("{name}, {distance} from {home}"),
        several=_("{count} places: {names}"),
    )
