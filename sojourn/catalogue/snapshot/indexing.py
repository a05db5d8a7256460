"""`python -m sojourn.catalogue.snapshot.indexing FOLDER KEY`: the child process of `shelf`.

Reads the catalogue and writes its indexes into FOLDER/indexes, unless it is no longer the one
that KEY names. It makes way for everything else on the machine.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path


def main(folder: Path, key: str) -> int:
    """The exit code: 0, or `shelf.MOVED_ON`."""
    from sojourn.catalogue.snapshot import holder, shelf
    from sojourn.catalogue.snapshot.search import write_indexes

    read = holder.records_of(key)
    if read is None:
        return shelf.MOVED_ON
    write_indexes(read, folder / "indexes")
    return 0


if __name__ == "__main__":
    import django

    os.nice(5)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a word
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.config.settings")
    django.setup()
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
