"""The lines of :mod:`paperexport.formats.lines`, read back: ``code-url: https://…``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from paperexport import names
from paperexport.record import FIELDS, NAME_FIELDS, Name

# What is no text in a record is never written so, bar the version of a preprint.
_READ = frozenset((*FIELDS, "eprint_version")) - {"custom", "eprint", "note", "origins"}


def extras(lines: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """What lines say in fields of a record, and the text of those that say something else.

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
