"""What sources of several formats share: our own lines in notes, arXiv as a "journal"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from paperexport import identifiers, names
from paperexport._regex import late
from paperexport.record import FIELDS, NAME_FIELDS, Name

# What is no text in a record is never written so, bar the version of a preprint.
_READ = frozenset((*FIELDS, "eprint_version")) - {"custom", "eprint", "note", "origins"}

_ARXIV_JOURNAL = late(r"(?:arxiv|corr|computing research repository)\b", re.IGNORECASE)
_ARXIV_ID = late(
    r"(?<!\d)(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?!\d)", re.IGNORECASE
)


def extras(lines: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """The lines of :mod:`paperexport.formats.lines`, read back: ``code-url: https://…``.

    Args:
        lines: of a note.

    Returns:
        the text that is left, and field → text, or a list of names or of fields.
    """
    left: list[str] = []
    found: dict[str, Any] = {}
    for line in lines:
        name, colon, value = line.partition(": ")
        field = name.strip().replace("-", "_")
        if not colon or field not in _READ:
            left.append(line)
        elif field in NAME_FIELDS and value == "others":
            found.setdefault("incomplete", []).append(field)
        elif field in NAME_FIELDS:
            found.setdefault(field, []).append(_name(value))
        elif field == "incomplete":
            found.setdefault("incomplete", []).extend(value.split(", "))
        elif field == "other_ids":
            found[field] = value.split()
        else:
            found[field] = f"{found[field]} {value}" if field in found else value
    return "\n".join(left).strip(), found


def _name(said: str) -> Name:
    family, bars, given = f"{said} ".partition(" || ")
    given = given.removesuffix(" ")
    if not bars:
        return Name(literal=family)
    rest, comma, suffix = given.rpartition(", ")
    particle, family = names.particle_of(family)
    return Name(
        family=family,
        particle=particle,
        given=rest if comma else given,
        suffix=suffix if comma else "",
    )


def arxiv_journal(found: dict[str, Any]) -> None:
    """Take "arXiv preprint arXiv:…" and "CoRR", which are no journals, for what they are.

    Args:
        found: fields of an entry, which are changed.
    """
    journal = found.get("container_title", "")
    if not journal or journal[0] not in "aAcC" or _ARXIV_JOURNAL.match(journal) is None:
        return
    volume = str(found.get("volume", ""))
    if "eprint" not in found:
        hit = _ARXIV_ID.search(journal)
        url = str(found.get("url", ""))
        spelt = hit[0] if hit else volume if identifiers.arxiv(volume) else url
        if identifiers.arxiv(spelt):
            found["arxiv"] = spelt
    if "eprint" in found or "arxiv" in found:
        del found["container_title"]
        if "abs/" in volume or identifiers.arxiv(volume):
            del found["volume"]
        found["type"] = "article"
