"""Which of several records tell of one work.

Two do when they share an identifier; or, where one of them has none, when they share title and
abstract, or title, authors and year. A title alone never joins two records: titles are re-used.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

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
    known = [set(aliases(record)) for record in records]
    preprints = [record if record.eprint is not None else None for record in records]
    heads: dict[int, int] = {}

    def join(number: int, other: int) -> None:
        gone, kept = root(number), root(other)
        if gone != kept:
            parent[gone] = kept
            known[kept] |= known[gone]
            preprints[kept] = preprints[kept] or preprints[gone]

    for number, record in enumerate(records):
        for name in sorted(aliases(record)):
            other = first.setdefault(name, number)
            if not _apart(preprints[root(other)], preprints[root(number)]):
                join(number, other)
    evidence: dict[str, int] = {}
    for number, record in enumerate(records):
        for name in _evidence(record):
            other = evidence.setdefault(name, number)
            # Whoever has an identifier was compared by it; both having one, and different ones,
            # says that they are two.
            if root(number) != root(other) and not (
                _schemes(known[root(number)]) & _schemes(known[root(other)])
            ):
                join(number, other)
    found: list[list[int]] = []
    for number in range(len(records)):
        top = root(number)
        if top not in heads:
            heads[top] = len(found)
            found.append([])
        found[heads[top]].append(number)
    return found


def _apart(one: Record | None, other: Record | None) -> bool:
    """Whether two that share an identifier are two papers all the same.

    A DOI of whole proceedings is sometimes given to each paper in them; their preprints differ.
    """
    if one is None or other is None or one.eprint is None or other.eprint is None:
        return False
    same_archive = one.eprint.archive == other.eprint.archive
    return (
        same_archive
        and one.eprint.id != other.eprint.id
        and text.fold(one.title) != text.fold(other.title)
    )


def _schemes(names: Set[str]) -> set[str]:
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
