"""Which of several records tell of one work.

Two do when they share an identifier; or, where one of them has none, when they share title and
abstract, or title, authors and year. A title alone never joins two records: titles are re-used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from paperexport import text
from paperexport.identifiers import aliases
from paperexport.record import Record

__all__ = ["clusters"]


def clusters(records: Sequence[Record]) -> list[list[int]]:
    """The records, as indices, put together by work; in the order of their first members."""
    known = [aliases(record) for record in records]
    titles = [text.fold(record.title) for record in records]
    if _all_differ(name for names in known for name in names) and _all_differ(filter(None, titles)):
        return [[number] for number in range(len(records))]
    parent = list(range(len(records)))

    def root(number: int) -> int:
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    first: dict[str, int] = {}
    schemes = [{name.partition(":")[0] for name in names} for names in known]
    preprints = [record if record.eprint is not None else None for record in records]
    heads: dict[int, int] = {}

    def join(number: int, other: int) -> None:
        gone, kept = root(number), root(other)
        if gone != kept:
            parent[gone] = kept
            # The smaller goes into the larger, so that a long chain costs no more than its length.
            few, many = sorted((schemes[gone], schemes[kept]), key=len)
            many |= few
            schemes[kept] = many
            preprints[kept] = preprints[kept] or preprints[gone]

    for number, names in enumerate(known):
        for name in sorted(names):
            other = first.setdefault(name, number)
            if not _apart(preprints[root(other)], preprints[root(number)]):
                join(number, other)
    evidence: dict[str, int] = {}
    for number, name in _evidence(records, titles):
        other = evidence.setdefault(name, number)
        # Whoever has an identifier was compared by it; both having one, and different ones, says
        # that they are two.
        if root(number) != root(other) and schemes[root(number)].isdisjoint(schemes[root(other)]):
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


def _all_differ(names: Iterable[str]) -> bool:
    """Whether no name comes twice."""
    listed = list(names)
    return len(set(listed)) == len(listed)


def _evidence(records: Sequence[Record], titles: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The number of each record, and what two printings of one paper share, beside its title."""
    times = Counter(titles)
    for number, (title, record) in enumerate(zip(titles, records, strict=True)):
        if not title or times[title] == 1:
            continue
        if abstract := text.fold(record.abstract):
            yield number, f"{title}\n{abstract}"
        if record.author and record.issued:
            people = text.fold(" ".join(name.literal or name.family for name in record.author))
            yield number, f"{title}\n{people}\n{record.issued.year}\n{record.type}"
