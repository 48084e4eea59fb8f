"""Feeds and records of strangers: names, identifiers and paragraphs as they write them."""

import time

import pytest

from paperexport import Normalized, Record, read
from paperexport.sources.arxiv import people

RSS = (
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item>'
    "<title>T</title><link>{link}</link>{more}</item></channel></rss>"
)


def record(more: str, link: str = "https://arxiv.org/abs/2401.00001") -> Record:
    (found,) = read(RSS.format(link=link, more=more).encode(), source_name="feed")
    assert isinstance(found, Normalized)
    return found.record


@pytest.mark.parametrize(
    ("more", "authors"),
    [
        ("<author>ada@example.org (Ada Lovelace)</author>", ["Ada Lovelace"]),
        ("<author>ada@example.org</author>", []),
        ("<dc:creator>Lovelace, A., Noether, E. M.</dc:creator>", ["A. Lovelace", "E. M. Noether"]),
        ("<dc:creator>Ada Lovelace (ETH Zürich, Switzerland), Emmy Noether</dc:creator>",
         ["Ada Lovelace", "Emmy Noether"]),
    ],
)  # fmt: skip
def test_authors(more: str, authors: list[str]) -> None:
    assert list(map(str, record(more).author)) == authors


def test_the_doi_of_dublin_core() -> None:
    more = (
        "<dc:identifier>doi:10.1101/2024.01.01.573000</dc:identifier><description>d</description>"
    )
    found = record(more, "http://biorxiv.org/cgi/content/short/2024.01.01.573000v1?rss=1")
    assert (found.doi, found.abstract) == ("10.1101/2024.01.01.573000", "d")


def test_paragraphs_of_xhtml() -> None:
    said = '<div xmlns="http://www.w3.org/1999/xhtml"><p>one <i>and</i> a half</p><p>two</p></div>'
    data = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><link '
        'href="https://huggingface.co/papers/2401.00001"/><content type="xhtml">'
        f"{said}</content></entry></feed>"
    )
    (found,) = read(data.encode(), source_name="feed")
    assert isinstance(found, Normalized)
    assert found.record.abstract == "one and a half\n\ntwo"


@pytest.mark.parametrize(
    ("listed", "plain"),
    [
        ("A. Lo (1 and 2), B. No (2) ((1) University, (2) LMU)", "A. Lo, B. No"),
        ("A. Lo (MIT), B. No (ETH Zürich, Switzerland)", "A. Lo, B. No"),
        ("A. Lo, et al. (2000 additional authors not shown)", "A. Lo, et al."),
        ("Fei Wang (王飞), A. Lo", "Fei Wang (王飞), A. Lo"),
        ("ATLAS Collaboration: A. Lo, B. No", "ATLAS Collaboration, A. Lo, B. No"),
        ("A. Lo (MIT", "A. Lo (MIT"),
    ],
)
def test_affiliations_are_no_authors(listed: str, plain: str) -> None:
    assert people(listed) == plain


@pytest.mark.parametrize("said", ["(", ")", "(1), ", "team:", "((", "(é"])
def test_hostile_lists_are_read_in_linear_time(said: str) -> None:
    start = time.process_time()
    people(said * 200_000)
    assert time.process_time() - start < 5
