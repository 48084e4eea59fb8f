"""Real pages and answers that nobody in this project wrote, where they are there.

They lie beside the project, in ``../shared/data``, and are not part of it; a test that needs one
is skipped, with that reason, in a clone that stands elsewhere.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "shared" / "data"


def path(name: str) -> Path:
    """The file or folder of that name; skips the test where there is none."""
    found = ROOT / name
    if not found.exists():
        pytest.skip(f"{name}: real inputs are not beside this clone (../shared/data)")
    return found


def manifest(folder: str = "") -> Iterator[tuple[str, str]]:
    """``(file, number of papers)`` for each file listed of a folder; nothing where none are."""
    listing = ROOT / "MANIFEST.tsv"
    if not listing.exists():
        return
    with listing.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["file"].startswith(folder):
                yield row["file"], row["papers"]
