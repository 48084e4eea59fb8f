"""Which of several records tell of one work.

Two do when they share an identifier; or, where one of them has none, when they share title and
abstract, or title, authors and year. A title alone never joins two records: titles are re-used.
Nor does an identifier alone join two that all else tells apart: the DOI of a book is given to each
of its chapters, the ISBN of a set to each of its volumes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from paperexport import match, text
from paperexport.identifiers import aliases
from paperexport.record import Name, Record

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
            if number != other and _are_two(records[other], records[number]):
                continue
            if not _apart(preprints[root(other)], preprints[root(number)]):
                join(number, other)
    evidence: dict[str, int] = {}
    for number, name in _evidence(records, titles):
        other = evidence.setdefault(name, number)
        if number != other and _are_elsewhere(records[other], records[number]):
            continue
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


def _are_two(one: Record, other: Record) -> bool:
    """Whether two that share a DOI or an ISBN are two works by all else."""
    if not one.title or not other.title or text.fold(one.title) == text.fold(other.title):
        return False
    if one.eprint is not None and one.eprint == other.eprint:
        return False
    if one.type == other.type == "book" and (
        _differ(one.volume, other.volume)
        or match.numbers_in(one.title) != match.numbers_in(other.title)
    ):
        return True
    strangers = one.author and other.author and _people(one).isdisjoint(_people(other))
    return bool(strangers or _differ(_first_page(one), _first_page(other))) and not _alike(
        one.title, other.title
    )


def _are_elsewhere(one: Record, other: Record) -> bool:
    """Whether two of one title, by the same people in one year, are two works: two editorials."""
    return (
        _differ(one.volume, other.volume)
        or _differ(one.issue, other.issue)
        or _differ(_first_page(one), _first_page(other))
        or match.kind_of(one.title) != match.kind_of(other.title)
        or (
            text.fold(one.title) in _HEADINGS
            and _differ(text.fold(one.container_title), text.fold(other.container_title))
        )
    )


_HEADINGS = frozenset(
    "conclusion conclusions discussion editorial foreword introduction preface".split()
)
"""Titles that every journal has, and every book."""
_LONG = 4
"""Letters of a word that tells something."""


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one != other


def _first_page(record: Record) -> str:
    return record.page.partition("-")[0].strip()


def _people(record: Record) -> set[str]:
    return {text.fold(name.literal or name.family) for name in record.author}


def _alike(one: str, other: str) -> bool:
    """Whether two titles share a third of their words: a paper may change its title."""
    words = [{w for w in match.words_of(title) if len(w) >= _LONG} for title in (one, other)]
    return 3 * len(words[0] & words[1]) >= min(map(len, words))


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
            people = text.fold(" ".join(map(_printed, record.author)))
            yield number, f"{title}\n{people}\n{record.issued.year}\n{record.type}"


def _printed(name: Name) -> str:
    """A name as far as all printings of it agree: with one initial."""
    return name.literal or f"{name.given[:1]} {name.family}"
