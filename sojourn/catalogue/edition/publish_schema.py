"""Publishes the edition format as JSON Schemas, by which editors complete and check the files.

python -m sojourn.catalogue.edition.publish_schema          writes editions/schema/
python -m sojourn.catalogue.edition.publish_schema --check  says whether it is current
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

# The format has a field for each language of the settings.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sojourn.config.settings")

from sojourn.catalogue.edition import schema
from sojourn.catalogue.edition.check import LISTS

FOLDER = Path(__file__).resolve().parents[3] / "editions" / "schema"


def schemas() -> dict[str, str]:
    """Return the text of every schema by its file's name."""
    whole: dict[str, Any] = {
        "edition": schema.Faculty,
        "courses": schema.CourseFile,
        "guide": schema.GuideHead,
    }
    for file, model in LISTS.items():
        whole[file.removesuffix(".yaml")] = list[model]  # type: ignore[valid-type]
    return {f"{name}.schema.json": _text(name, kind) for name, kind in sorted(whole.items())}


def _text(name: str, kind: type[BaseModel] | Any) -> str:
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{name}.schema.json",
        **TypeAdapter(kind).json_schema(by_alias=True),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def publish(folder: Path = FOLDER) -> None:
    """Write every schema."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8")


def outdated(folder: Path = FOLDER) -> list[str]:
    """Return the schemas whose files do not say what the models say, or that nobody knows."""
    wanted = schemas()
    held = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    return sorted(name for name in wanted.keys() | held if wanted.get(name) != held.get(name))


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        names = outdated()
        for name in names:
            sys.stdout.write(f"editions/schema/{name} is not current\n")
        return 1 if names else 0
    if arguments:
        sys.stderr.write(__doc__ or "")
        return 2
    publish()
    sys.stdout.write(f"{len(schemas())} schemas written to {FOLDER}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
