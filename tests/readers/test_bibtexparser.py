"""bibtexparser 2 reads our BibTeX and BibLaTeX: no block fails, and keys, titles, authors are ours.

The text is decoded with pylatexenc, through bibtexparser's own middleware: nothing here is read by
a decoder of ours.
"""

from __future__ import annotations

import pytest

from paperexport.formats.biblatex import BibLaTeX
from paperexport.formats.bibtex import BibTeX
from paperexport.hookspecs import Exporter
from readers import programs
from readers.papers import Bibliography, exported, hostile

EXPORTERS = [
    BibTeX(),
    BibTeX(preprint="article", portable=True),
    BibTeX(ascii=True, protect="whole"),
    BibLaTeX(),
    BibLaTeX(ascii=True, protect="none"),
]


def library(text: str):
    bibtexparser = pytest.importorskip("bibtexparser")
    if not bibtexparser.__version__.startswith("2"):
        programs.missing("bibtexparser 2")
    return bibtexparser.parse_string(text)


@pytest.mark.parametrize("exporter", EXPORTERS, ids=str)
def test_no_block_fails(papers: Bibliography, exporter: Exporter) -> None:
    read = library(exported(papers, exporter))
    assert read.failed_blocks == []
    assert [entry.key for entry in read.entries] == list(papers)
    assert len(read.blocks) == len(papers)


@pytest.mark.parametrize("exporter", [BibTeX(), BibLaTeX()], ids=str)
def test_hostile_text_stays_inside_its_entry(exporter: Exporter) -> None:
    papers = hostile()
    read = library(exported(papers, exporter))
    assert read.failed_blocks == []
    assert [entry.key for entry in read.entries] == list(papers)
