"""Full-text search in memory: two languages, synonyms, typing errors, marked words.

Pure: it is handed documents and words, and knows nothing of where they come from.

    index = SearchIndex.build(documents, synonyms)
    wanted = index.understand("imunology stokholm")
    found = index.search(wanted)
    wanted.marker.segments("Immunology in Stockholm")
"""

from sojourn.engines.search.index import Document, Matches, SearchIndex, Wanted
from sojourn.engines.search.marking import Marker, Segment
from sojourn.engines.search.synonyms import Synonyms

__all__ = ["Document", "Marker", "Matches", "SearchIndex", "Segment", "Synonyms", "Wanted"]
