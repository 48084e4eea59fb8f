"""bibtexparser 2 reads our BibTeX and BibLaTeX: no block fails, and keys, titles, authors are ours.

The text is decoded with pylatexenc, through bibtexparser's own middleware: nothing here is read by
a decoder of ours.
"""

from __future__ import annotations

import re
import unicodedata

import pytest

from paperexport.formats.biblatex import BibLaTeX
from paperexport.formats.bibtex import BibTeX
from paperexport.hookspecs import Exporter
from paperexport.record import Name
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


@pytest.mark.parametrize("exporter", [BibTeX(), BibLaTeX()], ids=str)
def test_titles_and_authors_are_the_same(papers: Bibliography, exporter: Exporter) -> None:
    from bibtexparser.middlewares import LatexDecodingMiddleware, SeparateCoAuthors

    library(exported(papers, exporter))  # skips where another major is installed
    import bibtexparser

    read = bibtexparser.parse_string(
        exported(papers, exporter),
        append_middleware=[SeparateCoAuthors(), LatexDecodingMiddleware()],
    )
    differ = []
    for key, entry in read.entries_dict.items():
        title = entry.fields_dict["title"].value if "title" in entry.fields_dict else ""
        if folded(title) != folded(papers[key].title):
            differ.append((key, title, papers[key].title))
        names = entry.fields_dict["author"].value if "author" in entry.fields_dict else []
        theirs = [folded(name) for name in names]
        ours = [person(name) for name in papers[key].author]
        ours += [["others"]] if "author" in papers[key].incomplete else []
        if [sorted(one) for one in theirs] != [sorted(one) for one in ours]:
            differ.append((key, names, papers[key].author))
    assert differ == []


def folded(text: str) -> list[str]:
    """The words of a text without braces, maths signs and TeX leftovers, accents apart."""
    # A circumflex and a tilde that stand alone are letters to Unicode.
    plain = unicodedata.normalize("NFKD", re.sub(r"\\[A-Za-z]+|[{}$\\ˆ˜]", " ", text))
    return re.findall(r"[^\W_]+", plain.casefold())


def person(name: Name) -> list[str]:
    return folded(f"{name.particle} {name.family} {name.suffix} {name.given} {name.literal}")
