"""Read the published catalogue from the database into records.

One query per table, never one per entry. What is not published does not enter, and a reference to
it is left out, so that a page never links to what is not there. `rows` maps columns to the fields
of a record by name; the modules beside it add what refers to other tables.
"""

from sojourn.catalogue.snapshot.build.reading import (
    NoCatalogue,
    PrivateEntries,
    UnreadableRowError,
)
from sojourn.catalogue.snapshot.build.records import (
    build_private_records,
    build_records,
    require_shown,
    requiring_it_once,
    with_draft,
)

__all__ = [
    "NoCatalogue",
    "PrivateEntries",
    "UnreadableRowError",
    "build_private_records",
    "build_records",
    "require_shown",
    "requiring_it_once",
    "with_draft",
]
