"""Which entries of a .bib file tell of papers that are wanted.

A few papers against a large file: an entry is decoded only where its TeX holds what one of them is
known by. What is passed over in this way is proven to be none of them: whatever could hide an
identifier, a title or a year from a plain look makes an entry one that is decoded.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from paperexport import dates, text
from paperexport.bibdocument import Document
from paperexport.entry import Entry
from paperexport.identifiers import aliases
from paperexport.normalization import normalize
from paperexport.record import Origin, Record
from paperexport.sources import bibtex

__all__ = ["Held", "Match", "displaced", "former", "unlike", "wrote"]

_ALIKE = 20
"""Entries that say the same of themselves, of which the likeliest is looked for, at most."""
_LIKE = 0.8
"""How much of two titles is alike where one is the other, put right …"""
_LONG = 300
"""… and how many characters of them are compared."""
_EVIDENT = ("title", "subtitle", "author", "editor", "year", "date")
_TELLING = ("author", "editor", "issued", "container_title", "publisher", "note", "url")
_FEW = 200
"""Looking for more papers than these costs as much as decoding …"""
_SHARE = 4
"""… and so does looking for more than one for each of these entries."""
# Neither an identifier nor what is needed to tell one is taken from these.
_SILENT = frozenset(
    """
    title subtitle shorttitle author editor translator abstract keywords keyword year month day date
    pages publisher address location organization institution school number series edition chapter
    language langid issn eid note type archiveprefix primaryclass eprinttype eprintclass file
    urldate copyright timestamp howpublished
    """.split()
)
_COMMAND = re.compile(r"\\[A-Za-z\\]")
# What lines of an annotation say in place of a field, or joined to it.
_LINES = re.compile("title|issued|isbn|pmid|pmcid")
_DATE = re.compile(r"\d{4}(?:-\d\d){0,2}", re.ASCII)
_LOWER = bytes(range(256)).lower()
_SIGNS = bytes(code for code in range(256) if not (code < 128 and chr(code).isalnum()))


class Match(Struct, frozen=True):
    """What a file has of a paper.

    Attributes:
        numbers: the entries that tell of the work, in order.
        shared: an entry that has its identifier, and is another paper by all else.
    """

    numbers: tuple[int, ...] = ()
    shared: int | None = None


class Held:
    """The entries of a file, decoded as far as somebody asks.

    Args:
        document: the file.
        written: key → what we wrote, field by field.

    Attributes:
        blocks: the entries that tell of a paper, in order.
        family: what they say, with what they inherit.
        titles: title, as TeX → the entries that have it, where we have written anything.
        retitled: entries whose title is not what we wrote.
    """

    def __init__(self, document: Document, written: Mapping[str, Mapping[str, str]] = {}) -> None:
        self.document = document
        self.written = written
        self.blocks = [block for block in document.entries if block.type != "xdata"]
        self.family = bibtex.Family(document)
        self.titles: dict[str, list[int]] = {}
        self.retitled: set[int] = set()
        self._records: dict[int, Record] = {}

    def record(self, number: int) -> Record:
        """What an entry says, but for its abstract."""
        found = self._records.get(number)
        return found if found is not None else self._decoded(number, self._said(number))

    def find(self, wanted: Sequence[Record]) -> list[Match]:
        """The entries of each record: those that tell of the same work.

        By an identifier, else by title, first author (or editor) and year, else, where we wrote
        the entry, by as little as it says, or by all that it says.
        """
        known: dict[str, list[int]] = {}
        for number, said, record in self._candidates(wanted):
            names = [*sorted(aliases(record)), *_evidence(record), f"title {record.title}"]
            if last := self.written.get(self.blocks[number].key):
                # A person may have put it right.
                names += _remembered(last)
                if "title" in last and any(said.get(n) != last.get(n) for n in _EVIDENT):
                    names += _put_right(wrote("", last), record)
                if name := _bare(record):
                    names.append(name)
            for name in names:
                known.setdefault(name, []).append(number)
        return [_match(record, known, self.record) for record in wanted]

    def _candidates(self, wanted: Sequence[Record]) -> Iterator[tuple[int, dict[str, str], Record]]:
        """The entries that may be one of the records, in order: number, values, record."""
        few = len(wanted) <= _FEW and len(wanted) * _SHARE <= len(self.blocks)
        sieve = _Sieve(wanted) if few else None
        names = {name for record in wanted for name in aliases(record)}
        self.titles.clear()
        for number, block in enumerate(self.blocks):
            said = self._said(number)
            if self.written:
                self.titles.setdefault(" ".join(said.get("title", "").split()), []).append(number)
            last = self.written.get(block.key)
            if last is not None and last.get("title", said.get("title")) != said.get("title"):
                self.retitled.add(number)
            if (
                sieve is None
                or sieve.holds(said, last is not None)
                or (last is not None and not names.isdisjoint(_remembered(last)))
                or (last is not None and "title" in last and sieve.entitles(last))
            ):
                yield number, said, self._decoded(number, said)

    def _said(self, number: int) -> dict[str, str]:
        return self.family.values(self.blocks[number])

    def _decoded(self, number: int, said: dict[str, str]) -> Record:
        # An abstract is half of a file, and tells neither who an entry is nor its version.
        said.pop("abstract", None)
        origin = Origin(source="bibtex", locator=self.document.locator)
        found = normalize(bibtex.entry(self.blocks[number], said, origin)).record
        self._records[number] = found
        return found


def former(
    written: Mapping[str, Mapping[str, str]], wanted: Sequence[Record]
) -> list[tuple[str, ...]]:
    """Of each record the keys under which we once wrote the same work.

    Args:
        written: key → what we wrote, field by field, of entries that are not there any more.
        wanted: the records.
    """
    if not written:
        return [()] * len(wanted)
    sieve = _Sieve(wanted) if len(wanted) <= _FEW else None
    records: dict[str, Record] = {}
    for key, last in written.items():
        if sieve is None or sieve.holds(_said(last), written=True):
            records[key] = wrote(key, last).replace(abstract="")
    keys = list(records)
    known: dict[str, list[int]] = {}
    for number, record in enumerate(records.values()):
        names = (*sorted(aliases(record)), *_evidence(record), _bare(record))
        for name in (*filter(None, names), f"title {record.title}"):
            known.setdefault(name, []).append(number)
    found = [_match(record, known, lambda n: records[keys[n]]) for record in wanted]
    return [tuple(keys[number] for number in match.numbers) for match in found]


def _match(record: Record, known: Mapping[str, list[int]], held: Callable[[int], Record]) -> Match:
    """What there is of a record, among entries that are known by names."""
    alike = _saying(sorted(aliases(record)), known)
    found = [number for number in alike if not unlike(held(number), record)]
    if not found:
        told = _saying((*_evidence(record), _bare(record)), known)
        found = [number for number in told if not _told_apart(held(number), record)]
    if not found and any(getattr(record, name) for name in _TELLING):
        said = record.replace(abstract="", origins={})
        same = _saying((f"title {record.title}",), known)
        found = [number for number in same if held(number) == said]
    return Match(tuple(found), alike[0] if alike and not found else None)


def _saying(names: Iterable[str], known: Mapping[str, list[int]]) -> list[int]:
    """The entries that are known by one of these names, in order."""
    return list(dict.fromkeys(n for name in names for n in known.get(name, ())[:_ALIKE]))


def _evidence(record: Record) -> list[str]:
    """Title, first author (or editor) and year together; never a title alone."""
    title = text.fold(record.title)
    people = record.author or record.editor
    if not title or not people:
        return []
    first = people[0]
    year = record.issued.year if record.issued else ""  # neither may have one
    return [f"{title}\n{text.fold(first.family or first.literal)}\n{year}"]


def _put_right(was: Record, now: Record) -> list[str]:
    """The evidence of what we wrote, unless another paper has taken its place since."""
    alike = _likeness(was.title, now.title) > _LIKE
    return _evidence(was) if alike and not _told_apart(was, now) else []


def _likeness(one: str, other: str) -> float:
    titles = (text.fold(one)[:_LONG], text.fold(other)[:_LONG])
    return difflib.SequenceMatcher(None, *titles, autojunk=False).ratio() if all(titles) else 0


def displaced(was: Record, now: Record) -> bool:
    """Whether another paper has the key that we wrote one under: title and people are others."""
    titles = (text.fold(was.title), text.fold(now.title))
    if not all(titles) or titles[0].startswith(titles[1]) or titles[1].startswith(titles[0]):
        return False
    one, other = ({text.fold(n.family or n.literal) for n in (*r.author, *r.editor)}
                  for r in (was, now))  # fmt: skip
    return one.isdisjoint(other) and _likeness(was.title, now.title) <= _LIKE


def _bare(record: Record) -> str:
    """The title of a record of which nothing else is known that identifies it; else empty."""
    title = text.fold(record.title)
    return f"bare {title}" if title and not record.author and not aliases(record) else ""


def _remembered(last: Mapping[str, str]) -> list[str]:
    """The identifiers that we wrote, whatever stands there now."""
    doi = last.get("doi", "").replace("\\", "").lower()
    archive = (last.get("archiveprefix") or last.get("eprinttype") or "").lower()
    eprint = f"{archive}:{last['eprint']}" if archive and "eprint" in last else ""
    isbns = last.get("isbn", "").split() if last.get("@type") == "book" else ()
    others = [f"{name}:{last[name]}" for name in ("pmid", "pmcid") if name in last]
    found = [f"doi:{doi}" if doi else "", eprint, *others, *(f"isbn:{isbn}" for isbn in isbns)]
    return [name for name in found if name]


def wrote(key: str, last: Mapping[str, str]) -> Record:
    """The record that we wrote."""
    fields = bibtex.fields(last.get("@type", "misc"), key, _said(last))
    return normalize(Entry(fields=fields, origin=Origin(), markup=())).record


def _said(last: Mapping[str, str]) -> dict[str, str]:
    """What we wrote, or knew, of an entry: field → TeX."""
    return {name.removeprefix("@"): tex for name, tex in last.items() if name != "@type"}


def unlike(one: Record, other: Record) -> bool:
    """Whether two that share an identifier are two papers: it is of whole proceedings, or a slip.

    Neither title begins the other, and nobody wrote both.
    """
    titles = sorted((text.fold(one.title), text.fold(other.title)), key=len)
    people = [{text.fold(n.family or n.literal) for n in r.author} for r in (one, other)]
    return (
        all(titles)
        and all(people)
        and not titles[1].startswith(titles[0])
        and people[0].isdisjoint(people[1])
    )


def _told_apart(one: Record, other: Record) -> bool:
    """Whether two have identifiers of one kind, and not the same."""
    kinds: list[dict[str, set[str]]] = [{}, {}]
    for record, kind in zip((one, other), kinds, strict=True):
        for name in aliases(record):
            if not name.startswith("doi:10.48550/arxiv."):
                kind.setdefault(name.partition(":")[0], set()).add(name)
    return any(kinds[0][k].isdisjoint(kinds[1][k]) for k in kinds[0].keys() & kinds[1].keys())


# --- What an entry must hold ----------------------------------------------------------------------


_NOTE = 1000
"""Characters of TeX in which a note is an identifier and nothing else, at most."""


class _Sieve:
    """Passes each entry that may be one of some records, and few others.

    Args:
        wanted: the records.
    """

    def __init__(self, wanted: Sequence[Record]) -> None:
        cores = {_core(name) for record in wanted for name in aliases(record)}
        self.ids = re.compile("|".join(sorted(cores)) if cores else "(?!)")
        self.titles = {text.fold(record.title) for record in wanted}
        self.years = {f"{r.issued.year:04d}" if r.issued else "" for r in wanted}

    def holds(self, said: Mapping[str, str], written: bool) -> bool:
        """Whether an entry may be one of them.

        Args:
            said: field name in lower case → TeX.
            written: whether a title may be all that it says.
        """
        told = "\n".join([value for name, value in said.items() if name not in _SILENT])
        if "howpublished" in said:  # mostly an address, and nothing but one
            told += "\n" + said["howpublished"].removeprefix("\\url{")
        if "note" in said and len(said["note"]) < _NOTE:
            told += "\n" + said["note"]
        if "%" in told or ("\\" in told and _COMMAND.search(told)):
            return True  # encoded, or a command: letters may stand for others
        squashed = _squash(told)
        if self.ids.search(squashed):
            return True
        if ("annote" in said or "annotation" in said) and _LINES.search(squashed):
            return True
        if not written and (year := _year(said)) is not None and year not in self.years:
            return False
        return self.entitles(said)

    def entitles(self, said: Mapping[str, str]) -> bool:
        """Whether what an entry says, or said, has the title of one of them."""
        return text.fold(bibtex.title(said)) in self.titles


def _core(name: str) -> str:
    """What every spelling of an identifier holds, without its signs; nothing if that is unknown.

    A subject class may stand in an old arXiv id (``math.GT/0309136``). An accent takes its letter
    out of ASCII, so that nothing is sure of what is not all in it.
    """
    scheme, _, value = name.partition(":")
    if scheme == "arxiv" or value.startswith("10.48550/arxiv."):
        value = value.rpartition("/")[2].removeprefix("arxiv.")
    return _squash(value) if value.isascii() else ""


def _squash(said: str) -> str:
    """The ASCII letters, in lower case, and digits of a text."""
    if not said.isascii():
        said = said.lower()  # the sign of Kelvin is a K
    return said.encode("ascii", "ignore").translate(_LOWER, _SIGNS).decode("ascii")


def _year(said: Mapping[str, str]) -> str | None:
    """The year of an entry, four digits; empty where it has none, None where it is not plain."""
    if "issued" in said:
        return None
    date = said.get("date") or said.get("year") or ""
    if not date:
        return ""
    # 2024-13 is no date, and its entry has no year.
    return date[:4] if _DATE.fullmatch(date) and dates.parse(date) else None
