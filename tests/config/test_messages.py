"""Compiling the interface's translations without GNU gettext."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

from sojourn.config.messages import compile_messages

SOURCE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Sign in"
msgstr "Inloggen"

msgid "%(n)s place"
msgid_plural "%(n)s places"
msgstr[0] "%(n)s plek"
msgstr[1] "%(n)s plekken"

#, fuzzy
msgid "Guess"
msgstr "Gok"
"""


def locale(folder: Path) -> Path:
    messages = folder / "nl" / "LC_MESSAGES"
    messages.mkdir(parents=True)
    (messages / "django.po").write_text(SOURCE)
    return messages


def test_compiled_messages_can_be_used(tmp_path: Path) -> None:
    messages = locale(tmp_path)
    assert compile_messages(tmp_path) == [messages / "django.mo"]
    with (messages / "django.mo").open("rb") as file:
        dutch = gettext.GNUTranslations(file)
    assert dutch.gettext("Sign in") == "Inloggen"
    assert dutch.ngettext("%(n)s place", "%(n)s places", 2) == "%(n)s plekken"
    assert dutch.gettext("Guess") == "Guess"  # nobody has confirmed it


def test_only_what_changed_is_compiled_again(tmp_path: Path) -> None:
    messages = locale(tmp_path)
    compile_messages(tmp_path)
    assert compile_messages(tmp_path) == []
    later = (messages / "django.mo").stat().st_mtime + 10
    os.utime(messages / "django.po", (later, later))
    assert compile_messages(tmp_path) == [messages / "django.mo"]
