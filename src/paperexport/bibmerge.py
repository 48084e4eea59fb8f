"""Records into a hand-kept .bib file: a three-way merge, field by field.

What we wrote last time, what the file says now, what we would write. A field that a person changed,
or took out, stays as it is; a field that we wrote and nobody touched may be improved; an entry that
we never wrote only has its empty fields filled. An entry that a person deleted is left out until
somebody asks for it again. Keys in use never change. Year, venue and DOI of two versions of a work
never meet in one entry.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from paperexport import citekeys, latex, text
from paperexport.bibdocument import MONTHS, Block, Document, Field
from paperexport.bibedit import Edits
from paperexport.bibfind import Held, Match, displaced, former, wrote
from paperexport.citekeys import Pattern
from paperexport.diagnostics import Diagnostic
from paperexport.hookspecs import Exporter
from paperexport.identifiers import aliases, arxiv_of_doi
from paperexport.merge import merge as one_of
from paperexport.record import Origin, Record

__all__ = ["Change", "Memory", "Merged", "dialect", "merge", "pattern_of"]

OnConflict = Literal["keep", "update"]
Memory = Mapping[str, Mapping[str, str]]
"""Citation key → field in lower case → TeX as we wrote it last; of an entry that we added ``@type``
too, of any other ``@title`` and the like: what we know it by.

