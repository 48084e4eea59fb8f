"""Which of several records tell of one work.

Two do when they share an identifier; or, where one of them has none, when they share title and
abstract, or title, authors and year. A title alone never joins two records: titles are re-used.
"""

from __future__ import annotations

from collections.abc import Sequence

from paperexport import text
from paperexport.identifiers import aliases
from paperexport.record import Record

__all__ = ["clusters"]


def clusters(records: Sequence[Record]) -> list[list[int]]:
    """The records, as indices, put together by work; in the order of their first members."""
    parent = list(range(len(records)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    first: dict[str, int] = {}
    known = [aliases(record) for record in records]
    heads: dict[int, int] = {}
    for number, record in enumerate(records):
        for name in sorted(known[number]):
            other = first.setdefault(name, number)
            if other != number and not _apart(records[other], record):
                parent[root(number)] = root(other)
    evidence: dict[str, int] = {}
    for number, record in enumerate(records):
        for name in _evidence(record):
            other = evidence.setdefault(name, number)
            if other == number:
                continue
            # Whoever has an identifier was compared by it; both having one, and different ones,
            # says that they are two.
            mine, theirs = _schemes(known[number]), _schemes(known[other])
            if mine & theirs and root(number) != root(other):
                continue
            parent[root(number)] = root(other)
    found: list[list[int]] = []
    for number in range(len(records)):
        top = root(number)
        if top not in heads:
            heads[top] = len(found)
            found.append([])
        found[heads[top]].append(number)
    return found


def _apart(one: Record, other: Record) -> bool:
    """Whether two that share an identifier are two papers all the same.

    A DOI of whole proceedings is sometimes given to each paper in them; their preprints differ.
    """
    if one.eprint is None or other.eprint is None:
        return False
    same_archive = one.eprint.archive == other.eprint.archive
    return (
        same_archive
        and one.eprint.id != other.eprint.id
        and text.fold(one.title) != text.fold(other.title)
    )


def _schemes(names: frozenset[str]) -> set[str]:
    return {name.partition(":")[0] for name in names}


def _evidence(record: Record) -> list[str]:
    """What two printings of one paper share, beside its title."""
    title = text.fold(record.title)
    if not title:
        return []
    found = []
    if abstract := text.fold(record.abstract):
        found.append(f"{title}\n{abstract}")
    if record.author and record.issued:
        people = text.fold(" ".join(name.literal or name.family for name in record.author))
        found.append(f"{title}\n{people}\n{record.issued.year}\n{record.type}")
    return found
