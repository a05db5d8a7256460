"""Fetch the npm packages that Sojourn vendors, at the versions and hashes pinned here."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    sha512: str
    """The registry's integrity value (base64), so that a changed package is refused."""
    licence: str


BRICOLAGE = Package(
    "@fontsource-variable/bricolage-grotesque",
    "5.3.0",
    "TLi9Q4hJjS2UvoTMRSS2nHu6c4R56lAw60NR9QYtVRCHn0XtsFpiEhNffZ8Glsoxu6wEEwLKBP8lb94J52PNBA==",
    "OFL-1.1",
)
ATKINSON = Package(
    "@fontsource-variable/atkinson-hyperlegible-next",
    "5.3.0",
    "UnLzNUy1RWoLDfydAatP4NaRm99X/WbQEph7q/PymJnCFIOOwKOx3pBmp5ys8trO0dM+CKGuJgeZP9fAR4mQpA==",
    "OFL-1.1",
)
WORLD_ATLAS = Package(
    "world-atlas",
    "2.0.2",
    "IXfV0qwlKXpckz1FhwXVwKRjiIhOnWttOskm5CtxMsjgE/MXAYRHWJqgXOpM8IkcPBoXnyTU5lFHcYa5ChG0LQ==",
    "ISC (files), public domain (Natural Earth)",
)
HTMX = Package(
    "htmx.org",
    "2.0.11",
    "Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
    "0BSD",
)


def unpack(package: Package, folder: Path) -> Path:
    """Bring one package into `folder`; return the folder that holds its files."""
    done = subprocess.run(
        ["npm", "pack", f"{package.name}@{package.version}", "--silent"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    archive = folder / done.stdout.strip().splitlines()[-1]
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.sha512:
        raise SystemExit(f"{package.name} {package.version}: not the package we pinned ({found})")
    target = folder / package.name.replace("/", "-").lstrip("@")
    with tarfile.open(archive) as packed:
        packed.extractall(target, filter="data")
    return target / "package"
