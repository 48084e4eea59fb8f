"""Records into a hand-kept .bib file: a three-way merge, field by field.

What we wrote last time, what the file says now, what we would write. A field that a person changed,
or took out, stays as it is; a field that we wrote and nobody touched may be improved; an entry that
we never wrote only has its empty fields filled. Keys in use never change. Year, venue and DOI of
two versions of a work never meet in one entry.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from paperexport import citekeys, latex, text
from paperexport.bibdocument import Block, Document
from paperexport.bibedit import Edits
from paperexport.bibfind import Held
from paperexport.citekeys import Pattern
from paperexport.diagnostics import Diagnostic
from paperexport.hookspecs import Exporter
from paperexport.record import Origin, Record

__all__ = ["Change", "Memory", "Merged", "dialect", "merge", "pattern_of"]

OnConflict = Literal["keep", "update"]
Memory = Mapping[str, Mapping[str, str]]
"""Citation key → field in lower case (and ``@type``) → TeX as we wrote it last."""

# Names of one thing in the two dialects: an entry that has one of them has it.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "year": ("date",), "month": ("date",), "day": ("date",), "date": ("year",),
    "journal": ("journaltitle",), "journaltitle": ("journal",),
    "address": ("location",), "location": ("address",),
    "school": ("institution",), "institution": ("school",),
    "archiveprefix": ("eprinttype",), "eprinttype": ("archiveprefix",),
    "primaryclass": ("eprintclass",), "eprintclass": ("primaryclass",),
    "annote": ("annotation",), "annotation": ("annote",),
    "language": ("langid",), "langid": ("language",),
}  # fmt: skip
# The fields that tell of one version of a work, and not of the others.
_VERSION = frozenset(
    """
    year month day date journal journaltitle booktitle shortjournal series volume number issue pages
    publisher address location organization institution school edition chapter eventtitle venue
    eventdate doi isbn issn howpublished version pubstate type entrysubtype eid @type
    """.split()
)
_UNPUBLISHED = frozenset(("article", "document", "manuscript"))
_NOTES = frozenset(("annote", "annotation"))
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
_SAMPLE = 200
"""How many entries tell the ways of a file, at most; they are taken from all of it."""
_HOPELESS = 20
"""Where so many of them in a row do not follow a pattern, six in ten do not."""


class Change(Struct, frozen=True, kw_only=True):
    """One thing that the merge does, or leaves.

    Attributes:
        key: of the entry.
        field: in lower case; ``@entry`` for an entry that is added, ``@type`` for its type.
        action: what is done; ``conflict`` where both sides changed it and the file's was kept.
        old: TeX in the file, or empty.
        new: TeX that we would write.
    """

    key: str
    field: str
    action: Literal["add", "improve", "conflict"]
    old: str = ""
    new: str = ""


class Merged(Struct, frozen=True, kw_only=True):
    """The file after the merge.

    Attributes:
        data: its bytes.
        changes: what was done and left, in order.
        memory: what we have written, for the next time.
        diagnostics: conflicts, and other versions of what is there.
        touched: the keys of the entries that were changed or added.
    """

    data: bytes
    changes: tuple[Change, ...]
    memory: dict[str, dict[str, str]]
    diagnostics: tuple[Diagnostic, ...]
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
        own: whether a record with a key that is in the file belongs to that entry, whatever it
            says; else it belongs to the entry that tells of the same work.
        versions: whether what became of a preprint replaces it in its entry, as a whole.

    Returns:
        the merged file; the document is not changed.
    """
    run = _Merge(document, exporter, memory or {}, on_conflict, frozenset(keep))
    run.versions = versions
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
        self.versions = False
        self.keep = {field.lower() for field in keep}
        self.edits = Edits(document)
        self.changes: list[Change] = []
        self.diagnostics: list[Diagnostic] = []
        self.touched: list[str] = []
        self.held = Held(document, self.memory)

    def run(
        self,
        wanted: list[tuple[str, Record]],
        pattern: Pattern | None,
        fixed_keys: bool,
        own: bool,
    ) -> Merged:
        blocks = self.held.blocks
        by_key = {b.key: n for n, b in reversed(list(enumerate(blocks)))} if own else {}
        found = self.held.find([record for key, record in wanted if key not in by_key])
        told = iter(found)
        new: list[tuple[str, Record]] = []
        for key, record in wanted:
            number = by_key[key] if key in by_key else next(told)
            if number is None:
                new.append((key, record))
            else:
                self._merge_entry(blocks[number], self.held.record(number), record)
        self._add(new, pattern, fixed_keys)
        data = self.edits.apply() if self.edits else self.document.bytes()
        return Merged(
            data=data,
            changes=tuple(self.changes),
            memory=self.memory,
            diagnostics=tuple(self.diagnostics),
            touched=tuple(dict.fromkeys(self.touched)),
        )

    # -- an entry that is there --

    def _merge_entry(self, block: Block, held: Record, record: Record) -> None:
        kind, said = self._encoded(block.key, record)
        last = self.memory.get(block.key, {})
        years = {r.issued.year for r in (held, record) if r.issued is not None}
        # A @misc without an eprint may be anything: only another year tells it from what was found.
        unlike = held.type != record.type and record.issued is not None
        replaces = self.update or (self.versions and held.type in _UNPUBLISHED)
        other_version = len(years) == 2 or (unlike and (held.type != "document" or replaces))
        mine = last.get("@type") == block.type
        locked = other_version and not (mine or replaces)
        replaced = other_version and replaces
        if locked:
            self._say(
                "other-version",
                block,
                f"{block.key} tells of another version ({_version(held)}) than what was found "
                f"({_version(record)}); its date and place were left",
                "--on-conflict update takes the other version",
            )
        if (
            kind != block.type
            and not locked
            and self._may(block, "@type", block.type, kind, last, replaced)
        ):
            start = block.start + self.document.text[block.start : block.key_start].lower().find(
                block.type
            )
            self.edits.set_text(block, start, start + len(block.type), kind)
            self._did(block.key, "@type", "improve", block.type, kind)
        written = dict(last)
        capitals = any(not field.name.islower() for field in block.fields)
        for name, (value, bare, spelt) in said.items():
            if name in self.keep or (locked and name in _VERSION):
                continue
            if name in _NOTES and name not in last:
                continue  # what no field holds is no business of a hand-kept entry
            field = block.field(name)
            if field is None:
                synonyms = _SYNONYMS.get(name, ())
                if any(block.field(synonym) for synonym in synonyms) or name in last:
                    continue  # it is said in other words, or a person took it out
                self.edits.add_field(block, spelt if capitals else name, value, bare=bare)
                self._did(block.key, name, "add", "", value)
                written[name] = value
                continue
            current = self.document.value(field)
            if _same(current, value):
                if last.get(name) is not None:
                    written[name] = current
                continue
            if self._may(block, name, current, value, last, replaced):
                self.edits.set_field(block, field, value)
                self._did(block.key, name, "improve", current, value)
                written[name] = value
        if replaced or (other_version and mine):
            self._drop(block, said, written, last, replaced)
        if mine and kind != block.type:
            written["@type"] = kind
        if written:
            self.memory[block.key] = written

    def _may(
        self,
        block: Block,
        name: str,
        current: str,
        value: str,
        last: Mapping[str, str],
        replaced: bool,
    ) -> bool:
        """Whether a value that is there may be replaced."""
        before = last.get(name)
        if before is not None and _same(before, current):
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
                "--on-conflict update takes what was found",
            )
        return False

    def _drop(
        self,
        block: Block,
        said: Mapping[str, tuple[str, bool, str]],
        written: dict[str, str],
        last: Mapping[str, str],
        replaced: bool,
    ) -> None:
        """Take out what tells of the version that the entry is no longer about."""
        for field in block.fields:
            name = field.name.lower()
            ours = last.get(name)
            if (
                name in _VERSION
                and name not in said
                and name not in self.keep
                and (replaced or (ours is not None and _same(ours, self.document.value(field))))
            ):
                self.edits.remove_field(block, field)
                self._did(block.key, name, "improve", self.document.value(field), "")
                written.pop(name, None)

    # -- new entries --

    def _add(
        self, new: list[tuple[str, Record]], pattern: Pattern | None, fixed_keys: bool
    ) -> None:
        if not new:
            return
        taken = [block.key for block in self.held.blocks]
        if fixed_keys:
            keys = [key for key, _ in new]
        else:
            pattern = pattern or _pattern(taken, self.held.record)
            given = [""] * len(new) if pattern else [key for key, _ in new]
            used = [block.key for block in self.document.entries]
            keys = citekeys.assign([r for _, r in new], pattern, given=given, reserved=used)
        for key, (_, record) in zip(keys, new, strict=True):
            entry = self.exporter.encode(key, record)
            self.edits.add_entry(entry)
            kind, said = self._encoded(key, record)
            self._did(key, "@entry", "add", "", entry)
            self.memory[key] = {name: value for name, (value, _, _) in said.items()} | {
                "@type": kind
            }

    def _encoded(self, key: str, record: Record) -> tuple[str, dict[str, tuple[str, bool, str]]]:
        """Type, and field → TeX, whether it is bare, and its name as the exporter spells it."""
        written = Document(self.exporter.encode(key, record).encode("utf-8"))
        entry = written.entries[0]
        fields = {}
        for field in entry.fields:
            bare = len(field.parts) == 1 and field.parts[0].kind == "w"
            whole = written.text[field.value_start : field.value_end]
            single = len(field.parts) == 1
            value = field.parts[0].text if single else whole
            fields[field.name.lower()] = (value, bare or not single, field.name)
        return entry.type, fields

    def _did(
        self, key: str, field: str, action: Literal["add", "improve"], old: str, new: str
    ) -> None:
        self.changes.append(Change(key=key, field=field, action=action, old=old, new=new))
        self.touched.append(key)

    def _say(self, code: str, block: Block, message: str, hint: str) -> None:
        origin = Origin(source="bibtex", locator=self.document.locator,
                        line=self.document.line(block.start))  # fmt: skip
        self.diagnostics.append(
            Diagnostic(code=code, severity="warning", message=message, origin=origin, hint=hint)
        )


def _same(one: str, other: str) -> bool:
    """Whether two pieces of TeX say the same."""
    if one == other:
        return True
    return text.line(latex.decode(one)) == text.line(latex.decode(other))


def _version(record: Record) -> str:
    return f"{record.type}, {record.issued}" if record.issued else f"{record.type}, no date"


def _short(value: str) -> str:
    plain = text.line(value)
    return repr(plain if len(plain) <= 60 else plain[:59] + "…")


def summary(changes: Iterable[Change]) -> str:
    """How much is done, in a few words."""
    counts = Counter(
        "added" if c.field == "@entry" else "conflicts" if c.action == "conflict" else "changed"
        for c in {(c.key, c.field == "@entry", c.action == "conflict"): c for c in changes}.values()
    )
    words = [f"{counts[name]} {name}" for name in ("added", "changed", "conflicts") if counts[name]]
    return ", ".join(words) or "nothing to do"