Where a key has another paper now, what was written under it has a line end behind the key.
"""

Said = dict[str, tuple[str, bool, str]]
"""Field in lower case → TeX, whether it is bare, and the name as the exporter spells it."""

# Names of one thing in the two dialects: an entry that has one of them has it.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "year": ("date",), "month": ("date",), "day": ("date",), "date": ("year",),
    "journal": ("journaltitle",), "journaltitle": ("journal",),
    "address": ("location",), "location": ("address",),
    "school": ("institution",), "institution": ("school",),
    "archiveprefix": ("eprinttype",), "eprinttype": ("archiveprefix",),
    "primaryclass": ("eprintclass",), "eprintclass": ("primaryclass",),
    "annote": ("annotation",), "annotation": ("annote",),
    "language": ("langid", "hyphenation"), "langid": ("language", "hyphenation"),
    "keywords": ("keyword",),
}  # fmt: skip
# What we write where an entry type has no better place, and which entries have the better one.
_HOUSES = ("publisher", "organization", "institution", "school")
_PLACES = ("journal", "journaltitle", "booktitle", "maintitle", "booksubtitle", "series")
_ELSEWHERE: dict[str, tuple[str, ...]] = {
    "howpublished": (*_PLACES, "titleaddon"), "titleaddon": (*_PLACES, "howpublished"),
    "pages": ("eid",), "number": ("issue",), "pagetotal": ("numpages",),
    "journal": ("booktitle",), "journaltitle": ("booktitle",),
    "booktitle": ("journal", "journaltitle"),
    "organization": _HOUSES, "institution": _HOUSES, "school": _HOUSES,
}  # fmt: skip
# What stands beside one name of an archive is its class by that dialect's name.
_BESIDE = {
    "primaryclass": ("eprinttype", "eprintclass"),
    "eprintclass": ("archiveprefix", "primaryclass"),
}
# The fields that tell of one version of a work, and not of the others.
_VERSION = frozenset(
    """
    year month day date journal journaltitle booktitle shortjournal series volume number issue pages
    publisher address location organization institution school edition chapter eventtitle venue
    eventdate doi isbn issn howpublished version pubstate type entrysubtype eid @type
    """.split()
)
_DATE = frozenset(("year", "month", "day", "date"))
# What makes a title more than a title, to the letter.
_EVIDENCE = frozenset(("author", "editor", "abstract", "url"))
# What an entry of a person's own is known by, once we have filled a field of it.
_KNOWN_BY = (
    "title", "author", "editor", *sorted(_DATE), "doi", "eprint", "archiveprefix", "eprinttype",
    "isbn", "pmid", "pmcid",
)  # fmt: skip
# An address leads to one version, whatever it is that an entry says besides.
_OF_VERSION = _VERSION | {"url"}
_YEAR = re.compile(r"\d{4}(?!\d)")
_UNPUBLISHED = frozenset(("article", "document", "manuscript"))
# What no field of a hand-kept entry is missing: our own notes, and kinds that its type tells.
_NOTES = frozenset(("annote", "annotation", "entrysubtype", "pubstate"))
# What is not said twice, under whatever name.
_REPEATED = frozenset(("publisher", "shortjournal"))
_THESES = ("phdthesis", "mastersthesis")
_PATTERNS = (
    citekeys.DEFAULT,
    "auth.lower + year",
    "auth + year",
    "auth + year + veryshorttitle",
    "auth + year + veryshorttitle.lower",
    "auth.lower + '_' + veryshorttitle.lower + '_' + year",
    "auth + '_' + year",
    "auth.lower + '_' + year",
    "auth + ':' + year",
    "auth.lower + ':' + year",
    "auth.lower + shortyear",
    "auth + shortyear",
    "authEtal2.lower + year",
    "auth.lower + year + shorttitle(3).lower",
    "auth + '-' + year",
    "auth.lower + '-' + year",
    "identifier",
)
_POSTFIX = re.compile(r"[a-z]{0,2}")
AGAIN = "`export … --into` with `--again` brings it back"
_GONE = 1_000
"""What was written into entries that are not there any more: so many are remembered, at most."""
_SAMPLE = 200
"""How many entries tell the ways of a file, at most; they are taken from all of it."""
_HOPELESS = 20
"""Where so many of them in a row do not follow a pattern, six in ten do not."""


class Change(Struct, frozen=True, kw_only=True):
    """One thing that the merge does, or leaves.

    Attributes:
        key: of the entry.
        field: in lower case; ``@entry`` for an entry as a whole, ``@type`` for its type.
        action: what is done; ``conflict`` where both sides changed it and the file's was kept,
            ``leave`` where a person has deleted the entry.
        old: TeX in the file, or empty.
        new: TeX that we would write.
    """

    key: str
    field: str
    action: Literal["add", "improve", "conflict", "leave"]
    old: str = ""
    new: str = ""


class Merged(Struct, frozen=True, kw_only=True):
    """The file after the merge.

    Attributes:
        data: its bytes.
        changes: what was done and left, in order.
        memory: what we have written, for the next time.
        diagnostics: conflicts, other versions of what is there, and what is left out, with the
            lines of the file as it was.
        written: the same, with its lines after the merge.
        touched: the keys of the entries that were changed or added.
    """

    data: bytes
    changes: tuple[Change, ...]
    memory: dict[str, dict[str, str]]
    diagnostics: tuple[Diagnostic, ...]
    written: tuple[Diagnostic, ...]
    touched: tuple[str, ...]


def dialect(document: Document) -> Literal["bibtex", "biblatex"]:
    """The dialect of a file, told by the names that only one of the two has."""
    modern = 0
    classic = 0
    entries = document.entries
    for block in entries[:: _step(len(entries))]:
        names = document.values(block).keys()
        modern += bool(names & {"date", "journaltitle", "eprinttype", "location", "urldate"})
        modern += block.type in {"online", "report", "thesis", "mvbook", "software", "dataset"}
        classic += bool(names & {"journal", "year", "archiveprefix", "address"})
    return "biblatex" if modern > classic else "bibtex"


def _step(count: int) -> int:
    """Every which of the entries is looked at."""
    return max(1, -(-count // _SAMPLE))


def pattern_of(keys: Sequence[str], records: Sequence[Record]) -> Pattern | None:
    """The pattern that most keys of a file follow, or None where that cannot be told.

    Args:
        keys: of the entries.
        records: the entries, in the same order.
    """
    return _pattern(keys, records.__getitem__)


def _pattern(keys: Sequence[str], record: Callable[[int], Record]) -> Pattern | None:
    if len(keys) < 3:
        return None
    sample = range(0, len(keys), _step(len(keys)))
    # From all of the file at first, then what is between.
    order = [number for start in range(10) for number in sample[start::10]]
    for formula in _PATTERNS:
        pattern = Pattern.parse(formula)
        misses = 0
        for tried, number in enumerate(order, 1):
            key, base = keys[number], pattern.key(record(number))
            if not key.startswith(base) or not _POSTFIX.fullmatch(key, len(base)):
                misses += 1
                if misses * 10 > len(order) * 4 or misses == tried == _HOPELESS:
                    break
        else:
            return pattern
    return None


def merge(
    document: Document,
    records: Iterable[tuple[str, Record]],
    exporter: Exporter,
    *,
    memory: Memory | None = None,
    on_conflict: OnConflict = "keep",
    keep: Iterable[str] = (),
    pattern: Pattern | None = None,
    fixed_keys: bool = False,
    own: bool = False,
    versions: bool = False,
    apart: bool = False,
    again: bool = False,
) -> Merged:
    """Merge records into a file.

    Args:
        document: the file as it is.
        records: ``(key that the record would like, record)``.
        exporter: ``bibtex`` or ``biblatex``, its options set.
        memory: what we wrote last time.
        on_conflict: whether the file or the record wins where both changed a field.
        keep: fields that are never touched in an entry that is there.
        pattern: how new keys are made; told from the file if None.
        fixed_keys: whether new entries get exactly the keys that they would like.
        own: whether a record with a key that is in the file once belongs to that entry, whatever
            it says; else it belongs to the entry that tells of the same work.
        versions: whether what became of a preprint replaces it in its entry, as a whole.
        apart: whether another version than that of an entry gets an entry of its own.
        again: bring back what a person deleted.

    Returns:
        the merged file; the document is not changed.
    """
    run = _Merge(document, exporter, memory or {}, on_conflict, frozenset(keep))
    run.versions = versions
    run.apart = apart
    run.again = again
    return run.run(list(records), pattern, fixed_keys, own)


class _Merge:
    def __init__(
        self,
        document: Document,
        exporter: Exporter,
        memory: Memory,
        on_conflict: OnConflict,
        keep: frozenset[str],
    ) -> None:
        self.document = document
        self.exporter = exporter
        self.memory = {key: dict(fields) for key, fields in memory.items()}
        self.update = on_conflict == "update"
        self.versions = self.apart = self.again = False
        named = {field.lower() for field in keep}
        self.keep = named.union(*(_SYNONYMS.get(field, ()) for field in named))
        self.edits = Edits(document)
        self.changes: list[Change] = []
        self.diagnostics: list[Diagnostic] = []
        self.places: dict[int, int] = {}
        self.touched: list[str] = []
        self.held = Held(document, self.memory)
        self.firsts = {b.key: n for n, b in reversed(list(enumerate(self.held.blocks)))}
        self.given: dict[int, list[Record]] = {}

    def run(
        self,
        wanted: list[tuple[str, Record]],
        pattern: Pattern | None,
        fixed_keys: bool,
        own: bool,
    ) -> Merged:
        blocks = self.held.blocks
        # Which of two with one key is meant, only what the record says can tell.
        times = Counter(block.key for block in blocks) if own else Counter[str]()
        keys = {key: self.firsts[key] for key, number in times.items() if number == 1}
        asked = [record for key, record in wanted if key not in keys]
        matches = self._find(asked)
        told = iter(zip(matches, former(self._gone(), asked), strict=True))
        new: list[tuple[str, Record, str]] = []
        for key, record in wanted:
            gone: Sequence[str] = ()
            if key in keys:
                number: int | None = keys[key]
            else:
                match, gone = next(told)
                number = self._one(key, record, match)
            if number is None and key in times:
                continue  # of neither of two
            if number is not None and self._of_sibling(number, record, gone):
                number = None
            if number is None or (self.apart and _other_version(self.held.record(number), record)):
                self._enter(key, record, gone, new)
            else:
                self.given.setdefault(number, []).append(record)
        for number, several in self.given.items():
            block = blocks[number]
            # Of two with one key BibTeX knows the first, and so do we from one run to the next.
            last = self.memory.get(block.key, {}) if self.firsts[block.key] == number else None
            self._merge_entry(block, last, self.held.record(number), one_of(several))
        self._add(new, pattern, fixed_keys)
        for key in [key for key in self.absent if key in self.memory][:-_GONE]:
            del self.memory[key]
        data = self.edits.apply() if self.edits else self.document.bytes()
        return Merged(
            data=data,
            changes=tuple(self.changes),
            memory=self.memory,
            diagnostics=tuple(self.diagnostics),
            written=tuple(self._lines_after()),
            touched=tuple(dict.fromkeys(self.touched)),
        )

    # -- who is who --

    def _find(self, records: Sequence[Record]) -> list[Match]:
        """What the file has of each record, once it is known what became of what we wrote.

        A person may have given an entry of ours another key, or its key to another paper.
        """
        there = {block.key for block in self.document.entries} if self.memory else ()
        self.absent = [key for key in self.memory if key not in there]
        gone = self._gone()
        known = list(dict.fromkeys(key for keys in former(gone, records) for key in keys))
        found = self.held.find([*records, *(wrote(key, gone[key]) for key in known)])
        moved = self._displace()
        for key, match in zip(known, found[len(records) :], strict=True):
            now = (self.held.blocks[number].key for number in match.numbers)
            new = next((other for other in now if other not in self.memory), None)
            new = new or self._to_the_letter(gone[key])
            if new is not None:
                self.memory[new] = self.memory.pop(key)
                moved = True
        return self.held.find(records) if moved else found[: len(records)]

    def _to_the_letter(self, last: Mapping[str, str]) -> str | None:
        """The key of the one entry that is as we wrote it, but perhaps for its date.

        So an entry without an identifier is known whose key and year a person has changed. All
        else that we wrote must stand there, more than a title, and nothing that tells of another
        version; else the date too, and nothing besides. No other entry, here or among those that
        are gone, may have its title.
        """
        title = _title(last)
        numbers = self.held.titles.get(title, ())
        if "@type" not in last or not title or len(numbers) != 1:
            return None
        if any(_title(one) == title and one != last for one in self._gone().values()):
            return None
        block = self.held.blocks[numbers[0]]
        said = self.held.family.values(block)
        ours = {name: tex for name, tex in last.items() if name != "@type"}
        differ = {
            name
            for name in ours.keys() | said.keys()
            if name not in ours or name not in said or not _spelt_alike(ours[name], said[name])
        }
        dated = not _EVIDENCE.isdisjoint(ours) and differ.isdisjoint(
            (ours.keys() | _VERSION) - _DATE
        )
        if block.key in self.memory or block.type != last["@type"] or (differ and not dated):
            return None
        return block.key

    def _displace(self) -> bool:
        """Put by what was written under keys that a person has given to another paper."""
        found = False
        for number in sorted(self.held.retitled):
            key = self.held.blocks[number].key
            if self.firsts[key] == number and _of_another(
                self.memory[key], self.held.record(number)
            ):
                was = self.memory.pop(key)
                key += "\n"
                while key in self.memory:
                    key += "\n"
                self.memory[key] = was
                self.absent.append(key)
                found = True
        return found

    def _gone(self) -> dict[str, dict[str, str]]:
        """What we wrote into entries that are not there now."""
        return {key: self.memory[key] for key in self.absent if key in self.memory}

    def _of_sibling(self, number: int, record: Record, gone: Sequence[str]) -> bool:
        """Whether the entry that was found is of another work that shares an identifier.

        Where each of the two had an entry of ours, and the record's was deleted.
        """
        last = self.memory.get(self.held.blocks[number].key, {})
        title = text.fold(record.title)
        if not gone or "title" not in last or text.fold(wrote("", last).title) == title:
            return False
        was = (text.fold(wrote("", self.memory[key]).title) for key in gone)
        return text.fold(self.held.record(number).title) != title and title in was

    def _enter(
        self, key: str, record: Record, gone: Sequence[str], new: list[tuple[str, Record, str]]
    ) -> None:
        """Add an entry, or leave it out where a person has deleted what we wrote of it."""
        if not gone and self._gists:
            same = self._gists.get(self._gist_of(record))
            gone = (same,) if same is not None and same in self.memory else ()
        if self.apart:
            gone = [k for k in gone if not _other_version(wrote("", self.memory[k]), record)]
        if not gone or self.again:
            new.append((key, record, gone[0].rstrip("\n") if gone else ""))
            for before in gone:
                self.memory.pop(before, None)
            return
        old = gone[0].rstrip("\n")
        self.changes.append(Change(key=old, field="@entry", action="leave"))
        said = f" ({_short(record.title)})" if record.title else ""
        message = f"{old}{said} is left out: that entry is gone from the file"
        origin = Origin(source="bibtex", locator=self.document.locator)
        self.diagnostics.append(
            Diagnostic(code="entry-left", severity="info", message=message, origin=origin,
                       hint=AGAIN)
        )  # fmt: skip

    def _one(self, key: str, record: Record, match: Match) -> int | None:
        """Of the entries that tell of the work the one that tells of the same version.

        Of several the one with the wanted key, then one that no other record belongs to.
        """
        numbers = match.numbers or self._word_for_word(record) or self._same_key(key, record)
        if match.shared is not None and not numbers:
            block = self.held.blocks[match.shared]
            shared = sorted(aliases(record) & aliases(self.held.record(match.shared)))
            self._say(
                "identifier-shared",
                block,
                f"{block.key} has {shared[0] if shared else 'the identifier'}, as "
                f"{_short(record.title)} has, but another title and other authors; they stay two",
                "one of the two is wrong, or it is of the whole volume",
            )

        def distance(number: int) -> tuple[bool, ...]:
            other = self.held.blocks[number].key != key
            return (*_distance(self.held.record(number), record), other, number in self.given)

        return min(numbers, key=distance, default=None)

    def _same_key(self, key: str, record: Record) -> Sequence[int]:
        """The entry of that key, if it says as little, and the same: not even a title."""
        number = None if record.title else self.firsts.get(key)
        if number is None or self.held.record(number) != record.replace(abstract="", origins={}):
            return ()
        return (number,)

    def _word_for_word(self, record: Record) -> Sequence[int]:
        """The entry that we wrote so, to the letter."""
        number = self._wrote.get(self._gist_of(record))
        return () if number is None else (number,)

    def _gist_of(self, record: Record) -> frozenset[tuple[str, str]]:
        kind, tex = self._encoded("", record)
        return _gist({name: value for name, (value, _, _) in tex.items()}, kind)

    @cached_property
    def _wrote(self) -> dict[frozenset[tuple[str, str]], int]:
        """All that we wrote of an entry, as TeX → its number."""
        return {
            _gist(last, last["@type"]): self.firsts[key]
            for key, last in self.memory.items()
            if key in self.firsts and "@type" in last
        }

    @cached_property
    def _gists(self) -> dict[frozenset[tuple[str, str]], str]:
        """All that we wrote of an entry that is not there now, as TeX → its key."""
        return {
            _gist(last, last["@type"]): key for key, last in self._gone().items() if "@type" in last
        }

    # -- an entry that is there --

    def _merge_entry(
        self, block: Block, remembered: Mapping[str, str] | None, held: Record, record: Record
    ) -> None:
        kind, said = self._encoded(block.key, record)
        said = _in_words_of(block, said)
        last = remembered or {}
        if _of_another(last, held):
            last = {}  # the key was given to another paper since
        if held.eprint is None and "eprint" in said and "eprint" not in (last.keys() | self.keep):
            # With it, it may be a preprint; else the next run would find that.
            names = said.keys() & {"eprint", "archiveprefix", "eprinttype"}
            filled = self.held.family.values(block) | {name: said[name][0] for name in names}
            held = wrote(block.key, {**filled, "@type": block.type})
        if last.get("@type") == block.type:
            was = wrote(block.key, last)
            if (was.type, was.issued) == (record.type, record.issued):
                # A person has changed the date; what was found is of the version that it was.
                held = held.replace(type=was.type, issued=was.issued)
        years = {r.issued.year for r in (held, record) if r.issued is not None}
        # A @misc without an eprint may be anything: only another year tells it from what was found.
        unlike = held.type != record.type and record.issued is not None
        replaces = self.update or (self.versions and held.type in _UNPUBLISHED)
        one_doi = held.doi.lower() == record.doi.lower() != "" and arxiv_of_doi(held.doi) is None
        other_version = not one_doi and (
            len(years) == 2 or (unlike and (held.type != "document" or replaces))
        )
        # What was published does not become a preprint again because a listing has that.
        back = record.type in _UNPUBLISHED and held.type not in _UNPUBLISHED
        mine = last.get("@type") == block.type and not (back and other_version)
        locked = other_version and not (mine or replaces)
        replaced = other_version and replaces
        moved = replaced or (other_version and mine)
        written = dict(last)
        if locked:
            self._say(
                "other-version",
                block,
                f"{block.key} tells of another version ({_version(held)}) than what was found "
                f"({_version(record)}); its date and place were left",
                "`export … --into` with `--on-conflict update` takes the other version",
            )
        if (
            kind != block.type
            and not locked
            and self._may(block, "@type", block.type, kind, last, replaced, moved)
        ):
            start = block.start + self.document.text[block.start : block.key_start].lower().find(
                block.type
            )
            self.edits.set_text(block, start, start + len(block.type), kind)
            self._did(block.key, "@type", "improve", block.type, kind)
            if "@type" in last:
                written["@type"] = kind
        said_there = self.held.family.values(block)
        going = self._going(block, said, last, replaced) if moved else []
        gone = {field.name.lower() for field in going}
        there = {n: tex for n, tex in said_there.items() if tex.strip() and n not in gone}
        capitals = any(not field.name.islower() for field in block.fields)
        for name, (value, bare, spelt) in said.items():
            if name in self.keep or (locked and name in _OF_VERSION):
                continue
            if name in _NOTES and name not in last:
                continue  # what no field holds is no business of a hand-kept entry
            field = block.field(name)
            current = self.document.value(field) if field is not None else ""
            if not current.strip() and name not in last:
                if there.keys() & {name, *_SYNONYMS.get(name, ()), *_ELSEWHERE.get(name, ())}:
                    continue  # it is said in other words, or by the entry's parent
                if name in _REPEATED and any(_same(value, tex) for tex in there.values()):
                    continue
                if name == "url" and any(value in tex.replace("\\", "") for tex in there.values()):
                    continue  # in a note, or how it was published
                if name == "url" and "eprint" in there and _of_preprint(value, record):
                    continue  # the publication is elsewhere, and its eprint says this
                if name == "type" and kind in _THESES:
                    continue  # styles print that by themselves
                if field is None:
                    self.edits.add_field(block, spelt if capitals else name, value, bare=bare)
                else:
                    self.edits.set_field(block, field, value, bare=bare)
                self._did(block.key, name, "add", "", value)
                written[name] = value
                continue
            if field is None:
                continue  # a person took it out
            if _same(current, value):
                if name in last and not _same(last[name], value):
                    written[name] = value
                continue
            ours = bare or not _macro(field)
            if self._may(block, name, current, value, last, replaced, moved, ours):
                self.edits.set_field(block, field, value, bare=bare)
                self._did(block.key, name, "improve", current, value)
                written[name] = value
        for field in going:
            name = field.name.lower()
            self.edits.remove_field(block, field)
            self._did(block.key, name, "improve", self.document.value(field), "")
            written.pop(name, None)
        if written and remembered is not None:
            if "@type" not in written:
                written |= {f"@{name}": said[name][0] for name in _KNOWN_BY if name in said}
            self.memory[block.key] = written

    def _may(
        self,
        block: Block,
        name: str,
        current: str,
        value: str,
        last: Mapping[str, str],
        replaced: bool,
        moved: bool,
        ours: bool = True,
    ) -> bool:
        """Whether a value that is there may be replaced.

        A macro in its place is a person's, and so is another spelling, such as braces that protect
        a word; but with another version what tells of the last one goes however it is spelt.
        """
        before = last.get(name)
        alike = _same if moved and name in _VERSION else _spelt_alike
        if before is not None and ours and alike(before, current):
            return True  # ours, and nobody touched it
        if before is not None and _same(before, value):
            return False  # a person changed it, and we know nothing new
        if self.update and before is not None:
            return True
        if replaced and name in _VERSION:
            return True
        if before is not None:
            self.changes.append(
                Change(key=block.key, field=name, action="conflict", old=current, new=value)
            )
            self._say(
                "merge-conflict",
                block,
                f"{block.key}: {name} was changed to {_short(current)}; found: {_short(value)}",
                "`export … --into` with `--on-conflict update` takes what was found",
                block.field(name),
            )
        return False

    def _going(
        self, block: Block, said: Said, last: Mapping[str, str], replaced: bool
    ) -> list[Field]:
        """The fields that tell of the version that the entry is no longer about."""
        return [
            field
            for field in block.fields
            if (name := field.name.lower()) in _VERSION
            and name not in said
            and name not in self.keep
            and (replaced or (name in last and _same(last[name], self.document.value(field))))
        ]

    # -- new entries --

    def _add(
        self, new: list[tuple[str, Record, str]], pattern: Pattern | None, fixed_keys: bool
    ) -> None:
        if not new:
            return
        taken = [block.key for block in self.held.blocks]
        if fixed_keys:
            keys = [key for key, _, _ in new]
        else:
            pattern = pattern or _pattern(taken, self.held.record)
            given = [""] * len(new) if pattern else [key for key, _, _ in new]
            # What was deleted may still be cited: its key becomes no other paper's.
            used = [block.key for block in self.document.entries]
            used += [key for key in self.absent if key in self.memory]
            had = {name: key for _, r, key in new if key for name in citekeys.identity(r)}
            keys = citekeys.assign(
                [record for _, record, _ in new], pattern, given=given, taken=had, reserved=used
            )
        for key, (_, record, _) in zip(keys, new, strict=True):
            entry = self.exporter.encode(key, record)
            self.edits.add_entry(entry)
            kind, said = self._encoded(key, record)
            self._did(key, "@entry", "add", "", entry)
            self.memory[key] = {name: value for name, (value, _, _) in said.items()} | {
                "@type": kind
            }

    def _encoded(self, key: str, record: Record) -> tuple[str, Said]:
        """Type, and field → TeX, whether it is bare, and its name as the exporter spells it."""
        written = Document(self.exporter.encode(key, record).encode("utf-8"))
        entry = written.entries[0]
        found = {}
        for field in entry.fields:
            bare = len(field.parts) == 1 and field.parts[0].kind == "w"
            whole = written.text[field.value_start : field.value_end]
            single = len(field.parts) == 1
            value = field.parts[0].text if single else whole
            found[field.name.lower()] = (value, bare or not single, field.name)
        return entry.type, found

    def _did(
        self, key: str, field: str, action: Literal["add", "improve"], old: str, new: str
    ) -> None:
        self.changes.append(Change(key=key, field=field, action=action, old=old, new=new))
        self.touched.append(key)

    def _say(
        self, code: str, block: Block, message: str, hint: str, field: Field | None = None
    ) -> None:
        at = block.start if field is None else field.start
        line = self.document.line(at)
        self.places[line] = at
        origin = Origin(source="bibtex", locator=self.document.locator, line=line)
        self.diagnostics.append(
            Diagnostic(code=code, severity="warning", message=message, origin=origin, hint=hint)
        )

    def _lines_after(self) -> Iterator[Diagnostic]:
        """What is told, with the lines that its entries have when the file is written."""
        moved = self.edits.moved(self.places.values())
        for told in self.diagnostics:
            by = moved.get(self.places.get(told.origin.line, -1), 0)
            yield replace(told, origin=replace(told.origin, line=told.origin.line + by))


def _gist(said: Mapping[str, str], kind: str) -> frozenset[tuple[str, str]]:
    """All fields of an entry but for those that an option leaves out."""
    fields = {**said, "@type": kind}
    return frozenset((n, v) for n, v in fields.items() if n not in ("abstract", "keywords"))


def _title(said: Mapping[str, str]) -> str:
    return " ".join(said.get("title", "").split())


def _in_words_of(block: Block, said: Said) -> Said:
    """What would be written, in the names that an entry of the other dialect has for it."""
    there = {field.name.lower() for field in block.fields}
    found: Said = {}
    for name, (value, bare, spelt) in said.items():
        other = next((s for s in _SYNONYMS.get(name, ()) if s in there), "")
        if _BESIDE.get(name, ("", ""))[0] in there:
            other = _BESIDE[name][1]
        if not other or name in there:
            found[name] = (value, bare, spelt)
        elif name == "year":
            found["date"] = (_iso(said), False, "date")
        elif name == "date":
            if year := _YEAR.match(value):
                found["year"] = (year[0], False, "year")
        elif name not in ("month", "day"):
            found[other] = (value, bare, other)
    return found


def _iso(said: Said) -> str:
    """Year, month and day as BibLaTeX writes them."""
    year, month, day = (said.get(name, ("", False, ""))[0] for name in ("year", "month", "day"))
    number = MONTHS.get(month.lower(), month)
    if not number.isdigit():
        return year
    return f"{year}-{int(number):02d}" + (f"-{int(day):02d}" if day.isdigit() else "")


def _of_another(last: Mapping[str, str], held: Record) -> bool:
    """Whether what we wrote under a key was another paper than the one that has it now."""
    title = last.get("title", "")
    if not title or text.fold(latex.decode(title)) == text.fold(held.title):
        return False
    return displaced(wrote("", last), held)


def _distance(held: Record, record: Record) -> tuple[bool, bool, bool]:
    """How far two versions of one work are apart."""
    return (
        not held.doi or held.doi.lower() != record.doi.lower(),
        (held.type in _UNPUBLISHED) != (record.type in _UNPUBLISHED),
        (held.issued and held.issued.year) != (record.issued and record.issued.year),
    )


def _other_version(held: Record, record: Record) -> bool:
    doi, kind, year = _distance(held, record)
    return doi and (kind or (year and held.issued is not None and record.issued is not None))


def _of_preprint(url: str, record: Record) -> bool:
    """Whether an address leads to the preprint of what is a publication."""
    published = record.type not in _UNPUBLISHED
    return published and record.eprint is not None and record.eprint.id in url


def _macro(field: Field) -> bool:
    """Whether a value is, or has in it, a macro."""
    return any(part.kind == "w" and not part.text.isdigit() for part in field.parts)


def _same(one: str, other: str) -> bool:
    """Whether two pieces of TeX say the same; ``jan`` and 1 are one month."""
    if one == other or MONTHS.get(one.lower(), one) == MONTHS.get(other.lower(), other):
        return True
    return text.line(latex.decode(one)) == text.line(latex.decode(other))


def _spelt_alike(one: str, other: str) -> bool:
    """Whether two pieces of TeX are the same but for white space; a month is a number too."""
    one, other = " ".join(one.split()), " ".join(other.split())
    return one == other or MONTHS.get(one.lower(), one) == MONTHS.get(other.lower(), other)


def _version(record: Record) -> str:
    return f"{record.type}, {record.issued}" if record.issued else f"{record.type}, no date"


def _short(value: str) -> str:
    plain = text.line(value)
    return repr(plain if len(plain) <= 60 else plain[:59] + "…")


def summary(changes: Iterable[Change]) -> str:
    """How much is done, in a few words."""
    words = {"leave": "left out", "conflict": "in conflict"}
    told = {(c.key, words.get(c.action, "added" if c.field == "@entry" else "changed"))
            for c in changes}  # fmt: skip
    counts = Counter(word for _, word in told)
    done = [
        f"{counts[word]} {word}" for word in ("added", "changed", "in conflict") if counts[word]
    ]
    left = [f"{counts['left out']} left out"] if counts["left out"] else []
    return ", ".join((done or ["nothing to do"]) + left)
