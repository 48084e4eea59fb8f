"""Every .bib file in reach, and what two other readers make of well-formed ones."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperexport import Record, export
from paperexport.bibdocument import MONTHS, Block, Document
from paperexport.bibedit import Edits
from paperexport.plugins import Registry
from paperexport.sources.bibtex import values
from paperexport.testing import records

ROOTS = [Path("/usr/share/texlive"), Path("/usr/share/texmf"), Path(sys.prefix)]
FILES = sorted(path for root in ROOTS if root.is_dir() for path in root.rglob("*.bib"))
REGISTRY = Registry(entry_points=False)


def test_every_file_is_scanned_and_written_alike() -> None:
    if not FILES:
        pytest.skip("no .bib file is installed here (TeX Live brings some)")
    entries = 0
    for path in FILES:
        data = path.read_bytes()
        document = Document(data, str(path))
        assert document.bytes() == data
        assert "".join(document.text[b.start : b.end] for b in document.blocks) == document.text
        entries += len(document.entries)
    assert entries > len(FILES)


def test_an_edit_of_a_real_file_touches_one_entry() -> None:
    if not FILES:
        pytest.skip("no .bib file is installed here (TeX Live brings some)")
    for path in FILES:
        document = Document(path.read_bytes(), str(path))
        for entry in document.entries[:: max(1, len(document.entries) // 5)]:
            edits = Edits(document)
            edits.add_field(entry, "paperexport", "x")
            after = edits.apply().decode(document.encoding)
            assert after.startswith(document.text[: entry.start])
            assert after.endswith(document.text[entry.end :])
            again = Document(after.encode(document.encoding))
            assert len(again.entries) == len(document.entries)
            edits = Edits(document)
            edits.remove_entry(entry)
            gone = edits.apply().decode(document.encoding)
            assert gone.startswith(document.text[: entry.start])
            assert document.text[entry.end :].endswith(gone[entry.start :])
            assert not document.text[
                entry.end : len(document.text) - len(gone) + entry.start
            ].strip()
            if entry.fields:
                edits = Edits(document)
                edits.set_field(entry, field := entry.fields[-1], "x")
                changed = edits.apply().decode(document.encoding)
                assert changed.startswith(document.text[: field.value_start])
                assert changed.endswith(document.text[field.value_end :])
        edits = Edits(document)
        edits.add_entry("@misc{paperexport,\n  title = {x}\n}\n")
        assert edits.apply().startswith(document.bytes())


def ours(text: str) -> dict[str, dict[str, str]]:
    document = Document(text.encode())
    return {
        block.key: {k: " ".join(v.split()) for k, v in values(document, block).items()}
        for block in document.entries
    }


SMALL = 300_000
"""Bytes of a file that the other two readers are asked to read, too."""
BIBTEXPARSER: dict[tuple[str, str], str] = {
    ("btxdoc.bib", "fake-database-key"): "its type has a hyphen",
    ("btxdoc.bib", "scribe"): "it stands in parentheses",
    ("articles.bib", "RouxSmart:95"): "it stands in parentheses",
    ("bibdest.bib", "SOS99"): "it has a field twice, of which BibTeX takes the first",
    ("texbook1.bib", "Tschichold:NT91"): "a quotation mark stands in braces in a quoted value",
    **{(name, key): "its type is @commented, which is no comment"
       for name in ("comment.bib", "jbtest.bib") for key in ("erm", "mueko", "palandt", "soergel")},
}  # fmt: skip
"""What bibtexparser does not read as BibTeX does; pybtex reads all."""


def known(document: Document, macro: str) -> bool:
    return macro.isdigit() or macro.lower() in {**MONTHS, **document.strings}


def plain(document: Document, block: Block) -> dict[str, str]:
    """The fields that any reader can tell: no concatenation, no macro that is not defined."""
    said = values(document, block)
    return {
        name: " ".join(said[name].split())
        for name in said
        if (field := block.field(name)) is not None
        and len(field.parts) == 1
        and (field.parts[0].kind != "w" or known(document, field.parts[0].text))
    }


def small_files() -> list[Document]:
    files = [path for path in FILES if path.stat().st_size < SMALL]
    if not files:
        pytest.skip("no .bib file is installed here (TeX Live brings some)")
    read = [Document(path.read_bytes(), path.name) for path in files]
    return [d for d in read if all(found.code != "bibtex-damaged" for found in d.diagnostics)]


def differences(document: Document, theirs: dict[str, dict[str, str]]) -> set[tuple[str, str]]:
    """The entries that one of the two does not see, or reads otherwise."""
    first: dict[str, Block] = {}
    for block in document.entries:
        first.setdefault(block.key, block)
    found = {key for key in first.keys() ^ theirs.keys() if key}
    for key in first.keys() & theirs.keys():
        for name, value in plain(document, first[key]).items():
            said = " ".join(theirs[key].get(name, "").split())
            if value not in (said, MONTHS.get(said.lower(), said)):
                found.add(key)
    return {(document.locator, key) for key in found}


def test_bibtexparser_reads_real_files_alike() -> None:
    bibtexparser = pytest.importorskip("bibtexparser")
    if not bibtexparser.__version__.startswith("2"):
        pytest.skip("this is bibtexparser 1")
    found = set()
    for document in small_files():
        library = bibtexparser.parse_string(document.text.lstrip("\ufeff"))
        entries = {
            entry.key: {f.key.lower(): str(f.value) for f in reversed(entry.fields)}
            for entry in reversed(library.entries)
        }
        found |= differences(document, entries)
    assert found <= BIBTEXPARSER.keys()


def test_pybtex_reads_real_files_alike() -> None:
    parsing = pytest.importorskip("pybtex.database.input.bibtex")
    utils = pytest.importorskip("pybtex.utils")
    found = set()
    for document in small_files():
        entries: dict[str, dict[str, str]] = {}
        macros = utils.CaseInsensitiveDict(MONTHS)
        parser = parsing.LowLevelParser(
            document.text.lstrip("\ufeff"), macros=macros, handle_error=lambda _error: None
        )
        for command, said in parser:
            if command.lower() not in ("string", "preamble", "comment"):
                fields: dict[str, str] = {}
                for name, parts in said[1]:
                    fields.setdefault(name.lower(), "".join(parts))
                entries.setdefault(said[0], fields)
        found |= differences(document, entries)
    assert found == set()


@given(st.lists(records(), min_size=1, max_size=3))
def test_bibtexparser_reads_the_same(papers: list[Record]) -> None:
    bibtexparser = pytest.importorskip("bibtexparser")
    if not bibtexparser.__version__.startswith("2"):
        pytest.skip("this is bibtexparser 1")
    text = export({f"k{n}": paper for n, paper in enumerate(papers)}, "bibtex", registry=REGISTRY)
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    theirs = {
        entry.key: {f.key.lower(): " ".join(str(f.value).split()) for f in entry.fields}
        for entry in library.entries
    }
    mine = ours(text)
    for fields in (*mine.values(), *theirs.values()):
        fields.pop("month", None)  # a macro: `jan` to one, `1` to the other
    assert mine == theirs


@given(st.lists(records(), min_size=1, max_size=3))
def test_pybtex_reads_the_same(papers: list[Record]) -> None:
    database = pytest.importorskip("pybtex.database")
    text = export({f"k{n}": paper for n, paper in enumerate(papers)}, "bibtex", registry=REGISTRY)
    theirs = {
        key: {k.lower(): " ".join(v.split()) for k, v in entry.fields.items()}
        for key, entry in database.parse_string(text, "bibtex").entries.items()
    }
    mine = ours(text)
    for fields in (*mine.values(), *theirs.values()):
        for name in ("month", "author", "editor"):  # names are split there, macros spelt out
            fields.pop(name, None)
    assert mine == theirs
