"""Every .bib file in reach, and what two other readers make of well-formed ones."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperexport import Record, export
from paperexport.bibdocument import Document
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


def ours(text: str) -> dict[str, dict[str, str]]:
    document = Document(text.encode())
    return {
        block.key: {k: " ".join(v.split()) for k, v in values(document, block).items()}
        for block in document.entries
    }


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
