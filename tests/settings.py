"""The settings under which tests run: the real ones, in a folder of their own.

The environment is set before the real settings are read, so that no test ever touches `var/`.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_folder = tempfile.mkdtemp(prefix="sojourn-tests-")
Path(_folder, "static").mkdir()
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["SOJOURN_DATA"] = _folder
os.environ["SOJOURN_TESTING"] = "1"
os.environ.setdefault("SOJOURN_SECRET_KEY", "for-tests-only")
# Tests run one process a core: threads of the linear algebra would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.pop("SOJOURN_URL", None)
os.environ.pop("SOJOURN_DEBUG", None)
# Playwright's own event loop runs in the thread of the test; Django would refuse that thread the
# database although nothing there is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from sojourn.config.settings import *  # noqa: E402, F403
from sojourn.config.settings import DATABASES  # noqa: E402

if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file, not memory: threads and processes then share it as they do in earnest.
    DATABASES["default"]["TEST"] = {"NAME": Path(_folder) / "test.sqlite3"}
    # The machine may lose power during a test for all we care.
    DATABASES["default"]["OPTIONS"]["init_command"] = DATABASES["default"]["OPTIONS"][
        "init_command"
    ].replace("synchronous=FULL", "synchronous=OFF")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
