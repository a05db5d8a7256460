"""Which courses of the catalogue resemble each other: kept up to date beside the snapshot."""

from sojourn.catalogue.likeness.holder import likeness_of
from sojourn.catalogue.likeness.table import Equivalent, LikenessTable

__all__ = ["Equivalent", "LikenessTable", "likeness_of"]
