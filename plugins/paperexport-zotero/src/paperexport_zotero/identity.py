"""By what a paper is known, and the keys that are made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from paperexport_zotero import mapping
from paperexport_zotero._core import Record, aliases, fold, match, normalize

ALPHABET = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
ORDER = ("arxiv", "doi", "pmid", "pmcid", "isbn")
"""Schemes, the one that a key is made of first."""


def names(record: Record) -> tuple[str, ...]:
    """All that a paper is known by: identifiers, best first, then title with first author.

    A title alone is no name: titles are used again.
    """
    found = sorted(aliases(record), key=_rank)
    return (*found, *titled(record))


def remembered_by(record: Record) -> tuple[str, ...]:
    """What a paper is remembered by, once it was brought: its names, or the little that it has.

    And the item of another library that it is a copy of, whatever becomes known of that.
    """
    read = (o.locator for o in record.origins.values() if o.locator.startswith("zotero:"))
    return (*(names(record) or (main_name(record),)), *sorted(set(read)))


def identifiers(record: Record) -> tuple[str, ...]:
    """The names of a paper that are identifiers."""
    return tuple(sorted(aliases(record), key=_rank))


def _rank(name: str) -> tuple[int, str]:
    scheme = name.partition(":")[0]
    return (ORDER.index(scheme) if scheme in ORDER else len(ORDER), name)


def titled(record: Record) -> tuple[str, ...]:
    """``title:…|author``, where both are known."""
    title = fold(record.title)
    first = record.author[0] if record.author else None
    family = (
        fold((first.literal.split() or [""])[-1] if first.literal else first.family)
        if first
        else ""
    )
    return (f"title:{title}|{family}",) if title and family else ()


WORDS = 5
"""Words that a title must have to tell a paper by itself."""


def bare(record: Record) -> str:
    """``bare:…``: a title by itself, for :func:`told_by_title` to judge; empty without one."""
    title = fold(record.title)
    return f"bare:{title}" if title else ""


def told_by_title(one: Record, other: Record) -> bool:
    """Whether two records of one title are one paper, where one of them has little more than that.

    A list copied off a page has titles and abstracts alone; the same paper is complete once it was
    resolved. Where both have authors or identifiers, those decide, and this says no. Where both
    have abstracts, these must agree; else the title must be of some length.
    """
    if names(one) and names(other):
        return False
    said = match.compare(one, other)
    if said.title != "same" or "other" in (said.abstract, said.author, said.year, said.identifier):
        return False
    return said.abstract in ("same", "near") or len(one.title.split()) >= WORDS


def of_item(data: Mapping[str, Any]) -> tuple[Record, tuple[str, ...]]:
    """The record of an item, and what it is known by."""
    record = normalize(mapping.to_entry(data)).record
    return record, names(record)


def alike(wanted: Record, found: Record) -> bool:
    """Whether two of one title and first author are one paper.

    They are not where both have an identifier of one scheme and it differs, nor where their years
    are more than one apart (a preprint is often printed a year later).
    """
    years = [record.issued.year if record.issued else 0 for record in (wanted, found)]
    return compatible(aliases(wanted), aliases(found), *years)


def compatible(
    ours: Iterable[str], theirs: Iterable[str], our_year: int = 0, their_year: int = 0
) -> bool:
    """Whether nothing says that two of one title and first author are two papers.

    Args:
        ours: names of the one.
        theirs: names of the other.
        our_year: of the one; 0 where it is not known.
        their_year: of the other.
    """
    left, right = _schemes(ours), _schemes(theirs)
    for scheme in left.keys() & right.keys() - {"title", "text", "zotero"}:
        if not left[scheme] & right[scheme] and not _preprint_doi(scheme, left, right):
            return False
    return not (our_year and their_year) or abs(our_year - their_year) <= 1


def _schemes(names: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in names:
        scheme, _, value = name.partition(":")
        found.setdefault(scheme, set()).add(value)
    return found


def _preprint_doi(scheme: str, ours: dict[str, set[str]], theirs: dict[str, set[str]]) -> bool:
    """Whether one DOI is the preprint's and the other the publication's."""
    if scheme != "doi":
        return False
    arxiv = [any(v.startswith("10.48550/arxiv.") for v in side[scheme]) for side in (ours, theirs)]
    return arxiv[0] != arxiv[1]


def key_of(library: str, identity: str, generation: int = 0) -> str:
    """The key of the object that we make for an identity.

    It is made of the identity alone, so that two runs that know nothing of each other choose the
    same key, and the server lets only one of them make the object.
    """
    digest = hashlib.sha256(f"paperexport/{library}/{identity}/{generation}".encode()).digest()
    number = int.from_bytes(digest[:8], "big")
    letters = []
    for _ in range(8):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def main_name(record: Record) -> str:
    """The one name that a key is made of."""
    found = names(record)
    if found:
        return found[0]
    said = "\n".join((record.title, record.url, str(record.issued or "")))
    return f"text:{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()}"


def digest(value: object) -> str:
    """A short digest of a JSON value."""
    import json

    said = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]
