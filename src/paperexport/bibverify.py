"""The last look before a .bib file is replaced.

What was not meant to change has not, and an independent reader takes what was written as it was
meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any

from paperexport.bibdocument import Block, Document, Field, plain_end
from paperexport.errors import PaperExportError

__all__ = ["verify"]

_GROWN = 1 << 16
"""Bytes that an entry may grow by; one that grows more takes a reading."""


def verify(old: Document, new: bytes, touched: Iterable[str]) -> None:
    """Compare a file with what is to replace it.

    Args:
        old: the file as it is.
        new: its successor.
        touched: the keys of the entries that were changed or added.

    Raises:
        PaperExportError: an untouched block differs, or bibtexparser reads a touched entry
            otherwise than we do; nothing must be written then.
    """
    keys = set(touched)
    document = _written(old, new, keys)
    if document is None:
        document = Document(new, old.locator)
        same = all(a == b for a, b in zip_longest(_rest(old, keys), _rest(document, keys)))
        if not same or (old.encoding == "utf-8" != document.encoding):
            raise PaperExportError(
                f"{old.locator}: the merge would change more than it should; nothing was written",
                hint="this is a mistake of paperexport: please report it with the file",
            )
    before: dict[str, list[Field]] = {}
    for block in old.entries:
        if block.key in keys:
            before.setdefault(block.key, []).extend(block.fields)
    for block in document.entries:
        if block.key not in keys:
            continue
        try:
            _second_opinion(document, block, block.fields)
        except PaperExportError:
            # What is odd was odd before (a double field, a type of its own): what is new counts.
            there = before.get(block.key, [])
            as_they_were = {_pair(old, field) for field in there}
            added = [f for f in block.fields if _pair(document, f) not in as_they_were]
            if len(added) == len(block.fields) or not _double(block.fields) <= _double(there):
                raise
            _second_opinion(document, block, added, kind="misc")


def _double(fields: Iterable[Field]) -> set[str]:
    times = Counter(field.name.lower() for field in fields)
    return {name for name, number in times.items() if number > 1}


def _written(old: Document, new: bytes, keys: set[str]) -> Document | None:
    """What a new file says in place of the touched entries, and behind all of the old file.

    None where it takes a reading of the new file to tell. In an undamaged file, where a block ends
    hangs on nothing that comes behind; so blocks that come again, to the byte, behind one plain
    entry in place of another are read as they were.
    """
    if old.diagnostics or old.encoding != "utf-8":
        return None
    pieces: list[bytes] = []
    done = at = 0
    for block in old.entries:
        if block.key not in keys:
            continue
        at = old.behind(done, block.start, new, at)
        if at < 0:
            return None
        said = new[at : at + 4 * (block.end - block.start) + _GROWN].decode("utf-8", "ignore")
        end = plain_end(said, 0)
        if end is None:
            return None
        pieces.append(said[:end].encode())
        if not new.startswith(pieces[-1], at):
            return None
        at += len(pieces[-1])
        done = block.end
    at = old.behind(done, len(old.text), new, at)
    if at < 0 or (at and new[at - 1 : at] != b"\n" and new[at : at + 1] not in b"\r\n"):
        return None  # on a line with what was there, it may be a comment
    pieces.append(new[at:])
    document = Document(b"\n".join(pieces), old.locator)
    return None if document.encoding != "utf-8" or any(_rest(document, keys)) else document


def _rest(document: Document, keys: set[str]) -> Iterator[bytes]:
    """The bytes of the blocks that are not touched, without the blank lines between."""
    for block in document.blocks:
        if not (block.kind == "entry" and block.key in keys) and (
            said := document.text[block.start : block.end].strip()
        ):
            yield document.encode(said)


def _pair(document: Document, field: Field) -> str:
    return f"{field.name} = {document.text[field.value_start : field.value_end]}"


def _second_opinion(
    document: Document, block: Block, fields: Sequence[Field], kind: str = ""
) -> None:
    """What bibtexparser, of whichever major is installed, reads in the fields of one entry."""
    # Without the `%` lines between fields, which BibTeX's grammar has and bibtexparser has not.
    pairs = [_pair(document, field) for field in fields]
    # What macros stand for is not compared, and often in another file: anything will do.
    macros = {p.text for f in fields for p in f.parts if p.kind == "w"}
    strings = "".join(f'@string{{{m} = "x"}}\n' for m in sorted(macros) if not m.isdigit())
    read = _read(f"{strings}@{kind or block.type}{{{block.key},\n" + ",\n".join(pairs) + "\n}\n")
    if read is None:
        raise PaperExportError(
            f"{document.locator}: bibtexparser cannot read the entry {block.key!r} as it would be "
            "written; nothing was written",
            hint="report it with the entry",
        )
    for field in fields:
        if len(field.parts) != 1 or field.parts[0].kind == "w":
            continue  # macros and concatenation: the two majors resolve them differently
        theirs = read.get(field.name.lower(), "")
        ours = field.parts[0].text
        if _bare(theirs) != _bare(ours):
            raise PaperExportError(
                f"{document.locator}: bibtexparser reads {field.name} of {block.key!r} otherwise "
                "than it is meant; nothing was written",
                hint="report it with the entry",
            )


def _bare(value: str) -> str:
    return " ".join(value.split())


@cache
def _silenced() -> None:
    """What bibtexparser cannot read is our message to give; once, for handlers add up."""
    import logging

    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())


def _read(text: str) -> dict[str, str] | None:
    """The fields of the one entry, or None where bibtexparser cannot read it."""
    import bibtexparser

    _silenced()
    if hasattr(bibtexparser, "parse_string"):
        library: Any = bibtexparser.parse_string(text)
        if library.failed_blocks or len(library.entries) != 1:
            return None
        return {f.key.lower(): str(f.value) for f in library.entries[0].fields}
    from bibtexparser.bparser import BibTexParser

    parser: Any = BibTexParser(
        common_strings=True, ignore_nonstandard_types=False, homogenize_fields=False
    )
    found = parser.parse(text, partial=False).entries
    if len(found) != 1:
        return None
    return {str(name).lower(): str(value) for name, value in found[0].items()}
