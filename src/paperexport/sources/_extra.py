"""What sources of several formats share: our own lines in notes, arXiv as a "journal"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from paperexport import identifiers, names
from paperexport._regex import late
from paperexport.record import FIELDS, NAME_FIELDS, Eprint, Name

# What is no text in a record is never written so, bar the version of a preprint.
_READ = frozenset((*FIELDS, "eprint_version")) - {"custom", "eprint", "note", "origins"}

_ARXIV_JOURNAL = late(r"(?:arxiv|corr|computing research repository)\b", re.IGNORECASE)
_ARXIV_ID = late(
    r"(?<!\d)(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?!\d)", re.IGNORECASE
)

_DOI_NOTE = late(r"(?:doi\s*:\s*)+|(?=https?://(?:dx\.)?doi\.org/)", re.IGNORECASE)


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
    rest, _, suffix = given.rpartition(", ")
    if suffix.endswith(","):  # as in name_line: a comma that parts no suffix
        rest, suffix = given[:-1], ""
    particle, family = names.particle_of(family)
    return Name(
        family=family,
        particle=particle,
        given=rest or given,
        suffix=suffix if rest else "",
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


def identifier_in_note(found: dict[str, Any]) -> None:
    """A note that is an arXiv id or a DOI, and nothing else: ``arXiv:2401.09042 [cs.CL]``.

    It is taken for what it is, unless another is known.

    Args:
        found: fields of an entry, which are changed.
    """
    note = str(found.get("note", ""))
    if not note or len(note) > 200:
        return
    if "arxiv" in note.lower() and (parsed := identifiers.arxiv(note)):
        subject = identifiers.arxiv_class(note)
        eprint = Eprint(archive="arxiv", id=parsed[0], version=parsed[1], primary_class=subject)
        held = found.setdefault("eprint", eprint)
        if (
            isinstance(held, Eprint)
            and held.id == eprint.id
            and (eprint.version in (None, held.version) and subject in ("", held.primary_class))
        ):
            del found["note"]
    elif _DOI_NOTE.match(note) and (doi := identifiers.doi(_DOI_NOTE.sub("", note, count=1))):
        other = identifiers.doi(str(found.setdefault("doi", doi)))
        if other and other.lower() == doi.lower():
            del found["note"]
